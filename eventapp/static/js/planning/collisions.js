// Looks up what else happens on the day while it is being chosen. Without script the button
// "Termin prüfen" does the same.

const FIELDS = ["network", "kind", "starts_on", "ends_on", "starts_time", "ends_time"];
const PAUSE = 400; // milliseconds without another change

const form = document.querySelector("form[data-collisions]");
let timer;
let latest = 0;

function asked() {
  const address = new URL(form.dataset.collisions, location.href);
  for (const name of FIELDS) {
    const value = form.elements[name]?.value;
    if (value) address.searchParams.set(name, value);
  }
  const topics = [...form.querySelectorAll("input[name=topics]:checked")];
  for (const topic of topics) address.searchParams.append("topics", topic.value);
  if (!topics.length) address.searchParams.set("topics", ""); // none, whatever the event has
  return address;
}

async function look() {
  const address = asked();
  const mine = ++latest;
  if (!address.searchParams.get("starts_on") || !address.searchParams.get("network")) return;
  const answer = await fetch(address, { credentials: "same-origin" });
  const text = await answer.text();
  if (mine !== latest || !answer.ok) return;
  const found = new DOMParser().parseFromString(text, "text/html").getElementById("collisions");
  if (found) document.getElementById("collisions").replaceChildren(...found.children);
}

form?.addEventListener("change", (event) => {
  if (![...FIELDS, "topics"].includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(() => look().catch(() => {}), PAUSE); // a hint; the form works without
});
