// Two ways to find QR codes in a picture: the browser's own, else the engine that we bring along.

/* global ZXingWASM */

const WIDTH = 960; // pixels; enough for a code on a phone at arm's length
const MOST_CODES = 4; // in one picture
const OPTIONS = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: MOST_CODES };

/** A function from the video to the texts in its picture; null where the browser has none. */
export async function nativeDetector() {
  if (!("BarcodeDetector" in globalThis)) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue);
  } catch (error) {
    console.warn("the browser's own detector does not work", error);
    return null;
  }
}

/** The same, with zxing-cpp as WebAssembly. */
export function ownDetector(wasmUrl) {
  const overrides = { locateFile: () => wasmUrl };
  const engine = ZXingWASM.prepareZXingModule({ overrides, fireImmediately: true });
  engine.catch((error) => console.warn("no engine", error)); // every picture will say so, too
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    canvas.width = Math.min(WIDTH, video.videoWidth);
    canvas.height = Math.round((video.videoHeight * canvas.width) / video.videoWidth);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const found = await ZXingWASM.readBarcodes(picture, OPTIONS);
    return found.map(({ text }) => text);
  };
}
