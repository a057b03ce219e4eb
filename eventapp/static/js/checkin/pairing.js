// How a pairing comes into this browser, and from it onto the home screen.

import { findDevice, keepDevice } from "./store.js";

const { event, title, door, token, until, names } = document.body.dataset;
const ADDRESS = "/checkin/"; // of the scanner, without any key

/** Keep the device that the page brings, if it brings one. */
export async function takeFromPage() {
  if (!token) return;
  await keepDevice({ event, title, door, token, until, names: names !== undefined });
  history.replaceState(null, "", ADDRESS); // a reload must not send the form again
}

/** Started from the home screen for the first time: trade the code in its address for a key. The
 *  device, or null where there is no code or it holds no longer, which the page then says. */
export async function takeFromAddress() {
  const code = new URLSearchParams(location.search).get("start");
  if (!code) return null;
  const answer = await ask("/checkin/start", { code });
  if (answer?.ok) await keepDevice(await answer.json());
  else document.getElementById("start-late").hidden = false;
  return findDevice();
}

/** Go to the page that says how the scanner comes onto the home screen. */
export async function goHome(device) {
  const answer = await ask("/checkin/handover", { token: device.token });
  if (answer?.ok) location.assign((await answer.json()).home);
  else showLater();
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
    return await fetch(address, { method: "POST", body: new URLSearchParams(values) });
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
