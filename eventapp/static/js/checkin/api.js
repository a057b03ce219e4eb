// Talking to the server. A scan may be sent again at will: its id makes it count once.

export const MOST_SCANS = 500;
const PATIENCE = 8000; // milliseconds until a silent network counts as none

/** The server refused this device or this batch; anything else that fails is the network. */
export class Refused extends Error {
  constructor(status) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

async function call(device, path, options) {
  const response = await fetch(`/api/v1/checkin/${device.event}/${path}`, {
    ...options,
    headers: { Authorization: `Bearer ${device.token}`, "Content-Type": "application/json" },
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if ([401, 403, 422].includes(response.status)) throw new Refused(response.status);
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.json();
}

/** The server's verdicts: [{scan_id, verdict, registration?, first_scan?}]. */
export async function sendScans(device, scans) {
  const body = JSON.stringify({ sent_at: new Date().toISOString(), scans });
  const { results } = await call(device, "scans", { method: "POST", body });
  return results;
}

/** [{code, name, organisation?, status}], ten at most. */
export async function fetchNames(device, words) {
  const body = JSON.stringify({ words });
  const { guests } = await call(device, "names", { method: "POST", body });
  return guests;
}

/** {present, expected} */
export function fetchStatus(device) {
  return call(device, "status", { cache: "no-cache" });
}
