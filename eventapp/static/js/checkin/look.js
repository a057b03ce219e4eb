// The camera on the page: started, chosen, lit, and started again when the phone took it away.

import { Camera, listCameras, stayAwake } from "./camera.js";
import { Reader } from "./reader.js";
import { remember, settings } from "./settings.js";
import { showCamera } from "./view.js";

const AGAIN = 2000; // milliseconds until a camera that was taken away is asked for again

const part = (id) => document.getElementById(id);

export function look(engine) {
  const camera = new Camera(part("video"));
  const reader = new Reader(part("video"), document.body.dataset.wasm, {
    onCode: (code) => engine.scan(code),
    onSeveral: () => engine.ask(),
  });
  stayAwake();
  reader.run();
  bind(camera);
  return begin(camera);
}

function bind(camera) {
  part("torch").addEventListener("click", () => switchTorch(camera));
  part("camera").addEventListener("change", ({ target }) => {
    remember("camera", target.value);
    begin(camera);
  });
  document.addEventListener("visibilitychange", () => keepLive(camera));
  navigator.mediaDevices?.addEventListener("devicechange", () => keepLive(camera));
}

async function begin(camera) {
  showCamera("wait");
  try {
    await camera.start(settings.camera);
    showCamera("ready");
    camera.track.addEventListener("ended", () => setTimeout(keepLive, AGAIN, camera));
    showTorch(camera);
    await offerCameras(camera);
  } catch (error) {
    console.warn("no camera", error);
    showCamera("none");
  }
}

/** Also looks for a camera that was plugged in. */
function keepLive(camera) {
  if (!document.hidden && !camera.isLive) begin(camera);
}

async function offerCameras(camera) {
  const cameras = await listCameras();
  const options = cameras.map(({ id, name }, i) => new Option(name || `${i + 1}`, id));
  part("camera").replaceChildren(...options);
  part("camera").value = camera.id;
  part("camera-choice").hidden = cameras.length < 2;
}

function showTorch(camera) {
  part("torch").hidden = !camera.hasTorch;
  part("torch").setAttribute("aria-pressed", "false");
}

async function switchTorch(camera) {
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
