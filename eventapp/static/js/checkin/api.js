// Talking to the server. A scan may be sent again at will: its id makes it count once.

export const MOST_SCANS = 500;
const PATIENCE = 8000; // milliseconds until a silent network counts as none
const PATIENCE_NAMES = 3000; // somebody stands there, and there is a list
const PATIENCE_LIST = 30_000; // a hall's network takes its time for 300 kB

/** The server refused this device or this batch; anything else that fails is the network. */
export class Refused extends Error {
  constructor(status) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

/** A hall's own network answers for us as long as nobody has signed in to it; it settles nothing. */
export const isOurAnswer = (response) =>
  (response.headers.get("Content-Type") ?? "").startsWith("application/problem+json");

async function call(device, path, options) {
  return (await ask(device, path, options)).json();
}

async function ask(device, path, { headers, ...options }) {
  const response = await fetch(`/api/v1/checkin/${device.event}/${path}`, {
    signal: AbortSignal.timeout(PATIENCE),
    ...options,
    headers: { Authorization: `Bearer ${device.token}`, "Content-Type": "application/json", ...headers },
    credentials: "omit",
  });
  if ([401, 403, 410, 422].includes(response.status) && isOurAnswer(response)) {
    throw new Refused(response.status);
  }
  if (!response.ok && response.status !== 304) throw new Error(`answered ${response.status}`);
  return response;
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
  const { guests } = await call(device, "names", {
    method: "POST",
    body,
    signal: AbortSignal.timeout(PATIENCE_NAMES),
  });
  return guests;
}

/** {present, expected}; the server learns how many scans wait here. */
export function fetchStatus(device, waiting) {
  return call(device, `status?waiting=${waiting}`, { cache: "no-cache" });
}

/** {roster, tag, serverTime}; `roster` is null where `tag` still names the present one. */
export async function fetchRoster(device, tag) {
  const headers = tag ? { "If-None-Match": tag } : {};
  const signal = AbortSignal.timeout(PATIENCE_LIST);
  const response = await ask(device, "roster", { headers, cache: "no-store", signal });
  const roster = response.status === 304 ? null : await response.json();
  return { roster, tag: response.headers.get("ETag"), serverTime: Date.parse(response.headers.get("Date")) };
}
