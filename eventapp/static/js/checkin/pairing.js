// How a pairing comes into this browser, and from it onto the home screen.

import { keepDevice } from "./devices.js";

const { event, title, door, token, until, names } = document.body.dataset;
const ADDRESS = "/checkin/"; // of the scanner, without any key
const STARTED = "eventapp.start"; // the code that the icon on the home screen carries each time
const PATIENCE = 8000; // milliseconds until a silent network counts as none

/** Keep the device that the page brings, if it brings one. */
export async function takeFromPage() {
  if (!token) return;
  await keepDevice({ event, title, door, token, until, names: names !== undefined });
  history.replaceState(null, "", ADDRESS); // a reload must not send the form again
}

/** Started from the home screen: trade a code that is new for a key, which is the newest and counts.
 *  False where a code came too late. */
export async function takeFromAddress() {
  const code = new URLSearchParams(location.search).get("start");
  const before = JSON.parse(localStorage.getItem(STARTED) ?? "{}");
  if (!code) return true;
  if (code === before.code) return before.isTaken;
  const answer = await ask("/checkin/start", { code });
  if (answer?.ok) await keepDevice(await answer.json());
  const isSettled = answer?.ok || answer?.status === 410; // else it is tried again at the next start
  if (isSettled) localStorage.setItem(STARTED, JSON.stringify({ code, isTaken: answer.ok }));
  return answer?.status !== 410;
}

/** Go to the page that says how the scanner comes onto the home screen. */
export async function goHome(device) {
  const home = await askHome(device);
  if (home) location.assign(home);
  else showLater();
}

/** Where another browser takes this pairing over, once and soon; null without a network. */
export async function askElsewhere(device) {
  const home = await askHome(device);
  return home && `${location.origin}${ADDRESS}?start=${encodeURIComponent(home.split("/").at(-1))}`;
}

async function askHome(device) {
  const answer = await ask("/checkin/handover", { token: device.token });
  return answer?.ok ? (await answer.json()).home : null;
}

/** With the focus, which reads it out: only verdicts have a live region. */
function showLater() {
  const later = document.getElementById("home-later");
  later.hidden = false;
  later.focus();
}

/** The answer, or null without a network. */
async function ask(address, values) {
  try {
    const body = new URLSearchParams(values);
    return await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    console.warn("no network", error);
    return null;
  }
}

/** Whether this is the code of the practice ticket, in any of its forms. */
export function isPractice(code) {
  const { practiceTicket, practiceShort } = document.body.dataset;
  const tidy = code.trim().toUpperCase();
  return tidy.split("/").at(-1) === practiceTicket || tidy.replace(/[-\s]/, "") === practiceShort;
}
