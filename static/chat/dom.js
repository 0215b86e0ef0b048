// Small words for the page, the server and the browser's storage.
export const $ = (id) => document.getElementById(id);
export const boot = JSON.parse($("chat-boot").textContent);
export const mine = `chat.${boot.repo}.${boot.me}.`;

export function make(tag, more, ...children) {
  const node = Object.assign(document.createElement(tag), more);
  node.append(...children);
  return node;
}

export const button = (textContent, onclick, more) => make("button", { type: "button", textContent, onclick, ...more });

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

/** Values of this repository and login; a browser that refuses storage forgets them. */
const store = (area) => ({
  get(key) {
    try { return JSON.parse(window[area][mine + key]); } catch { return null; }
  },
  set(key, value) {
    try {
      if (value) window[area][mine + key] = JSON.stringify(value);
      else delete window[area][mine + key];
      return true;
    } catch { return false; }
  },
  keys(start) {
    try {
      return Object.keys(window[area]).filter((key) => key.startsWith(mine + start)).map((key) => key.slice(mine.length));
    } catch { return []; }
  },
});

export const session = store("sessionStorage");
export const browser = store("localStorage");
