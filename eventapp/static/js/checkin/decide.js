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
 * {verdict, first?, isOff?} of one scan. `entry` is the roster's, or undefined; `passages` are this
 * guest's on this device that the roster does not know: [{direction, at, item, door}], `at` in
 * milliseconds; `day` is what `dayOf` says of the scan.
 */
export function decide(entry, { direction = "in", item = "", passages = [], freeItems = [], day = ANY } = {}) {
  if (!entry) return { verdict: "not_listed" };
  if (entry.state) return { verdict: entry.state };
  if (item && !freeItems.includes(item) && !entry.items?.includes(item)) return { verdict: "wrong_item" };
  if (day.isOff) return { verdict: "cancelled", isOff: true };
  const first = findAdmission(entry, item, passages, day);
  if (direction === "out") return { verdict: "left", first };
  return first ? { verdict: "already_in", first } : { verdict: "admitted" };
}

/** What the door is told of a guest beside the verdict, as the server tells it: the workshops that they
 *  hold, from the roster's `items`, and whether they are not to be photographed. */
export function factsOfGuest(entry, items = {}) {
  const held = (entry?.items ?? []).filter((slug) => slug in items).map((slug) => items[slug]);
  return { ...(held.length && { items: held }), ...(entry?.no_photo && { no_photo: true }) };
}

/** {at, door} of whoever is in; null of whoever is not. The earliest way in counts, until a way out. */
export function findAdmission(entry, item, passages, day = ANY) {
  const known = (entry.in ?? [])
    .filter(([where]) => where === item)
    .map(([, seconds, door]) => ({ direction: "in", at: seconds * 1000, door }));
  const here = passages.filter((passage) => passage.item === item);
  const told = [...known, ...here].filter(({ at }) => item || day.holds(at)); // an item has its own time
  let admission = null;
  for (const { direction, at, door } of told.sort(inTime)) {
    if (direction === "out") admission = null;
    else admission ??= { at, door };
  }
  return admission;
}

const ANY = { isOff: false, holds: () => true };
const EARLY = 3_600_000; // milliseconds; people come so long before one of several dates of a day
const berlin = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeZone: "Europe/Berlin" });

/** Of a roster's {off, dates}, at this instant in milliseconds: whether the date is called off, and
 *  which other instants are of the same date. As `rules.date_at` tells them. */
export function dayOf({ off = false, dates = [] }, instant) {
  if (!dates.length) return { isOff: off, holds: () => true };
  const number = dateAt(dates, instant);
  return { isOff: dates[number][2], holds: (other) => dateAt(dates, other) === number };
}

/** The index of the date that somebody comes for then. */
export function dateAt(dates, instant) {
  const today = berlin.format(instant);
  const all = dates.map(([day, start], number) => ({ day, start: start * 1000, number }));
  const ofToday = all.filter(({ day }) => day === today);
  const near = ofToday.length ? ofToday : all;
  const begun = near.filter(({ start }) => start - EARLY <= instant);
  return (begun.at(-1) ?? near[0]).number;
}

/** Of two at the same instant the way out comes first. */
const inTime = (one, other) => one.at - other.at || isIn(one) - isIn(other);
const isIn = ({ direction }) => Number(direction === "in");

/** {present, expected} at the event's door; `passagesOf` gives this device's own by key. */
export function count(entries, passagesOf, day = ANY) {
  let present = 0;
  let expected = 0;
  for (const [key, entry] of Object.entries(entries)) {
    if (entry.state) continue;
    expected += 1;
    if (findAdmission(entry, "", passagesOf.get(key) ?? [], day)) present += 1;
  }
  return { present, expected };
}
