// As reading.py, by ical.js, which reads in Thunderbird.
import { readFileSync } from "node:fs";
import ICAL from "../vendor/ical.js/ical.mjs";

function shown(time) {
  if (time.isDate) return time.toString();
  if (time.zone.tzid === "floating") throw new Error(`${time} has no time zone`);
  return time.convertToZone(ICAL.Timezone.utcTimezone).toString();
}

function seen(component) {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    start: shown(event.startDate),
    end: shown(event.endDate),
    status: component.getFirstPropertyValue("status"),
    sequence: event.sequence,
  };
}

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map(seen);
}

const texts = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map(read)));
