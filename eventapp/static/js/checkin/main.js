// Starting the scanner: with the key the page brought, or the one this browser kept.

import { findDevice, isOver, retireDevice } from "./devices.js";
import { Engine } from "./engine.js";
import { look } from "./look.js";
import { bindMove } from "./move.js";
import { bindNames } from "./names.js";
import { goHome, takeFromAddress, takeFromPage } from "./pairing.js";
import { windUp } from "./over.js";
import { bindPanels, closePanel, openPanel } from "./panels.js";
import { Queue } from "./queue.js";
import { bindRecent } from "./recent.js";
import { remember, settings } from "./settings.js";
import { keepShell } from "./shell.js";
import { allowSound } from "./sound.js";
import { showScanner, showStart } from "./view.js";
import { bindWalkIns } from "./walkin.js";

const part = (id) => document.getElementById(id);

await takeFromPage();
const isInTime = await takeFromAddress();
const device = findDevice();
if (device && !isOver(device)) open();
else await begin();

function open() {
  const engine = new Engine(device);
  showScanner(device);
  engine.run();
  bind(engine);
  bindTyping(engine);
  bindPanels();
  bindNames(engine);
  bindMove(device);
  bindRecent((scan) => engine.undo(scan));
  bindSettings();
  bindWalkIns(device);
  look(engine);
  keepShell();
}

/** Without a pairing that holds: the doors, and what an earlier one has left here. */
async function begin() {
  showStart();
  part("start-late").hidden = isInTime || Boolean(device);
  await retireDevice("over");
  await windUp(new Queue(null));
}

function bind(engine) {
  part("next").addEventListener("click", () => {
    part("code").value = "";
    engine.next();
  });
  part("undo").addEventListener("click", () => engine.undo());
  part("again").addEventListener("click", () => engine.readmit());
  part("by-name").addEventListener("click", () => {
    engine.next();
    openPanel("names");
  });
  part("let-in").addEventListener("click", () => engine.letIn());
  part("leave").addEventListener("click", () => engine.end("left"));
  part("home").addEventListener("click", () => goHome(device));
}

function bindTyping(engine) {
  part("typed").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const code = part("code").value;
    part("code").value = "";
    if (code.trim()) engine.scan(code);
  });
  // Whoever goes to the field or types in it is with the next person; it stays focused, unseen,
  // behind a verdict, so that no key of a hand scanner is lost.
  for (const name of ["focus", "input"]) {
    part("code").addEventListener(name, () => {
      engine.next();
      closePanel();
    });
  }
  addEventListener("pointerdown", allowSound, { once: true });
  addEventListener("keydown", typeAnywhere);
}

/** A hand scanner types wherever the focus is, also while a verdict is shown. */
function typeAnywhere(pressed) {
  allowSound();
  if (document.activeElement.matches("input[type=text], select")) return;
  const isPlain = pressed.key.length === 1 && !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey;
  if (isPlain && pressed.key !== " ") part("code").focus();
}

function bindSettings() {
  for (const name of ["sound", "vibration"]) {
    part(name).checked = settings[name];
    part(name).addEventListener("change", ({ target }) => remember(name, target.checked));
  }
}
