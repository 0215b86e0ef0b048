// What one can do with a message.
import { $, ask, boot, on, said } from "../dom.js";
import { field, focus, insert, write } from "../composer.js";
import * as feed from "../feed.js";
import { bar } from "../focus.js";
import { add } from "./files.js";
import * as log from "../log.js";
import * as outbox from "../outbox.js";
import * as scroll from "../scroll.js";
import { banner, fail, say } from "../status.js";
import { fullTimes } from "../time.js";

const UNDO_S = 6;
const TAKE_MS = 10 * 60 * 1000;
const list = bar.querySelector("[popover]");
let current;

export function menu(row, source) {
  current = row;
  const { from, id, time } = row.dataset;
  for (const gap of list.querySelectorAll("data")) gap.textContent = from;
  for (const item of list.querySelectorAll("a")) item.search = item.firstElementChild ? `u=${encodeURIComponent(from)}` : `m=${id}`;
  $("chat-take").hidden = Date.now() - Date.parse(time) > TAKE_MS || Boolean(row.querySelector(".m-f"));
  $("chat-times").textContent = fullTimes(row.dataset);
  list.showPopover({ source });
}

on(list, "click", ({ target }) => {
  list.hidePopover();
  ITEMS[target.closest("[data-item]")?.dataset.item]?.(current);
});
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

export const draft = () => copy(field.value);

/** Without https there is no clipboard for scripts, so the old way, or by hand. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    document.addEventListener("copy", (event) => {
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
    }, { once: true });
    if (!document.execCommand("copy")) prompt("Copy this:", text);
  }
  say("Copied");
}

export const mono = (row) => log.body(row).classList.toggle("mono");

export function more(row, opener) {
  scroll.keep(() => { opener.ariaExpanded = !row.classList.toggle("long"); });
}

/** Show the first lines of a text file, as the server has set them. */
export async function preview(_row, opener) {
  const text = await (await fetch(opener.dataset.url)).text();
  scroll.keep(() => { opener.outerHTML = text; });
}

/** Deletion waits, so that one can think better of it. */
function erase(row) {
  if (!row.matches(".me") && !boot.admin) {
    banner("author");
    return;
  }
  let left = UNDO_S;
  const line = said("deleted", left);
  const stop = () => {
    clearInterval(timer);
    removeEventListener("pagehide", commit);
  };
  const back = () => {
    stop();
    line.remove();
    scroll.keep(() => row.classList.remove("gone"));
  };
  const commit = () => {
    stop();
    line.querySelector("button").remove();
    erased(row).catch((error) => {
      back();
      fail(error);
    });
  };
  const timer = setInterval(() => {
    left -= 1;
    line.querySelector("data").textContent = left;
    if (!left) commit();
  }, 1000);
  line.querySelector("button").onclick = back;
  scroll.keep(() => row.classList.add("gone"));
  row.firstChild.append(line);
  on(window, "pagehide", commit);
  if (row.contains(document.activeElement)) row.firstChild.focus();
}

async function erased({ dataset }) {
  const headers = { "X-CSRF-Token": boot.csrf };
  const response = await fetch(`${boot.to}delete/${dataset.id}`, { method: "POST", headers, keepalive: true });
  const problem = await response.json().catch(() => ({}));
  if (problem.isError) throw Error(problem.xmsg);
}

function take(row) {
  const text = log.body(row).textContent;
  erased(row).then(() => insert(text, 0, 0), fail);
}

/** Show a message where it stands. */
export async function go(id) {
  if (!log.find(id)) {
    const { msgs } = (await ask(`around=${id}&n=25`).catch(fail)) ?? {};
    if (!msgs) return;
    log.clear();
    log.insert(msgs);
    $("chat-older").hidden = false;
    feed.goOn(msgs.at(-1).msgid);
  }
  const row = log.find(id);
  if (row.hidden) log.filter("");
  scroll.show(row);
  row.classList.remove("flash");
  row.getBoundingClientRect();
  row.classList.add("flash");
}

/** Put a message that was not sent back into the field. */
export function edit(row) {
  const { text, file } = outbox.discard(row);
  write([field.value, text].filter(Boolean).join("\n"));
  if (file) add([file]);
  focus();
}

export const { again, discard } = outbox;

export const all = () => log.filter("");

export const unhide = () => log.hide();

let other;

/** Somebody else is signed in now: what waits is sent under his name, or not at all. */
export function login(me) {
  other = me;
  feed.leave();
  const { length } = outbox.waiting();
  banner(length ? "other" : "reload", me, length, me);
}

export function resend() {
  for (const { key, text, local, at } of outbox.waiting()) {
    localStorage[`chat.${boot.repo}.${other}.q:${key}`] = JSON.stringify({ key, text, local, at, tab: "-" });
  }
  reload();
}

export function reload() {
  for (const { row } of outbox.waiting()) outbox.discard(row);
  location.reload();
}

const ITEMS = {
  mono, take, delete: erase,
  text: (row) => copy(log.body(row).textContent),
  only: (row) => log.filter(row.dataset.from),
  hide: (row) => scroll.keep(() => log.hide(row.dataset.id)),
};

export { erase as delete };
