// People noted at the door without a network: sealed, sent when there is one, and gone from here
// only once the server has them or somebody has taken their names down.

import { isOurAnswer } from "./api.js";
import { findDevice, listEarlier } from "./devices.js";
import { ownerOf, seal, unseal } from "./sealing.js";
import { keepWalkIn, listWalkIns, removeWalkIn } from "./store.js";

const PATIENCE = 8000; // milliseconds until a silent network counts as none

let last = Promise.resolve(); // what was sent before is answered first

export async function noteWalkIn(device, { walk_in_id, first_name, last_name, came_at }) {
  const person = { walk_in_id, first_name, last_name, came_at, let_in: true };
  const owner = await ownerOf(device.token);
  await keepWalkIn({ walk_in_id, event: device.event, owner, ...(await seal(device.token, person)) });
}

export const countWalkIns = async () => (await listWalkIns()).filter(isToSend).length;
const isToSend = ({ isRefused }) => !isRefused;

/** Send whoever is noted. Throws what the network throws. */
export function flushWalkIns() {
  return (last = last.catch(() => {}).then(sendNoted));
}

async function sendNoted() {
  const rows = (await listWalkIns()).filter(isToSend);
  const devices = rows.length ? await devicesByOwner() : new Map();
  for (const row of rows) {
    const device = devices.get(row.owner);
    if (!device) continue;
    const answer = await sendAs(device, await unseal(device.token, row));
    if (answer.ok) await removeWalkIn(row.walk_in_id);
    else await keepWalkIn({ ...row, isRefused: true });
  }
}

/** Whoever was noted with a key that the server has lost is sent with the present one, at the same event. */
async function sendAs(device, person) {
  const answer = await sendWalkIn(device, person);
  const own = findDevice();
  const isRescued = answer.status === 401 && own?.event === device.event && own.token !== device.token;
  return isRescued ? sendWalkIn(own, person) : answer;
}

/** [{id, name}] of those whom the server did not take. */
export async function listRefused() {
  const rows = (await listWalkIns()).filter(({ isRefused }) => isRefused);
  const devices = rows.length ? await devicesByOwner() : new Map();
  const named = rows.filter(({ owner }) => devices.has(owner));
  return Promise.all(
    named.map(async (row) => {
      const person = await unseal(devices.get(row.owner).token, row);
      return { id: row.walk_in_id, name: `${person.first_name} ${person.last_name}` };
    }),
  );
}

async function devicesByOwner() {
  const devices = [findDevice(), ...listEarlier()].filter(Boolean);
  return new Map(await Promise.all(devices.map(async (each) => [await ownerOf(each.token), each])));
}

/** The server's answer to one person; throws where there is none, or none that settles anything. */
export async function sendWalkIn(device, person) {
  const body = JSON.stringify({ ...person, sent_at: new Date().toISOString() });
  const answer = await askWalkIns(device, "POST", body);
  const isSettled = answer.ok || ([401, 403, 409, 422].includes(answer.status) && isOurAnswer(answer));
  if (!isSettled) throw new Error(`answered ${answer.status}`);
  return answer;
}

export function askWalkIns(device, method, body) {
  return fetch(`/api/v1/checkin/${device.event}/walk-ins`, {
    method,
    body,
    headers: { Authorization: `Bearer ${device.token}`, "Content-Type": "application/json" },
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
  });
}
