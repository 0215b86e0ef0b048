// Times in the reader's zone and language.
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const NOTABLE_MS = 30 * 60 * 1000;

export const clockTime = (iso) => clock.format(new Date(iso));

export const dayName = (iso) => day.format(new Date(iso));

export const dayOf = (iso) => new Date(iso).toDateString();

/** My time, UTC, and the sender's clock where it differs from mine. */
export function fullTimes(iso, local, sender) {
  const date = new Date(iso);
  const lines = [full.format(date), `${iso.replace("T", " ").replace("Z", "")} UTC`];
  if (local && Math.abs(new Date(local) - date) >= NOTABLE_MS) {
    lines.push(`${sender}'s clock: ${local.replace("T", " ")}`);
  }
  return lines.join("\n");
}

/** The sender's clock as Fossil wants it: YYYY-MM-DDTHH:MM:SS. */
export function localNow() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}
