// Starting the scanner: with the key the page brought, or the one this browser kept.

import { hasTorch, setTorch, startCamera, stayAwake } from "./camera.js";
import { Engine } from "./engine.js";
import { Reader } from "./reader.js";
import { allowSound } from "./sound.js";
import { findDevice, forgetDevice, keepDevice } from "./store.js";
import { showCamera, showScanner, showStart } from "./view.js";

const part = (id) => document.getElementById(id);
const { event, title, door, token, until, wasm } = document.body.dataset;

if (token) {
  keepDevice({ event, title, door, token, until });
  history.replaceState(null, "", "/checkin/"); // a reload must not make another device
}
const device = findDevice();
if (device) open();
else showStart();

function open() {
  const engine = new Engine(device);
  showScanner(device);
  engine.run();
  bind(engine);
  look(engine);
}

function bind(engine) {
  part("next").addEventListener("click", () => {
    part("code").value = "";
    engine.next();
  });
  part("undo").addEventListener("click", () => engine.undo());
  part("again").addEventListener("click", () => engine.readmit());
  part("leave").addEventListener("click", leave);
  part("typed").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const code = part("code").value;
    part("code").value = "";
    if (code.trim()) engine.scan(code);
  });
  // Whoever goes to the field or types in it is with the next person; it stays focused, unseen,
  // behind a verdict, so that no key of a hand scanner is lost.
  for (const name of ["focus", "input"]) part("code").addEventListener(name, () => engine.next());
  addEventListener("pointerdown", allowSound, { once: true });
  addEventListener("keydown", typeAnywhere);
}

/** A hand scanner types wherever the focus is, also while a verdict is shown. */
function typeAnywhere(pressed) {
  allowSound();
  const isPlain = pressed.key.length === 1 && !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey;
  if (isPlain && pressed.key !== " ") part("code").focus();
}

function leave() {
  forgetDevice();
  location.assign("/checkin/");
}

async function look(engine) {
  showCamera("wait");
  try {
    const track = await startCamera(part("video"));
    showCamera("ready");
    offerTorch(track);
    stayAwake();
    new Reader(part("video"), wasm, (code) => engine.scan(code)).run();
  } catch (error) {
    console.warn("no camera", error);
    showCamera("none");
  }
}

function offerTorch(track) {
  const torch = part("torch");
  torch.hidden = !hasTorch(track);
  torch.addEventListener("click", async () => {
    const isOn = torch.getAttribute("aria-pressed") !== "true";
    await setTorch(track, isOn);
    torch.setAttribute("aria-pressed", String(isOn));
  });
}
