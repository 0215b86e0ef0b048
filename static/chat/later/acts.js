// What one can do with a message.
import { $, ask, boot, make, on } from "../dom.js";
import { field, insert } from "../composer.js";
import * as feed from "../feed.js";
import * as log from "../log.js";
import * as outbox from "../outbox.js";
import * as scroll from "../scroll.js";
import { banner } from "../status.js";
import { fullTimes } from "../time.js";

const UNDO_S = 6;
const TAKE_MS = 10 * 60 * 1000;
const list = $("chat-menu");
const items = [...list.children];
let current;

export function menu(row, opener) {
  current = row;
  const { from, id, time } = row.dataset;
  const isMine = row.classList.contains("me");
  const show = {
    take: isMine && Date.now() - Date.parse(time) < TAKE_MS && !row.querySelector(".m-f"),
    delete: isMine || boot.admin,
  };
  for (const item of items) {
    item.hidden = !(show[item.dataset.item] ?? true);
    if (item.dataset.text) item.textContent = item.dataset.text.replace("%", from);
    if (item.href) item.search = item.dataset.text ? `u=${encodeURIComponent(from)}` : `m=${id}`;
  }
  $("chat-times").textContent = fullTimes(row.dataset).join("\n");
  list.showPopover();
  const { left, bottom, top } = opener.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = list;
  list.style.left = `${Math.max(4, Math.min(left, innerWidth - offsetWidth - 4))}px`;
  list.style.top = `${bottom + offsetHeight < innerHeight ? bottom : Math.max(4, top - offsetHeight)}px`;
  items[0].focus();
}

on(list, "click", ({ target }) => {
  list.hidePopover();
  const { item } = target.dataset;
  if (item) ACTS[item](current);
});
on(list, "keydown", (event) => {
  const shown = items.filter(({ hidden }) => !hidden);
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

export const link = (row) => copy(null, row.querySelector(".m-time").href);

/** Without https there is no clipboard for scripts, so the old way, or by hand. */
export async function copy(_row, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { value: text });
    const before = document.activeElement;
    document.body.append(area);
    area.select();
    const isDone = document.execCommand("copy");
    area.remove();
    before.focus();
    if (!isDone) prompt("Copy this:", text);
  }
  $("chat-words").textContent = "Copied";
}

export function mono(row) {
  row.dataset.mono = row.dataset.mono ? "" : 1;
  log.redraw();
}

export function more(row, opener) {
  const isLong = scroll.keep(() => row.classList.toggle("long"));
  opener.dataset.text ??= opener.textContent;
  opener.textContent = isLong ? opener.dataset.text : "Show less";
  opener.ariaExpanded = !isLong;
}

/** Show the first lines of a text file; those of a patch in its colours. */
export async function preview(row, opener) {
  const { url, lines } = opener.dataset;
  const text = await (await fetch(`${url}?head=12`)).text();
  const isPatch = /\.(diff|patch)$/.test(url);
  const shown = text.replace(/\n$/, "").split("\n").map((line) => {
    const kind = isPatch && { "+": "ins", "-": "del" }[line[0]];
    return make(kind || "span", { textContent: `${line}\n` });
  });
  scroll.keep(() => {
    opener.after(make("pre", { tabIndex: 0, ariaLabel: `First lines of ${lines}` }, ...shown));
    opener.remove();
  });
}

/** Deletion waits, so that one can think better of it. */
function erase(row) {
  if (!row.classList.contains("me") && !boot.admin) {
    banner("Only the author or an administrator can delete this message.");
    return;
  }
  let left = UNDO_S;
  const stop = () => {
    clearInterval(timer);
    removeEventListener("pagehide", commit);
  };
  const back = () => {
    stop();
    scroll.keep(() => row.classList.remove("gone"));
    outbox.say({ row }, "");
  };
  const commit = () => {
    stop();
    outbox.say({ row }, "Deleted.");
    erased(row.dataset.id).catch((error) => {
      back();
      banner(error.message);
    });
  };
  const timer = setInterval(() => {
    left -= 1;
    row.querySelector(".m-s button").textContent = `Undo (${left})`;
    if (!left) commit();
  }, 1000);
  scroll.keep(() => row.classList.add("gone"));
  outbox.say({ row }, "Deleted. ", [`Undo (${left})`, back]);
  on(window, "pagehide", commit);
  if (row.contains(document.activeElement)) row.firstChild.focus();
}

async function erased(id) {
  const headers = { "X-CSRF-Token": boot.csrf };
  const response = await fetch(`${boot.to}delete/${id}`, { method: "POST", headers, keepalive: true });
  const problem = await response.json().catch(() => ({}));
  if (problem.isError) throw Error(problem.xmsg);
}

async function take(row) {
  const text = log.body(row).textContent;
  await erased(row.dataset.id).then(() => insert(text, 0, 0), (error) => banner(error.message));
}

/** Show a message where it stands. */
export async function go(_row, id) {
  if (!log.find(id)) {
    try {
      const { msgs } = await ask(`around=${id}&n=25`);
      log.clear();
      log.insert(msgs);
      $("chat-older").hidden = false;
      feed.goOn(msgs.at(-1).msgid);
    } catch (error) {
      banner(error.message);
      return;
    }
  }
  const row = log.find(id);
  if (row.hidden) log.filter("");
  scroll.show(row);
  row.classList.remove("flash");
  row.getBoundingClientRect();
  row.classList.add("flash");
}

/** The capability is gone: nothing more is shown, but what was typed stays. */
export function deny() {
  $("chat-send").disabled = field.readOnly = true;
  const text = "You may not use this chat. Ask an administrator for the Chat (C) capability. ";
  banner(text, ["Copy text", () => copy(null, field.value)]);
}

export const all = () => log.filter("");

export const unhide = () => log.hide();

/** Somebody else is signed in now: what waits is sent under his name, or not at all. */
export function login(_row, me) {
  const count = outbox.waiting().length;
  const leave = (login) => () => {
    if (login) outbox.moveTo(login);
    for (const item of [...outbox.waiting()]) outbox.discard(item);
    location.reload();
  };
  feed.leave();
  if (!count) banner(`Signed in as ${me}. `, ["Reload", leave()]);
  else banner(`Signed in as ${me}. `, [`Send ${count} waiting messages as ${me}?`, leave(me)], ["Discard", leave()]);
}

const ACTS = {
  text: (row) => copy(null, log.body(row).textContent),
  mono, take, delete: erase,
  only: (row) => log.filter(row.dataset.from),
  hide: (row) => scroll.keep(() => log.hide(row.dataset.id)),
};

export { erase as delete };
