// Where this browser gives pages no camera: an address for one that does, with the pairing in it.

import { askElsewhere } from "./pairing.js";

const part = (id) => document.getElementById(id);

export function bindMove(device) {
  part("move-key").addEventListener("click", () => move(device));
  part("move-address").addEventListener("focus", ({ target }) => target.select());
}

/** The field stays, for browsers that let no page copy. */
async function move(device) {
  const said = part("move-said");
  const address = await askElsewhere(device);
  if (!address) return (said.textContent = said.dataset.later);
  part("move-address").value = address;
  part("move-field").hidden = false;
  part("move-title").hidden = part("move-key").hidden = true;
  said.textContent = (await isCopied(address)) ? said.dataset.done : said.dataset.byHand;
}

async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    console.warn("to be copied by hand", error);
    return false;
  }
}
