// Finding codes in pictures. A code that stays in view is told once.

/* global ZXingWASM */

const WIDTH = 960; // pixels; enough for a code on a phone at arm's length
const PAUSE = 60; // milliseconds between two pictures
const OUT_OF_VIEW = 2500; // milliseconds after which the same code is a new showing
const OPTIONS = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };

export class Reader {
  constructor(video, wasmUrl, onCode) {
    this.video = video;
    this.onCode = onCode;
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.last = { text: "", seenAt: 0 };
    ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });
  }

  /** Look for ever; a picture that cannot be read is followed by the next. */
  async run() {
    for (;;) {
      try {
        await this.look();
      } catch (error) {
        console.warn("picture skipped", error);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  async look() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || document.hidden) return;
    this.canvas.width = Math.min(WIDTH, videoWidth);
    this.canvas.height = Math.round((videoHeight * this.canvas.width) / videoWidth);
    this.context.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    const picture = this.context.getImageData(0, 0, this.canvas.width, this.canvas.height);
    const [found] = await ZXingWASM.readBarcodes(picture, OPTIONS);
    if (found?.text) this.see(found.text);
  }

  see(text) {
    const now = performance.now();
    const isNew = text !== this.last.text || now - this.last.seenAt > OUT_OF_VIEW;
    this.last = { text, seenAt: now };
    if (isNew) this.onCode(text);
  }
}
