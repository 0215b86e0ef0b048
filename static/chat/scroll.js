// Scrolling: what one looks at stays where it is, whatever comes or goes around it.
import { $, on } from "./page.js";

const box = $("scroll");
const list = $("log");
const size = () => `${box.scrollHeight} ${box.clientHeight}`;
const rect = (node) => node.getBoundingClientRect();
const rows = (which) => [...list.querySelectorAll(which)];
let moved, anchor, offset, settled, isQueued;
export let isPinned = true;

/** `act` is called when the reader has scrolled, or something has come. */
export function start(act) {
  moved = act;
  on(box, "scroll", later);
  const observer = new ResizeObserver(() => {
    settle();
    later();
  });
  observer.observe(list);
  observer.observe(box);
  later();
}

export function toEnd() {
  isPinned = true;
  settle();
  look();
}

/** Change the list so that what one looks at does not move. */
export function keep(change) {
  remember();
  const result = change();
  settle();
  later();
  return result;
}

export const page = (direction) => box.scrollBy(0, direction * box.clientHeight * 0.9);

export const isNearTop = () => !isPinned && box.scrollTop < 300;

/** Bring a row to a part of the height, and stay there. */
export function show(row) {
  isPinned = false;
  box.scrollTop += rect(row).top - rect(box).top - box.clientHeight / 4;
  settled = size();
  look();
}

/** Show a row that is above what can be seen. */
export const reveal = (row) => row && rect(row).top < rect(box).top && show(row);

/** The last message whose end can be seen. */
export function lastSeen() {
  const end = rect(box).bottom + 4;
  return rows("[data-id]:not([hidden])").findLast((row) => rect(row).bottom <= end);
}

function later() {
  if (!isQueued) requestAnimationFrame(look);
  isQueued = true;
}

/** What has not settled yet would seem to be scrolling. */
function look() {
  isQueued = false;
  if (settled !== size()) settle();
  else isPinned = box.scrollHeight - box.scrollTop - box.clientHeight < 48;
  remember();
  moved();
}

/** The first row that can be seen, and where it is. */
function remember() {
  const { top } = rect(box);
  anchor = rows(".m").find((row) => rect(row).bottom > top);
  offset = anchor && rect(anchor).top;
}

function settle() {
  if (isPinned) box.scrollTop = box.scrollHeight;
  else if (anchor?.isConnected) box.scrollTop += rect(anchor).top - offset;
  settled = size();
}
