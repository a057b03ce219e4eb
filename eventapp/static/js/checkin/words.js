// Words with gaps, and times.

const clock = new Intl.DateTimeFormat("de", {
  hour: "numeric",
  minute: "2-digit",
  timeZone: "Europe/Berlin",
});

export const clockTime = (instant) => clock.format(new Date(instant));

const day = new Intl.DateTimeFormat("de", { day: "numeric", month: "numeric", timeZone: "Europe/Berlin" });

/** With the day where that is not today. */
export function timeOfDay(instant) {
  const [that, today] = [instant, Date.now()].map((each) => day.format(each));
  return that === today ? clockTime(instant) : `${that}, ${clockTime(instant)}`;
}

/** `fill("{n} da", {n: 3})` is "3 da". */
export function fill(words, values) {
  return words.replace(/{(\w+)}/g, (_, name) => values[name]);
}
