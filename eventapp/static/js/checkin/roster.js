// The list for times without a network: loaded while there is one, asked when there is none.

import { fetchRoster } from "./api.js";
import { count, dayOf, decide, factsOfGuest, readCode } from "./decide.js";
import { findGuests } from "./search.js";
import { seal, unseal } from "./sealing.js";
import { findRoster, keepPassages, keepRoster, listPassages, removePassages, wipeRoster } from "./store.js";

const EVERY = 60_000; // milliseconds after which the list is asked for again
const TICKET_BYTES = 12;
const SHORT_BYTES = 6;
const SHORT_KEY = "eventapp short codes";

const bytes = (text) => new TextEncoder().encode(text);
const sha256 = (value) => crypto.subtle.digest("SHA-256", value);

export class Roster {
  constructor(device) {
    this.device = device;
    this.list = null; // {event, tag, checkedAt, ahead, until, isNamed, off, dates, door, items, freeItems, entries}
    this.names = {};
    this.passages = new Map(); // by key of the entry
    this.refreshing = null; // one question at a time
    this.isWiped = false; // what the server still answers comes too late
  }

  /** When the server last said that this is the list; undefined without one. */
  get checkedAt() {
    return this.list?.checkedAt;
  }

  /** Take what an earlier page kept. */
  async open() {
    const { kept, names } = (await findRoster()) ?? {};
    if (kept?.event !== this.device.event) return;
    this.use(kept, names ? await this.unlock(names) : {});
    for (const passage of await listPassages()) this.add(passage);
  }

