// The scans on their way: kept first, sent in batches, dropped when the server has answered.

import { MOST_SCANS, sendScans } from "./api.js";
import { addWaiting, countWaiting, listWaiting, removeWaiting } from "./store.js";

export class Queue {
  /** `onResults` is called with the scans and what the server said: [{scan_id, verdict, …}]. */
  constructor(device, onResults) {
    this.sender = { event: device.event, token: device.token };
    this.onResults = onResults;
    this.sending = null;
    this.unreadable = new Set(); // rows that the server cannot read: kept, not sent again by this page
    this.length = 0;
  }

  async open() {
    this.length = await countWaiting();
  }

  async add(scans) {
    await addWaiting(scans, this.sender);
    this.length = await countWaiting();
  }

  /** Send all that waits, one sender at a time; a scan added meanwhile goes with the next round.
   *  Throws `Refused`, or what the network throws. */
  async flush() {
    while (this.sending) await this.sending.catch(() => {}); // whoever began it is told
    this.sending = this.sendAll().finally(() => (this.sending = null));
    await this.sending;
  }

  async sendAll() {
    for (;;) {
      const rows = (await listWaiting()).filter(({ n }) => !this.unreadable.has(n));
      this.length = rows.length + this.unreadable.size;
      if (!rows.length) return;
      const { token } = rows[0].sender; // those of an earlier pairing with the key that made them
      await this.send(rows.filter(({ sender }) => sender.token === token).slice(0, MOST_SCANS));
    }
  }

  async send(rows) {
    let results;
    try {
      results = await sendScans(rows[0].sender, rows.map(({ scan }) => scan));
    } catch (error) {
      if (error.status !== 422) throw error;
      await this.sendSingly(rows); // one bad scan must not hold up the others
      return;
    }
    await removeWaiting(rows);
    await this.onResults(rows.map(({ scan }) => scan), results);
  }

  async sendSingly(rows) {
    if (rows.length > 1) for (const row of rows) await this.send([row]);
    else {
      this.unreadable.add(rows[0].n);
      const { scan } = rows[0];
      await this.onResults([scan], [{ scan_id: scan.scan_id, verdict: "unknown" }]);
    }
  }
}
