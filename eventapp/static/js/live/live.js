// Keeps the figures as they are on the server. Asking costs nothing while nobody comes or goes; a
// page read again by hand says the same.

const EVERY = 3000; // milliseconds

const live = document.getElementById("live");
const figures = document.getElementById("live-figures");
const lost = document.getElementById("lost");
const whole = document.getElementById("whole");
const clock = new Intl.DateTimeFormat("de", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Berlin" });

let tag = `"${live.dataset.tag}"`;
let asked = new Date();

async function look() {
  const answer = await fetch(live.dataset.url, { headers: { "If-None-Match": tag } });
  if (answer.redirected || [401, 403, 404].includes(answer.status)) {
    location.reload(); // logged out, or no longer allowed: the server says it best
    return;
  }
  if (answer.status !== 304) {
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    show((await answer.json()).html);
    tag = answer.headers.get("ETag");
  }
  asked = new Date();
  if (lost.textContent) lost.textContent = "";
}

function show(html) {
  const scrolled = figures.querySelector("[tabindex]")?.scrollTop ?? 0;
  const had = figures.contains(document.activeElement);
  figures.innerHTML = html;
  const slots = figures.querySelector("[tabindex]");
  if (slots) slots.scrollTop = scrolled;
  if (had) slots?.focus({ preventScroll: true });
}

async function again() {
  try {
    if (!document.hidden) await look();
  } catch (error) {
    console.warn("no answer", error);
    lost.textContent = lost.dataset.words.replace("{time}", clock.format(asked));
  }
  setTimeout(again, EVERY);
}

whole.hidden = !document.fullscreenEnabled;
whole.addEventListener("click", () => live.requestFullscreen());
addEventListener("visibilitychange", () => document.hidden || look().catch(() => {}));
setTimeout(again, EVERY);
