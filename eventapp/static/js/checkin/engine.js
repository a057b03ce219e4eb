// From a code to its verdict: every scan is kept first, sent next, and told when answered.

import { MOST_SCANS, Refused, fetchNames, fetchStatus, sendScans } from "./api.js";
import { keepRecent, tellRecent } from "./recent.js";
import { addWaiting, listWaiting, removeWaiting } from "./store.js";
import { clearVerdict, isVerdictShown, showBar, showVerdict } from "./view.js";
import { clockTime } from "./words.js";

const EVERY = 3000; // milliseconds between two looks at the count, and two tries without a network
const QUICK = 250; // milliseconds before "is being checked" is worth showing

export class Engine {
  constructor(device) {
    this.device = device;
    this.head = null;
    this.offlineSince = null;
    this.shown = null; // the scan whose verdict is on the screen
    this.sending = null;
  }

  run() {
    for (const name of ["online", "visibilitychange"]) addEventListener(name, () => this.refresh());
    setInterval(() => this.refresh(), EVERY);
    return this.refresh();
  }

  async refresh() {
    if (document.hidden) return;
    if (listWaiting().length) await this.flush();
    await this.count();
  }

  /** A code was read or typed. */
  scan(code) {
    return this.submit([newScan(code, "in")]);
  }

  /** The scan was a mistake: told again with the time of its taking back. */
  undo(scan = this.shown) {
    return this.submit([{ ...scan, undone_at: new Date().toISOString() }]);
  }

  /** Guests by name, as [{code, name, organisation}]; throws `Refused`, or without a network. */
  findNames(words) {
    return fetchNames(this.device, words);
  }

  /** Several codes were in view at once. */
  ask() {
    this.shown = null;
    showVerdict("several", {});
  }

  /** The person had gone out without a scan: out a moment ago, in now. */
  readmit() {
    const { code } = this.shown;
    return this.submit([newScan(code, "out", 1), newScan(code, "in")]);
  }

  /** Done with the verdict that is shown; one still on its way is shown when it comes. */
  next() {
    if (!isVerdictShown()) return;
    this.shown = null;
    clearVerdict();
  }

  async submit(scans) {
    this.shown = scans.at(-1);
    keepRecent(this.shown, shortened(this.shown.code));
    addWaiting(scans);
    const slow = setTimeout(() => showVerdict("checking", {}), QUICK);
    await this.flush();
    clearTimeout(slow);
    const isWaiting = listWaiting().some((scan) => scan.scan_id === this.shown?.scan_id);
    if (isWaiting && this.offlineSince) this.showKept();
    this.count();
  }

  /** Send all that waits, one sender at a time; a scan added meanwhile goes with the next round. */
  async flush() {
    while (this.sending) await this.sending;
    this.sending = this.sendAll().finally(() => (this.sending = null)); // even if nothing was left
    await this.sending;
  }

  async sendAll() {
    try {
      for (let scans; (scans = listWaiting().slice(0, MOST_SCANS)).length; ) await this.send(scans);
      this.offlineSince = null;
    } catch (error) {
      if (error instanceof Refused) showVerdict("refused", {});
      else this.offlineSince ??= Date.now();
    }
    showBar(this.head, this.offlineSince);
  }

  async send(scans) {
    let results;
    try {
      results = await sendScans(this.device, scans);
    } catch (error) {
      if (error.status !== 422) throw error;
      if (scans.length === 1) results = [{ scan_id: scans[0].scan_id, verdict: "unknown" }];
      else return void (await this.sendSingly(scans)); // one bad scan must not hold up the others
    }
    removeWaiting(scans.map((scan) => scan.scan_id));
    for (const result of results) {
      tellRecent(result);
      if (result.scan_id === this.shown?.scan_id) tell(result);
    }
  }

  async sendSingly(scans) {
    for (const scan of scans) await this.send([scan]);
  }

  async count() {
    try {
      this.head = await fetchStatus(this.device);
      if (!listWaiting().length) this.offlineSince = null;
    } catch (error) {
      if (!(error instanceof Refused)) this.offlineSince ??= Date.now();
    }
    showBar(this.head, this.offlineSince);
  }

  showKept() {
    showVerdict("kept", { name: shortened(this.shown.code), waiting: listWaiting().length });
  }
}

function newScan(code, direction, ago = 0) {
  return {
    scan_id: newId(),
    code: code.trim().slice(0, 500),
    scanned_at: new Date(Date.now() - ago).toISOString(),
    direction,
  };
}

/** A random UUID; `crypto.randomUUID` is missing on plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function tell({ verdict, registration, first_scan: first }) {
  showVerdict(verdict, {
    ...registration,
    items: registration?.items?.map(inWords).join(", "),
    time: first && clockTime(first.at),
    door: first?.door,
  });
}

const inWords = ({ letter, title, room }) => [letter ?? title, room].filter(Boolean).join(", ");

/** Enough of a code to tell two guests apart, not enough to use it. */
function shortened(code) {
  const tail = code.split("/").at(-1);
  return tail.length > 9 ? `Code ${tail.slice(0, 4)} …` : `Code ${tail}`;
}
