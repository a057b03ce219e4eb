// Looking for codes, for ever. A code that stays in view is told once.

import { isOurs } from "./codes.js";
import { nativeDetector, ownDetector } from "./detectors.js";

const PAUSE = 40; // milliseconds between two pictures
const OUT_OF_VIEW = 2500; // milliseconds after which the code told last is a new showing
const GONE = 600; // milliseconds after which any other is; a hand shakes, a picture is blurred
const PATIENCE = 3; // failures of the browser's own detector until ours takes over

export class Reader {
  /** `onCode` gets the text of a new code; `onSeveral` is told of several at once, none is taken. */
  constructor(video, wasmUrl, { onCode, onSeveral }) {
    Object.assign(this, { video, wasmUrl, onCode, onSeveral });
    this.seenAt = new Map();
    this.told = "";
    this.severalAt = -Infinity;
    this.failures = 0;
  }

  /** A picture that cannot be read is followed by the next. */
  async run() {
    this.native = await nativeDetector();
    this.detect = this.native ?? ownDetector(this.wasmUrl);
    for (;;) {
      try {
        await this.look();
        this.failures = 0;
      } catch (error) {
        console.warn("picture skipped", error);
        this.replaceNative();
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  async look() {
    if (!this.video.videoWidth || document.hidden) return;
    const texts = await this.detect(this.video);
    this.see(texts.filter(Boolean));
  }

  /** Some browsers have a detector that never works. */
  replaceNative() {
    this.failures += 1;
    if (this.detect !== this.native || this.failures < PATIENCE) return;
    this.detect = ownDetector(this.wasmUrl);
  }

  see(texts) {
    const now = performance.now();
    const fresh = texts.filter((text) => this.isNew(text, now));
    const ours = fresh.filter(isOurs);
    const [code, other] = ours.length ? ours : fresh.slice(0, 1);
    for (const text of texts) if (!other || !ours.includes(text)) this.seenAt.set(text, now);
    this.forgetGone(now);
    if (other) this.seeSeveral(now);
    else if (code && now - this.severalAt > GONE) this.tell(code);
    else if (code) this.seenAt.delete(code); // one of several may be hidden for one picture only
  }

  isNew(text, now) {
    const seenAt = this.seenAt.get(text) ?? -Infinity;
    return now - seenAt > (text === this.told ? OUT_OF_VIEW : GONE);
  }

  forgetGone(now) {
    for (const [text, at] of this.seenAt) if (now - at > OUT_OF_VIEW) this.seenAt.delete(text);
  }

  seeSeveral(now) {
    const isNews = now - this.severalAt > OUT_OF_VIEW;
    this.severalAt = now;
    if (isNews) this.onSeveral();
  }

  tell(code) {
    this.told = code;
    this.onCode(code);
  }
}
