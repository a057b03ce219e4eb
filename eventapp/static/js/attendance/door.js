// Counts down to the opening of the online door, says so now and then to screen readers, and loads
// the page once it is open. Without script the page loads itself.

const SECOND = 1000;
const LOOK_AGAIN = 300; // seconds: the organisers may have moved the date
const SHOWN_BELOW = 24 * 3600; // seconds; before that the day says it better

const door = document.getElementById("door");
const words = door.querySelector("[data-words]");
const ticking = door.querySelector("[data-ticking]");
const clock = door.querySelector("[data-clock]");
const status = document.getElementById("door-status");
const says = JSON.parse(door.dataset.says); // minutes left -> sentence
const opensAt = performance.now() + Number(door.dataset.seconds) * SECOND; // no reader's clock is asked
let ticks = 0;
let said = Infinity;

function left() {
  return Math.max(0, Math.ceil((opensAt - performance.now()) / SECOND));
}

function two(number) {
  return String(number).padStart(2, "0");
}

function show(seconds) {
  ticking.hidden = seconds >= SHOWN_BELOW;
  words.hidden = !ticking.hidden;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  clock.textContent = `${hours ? `${hours}:` : ""}${hours ? two(minutes) : minutes}:${two(seconds % 60)}`;
}

function say(seconds) {
  const due = Object.keys(says).map(Number).filter((minutes) => seconds <= minutes * 60);
  const next = Math.min(...due);
  if (due.length && next < said) {
    if (said !== Infinity) status.textContent = says[next]; // not what the page has just said itself
    said = next;
  }
}

async function look() {
  const answer = await fetch(location.href, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.getElementById("door")?.dataset.opens !== door.dataset.opens) location.reload();
}

function tick() {
  const seconds = left();
  if (seconds === 0) {
    location.reload();
    return;
  }
  show(seconds);
  say(seconds);
  if (++ticks % LOOK_AGAIN === 0) look().catch(() => {}); // the net is away: later
  setTimeout(tick, SECOND);
}

tick();
