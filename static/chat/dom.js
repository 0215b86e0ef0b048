// Small words for the page, the server and the browser's storage.
export const $ = (id) => document.getElementById(id);
export const boot = JSON.parse($("chat-boot").textContent);
export const mine = `chat.${boot.repo}.${boot.me}.`;

export function make(tag, more, ...children) {
  const node = Object.assign(document.createElement(tag), more);
  node.append(...children);
  return node;
}

/** A copy of something that the page says, with values in its gaps. */
export function said(name, ...values) {
  const copy = $("chat-says").content.querySelector(`[data-say~="${name}"]`).cloneNode(true);
  for (const [index, gap] of copy.querySelectorAll("data").entries()) gap.textContent = values[index];
  return copy;
}

export const on = (node, names, act) => names.split(" ").forEach((name) => node.addEventListener(name, act));

export const number = (value) => value.toLocaleString();

export const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;

/** Ask the chat; throws what it says if that is an error. */
export async function ask(query, address = "poll") {
  const response = await fetch(`${boot.to}${address}?rows=1&${query}`, { cache: "no-store" });
  return checked(await response.json());
}

export function checked(answer) {
  const [first] = answer.msgs;
  if (first?.isError) throw Object.assign(Error(plain(first.xmsg)), { refused: first.code });
  return answer;
}

/** Values of this repository and login; where the browser refuses storage, the page remembers them. */
function store(area) {
  let kept = {};
  try { kept = window[area]; } catch { /* refused */ }
  return {
    get: (key) => JSON.parse(kept[mine + key] ?? null),
    set(key, value) {
      if (!value) return delete kept[mine + key];
      try { kept[mine + key] = JSON.stringify(value); } catch { return false; }
      return kept instanceof Storage;
    },
    keys: (start) => Object.keys(kept).filter((key) => key.startsWith(mine + start)).map((key) => key.slice(mine.length)),
  };
}

export const session = store("sessionStorage");
export const browser = store("localStorage");