  /** Ask the server for a newer one when this is old. Throws `Refused` and what the network throws. */
  refresh() {
    this.refreshing ??= this.askServer().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  async askServer() {
    const askedAt = Date.now();
    if (!crypto.subtle || Math.abs(askedAt - (this.checkedAt ?? 0)) < EVERY) return; // or its clock was set back
    const { roster, tag, serverTime } = await fetchRoster(this.device, this.list?.tag);
    const ahead = serverTime ? serverTime - Date.now() : 0;
    if (roster) await this.take(roster, { tag, checkedAt: askedAt, ahead });
    else await this.take(null, { checkedAt: askedAt, ahead });
    await this.forgetSent(askedAt);
  }

  /** Kept before it is used: a list that the page names is there after a restart, too. */
  async take(roster, stamp) {
    const { names, entries } = roster ? parted(roster.entries) : { names: this.names };
    const fresh = roster && factsOf(roster, entries);
    const isNamed = Object.keys(names).length > 0;
    const sealed = isNamed ? await seal(this.device.token, names) : null;
    if (this.isWiped) return;
    const kept = { ...this.list, ...fresh, ...stamp };
    await keepRoster({ kept, names: sealed });
    if (!this.isWiped) this.use(kept, names);
  }

  use(list, names) {
    this.list = list;
    this.names = names;
    this.shorts = new Map(Object.entries(list.entries).map(([key, { short }]) => [short, key]));
  }

  /** {verdict, registration?, first_scan?, key} of a scan; null where there is no list to ask. */
  async ask(scan) {
    if (!this.list) return null;
    const key = await this.keyOf(scan.code);
    if (key === null) return { verdict: "unknown" };
    const entry = this.list.entries[key];
    const said = decide(entry, {
      ...this.wayOf(scan),
      passages: this.passages.get(key),
      freeItems: this.list.freeItems,
      day: this.dayOf(Date.parse(scan.scanned_at)),
    });
    const first = said.first && { at: new Date(said.first.at).toISOString(), door: said.first.door };
    const { verdict, isOff } = said;
    const registration = { ...this.names[key], ...factsOfGuest(entry, this.list.items) };
    return { verdict, isOff, registration, ...(first && { first_scan: first }), key };
  }

  /** The date of an instant of this device's clock, which the server's puts right. */
  dayOf(instant) {
    return dayOf(this.list, instant + (this.list.ahead ?? 0));
  }

  /** Guests by name, of a list that has names. */
  findGuests(words) {
    return findGuests(this.names, this.list.entries, words);
  }

  /** Names are for this door no longer. */
  async forgetNames() {
    if (!this.list) return;
    this.use({ ...this.list, tag: null, isNamed: false }, {});
    await keepRoster({ kept: this.list, names: null });
  }

  /** Where a scan leads: as its door says, else as the device does. */
  wayOf({ direction, programme_item: item }) {
    const { door } = this.list;
    return { direction: door.direction === "out" ? "out" : direction, item: door.item || item || "" };
  }

  /** The key of a code's entry; undefined of a short code without one, null of no code of ours. */
  async keyOf(code) {
    const { ticket, short } = readCode(code);
    if (!this.list || (!ticket && !short)) return null;
    return ticket ? ticketKey(ticket) : this.shorts.get(await this.shortKey(short));
  }

  count() {
    return this.list && count(this.list.entries, this.passages, this.dayOf(Date.now()));
  }

  /** This device let somebody through. Its clock is put right by the server's. */
  async note(scan, key, more = {}) {
    if (this.isWiped) return;
    const passage = {
      scan_id: scan.scan_id,
      key,
      ...this.wayOf(scan),
      at: Date.parse(scan.scanned_at) + (this.list?.ahead ?? 0),
      door: this.device.door,
      ...more,
    };
    this.add(passage);
    await keepPassages([passage]);
  }

  /** The server answered these scans; the next list knows of them, this one does not. */
  async noteSent(scans, results) {
    const verdicts = new Map(results.map(({ scan_id: id, verdict }) => [id, verdict]));
    const sentAt = Date.now();
    for (const scan of scans) {
      const key = this.find(scan.scan_id)?.key ?? (await this.keyOf(scan.code));
      const isThrough = ["admitted", "left"].includes(verdicts.get(scan.scan_id));
      if (isThrough && this.list?.entries[key]) await this.note(scan, key, { sentAt });
      else await this.forget(scan.scan_id);
    }
  }

  /** A mistake was taken back. */
  async forget(scanId) {
    const passage = this.find(scanId);
    if (!passage) return;
    this.drop(passage);
    await removePassages([scanId]);
  }

  async forgetSent(before) {
    const known = [...this.passages.values()].flat().filter(({ sentAt }) => sentAt < before);
    for (const passage of known) this.drop(passage);
    await removePassages(known.map(({ scan_id: id }) => id));
  }

  find(scanId) {
    return [...this.passages.values()].flat().find(({ scan_id: id }) => id === scanId);
  }

  add(passage) {
    const others = (this.passages.get(passage.key) ?? []).filter((each) => each.scan_id !== passage.scan_id);
    this.passages.set(passage.key, [...others, passage]);
  }

  drop(passage) {
    this.passages.set(passage.key, this.passages.get(passage.key).filter((each) => each !== passage));
  }

  /** The device may scan no longer: nothing of anybody stays here. */
  wipe() {
    this.isWiped = true;
    this.list = null;
    this.names = {};
    this.passages.clear();
    return wipeRoster();
  }

  async shortKey(short) {
    const key = await hmac(bytes(this.device.token), bytes(SHORT_KEY));
    return text((await hmac(key, await sha256(bytes(short)))).slice(0, SHORT_BYTES));
  }

  /** Names of another pairing stay closed. */
  async unlock(names) {
    try {
      return await unseal(this.device.token, names);
    } catch (error) {
      console.warn("names stay closed", error);
      return {};
    }
  }
}

/** What the list says beside its guests. */
function factsOf({ event, door, items, free_items: freeItems, names: isNamed, until, off, dates }, entries) {
  return { event, door, items, freeItems, isNamed, until, off, dates, entries };
}

/** What may lie open on the device, and what may not. */
function parted(all) {
  const entries = {};
  const names = {};
  for (const [key, { name, organisation, note, companion, code, ...entry }] of Object.entries(all)) {
    entries[key] = entry;
    if (name) names[key] = { name, organisation, note, companion, code };
  }
  return { entries, names };
}

async function ticketKey(ticket) {
  return text((await sha256(bytes(ticket))).slice(0, TICKET_BYTES));
}

async function hmac(key, value) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const own = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return crypto.subtle.sign("HMAC", own, value);
}

/** base64url without padding */
function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
