// The name that somebody chooses for himself in a room; this browser remembers it.
import { $, boot, browser, on } from "../dom.js";
import { redraw } from "../log.js";

const field = $("chat-nick");
const own = boot.me;

function use() {
  const name = field.value.trim().replace(/\s+/g, " ");
  boot.me = name && name !== own ? `~${name}` : own; // what is not a login has a mark
  redraw();
}

field.value = browser.get("nick") ?? "";
on(field, "input", () => {
  browser.set("nick", field.value.trim());
  use();
});
use();
