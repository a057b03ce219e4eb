// What this browser keeps in its database: the scans and walk-ins that the server does not have yet,
// the roster, and what this device saw that the roster does not know.

import { read, write } from "./database.js";

/** Rows {n, scan, sender} that wait, oldest first; each stays until the server has answered it. */
export const listWaiting = () => read("waiting", (store) => store.getAll());
export const countWaiting = () => read("waiting", (store) => store.count());
export const isWaiting = (scan) =>
  read("waiting", (store) => store.index("scan_id").count(scan.scan_id)).then(Boolean);

/** Keep scans; one that waits already under its id is replaced. */
export function addWaiting(scans, sender) {
  return write("waiting", (store) => {
    for (const scan of scans) {
      const old = store.index("scan_id").getAllKeys(scan.scan_id);
      old.onsuccess = () => {
        for (const n of old.result) store.delete(n);
        store.add({ scan, sender });
      };
    }
  });
}

/** A scan that was replaced while it was being sent is a row of its own and stays. */
export function removeWaiting(rows) {
  return write("waiting", (store) => {
    for (const { n } of rows) store.delete(n);
  });
}

const KEPT = "kept";
export const findRoster = () => read("roster", (store) => store.get(KEPT));
export const keepRoster = (roster) => write("roster", (store) => store.put(roster, KEPT));

export async function wipeRoster() {
  await write("roster", (store) => store.clear());
  await write("passages", (store) => store.clear());
}

/** {scan_id, key, direction, at, item, door, sentAt?} */
export const listPassages = () => read("passages", (store) => store.getAll());
export function keepPassages(passages) {
  return write("passages", (store) => {
    for (const passage of passages) store.put(passage);
  });
}
export function removePassages(scanIds) {
  return write("passages", (store) => {
    for (const id of scanIds) store.delete(id);
  });
}

/** {walk_in_id, event, owner, iv, sealed, isRefused?}: closed, see `sealing.js`. */
export const listWalkIns = () => read("walk-ins", (store) => store.getAll());
export const keepWalkIn = (row) => write("walk-ins", (store) => store.put(row));
export const removeWalkIn = (id) => write("walk-ins", (store) => store.delete(id));
