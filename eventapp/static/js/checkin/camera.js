// The rear camera, and its lamp where there is one.

const WISHES = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
};

/** Show the camera in the video element; its track. Throws where there is none or it is refused. */
export async function startCamera(video) {
  if (!navigator.mediaDevices) throw new Error("no camera without a secure connection");
  const stream = await navigator.mediaDevices.getUserMedia(WISHES);
  video.srcObject = stream;
  await video.play();
  return stream.getVideoTracks()[0];
}

export function hasTorch(track) {
  return Boolean(track.getCapabilities?.().torch);
}

export function setTorch(track, isOn) {
  return track.applyConstraints({ advanced: [{ torch: isOn }] });
}

/** Keep the screen on; a device that cannot simply goes dark. */
export async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // refused while the battery is low
  }
}
