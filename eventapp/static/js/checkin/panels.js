// What opens in the camera's place: the last scans, the search by name, the settings. One at a time;
// the camera goes on looking, and a verdict closes it.

const part = (id) => document.getElementById(id);
const openers = () => document.querySelectorAll("[aria-controls][data-opens]");

export function bindPanels() {
  for (const opener of openers()) {
    opener.addEventListener("click", () => {
      if (opener.getAttribute("aria-expanded") === "true") closePanel();
      else openPanel(opener.dataset.opens);
    });
  }
}

export function openPanel(name) {
  closePanel();
  document.body.dataset.panel = name;
  part(name).hidden = false;
  markOpeners(name);
  const firsts = [...part(name).querySelectorAll("[data-first]")];
  firsts.find((each) => each.offsetParent)?.focus(); // of a form that is not for this door the sentence
}

export function closePanel() {
  const { panel } = document.body.dataset;
  if (!panel) return;
  part(panel).hidden = true;
  delete document.body.dataset.panel;
  markOpeners("");
}

function markOpeners(name) {
  for (const opener of openers()) {
    opener.setAttribute("aria-expanded", String(opener.dataset.opens === name));
  }
}
