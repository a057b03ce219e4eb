// What this browser remembers of its user's wishes.

const NAME = "eventapp.settings";
const USUAL = { sound: true, vibration: true, camera: "" };

export const settings = { ...USUAL, ...JSON.parse(localStorage.getItem(NAME) ?? "{}") };

export function remember(name, value) {
  settings[name] = value;
  localStorage.setItem(NAME, JSON.stringify(settings));
}
