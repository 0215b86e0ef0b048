// The name that somebody chooses for himself in a room; this browser remembers it.
import { $, boot, on } from "../page.js";
import { browser } from "../browser.js";
import { redraw } from "../log.js";

const field = $("nick");
const own = boot.me;

function use() {
  const name = field.value.trim().replace(/\s+/g, " ");
  browser.set("nick", name);
  boot.me = name && name !== own ? `~${name}` : own; // what is not a login has a mark
  redraw();
}

field.value = browser.get("nick") ?? "";
on(field, "input", use);
use();
