// What this browser keeps: the key of its door, and the scans that the server does not have yet.

const DEVICE = "eventapp.door";
const WAITING = "eventapp.waiting";

const read = (name) => JSON.parse(localStorage.getItem(name) ?? "null");
const write = (name, value) => localStorage.setItem(name, JSON.stringify(value));

export function keepDevice(device) {
  write(DEVICE, device);
}

/** The device of this browser while it holds: {event, title, door, token, until}. */
export function findDevice() {
  const device = read(DEVICE);
  return device && new Date(device.until) > new Date() ? device : null;
}

export function forgetDevice() {
  localStorage.removeItem(DEVICE);
}

/** Scans that wait, oldest first; each stays until the server has answered it. */
export function listWaiting() {
  return read(WAITING) ?? [];
}

export function addWaiting(scans) {
  write(WAITING, [...listWaiting(), ...scans]);
}

export function removeWaiting(scanIds) {
  const done = new Set(scanIds);
  write(WAITING, listWaiting().filter((scan) => !done.has(scan.scan_id)));
}
