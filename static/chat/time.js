// Times in the reader's zone and language.
import { option } from "./browser.js";

const formats = {};

const format = (time, options) => (
  (formats[JSON.stringify(options)] ??= new Intl.DateTimeFormat(undefined, options)).format(new Date(time))
);

export const clockTime = (time, timeStyle = "short") => format(time, { timeStyle, hourCycle: option("clock") || undefined });

export const dayName = (time) => format(time, { dateStyle: "full" });

/** A time as one speaks of it now: 14:02, Tuesday or 3 November. */
export function since(time) {
  if (dayName(time) === dayName(Date.now())) return clockTime(time);
  return format(time, Date.now() - Date.parse(time) < 6 * 24 * 3600 * 1000 ? { weekday: "long" } : { day: "numeric", month: "long" });
}

/** My clock as Fossil wants the sender's, YYYY-MM-DDTHH:MM:SS: Swedes write it nearly so. */
export const local = () => new Date().toLocaleString("sv").replace(" ", "T");

/** My time, UTC, and the sender's clock, which has no zone and is read in mine, where it differs. */
export function fullTimes({ time, local: theirs, from }) {
  const differs = Math.abs(Date.parse(theirs) - Date.parse(time)) >= 30 * 60 * 1000;
  return `${dayName(time)}, ${clockTime(time, "medium")}\n${time.replace(/[TZ]/g, " ")}UTC${
    differs ? `\n${from}'s clock: ${theirs.replace("T", " ")}` : ""}`;
}
