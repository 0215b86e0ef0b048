// Of the numbers of lines Tab leads to one alone; the arrow keys, Home and End lead to the
// others. Without this a keyboard would have to pass all of them.

const links = [...document.querySelectorAll("a[id^=ln]")];
const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -20, PageDown: 20, Home: -Infinity, End: Infinity };
let current = links.find((link) => link === document.activeElement || link.closest(".mark")) ?? links[0];

function move(event) {
  const at = links.indexOf(event.target);
  if (at < 0 || !(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  links[Math.min(Math.max(at + STEPS[event.key], 0), links.length - 1)].focus();
}

function enter(event) {
  if (event.target === current || !links.includes(event.target)) return;
  current.tabIndex = -1;
  current = event.target;
  current.tabIndex = 0;
}

for (const link of links) if (link !== current) link.tabIndex = -1;
document.addEventListener("keydown", move);
document.addEventListener("focusin", enter);
