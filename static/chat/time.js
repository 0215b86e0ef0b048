// Times in the reader's zone and language.
import { option } from "./options.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOTABLE_MS = 30 * 60 * 1000;
const DATE = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const formats = {};

function format(time, options) {
  const key = JSON.stringify(options);
  formats[key] ??= new Intl.DateTimeFormat(undefined, options);
  return formats[key].format(new Date(time));
}

export const clockTime = (time, second) =>
  format(time, { hour: "2-digit", minute: "2-digit", second, hourCycle: option("clock") || undefined });

export const dayName = (time) => format(time, DATE);

export const dayOf = (time) => new Date(time).toDateString();

/** A time as one speaks of it now: 14:02, Tuesday or 3 November. */
export function since(time) {
  const now = Date.now();
  if (dayOf(time) === dayOf(now)) return clockTime(time);
  return format(time, now - Date.parse(time) < 6 * DAY_MS ? { weekday: "long" } : { day: "numeric", month: "long" });
}

/** A clock as Fossil wants the sender's: YYYY-MM-DDTHH:MM:SS. */
export const local = (date = new Date()) => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);

/** My time, UTC, and the sender's clock where it differs from mine. */
export function fullTimes({ time, local: theirs, from }) {
  const lines = [`${dayName(time)}, ${clockTime(time, "2-digit")}`, `${time.replace(/[TZ]/g, " ")}UTC`];
  const differs = theirs && // which has no zone, and is read in mine
    Math.abs(Date.parse(theirs) - Date.parse(time)) >= NOTABLE_MS;
  if (differs) lines.push(`${from}'s clock: ${theirs.replace("T", " ")}`);
  return lines.join("\n");
}
