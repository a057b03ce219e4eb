// The names that the server did not take: shown until somebody has taken them down.

import { removeWalkIn } from "./store.js";
import { listRefused } from "./walkin-queue.js";

/** Fill a box of `walk_in_refused.html`; `onDone` is called after a name was deleted. */
export async function showRefused(box, onDone) {
  const people = await listRefused();
  box.hidden = !people.length;
  box.querySelector("ul").replaceChildren(...people.map((person) => row(box, person, onDone)));
}

function row(box, { id, name }, onDone) {
  const piece = box.querySelector("template").content.cloneNode(true);
  piece.querySelector(".refused__name").textContent = name;
  piece.querySelector("button").addEventListener("click", async () => {
    await removeWalkIn(id);
    onDone();
  });
  return piece;
}
