// Finding a guest by name in the list, as the server finds them. Pure.

const MOST_FOUND = 10;
const LEAST_LETTERS = 2; // fewer would be leafing through the list

/** For order and search, as `names.sort_key`: ä as a, ß as ss, other accents dropped. */
export function sortKey(text) {
  const plain = text.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
  return plain.normalize("NFD").replace(/\p{M}/gu, "").split(/\s+/).filter(Boolean).join(" ");
}

/** [{name, organisation?, code}] in whose name or organisation every word occurs; whoever may not
 *  enter comes last. `names` is {key: guest}, `entries` {key: {state?}}. */
export function findGuests(names, entries, words) {
  const wanted = sortKey(words).split(" ");
  if (wanted.join("").length < LEAST_LETTERS) return [];
  const found = [];
  for (const [key, guest] of Object.entries(names)) {
    const own = [sortKey(guest.name), sortKey(guest.organisation ?? "")];
    if (!wanted.every((word) => own.some((each) => each.includes(word)))) continue;
    found.push({ guest, isOut: Boolean(entries[key]?.state), surname: own[0].split(" ").at(-1), name: own[0] });
  }
  return found.sort(inOrder).slice(0, MOST_FOUND).map(({ guest }) => guest);
}

const inOrder = (one, other) =>
  one.isOut - other.isOut || compare(one.surname, other.surname) || compare(one.name, other.name);
const compare = (one, other) => (one < other ? -1 : Number(one > other));
