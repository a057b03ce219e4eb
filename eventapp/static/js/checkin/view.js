// What is seen and read out: the bar, the camera's frame, the verdict. Words stand in the page.

import { closePanel } from "./panels.js";
import { signal } from "./sound.js";
import { fill, timeOfDay } from "./words.js";

const part = (id) => document.getElementById(id);

export function showScanner(device) {
  part("event-title").textContent = device.title;
  part("door-name").textContent = device.door;
  part("title-gap").hidden = false;
  document.querySelector("h1 span").classList.add("kern-sr-only");
  for (const id of ["scan", "count", "state"]) part(id).hidden = false;
  showNames(device.names);
}

/** Whoever may not search by name is told so where they would. */
export function showNames(isAllowed) {
  part("names-form").hidden = !isAllowed;
  const said = part("names-said");
  said.textContent = isAllowed ? "" : said.dataset.refused;
  if (!isAllowed) part("names-found").replaceChildren();
}

export function showStart() {
  part("start").hidden = false;
}

/** Back to the page without a pairing; no name stays in it. */
export function hideScanner() {
  closePanel();
  for (const id of ["names-found", "walk-in-said"]) part(id).replaceChildren();
  for (const id of ["scan", "count", "state", "title-gap"]) part(id).hidden = true;
  document.querySelector("h1 span").classList.remove("kern-sr-only");
  for (const id of ["event-title", "door-name"]) part(id).textContent = "";
  showStart();
}

/**
 * `head` is {present, expected} or null before the first answer; `since` when the network went;
 * `waiting` how many scans are not sent; `listed` how old the list for times without a network is.
 */
export function showBar({ head, since, waiting, listed }) {
  const present = part("present");
  const words = since ? present.dataset.least : present.dataset.known;
  present.textContent = head ? fill(words, head) : "";
  const net = part("net");
  net.textContent = since ? fill(net.dataset.off, { time: timeOfDay(since) }) : net.dataset.on;
  const list = part("listed");
  part("waiting").textContent = fill(part("waiting").dataset.words, { n: waiting });
  list.textContent = listed ? fill(list.dataset.known, { time: timeOfDay(listed) }) : list.dataset.none;
}

export function showCamera(state) {
  part("eye-word").textContent = part("eye-word").dataset[state];
  part("eye").dataset.state = state;
  part("move").hidden = state !== "blocked";
}

/** Show a verdict until the next one; `values` fill its gaps. */
export function showVerdict(name, values) {
  const template = part(`verdict-${name}`);
  const piece = template.content.cloneNode(true);
  for (const gap of piece.querySelectorAll("[data-fill]")) {
    gap.textContent = values[gap.dataset.fill] ?? "";
  }
  for (const row of piece.querySelectorAll("[data-if]")) {
    if (!values[row.dataset.if]) row.remove();
  }
  closePanel();
  if (!piece.querySelector("dl > div")) piece.querySelector("dl").remove();
  part("said").replaceChildren(piece);
  document.body.dataset.tone = template.dataset.tone;
  part("after-keys").hidden = false;
  part("idle-keys").hidden = true;
  part("undo").hidden = name !== "admitted";
  part("again").hidden = name !== "already_in";
  part("by-name").hidden = name !== "unknown" || part("names-form").hidden;
  part("let-in").hidden = name !== "not_listed";
  if (name !== "checking") signal(template.dataset.tone);
}

/** Back to the camera. */
export function clearVerdict() {
  part("said").replaceChildren();
  delete document.body.dataset.tone;
  part("after-keys").hidden = true;
  part("idle-keys").hidden = false;
}

export const isVerdictShown = () => "tone" in document.body.dataset;
