// The pairings of this browser: the one it scans with, and those that are over while something that
// was made with them waits. Their tokens are the keys of all that is sealed here.

import { listWaiting, listWalkIns, wipeRoster } from "./store.js";
import { ownerOf } from "./sealing.js";

const DEVICE = "eventapp.door";
const EARLIER = "eventapp.earlier";

const recall = (name) => JSON.parse(localStorage.getItem(name) ?? "null");

/** The pairing of this browser, also one that is over: {event, title, door, token, until, names}. */
export const findDevice = () => recall(DEVICE);

/** By this device's own clock: without a network there is no other. */
export const isOver = (device) => new Date(device.until) <= new Date();

/** Those that are over, oldest first; `why` is "over", "left" or "replaced". */
export const listEarlier = () => recall(EARLIER) ?? [];

/** Take a new pairing, or newer words of the same. */
export async function keepDevice(device) {
  const before = findDevice();
  if (before && before.token !== device.token) await retireDevice("replaced");
  localStorage.setItem(DEVICE, JSON.stringify(device));
}

/** No more scanning with this pairing: list and names go at once, its key when nothing waits. */
export async function retireDevice(why) {
  const device = findDevice();
  if (device) {
    localStorage.setItem(EARLIER, JSON.stringify([...listEarlier(), { ...device, why }]));
    localStorage.removeItem(DEVICE);
  }
  await wipeRoster();
}

/** Forget the keys of earlier pairings of which nothing waits any more. */
export async function forgetEarlier() {
  const earlier = listEarlier();
  if (!earlier.length) return;
  const [scans, walkIns] = await Promise.all([listWaiting(), listWalkIns()]);
  const tokens = new Set(scans.map(({ sender }) => sender.token));
  const owners = new Set(walkIns.map(({ owner }) => owner));
  const needed = [];
  for (const each of earlier) {
    const isNeeded = tokens.has(each.token) || (owners.size && owners.has(await ownerOf(each.token)));
    if (isNeeded) needed.push(each);
  }
  if (needed.length) localStorage.setItem(EARLIER, JSON.stringify(needed));
  else localStorage.removeItem(EARLIER);
}
