// What one can do with a message.
import { $, ask, banner, boot, checked, fail, on, said, say } from "../page.js";
import { field, insert } from "../composer.js";
import * as feed from "../feed.js";
import { add } from "./writing.js";
import * as log from "../log.js";
import * as outbox from "../outbox.js";
import * as scroll from "../scroll.js";
import { fullTimes } from "../time.js";

const list = $("menu");
let other;

export function menu(row, source) {
  const { from, id, time } = row.dataset;
  for (const gap of list.querySelectorAll("data")) gap.textContent = from;
  for (const item of list.querySelectorAll("a")) item.search = item.firstElementChild ? `u=${encodeURIComponent(from)}` : `m=${id}`;
  $("take").hidden = Date.now() - Date.parse(time) > 10 * 60 * 1000 || row.querySelector(".m-f");
  $("times").textContent = fullTimes(row.dataset);
  list.showPopover({ source });
}

on(list, "click", () => list.hidePopover());
on(list, "keydown", (event) => {
  const shown = [...list.children].filter((item) => item.checkVisibility());
  const at = shown.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  shown.at(to % shown.length).focus();
});

export function reply(row) {
  const text = log.body(row).textContent.trim() || row.querySelector(".m-f").innerText;
  const [line] = text.split("\n");
  const quote = line.length > 100 ? `${line.slice(0, 100)}…` : line;
  insert(`> ${row.dataset.from} [chat:${row.dataset.id}]: ${quote}\n`);
}

export const link = (row) => copy(row.querySelector(".m-time").href);

export const text = (row) => copy(log.body(row).textContent);

export const draft = () => copy(field.value);

/** Without https there is no clipboard for scripts, so the old way, or by hand. */
async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    document.oncopy = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", words);
      document.oncopy = null;
    };
    if (!document.execCommand("copy")) prompt("Copy this:", words);
  }
  say("Copied");
}

export const mono = (row) => log.body(row).classList.toggle("mono");

export function more(row, opener) {
  opener.ariaExpanded = !row.classList.toggle("long");
}

/** Show the first lines of a text file, as the server has set them. */
export async function preview(_row, opener) {
  opener.outerHTML = await (await fetch(opener.dataset.url)).text();
}

/** Deletion waits, so that one can think better of it. */
export function erase(row) {
  if (!row.matches(".me") && !boot.admin) return banner("author");
  if (row.matches(".gone")) return;
  const line = said("deleted", 6);
  const undo = line.querySelector("button");
  const left = line.querySelector("data");
  undo.onclick = () => {
    line.remove();
    row.classList.remove("gone");
  };
  const commit = () => {
    if (!undo.isConnected) return;
    undo.remove();
    erased(row).catch((error) => {
      undo.onclick();
      fail(error);
    });
  };
  const timer = setInterval(() => {
    if (!undo.isConnected) clearInterval(timer);
    else if (!(left.textContent -= 1)) commit();
  }, 1000);
  row.classList.add("gone");
  row.firstChild.append(line);
  if (row.contains(document.activeElement)) row.firstChild.focus();
  on(window, "pagehide", commit);
}

async function erased({ dataset }) {
  const headers = { "X-CSRF-Token": boot.csrf };
  const response = await fetch(`${boot.to}delete/${dataset.id}`, { method: "POST", headers, keepalive: true });
  checked({ msgs: [await response.json().catch(() => {})] });
}

/** Put a text before what is in the field. */
const back = (words) => insert(field.value ? `${words}\n` : words, 0, 0);

export function take(row) {
  const { textContent } = log.body(row);
  erased(row).then(() => back(textContent), fail);
}

/** Put a message that was not sent back into the field. */
export function edit(row) {
  const { msg, file } = outbox.discard(row);
  back(msg);
  if (file) add([file]);
}

export const { again, discard } = outbox;

export const { hide, only } = log;

/** Show a message where it stands. */
export async function go(id) {
  if (!log.find(id)) {
    const { msgs } = (await ask(`around=${id}&n=25`).catch(fail)) ?? {};
    if (!msgs) return;
    log.clear();
    log.insert(msgs);
    $("older").hidden = false;
    feed.goOn(msgs.at(-1).msgid);
  }
  const row = log.find(id);
  if (row.hidden) only();
  row.classList.remove("flash");
  scroll.show(row);
  row.classList.add("flash");
}

/** Somebody else is signed in now: what waits is sent under his name, or not at all. */
export function login(me) {
  const { length } = outbox.queue;
  if (me !== other) banner(length ? "other" : "reload", me, length, me);
  other = me;
}

export function resend() {
  boot.me = other;
  outbox.flush();
  banner("reload", other);
}

export function reload() {
  for (const { row } of outbox.queue) outbox.discard(row);
  location.reload();
}
