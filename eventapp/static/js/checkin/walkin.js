// Whoever comes without registration: registered at once, or noted by name until there is a network.
// Every person has an id from here, so that sending again registers nobody twice.

import { newId } from "./engine.js";
import { findDevice } from "./store.js";

const NOTED = "eventapp.walk-ins";
const ALLOWED = "eventapp.walk-ins-allowed";
const EVERY = 15000; // milliseconds between two tries
const PATIENCE = 8000;

const part = (id) => document.getElementById(id);
const box = part("walk-in");
const read = (name) => JSON.parse(localStorage.getItem(name) ?? "null");
const write = (name, value) => localStorage.setItem(name, JSON.stringify(value));
const listNoted = () => read(NOTED) ?? [];
const nameOf = (person) => `${person.first_name} ${person.last_name}`;

let device = null;
let refused = null; // whom there was no place for
let isComing = false; // one person at a time: a second tap is the same person
let last = Promise.resolve(); // what was sent before is answered first

start();

async function start() {
  device = await findDevice();
  if (!device) {
    localStorage.removeItem(NOTED); // names stay no longer than the pairing that they were noted with
    return;
  }
  show();
  part("walk-in-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    come(typed());
  });
  part("walk-in-beyond").addEventListener("click", () => come({ ...refused, beyond: true }));
  // A hand scanner's letters go to its own field from everywhere but here.
  box.addEventListener("keydown", (pressed) => pressed.stopPropagation());
  for (const name of ["online", "offline"]) addEventListener(name, show);
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.hidden || flush());
  setInterval(flush, EVERY);
  await flush();
}

/** The form as it is allowed, with fewer fields while only a name can be kept. */
function show() {
  const isOff = navigator.onLine === false;
  box.hidden = !read(ALLOWED)?.[device.event];
  part("walk-in-more").hidden = isOff;
  part("walk-in-less").hidden = !isOff;
  const waiting = listNoted().length;
  part("walk-in-waiting").textContent = waiting ? box.dataset.waiting.replace("{n}", waiting) : "";
}

function typed() {
  const value = (name) => part(`walk-in-${name}`).value.trim();
  return {
    walk_in_id: newId(),
    first_name: value("first"),
    last_name: value("last"),
    organisation: value("organisation"),
    email: value("email"),
    came_at: new Date().toISOString(),
  };
}

async function come(person) {
  if (isComing) return;
  refused = null;
  part("walk-in-beyond").hidden = true;
  if (!person.first_name || !person.last_name) return say("missing", person);
  isComing = true;
  try {
    await told(person, await send(person));
  } catch (error) {
    console.warn("noted", error);
    keep(person);
  } finally {
    isComing = false;
  }
}

async function told(person, answer) {
  if (answer.ok) {
    const { beyond } = await answer.json();
    say(beyond ? "beyond" : "done", person);
    part("walk-in-form").reset();
    return;
  }
  const problem = await answer.json();
  if (problem.type === "event-full") {
    refused = problem.may_exceed ? person : null;
    part("walk-in-beyond").hidden = !refused;
  }
  const words = { "event-full": "full", "already-registered": "registered" };
  if (answer.status === 422) say(problem.errors?.email ? "address" : "missing", person);
  else say(words[problem.type] ?? "closed", person);
}

/** Without a network only the name stays here; they are in the house already. */
function keep({ walk_in_id, first_name, last_name, came_at }) {
  write(NOTED, [...listNoted(), { walk_in_id, first_name, last_name, came_at, let_in: true }]);
  say("kept", { first_name, last_name });
  part("walk-in-form").reset();
  show();
}

function flush() {
  return (last = last.then(sendNoted));
}

async function sendNoted() {
  if (document.hidden) return;
  try {
    await ask();
    for (const person of listNoted()) {
      const answer = await send(person);
      if (!answer.ok) say("named", person);
      write(NOTED, listNoted().filter((each) => each.walk_in_id !== person.walk_in_id));
    }
  } catch (error) {
    console.warn("later", error);
  }
  show();
}

/** Whether this door may; kept for times without a network. */
async function ask() {
  const answer = await call("GET");
  if (answer.ok) write(ALLOWED, { [device.event]: (await answer.json()).allowed });
}

/** The server's answer to one person; throws where there is none, or none that settles anything. */
async function send(person) {
  const answer = await call("POST", JSON.stringify({ ...person, sent_at: new Date().toISOString() }));
  const isSettled = answer.ok || [409, 422].includes(answer.status);
  if (!isSettled) throw new Error(`answered ${answer.status}`);
  return answer;
}

function call(method, body) {
  return fetch(`/api/v1/checkin/${device.event}/walk-ins`, {
    method,
    body,
    headers: { Authorization: `Bearer ${device.token}`, "Content-Type": "application/json" },
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
  });
}

function say(what, person) {
  part("walk-in-said").textContent = box.dataset[what].replace("{name}", nameOf(person));
}
