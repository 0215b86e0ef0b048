// The chat page: puts its parts together.
import { $, banner, boot, on, said, show, showWho } from "./page.js";
import { browser, hear, option, tell, watch } from "./browser.js";
import * as composer from "./composer.js";
import * as feed from "./feed.js";
import * as focus from "./focus.js";
import * as log from "./log.js";
import * as notify from "./notify.js";
import * as outbox from "./outbox.js";
import * as scroll from "./scroll.js";
import * as unread from "./unread.js";
import { clockTime } from "./time.js";

const { classList } = document.body;
const { field } = composer;
let rest, attached;

/** Show what has come; what stood in the table when the page was made is no news. */
function apply({ msgs, more, reset, nc, who, ver, me, read }) {
  if (me && me !== boot.me) act("login", me);
  if (who) showWho(who, nc);
  if (ver && ver !== boot.ver) $("stale").hidden = false;
  if (reset) {
    log.clear(said("reset", clockTime(Date.now())));
    unread.reset();
    boot.last = 0;
  }
  unread.see(read, false);
  const gone = msgs.flatMap(({ mdel }) => mdel ?? []);
  const rows = scroll.keep(() => {
    log.remove(gone.map(log.find));
    if (more) log.gap(more.count);
    return log.insert(msgs);
  });
  if (rows[0]) act("history.trim");
  gone.forEach(unread.forget);
  for (const { k } of msgs) outbox.drop(k);
  const foreign = rows.filter((row) => unread.note(row) && row.dataset.id > boot.last);
  notify.show({ rows: foreign, gone });
  focus.refresh();
}

function showState(state, ...more) {
  show(state, ...more);
  if (state === "live") {
    outbox.flush();
    rest ??= setTimeout(() => Promise.allSettled(["acts", "history", "writing"].map(fetched)), 5000);
  } else if (state === "denied") {
    feed.leave();
    log.clear();
    field.readOnly = $("send").disabled = true;
  }
}

async function send() {
  await attached; // whoever is quick wants the file to go, too
  const [file, ...files] = composer.files();
  const text = field.value.replace(/^(?:[ \t]*\n)+|\s+$/g, "");
  if (field.readOnly || !(text || file)) return;
  if (text.length > boot.maxText) return banner("long", text.length, boot.maxText);
  if (outbox.queue.length >= 20) return banner("full");
  outbox.add(text, file);
  for (const other of files) outbox.add("", other);
  $("files").replaceChildren();
  composer.write("");
  composer.save();
  banner();
  toEnd();
  composer.focus();
}

function toEnd() {
  unread.clear();
  scroll.toEnd();
}

function keys(event) {
  const { key } = event;
  const direction = { PageUp: -1, PageDown: 1 }[key];
  if (key === "ArrowUp" && !field.value) focus.newest();
  else if (direction) scroll.page(direction);
  else if (key !== "Escape" || document.querySelector(":popover-open")) return; // a popover closes by itself
  else if ($("side").open) $("side").close();
  else toEnd();
  event.preventDefault();
}

const fetched = (name) => import(`./later/${name}.js`);

/** Do what a button or a key asks for, "erase" or "history.older"; its module is fetched when it is needed. */
async function act(what, ...given) {
  const [name, module = "acts"] = what.split(".").reverse();
  const found = await fetched(module).catch(() => banner("unreachable"));
  return found?.[name](...given);
}

const attach = (given) => (attached = act("writing.add", [...given]));

classList.add("js");
composer.start(keys);
focus.start(act, composer.insert);
unread.start((read) => notify.show({ read }));
scroll.start(() => {
  unread.look();
  if (scroll.isNearTop()) act("history.older");
});
outbox.adopt();
feed.start({ apply, show: showState }, boot.from);
watch(() => {
  $("bell").ariaLabel = `Notifications: ${option("level")}`;
  log.redraw();
});
hear({ bye: outbox.adopt });
on(window, "pagehide", () => tell("bye"));
on(window, "beforeunload", (event) => document.querySelector("[data-say=file], .wait .m-f:not(:empty)") && event.preventDefault());
on($("jump"), "click", () => (unread.isMore ? act("history.back") : scroll.toEnd()));
on($("retry"), "click", feed.now);
on($("bell"), "click", notify.bell);
on($("attach"), "click", () => $("file").click());
on(document, "submit", (event) => {
  if (event.target.id === "chat-form") {
    event.preventDefault();
    send();
  } else if (event.target.action.endsWith("/logout")) { // it leaves nothing behind
    composer.write("");
    for (const { k } of browser.all("q:")) outbox.drop(k);
  }
});
on(document, "click", (event) => {
  const found = event.target.closest(`[data-act], a[href^='${location.pathname}?m=']`);
  if (found?.dataset.act) act(found.dataset.act, found.closest("li"), found);
  else if (found && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    act("go", found.search.slice(3));
  }
});
on(document, "keydown", (event) => event.ctrlKey && event.key === "/" && $("help").showPopover());
on(field, "input", () => /(^|\s)@\S+$/.test(composer.beforeCaret()) && act("writing.complete"));
on($("file"), "change", ({ target }) => {
  attach(target.files);
  target.value = "";
});
on(document, "paste drop", (event) => {
  const data = event.clipboardData ?? event.dataTransfer;
  if (data.files.length) {
    event.preventDefault();
    attach(data.files);
  } else if (event.type === "paste" && event.target === field) act("writing.paste", data.getData("text/plain"));
});
on(document, "dragover dragleave drop", (event) => {
  const isOver = event.type === "dragover" && event.dataTransfer.types.includes("Files");
  if (isOver) event.preventDefault();
  classList.toggle("drop", isOver);
});
if (boot.at) act("go", boot.at);
if (matchMedia("(hover:hover)").matches) composer.focus();
