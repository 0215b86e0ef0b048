// Times in the reader's zone and language.
import { option } from "./options.js";

const NOTABLE_MS = 30 * 60 * 1000;
const formats = {};

function format(iso, options) {
  const key = JSON.stringify(options);
  formats[key] ??= new Intl.DateTimeFormat(undefined, options);
  return formats[key].format(new Date(iso));
}

export const clockTime = (iso, second) =>
  format(iso, { hour: "2-digit", minute: "2-digit", second, hourCycle: option("clock") || undefined });

export const dayName = (iso) => format(iso, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

export const dayOf = (iso) => new Date(iso).toDateString();

const local = (date) => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);

/** The sender's clock as Fossil wants it: YYYY-MM-DDTHH:MM:SS. */
export const localNow = () => local(new Date());

/** My time, UTC, and the sender's clock where it differs from mine. */
export function fullTimes({ time, local: theirs, from }) {
  const lines = [`${dayName(time)}, ${clockTime(time, "2-digit")}`, `${time.replace(/[TZ]/g, " ")}UTC`];
  const differs = theirs && Math.abs(Date.parse(theirs) - Date.parse(local(new Date(time)))) >= NOTABLE_MS;
  return differs ? [...lines, `${from}'s clock: ${theirs.replace("T", " ")}`] : lines;
}
