// Whoever comes without registration: registered at once, or noted by name until there is a network.
// Every person has an id from here, so that sending again registers nobody twice.

import { newId } from "./engine.js";
import { findDevice, forgetEarlier } from "./devices.js";
import { canSeal } from "./sealing.js";
import { showRefused } from "./refused.js";
import { askWalkIns, countWalkIns, flushWalkIns, listRefused, noteWalkIn, sendWalkIn } from "./walkin-queue.js";

const ALLOWED = "eventapp.walk-ins-allowed";
const EVERY = 15000; // milliseconds between two tries

const part = (id) => document.getElementById(id);
const box = part("walk-in");
const nameOf = (person) => `${person.first_name} ${person.last_name}`;

let device = null;
let refused = null; // whom there was no place for
let isComing = false; // one person at a time: a second tap is the same person

export async function bindWalkIns(own) {
  device = own;
  part("walk-in-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    come(typed());
  });
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    part("walk-in-first").focus({ preventScroll: true });
    box.scrollIntoView({ behavior: "instant" }); // else it opens below what is seen of a phone
  });
  part("walk-in-beyond").addEventListener("click", () => come({ ...refused, beyond: true }));
  // A hand scanner's letters go to its own field from everywhere but the fields here.
  box.addEventListener("keydown", (pressed) => pressed.target.matches("input") && pressed.stopPropagation());
  for (const name of ["online", "offline"]) addEventListener(name, show);
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", flush);
  setInterval(flush, EVERY);
  await show();
  await flush();
}

/** The form as it is allowed, with fewer fields while only a name can be kept. */
async function show() {
  const isOff = navigator.onLine === false;
  box.hidden = !JSON.parse(localStorage.getItem(ALLOWED) ?? "{}")[device.event];
  part("walk-in-more").hidden = isOff;
  part("walk-in-less").hidden = !isOff;
  const waiting = await countWalkIns();
  part("walk-in-waiting").textContent = waiting ? box.dataset.waiting.replace("{n}", waiting) : "";
  showRefused(part("walk-in-refused"), show);
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
    await told(person, await sendWalkIn(device, person));
  } catch (error) {
    console.warn("noted", error);
    await keep(person);
  } finally {
    isComing = false;
  }
}

async function told(person, answer) {
  if (answer.ok) {
    const { beyond, verdict } = await answer.json();
    if (verdict === "held") say("held", person);
    else say(beyond ? "beyond" : "done", person);
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
async function keep(person) {
  if (!canSeal()) return say("unkept", person);
  await noteWalkIn(device, person);
  say("kept", person);
  part("walk-in-form").reset();
  await show();
}

async function flush() {
  if (document.hidden || !findDevice()) return;
  try {
    await ask();
    await flushWalkIns();
    await forgetEarlier();
  } catch (error) {
    console.warn("later", error);
  }
  await show();
}

/** Whether this door may; kept for times without a network. */
async function ask() {
  const answer = await askWalkIns(device, "GET");
  if (!answer.ok) return;
  const { allowed } = await answer.json();
  localStorage.setItem(ALLOWED, JSON.stringify({ [device.event]: allowed }));
}

function say(what, person) {
  const said = part("walk-in-said");
  said.textContent = box.dataset[what].replace("{name}", nameOf(person));
  said.scrollIntoView({ block: "nearest" });
}
