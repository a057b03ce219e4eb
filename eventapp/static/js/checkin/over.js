// After the door: the list is gone, what the server does not have is sent, then the keys go too.

import { forgetEarlier, listEarlier } from "./devices.js";
import { showRefused } from "./refused.js";
import { countWalkIns, flushWalkIns, listRefused } from "./walkin-queue.js";
import { fill } from "./words.js";

const EVERY = 3000; // milliseconds between two tries

const part = (id) => document.getElementById(id);

/** Show what became of a pairing that is over, if there was one, and send what it has left. */
export async function windUp(queue) {
  const earlier = listEarlier();
  await queue.open();
  if (!earlier.length && !queue.length) return;
  part("over-word").hidden = !earlier.some(({ why }) => why === "over");
  const look = () => lookAfter(queue);
  part("over-discard").addEventListener("click", () => queue.discard().then(look));
  for (const name of ["online", "pageshow"]) addEventListener(name, look);
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
  await look();
}

async function lookAfter(queue) {
  try {
    await queue.flush();
    await flushWalkIns();
  } catch (error) {
    console.warn("later", error);
  }
  await forgetEarlier();
  await show(queue);
}

async function show(queue) {
  const stuck = queue.aside.size;
  const waiting = queue.length - stuck + (await countWalkIns());
  sayNumber("over-waiting", waiting);
  sayNumber("over-stuck-word", stuck);
  part("over-stuck").hidden = !stuck;
  const isDone = waiting + stuck + (await listRefused()).length === 0;
  say("over-done", isDone ? part("over-done").dataset.words : "");
  part("over").hidden = isDone && part("over-word").hidden; // left by choice, and nothing to tell
  await showRefused(part("over-refused"), () => lookAfter(queue));
}

function sayNumber(id, n) {
  const { one, many } = part(id).dataset;
  say(id, n ? fill(n === 1 ? one : many, { n }) : "");
}

function say(id, words) {
  const line = part(id);
  if (line.textContent !== words) line.textContent = words; // it is read out
  line.hidden = !words;
}
