// Notifications and sounds: asked for on a click, and one tab of a browser makes them.
import { $, browser, on } from "../dom.js";
import { isLeading } from "../feed.js";
import { body, find } from "../log.js";
import { choose, option, watch } from "../options.js";
import { isHeld } from "../tabs.js";
import { isLooking } from "../unread.js";

const PAUSE_MS = 5000;
const HOUR_MS = 3600 * 1000;
const TONES = { 1: [880, 660], 2: [523, 659, 784], 3: [220] };
const MANY = 3;
const { Notification } = window;
const box = $("chat-bell-box");
const shown = new Map();
let audio = null;
let last = 0;
let hasSounded = false;

/** Tell of messages; take back what is deleted or read. */
export async function notify({ rows = [], gone = [], read = 0 }) {
  for (const [id, note] of shown) if (id <= read || gone.includes(id)) note.close();
  const wanted = { all: ".m", mentions: ".hit" }[option("level")] ?? "no";
  const news = rows.filter((row) => !row.hidden && row.matches(wanted));
  if (!news.length || !isLeading || isMuted() || isLooking() || (await isHeld("look"))) return;
  sound();
  if (news.length > MANY) say("many", document.title, `${news.length} new messages`);
  else for (const row of news) say(Number(row.dataset.id), `${row.dataset.from} in ${document.title.split(" — ").at(-1)}`, body(row).textContent);
}

function say(id, title, text) {
  if (Notification?.permission !== "granted") return;
  try {
    const note = new Notification(title, { tag: `chat-${id}`, body: text.slice(0, 140) });
    note.onclick = () => {
      window.focus();
      note.close();
      find(id)?.scrollIntoView();
    };
    note.onclose = () => shown.delete(id);
    shown.set(id, note);
  } catch { box.dataset.can = "fail"; }
}

function isMuted() {
  const mute = option("mute");
  if (Number(mute) && Date.now() > browser.get("muted")) choose("mute", "");
  return Boolean(option("mute"));
}

function sound() {
  if (Date.now() - last < PAUSE_MS || (hasSounded && option("once"))) return;
  last = Date.now();
  hasSounded = true;
  play();
}

function play() {
  audio ??= new AudioContext();
  audio.resume();
  for (const [index, pitch] of (TONES[option("sound")] ?? []).entries()) {
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const gain = new GainNode(audio, { gain: 0.2 });
    const begin = audio.currentTime + index * 0.15;
    gain.gain.setValueAtTime(0.2, begin);
    gain.gain.exponentialRampToValueAtTime(0.001, begin + 0.3);
    tone.connect(gain).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.3);
  }
}

/** Say what the browser lets us do. */
export function bell() {
  const can = (window.isSecureContext && Notification?.permission) || "insecure";
  box.dataset.can = option("level") === "off" && can !== "insecure" ? "" : can;
}

async function request() {
  if (Notification?.permission === "default") await Notification.requestPermission();
  bell();
}

on($("chat-ask"), "click", request);
on($("chat-play"), "click", play);
on(box, "change", ({ target }) => {
  if (target.name === "level" && target.value !== "off") request();
  if (target.name === "mute") browser.set("muted", Date.now() + Number(target.value) * HOUR_MS);
});
on(window, "focus", () => { hasSounded = false; });
watch(bell);
