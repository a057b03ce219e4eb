// The camera: the one chosen last, else the rear one; its lamp; a screen that stays on.

const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };
const REAR = { facingMode: { ideal: "environment" } };

export class Camera {
  constructor(video) {
    this.video = video;
    this.track = null;
    this.starting = null;
  }

  /** Show the picture. Throws where there is no camera or it is refused. */
  start(chosen) {
    this.starting ??= this.open(chosen).finally(() => (this.starting = null));
    return this.starting;
  }

  async open(chosen) {
    if (!navigator.mediaDevices) throw new Error("no camera without a secure connection");
    this.stop(); // a phone opens no second camera beside the first
    const stream = await openStream(chosen);
    this.video.srcObject = stream;
    [this.track] = stream.getVideoTracks();
    await this.video.play();
  }

  stop() {
    this.track?.stop();
    this.track = null;
    this.video.srcObject = null; // else its last picture would be read again and again
  }

  /** Phones take the camera away from a page that is not looked at, and do not always give it back. */
  get isLive() {
    return this.track?.readyState === "live" && !this.track.muted;
  }

  get id() {
    return this.track?.getSettings().deviceId ?? "";
  }

  get hasTorch() {
    return Boolean(this.track?.getCapabilities?.().torch);
  }

  setTorch(isOn) {
    return this.track.applyConstraints({ advanced: [{ torch: isOn }] });
  }
}

/** A camera that was chosen once and is gone is no reason to show none. */
async function openStream(chosen) {
  const wish = { audio: false, video: { ...REAR, ...SIZE } };
  if (!chosen) return navigator.mediaDevices.getUserMedia(wish);
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { deviceId: { exact: chosen }, ...SIZE },
    });
  } catch (error) {
    if (!["OverconstrainedError", "NotFoundError"].includes(error.name)) throw error;
    return navigator.mediaDevices.getUserMedia(wish);
  }
}

/** [{id, name}]; names are empty until a camera was allowed. */
export async function listCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind }) => kind === "videoinput")
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** Keep the screen on, also after the page was away; a device that cannot simply goes dark. */
export function stayAwake() {
  askForLight();
  document.addEventListener("visibilitychange", askForLight);
}

async function askForLight() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch (error) {
    console.warn("the screen may go dark", error); // refused while the battery is low
  }
}
