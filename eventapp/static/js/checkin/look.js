// The camera on the page: started, chosen, lit, and started again when the phone took it away.

import { Camera, listCameras, stayAwake } from "./camera.js";
import { Reader } from "./reader.js";
import { remember, settings } from "./settings.js";
import { showCamera } from "./view.js";

const AGAIN = 2000; // milliseconds until a camera that was taken away is asked for again

const part = (id) => document.getElementById(id);
let camera = null; // none before the door is open and after it is over

export function look(engine) {
  camera = new Camera(part("video"));
  const reader = new Reader(part("video"), document.body.dataset.wasm, {
    onCode: (code) => engine.scan(code),
    onSeveral: () => engine.ask(),
  });
  stayAwake();
  reader.run();
  bind();
  return begin();
}

/** The device may scan no longer: its camera goes out and is not asked for again. */
export function stopLooking() {
  camera?.stop();
  camera = null;
}

function bind() {
  part("torch").addEventListener("click", switchTorch);
  part("camera").addEventListener("change", ({ target }) => {
    remember("camera", target.value);
    begin();
  });
  document.addEventListener("visibilitychange", keepLive);
  navigator.mediaDevices?.addEventListener("devicechange", keepLive);
}

async function begin() {
  const mine = camera;
  showCamera("wait");
  try {
    await mine.start(settings.camera);
    if (camera !== mine) return mine.stop(); // the door was over meanwhile
    showCamera("ready");
    mine.track.addEventListener("ended", () => setTimeout(keepLive, AGAIN));
    showTorch();
    await offerCameras();
  } catch (error) {
    console.warn("no camera", error);
    showCamera(reasonOf(error));
  }
}

/** Messengers give pages no camera, or refuse it without asking anybody. */
function reasonOf({ name }) {
  if (!isSecureContext) return "insecure";
  return !navigator.mediaDevices || name === "NotAllowedError" ? "blocked" : "none";
}

/** Also looks for a camera that was plugged in. */
function keepLive() {
  if (camera && !document.hidden && !camera.isLive) begin();
}

async function offerCameras() {
  const cameras = await listCameras();
  const options = cameras.map(({ id, name }, i) => new Option(name || `${i + 1}`, id));
  part("camera").replaceChildren(...options);
  part("camera").value = camera.id;
  part("camera-choice").hidden = cameras.length < 2;
}

function showTorch() {
  part("torch").hidden = !camera.hasTorch;
  part("torch").setAttribute("aria-pressed", "false");
}

async function switchTorch() {
  const torch = part("torch");
  const isOn = torch.getAttribute("aria-pressed") !== "true";
  try {
    await camera.setTorch(isOn);
    torch.setAttribute("aria-pressed", String(isOn));
  } catch (error) {
    console.warn("no lamp", error);
    torch.hidden = true;
  }
}
