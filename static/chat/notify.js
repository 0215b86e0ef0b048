// Notifications and sounds: asked for on a click, and one tab of a browser makes them.
import { $, on, said } from "./page.js";
import { browser, isHeld, option } from "./browser.js";
import { isLeading } from "./feed.js";
import { body, find } from "./log.js";
import { isLooking } from "./unread.js";

const { Notification } = window;
const box = $("bell-box");
const mute = box.querySelector("[name=mute]");
const live = $("live");
const shown = new Map();
let audio, hasSounded;
let last = 0;
let recent = 0;

/** Tell of messages; take back what is deleted or read. */
export async function show({ rows = [], gone = [], read = 0 }) {
  for (const [id, note] of shown) if (id <= read || gone.includes(id)) note.close();
  rows.filter((row) => row.matches(`${option("announce")}:not([hidden])`)).forEach(announce);
  const wanted = { all: ".m", mentions: ".hit" }[option("level")] ?? "no";
  const news = rows.filter((row) => row.matches(`${wanted}:not([hidden])`));
  if (!news.length || !isLeading || isMuted() || isLooking() || (await isHeld("look"))) return;
  sound();
  if (news.length > 3) say("many", document.title, `${news.length} new messages`);
  else for (const row of news) say(Number(row.dataset.id), `${row.dataset.from} in ${document.title.split(" — ").at(-1)}`, body(row).textContent);
}

/** Say a message to screen readers; of many at once only the number. */
function announce(row) {
  recent += 1;
  const line = `${row.dataset.from}: ${body(row).textContent}`;
  if (recent <= 3) utter(line.length > 160 ? `${line.slice(0, 160)}…` : line);
  if (recent === 1) setTimeout(() => {
    if (recent > 3) utter(`${recent - 3} new messages`);
    recent = 0;
  }, 5000);
}

function utter(line) {
  live.append(said("line", line));
  if (live.childElementCount > 9) live.firstChild.remove();
}

function say(id, title, text) {
  if (Notification?.permission !== "granted") return;
  try {
    const note = new Notification(title, { tag: `chat-${id}`, body: text.slice(0, 140) });
    note.onclick = () => {
      window.focus();
      find(id)?.scrollIntoView();
    };
    shown.set(id, note);
  } catch { box.className = "box none"; }
}

const isMuted = () => Date.now() < browser.get("muted");

function sound() {
  if (Date.now() - last < 5000 || (hasSounded && option("once"))) return;
  last = Date.now();
  hasSounded = true;
  play();
}

/** The value of a sound is its tones, in hertz. */
function play() {
  audio ??= new AudioContext();
  audio.resume();
  option("sound").split(" ").forEach((frequency, index) => {
    const tone = new OscillatorNode(audio, { frequency });
    const gain = new GainNode(audio, { gain: 0.2 });
    const begin = audio.currentTime + index * 0.15;
    gain.gain.setTargetAtTime(0, begin, 0.1);
    tone.connect(gain).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.3);
  });
}

/** Say what the browser lets us do. */
export function bell() {
  box.className = `box ${(window.isSecureContext && Notification?.permission) || "insecure"}`;
  if (!isMuted()) mute.value = "";
}

async function request() {
  if (Notification?.permission === "default") await Notification.requestPermission();
  bell();
}

on($("ask"), "click", request);
on($("play"), "click", play);
on(box, "change", ({ target }) => {
  if (target.name === "level" && target.value !== "off") request();
  if (target === mute) browser.set("muted", Date.now() + mute.value * 3600 * 1000);
});
on(window, "focus", () => { hasSounded = false; });
