// The scans on their way: kept first, sent in batches, dropped when the server has answered.

import { MOST_SCANS, Refused, sendScans } from "./api.js";
import { addWaiting, listWaiting, removeWaiting } from "./store.js";

export class Queue {
  /** `onResults` is called with the scans and what the server said: [{scan_id, verdict, …}]. A
   *  queue without a device sends what earlier pairings have left. */
  constructor(device, onResults = () => {}) {
    this.sender = device && { event: device.event, token: device.token };
    this.onResults = onResults;
    this.sending = null;
    this.aside = new Set(); // rows that the server does not take: kept, not sent again by this page
    this.lost = new Set(); // tokens that the server does not know
    this.length = 0;
  }

  async open() {
    await this.list();
  }

  async add(scans) {
    await addWaiting(scans, this.sender);
    await this.list();
  }

  /** The rows to send; `length` counts those put aside as well. */
  async list() {
    const rows = await listWaiting();
    this.length = rows.length;
    return rows.filter(({ n }) => !this.aside.has(n));
  }

  /** Send all that waits, one sender at a time; a scan added meanwhile goes with the next round.
   *  Throws `Refused` of this device's own scans, or what the network throws. */
  async flush() {
    while (this.sending) await this.sending.catch(() => {}); // whoever began it is told
    this.sending = this.sendAll().finally(() => (this.sending = null));
    await this.sending;
  }

  async sendAll() {
    for (;;) {
      const rows = await this.list();
      if (!rows.length) return;
      const { token } = rows[0].sender; // those of an earlier pairing with the key that made them
      await this.send(rows.filter(({ sender }) => sender.token === token).slice(0, MOST_SCANS));
    }
  }

  async send(rows) {
    let results;
    try {
      results = await sendScans(this.senderOf(rows[0].sender), rows.map(({ scan }) => scan));
    } catch (error) {
      if (error.status === 422) await this.sendSingly(rows); // one must not hold up the others
      else if (error instanceof Refused) this.onRefused(rows, error);
      else throw error;
      return;
    }
    await removeWaiting(rows);
    await this.onResults(rows.map(({ scan }) => scan), results);
  }

  /** What was made with a key that the server has lost goes with this device's, at the same event. */
  senderOf(sender) {
    const isRescued = this.lost.has(sender.token) && sender.event === this.sender?.event;
    return isRescued ? this.sender : sender;
  }

  onRefused(rows, error) {
    const { sender } = rows[0];
    const tried = this.senderOf(sender);
    this.lost.add(tried.token);
    if (this.senderOf(sender).token !== tried.token) return; // once more, with the other key
    for (const { n } of rows) this.aside.add(n);
    if (tried.token === this.sender?.token) throw error;
  }

  async sendSingly(rows) {
    if (rows.length > 1) for (const row of rows) await this.send([row]);
    else {
      this.aside.add(rows[0].n);
      const { scan } = rows[0];
      await this.onResults([scan], [{ scan_id: scan.scan_id, verdict: "unknown" }]);
    }
  }

  /** What the server does not take is given up, because somebody said so. */
  async discard() {
    await removeWaiting([...this.aside].map((n) => ({ n })));
    this.aside.clear();
    await this.list();
  }
}
