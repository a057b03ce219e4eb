// What a code means without a network: from the roster's entry and from what this device has seen
// since. Pure: no page, no store, no clock, so that it can be tried anywhere.

const TICKET = /^(?:HTTPS?:\/\/[^/\s]+\/C\/)?([A-Z2-7]{26})(?:[/?#]\S*)?$/;
const SHORT = /^([2-9A-Z]{4})[-\s]?([2-9A-Z]{4})$/;

/** {ticket} or {short} of a text that can be one of ours, else {}. As the server reads it. */
export function readCode(text) {
  const tidy = text.trim().toUpperCase();
  const ticket = TICKET.exec(tidy);
  if (ticket) return { ticket: ticket[1] };
  const short = SHORT.exec(tidy);
  return short ? { short: short[1] + short[2] } : {};
}

/**
 * {verdict, first?} of one scan. `entry` is the roster's, or undefined; `passages` are this guest's on
 * this device that the roster does not know: [{direction, at, item, door}], `at` in milliseconds.
 */
export function decide(entry, { direction = "in", item = "", passages = [], freeItems = [] } = {}) {
  if (!entry) return { verdict: "not_listed" };
  if (entry.state) return { verdict: entry.state };
  if (item && !freeItems.includes(item) && !entry.items?.includes(item)) return { verdict: "wrong_item" };
  const first = findAdmission(entry, item, passages);
  if (direction === "out") return { verdict: "left", first };
  return first ? { verdict: "already_in", first } : { verdict: "admitted" };
}

/** {at, door} of whoever is in; null of whoever is not. The earliest way in counts, until a way out. */
export function findAdmission(entry, item, passages) {
  const known = (entry.in ?? [])
    .filter(([where]) => where === item)
    .map(([, seconds, door]) => ({ direction: "in", at: seconds * 1000, door }));
  const here = passages.filter((passage) => passage.item === item);
  let admission = null;
  for (const { direction, at, door } of [...known, ...here].sort(inTime)) {
    if (direction === "out") admission = null;
    else admission ??= { at, door };
  }
  return admission;
}

/** Of two at the same instant the way out comes first. */
const inTime = (one, other) => one.at - other.at || isIn(one) - isIn(other);
const isIn = ({ direction }) => Number(direction === "in");

/** {present, expected} at the event's door; `passagesOf` gives this device's own by key. */
export function count(entries, passagesOf) {
  let present = 0;
  let expected = 0;
  for (const [key, entry] of Object.entries(entries)) {
    if (entry.state) continue;
    expected += 1;
    if (findAdmission(entry, "", passagesOf.get(key) ?? [])) present += 1;
  }
  return { present, expected };
}
