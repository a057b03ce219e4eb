// A sound and a vibration for each tone of verdict, so that eyes may stay with the guest.

import { settings } from "./settings.js";

const SOUNDS = {
  ok: { notes: [[660, 0.09], [990, 0.16]], shake: [60] },
  look: { notes: [[520, 0.14], [0, 0.06], [520, 0.14]], shake: [120, 80, 120] },
  bad: { notes: [[200, 0.4]], shake: [400] },
  calm: { notes: [[440, 0.12]], shake: [30, 40, 30] },
};

let audio = null;

/** Browsers stay silent until somebody has touched the page. */
export function allowSound() {
  audio ??= new AudioContext();
  audio.resume();
}

export function signal(tone) {
  const { notes, shake } = SOUNDS[tone];
  if (settings.vibration) navigator.vibrate?.(shake);
  if (!settings.sound || audio?.state !== "running") return;
  let at = audio.currentTime;
  for (const [pitch, length] of notes) {
    if (pitch) play(pitch, at, length);
    at += length;
  }
}

function play(pitch, at, length) {
  const voice = audio.createOscillator();
  const volume = audio.createGain();
  voice.frequency.value = pitch;
  volume.gain.setValueAtTime(0.25, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + length);
  voice.connect(volume).connect(audio.destination);
  voice.start(at);
  voice.stop(at + length);
}
