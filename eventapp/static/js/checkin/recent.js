// The last scans of this device, each with its undoing. They are forgotten with the page.

import { clockTime } from "./words.js";

const MOST = 5;
const CAN_BE_UNDONE = new Set(["admitted", "left", "kept", "let_in"]);

export const recent = []; // newest first: {scan, name, verdict}

/** A scan was made; what becomes of it is told later. */
export function keepRecent(scan, code) {
  const known = find(scan.scan_id);
  if (known) known.scan = scan;
  else recent.unshift({ scan, name: code, verdict: "kept" });
  recent.length = Math.min(recent.length, MOST);
  show();
}

export function tellRecent({ scan_id: id, verdict, registration }) {
  const known = find(id);
  if (!known) return;
  known.verdict = verdict;
  known.name = registration?.name ?? known.name;
  show();
}

export function forgetRecent() {
  recent.length = 0;
  show();
}

const find = (id) => recent.find(({ scan }) => scan.scan_id === id);

let undoScan = () => {};

/** `undo` is called with the scan that somebody takes back. */
export function bindRecent(undo) {
  undoScan = undo;
}

function show() {
  const list = document.getElementById("recent-list");
  list.replaceChildren(...recent.map(row));
  document.getElementById("recent-none").hidden = recent.length > 0;
}

function row({ scan, name, verdict }) {
  const piece = document.getElementById("recent-row").content.cloneNode(true);
  piece.querySelector(".recent__name").textContent = name;
  piece.querySelector(".recent__time").textContent = clockTime(scan.scanned_at);
  piece.querySelector(".recent__word").textContent = wordOf(verdict);
  const undo = piece.querySelector("button");
  undo.hidden = !CAN_BE_UNDONE.has(verdict) || Boolean(scan.undone_at);
  undo.addEventListener("click", () => undoScan(scan));
  return piece;
}

/** The verdict's word as it stands in the page. */
function wordOf(verdict) {
  const template = document.getElementById(`verdict-${verdict}`);
  return template.content.querySelector(".verdict__word").textContent;
}
