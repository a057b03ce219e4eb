// From a code to its verdict: every scan is kept first, sent next, and told when answered; by the
// roster where there is no network.

import { Refused, fetchNames, fetchStatus } from "./api.js";
import { isOver, keepDevice, retireDevice } from "./devices.js";
import { stopLooking } from "./look.js";
import { windUp } from "./over.js";
import { isPractice } from "./pairing.js";
import { Queue } from "./queue.js";
import { forgetRecent, keepRecent, tellRecent } from "./recent.js";
import { Roster } from "./roster.js";
import { isWaiting } from "./store.js";
import { clearVerdict, hideScanner, isVerdictShown, showBar, showNames, showVerdict } from "./view.js";
import { countWalkIns } from "./walkin-queue.js";
import { clockTime, timeOfDay } from "./words.js";

const EVERY = 3000; // milliseconds between two looks at the count, and two tries without a network
const QUICK = 250; // milliseconds before "is being checked" is worth showing
const AT_THE_DOOR = 2000; // milliseconds a guest waits for the server before the roster decides

export class Engine {
  constructor(device) {
    this.device = device;
    this.queue = new Queue(device, (scans, results) => this.onResults(scans, results));
    this.roster = new Roster(device);
    this.head = null;
    this.offlineSince = null;
    this.shown = null; // the scan whose verdict is on the screen
    this.awaited = null; // the same scan, until its verdict is there
    this.walkIns = 0; // noted and not sent yet
    this.isEnded = false; // the device may scan no longer
  }

  async run() {
    await Promise.all([this.queue.open(), this.roster.open()]);
    for (const name of ["online", "pageshow"]) addEventListener(name, () => this.refresh());
    document.addEventListener("visibilitychange", () => this.refresh());
    this.timer = setInterval(() => this.refresh(), EVERY);
    return this.refresh();
  }

  async refresh() {
    if (isOver(this.device)) await this.end();
    if (document.hidden) return;
    if (this.queue.length) await this.flush();
    if (this.isEnded) return; // what waits goes on being sent behind the last verdict
    await this.count();
    await this.renew();
  }

  /** A code was read or typed. */
  scan(code) {
    return isPractice(code) ? this.practise() : this.submit([newScan(code, "in")]);
  }

  /** Told here, kept nowhere, sent to nobody. */
  practise() {
    this.shown = null;
    showVerdict("practice", {});
  }

  /** The scan was a mistake: told again with the time of its taking back. */
  undo(scan = this.shown) {
    return this.submit([{ ...scan, undone_at: new Date().toISOString() }]);
  }

  /** {guests: [{code, name, organisation}], listed?}, from the list where the server does not answer.
   *  Throws `Refused` where names are not for this door, and what the network throws without a list. */
  async findNames(words) {
    if (this.offlineSince) return this.findListed(words);
    try {
      return { guests: await fetchNames(this.device, words) };
    } catch (error) {
      if (!(error instanceof Refused)) return this.findListed(words);
      await this.roster.forgetNames();
      await this.learn();
      throw error;
    }
  }

  findListed(words) {
    if (!this.device.names) throw new Refused(403);
    if (!this.roster.list?.isNamed) throw new Error("no list with names");
    return { guests: this.roster.findGuests(words), listed: this.roster.checkedAt };
  }

