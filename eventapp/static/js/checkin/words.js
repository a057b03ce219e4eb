// Words with gaps, and times.

const clock = new Intl.DateTimeFormat("de", {
  hour: "numeric",
  minute: "2-digit",
  timeZone: "Europe/Berlin",
});

export const clockTime = (instant) => clock.format(new Date(instant));

/** `fill("{n} da", {n: 3})` is "3 da". */
export function fill(words, values) {
  return words.replace(/{(\w+)}/g, (_, name) => values[name]);
}
