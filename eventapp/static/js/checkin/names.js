// Searching a guest by name, where the organiser allows names at the door.

import { Refused } from "./api.js";
import { isOurs } from "./codes.js";
import { fill, timeOfDay } from "./words.js";

const part = (id) => document.getElementById(id);

export function bindNames(engine) {
  part("names-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const words = part("words").value.trim();
    if (isOurs(words)) letIn(engine, words); // a hand scanner types into whatever has the focus
    else if (words) await search(engine, words);
  });
}

async function search(engine, words) {
  try {
    show(engine, await engine.findNames(words));
  } catch (error) {
    const said = part("names-said");
    said.textContent = error instanceof Refused ? said.dataset.refused : said.dataset.offline;
    part("names-found").replaceChildren();
    console.warn("no search", error);
  }
  part("names-said").focus(); // read out; the next tab stop is the first of those found
}

function show(engine, { guests, listed }) {
  const said = part("names-said");
  const { found, none, foundListed, noneListed } = said.dataset;
  const [some, nobody] = listed ? [foundListed, noneListed] : [found, none];
  said.textContent = fill(guests.length ? some : nobody, {
    n: guests.length,
    time: listed && timeOfDay(listed),
  });
  part("names-found").replaceChildren(...guests.map((guest) => row(engine, guest)));
}

function row(engine, guest) {
  const piece = part("names-row").content.cloneNode(true);
  piece.querySelector(".found__name").textContent = guest.name;
  piece.querySelector(".found__from").textContent = guest.organisation ?? "";
  piece.querySelector("button").addEventListener("click", () => letIn(engine, guest.code));
  return piece;
}

function letIn(engine, code) {
  part("words").value = "";
  part("names-found").replaceChildren();
  part("names-said").textContent = "";
  engine.scan(code);
}