  /** The pairing follows the event: until when it holds, whether names are for this door. */
  async learn() {
    const { until, isNamed: names } = this.roster.list ?? {};
    if (!until || (until === this.device.until && names === this.device.names)) return;
    Object.assign(this.device, { until, names });
    if (!this.isEnded) await keepDevice(this.device);
    showNames(names);
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

  /** Whoever is at the door knows better than an old list. */
  async letIn() {
    const scan = { ...this.shown, let_in: true };
    await this.settle([scan], true);
    tellRecent({ scan_id: scan.scan_id, verdict: "let_in" });
    showVerdict("let_in", {});
    this.showBar();
    await this.flush();
  }

  /** Done with the verdict that is shown; one still on its way is shown when it comes. */
  next() {
    if (!isVerdictShown()) return;
    this.shown = null;
    clearVerdict();
    if (this.isEnded) this.close();
  }

  /** The device may scan no longer: nothing of anybody stays but what the server does not have. What
   *  is on the screen stays until the next person, as every verdict does. */
  async end(why = "over") {
    if (this.isEnded) return;
    this.isEnded = true;
    await this.roster.wipe();
    await retireDevice(why);
    this.showBar();
    if (!isVerdictShown()) this.close();
  }

  close() {
    clearInterval(this.timer);
    stopLooking();
    forgetRecent();
    hideScanner();
    return windUp(this.queue);
  }

  async submit(scans) {
    this.shown = this.awaited = scans.at(-1);
    keepRecent(this.shown, shortened(this.shown.code));
    await this.queue.add(scans);
    const slow = setTimeout(() => this.showChecking(), QUICK);
    const sent = this.flush();
    await Promise.race([sent, pause(this.offlineSince ? 0 : AT_THE_DOOR)]);
    clearTimeout(slow);
    await this.decide(scans);
    await sent;
    this.count();
  }

  /** What the server has not answered yet is decided here, if there is a list to ask. */
  async decide(scans) {
    for (const scan of scans) {
      if (!(await isWaiting(scan))) continue;
      const said = scan.undone_at ? { verdict: "undone" } : await this.roster.ask(scan);
      if (said) await this.say(scan, said);
      else if (this.offlineSince && this.isShown(scan)) this.showKept();
    }
  }

  async say(scan, { key, ...said }) {
    if (said.verdict === "admitted" || said.verdict === "left") await this.settle([scan], true, key);
    if (said.verdict === "not_listed") await this.settle([scan], false);
    if (said.verdict === "undone") await this.roster.forget(scan.scan_id);
    tellRecent({ ...said, scan_id: scan.scan_id });
    const now = { first_scan: { at: scan.scanned_at }, listed: this.roster.checkedAt };
    if (this.isShown(scan)) this.tell({ ...now, ...said });
    this.showBar();
  }

  /** The door has decided by itself; the server is told what it did. */
  async settle(scans, isIn, key) {
    const told = scans.map((scan) => (scan.direction === "in" ? { ...scan, let_in: isIn } : scan));
    await this.queue.add(told);
    if (key) for (const scan of told) await this.roster.note(scan, key);
    if (this.isShown(told[0])) this.shown = told[0];
  }

  isShown(scan) {
    return scan.scan_id === this.shown?.scan_id;
  }

  async flush() {
    try {
      await this.queue.flush();
      this.offlineSince = null;
    } catch (error) {
      if (error instanceof Refused) showVerdict("refused", {});
      await this.onFailure(error);
    }
    this.showBar();
  }

  async onResults(scans, results) {
    await this.roster.noteSent(scans, results);
    for (const result of results) {
      tellRecent(result);
      if (this.isShown(result)) await this.answer(result);
    }
  }

  /** A guest whom the old list did not know still stands there when the server is back: it decides. */
  async answer(result) {
    if (result.verdict === "not_listed") this.scan(this.shown.code);
    else this.tell(result);
  }

  tell(said) {
    this.awaited = null;
    tell(said);
  }

  /** Never over a verdict: it may come while what is left of the queue is still being looked through. */
  showChecking() {
    if (this.awaited && this.isShown(this.awaited)) showVerdict("checking", {});
  }

  async count() {
    try {
      this.walkIns = await countWalkIns();
      this.head = await fetchStatus(this.device, this.queue.length + this.walkIns);
      if (!this.queue.length) this.offlineSince = null;
    } catch (error) {
      await this.onFailure(error);
    }
    this.showBar();
  }

  /** A newer list, where there is a network. */
  async renew() {
    if (this.offlineSince || this.isEnded) return;
    try {
      await this.roster.refresh();
      await this.learn();
    } catch (error) {
      await this.onFailure(error);
    }
    this.showBar();
  }

  async onFailure(error) {
    if (error instanceof Refused) await this.end();
    else this.offlineSince ??= Date.now();
  }

  showBar() {
    const head = (this.offlineSince && this.roster.count()) || this.head;
    showBar({
      head,
      since: this.offlineSince,
      waiting: this.queue.length + this.walkIns,
      listed: this.roster.checkedAt,
    });
  }

  showKept() {
    showVerdict("kept", { name: shortened(this.shown.code), waiting: this.queue.length });
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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

function tell({ verdict, isOff, registration, first_scan: first, listed }) {
  const isDateOff = verdict === "cancelled" && (isOff || registration?.status === "confirmed");
  showVerdict(isDateOff ? "called_off" : verdict, {
    ...registration,
    items: registration?.items?.map(inWords).join(", "),
    time: first && clockTime(first.at),
    door: first?.door,
    listed: listed && timeOfDay(listed),
  });
}

const inWords = ({ letter, title, room }) => [letter ?? title, room].filter(Boolean).join(", ");

/** Enough of a code to tell two guests apart, not enough to use it. */
function shortened(code) {
  const tail = code.split("/").at(-1);
  return tail.length > 9 ? `Code ${tail.slice(0, 4)} …` : `Code ${tail}`;
}
