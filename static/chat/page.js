// What every part needs: small words for the page and the server, and what the page says of itself.
/** A part of the page; its id begins with "chat-". */
export const $ = (name) => document.getElementById(`chat-${name}`);
export const boot = JSON.parse($("boot").textContent);

/** A copy of something that the page says, with values in its gaps. */
export function said(name, ...values) {
  const copy = $("says").content.querySelector(`[data-say~=${name}]`).cloneNode(true);
  copy.querySelectorAll("data").forEach((gap, index) => { gap.textContent = values[index]?.toLocaleString(); });
  return copy;
}

export const on = (node, names, act) => names.split(" ").forEach((name) => node.addEventListener(name, act));

export const number = (value) => value.toLocaleString();

export const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

/** Ask the chat; throws what it says if that is an error. */
export async function ask(query, address = "poll") {
  const response = await fetch(`${boot.to}${address}?rows=1&${query}`, { cache: "no-store" });
  return checked(await response.json());
}

export function checked(answer) {
  const [first] = answer.msgs;
  if (first?.isError) throw Object.assign(Error(parse(first.xmsg).textContent), { refused: first.code });
  return answer;
}

const { dataset } = document.querySelector("main");
const words = $("words");
const retry = $("retry");
const who = $("who");

/** Say something beside the state, until that changes. */
export const say = (text) => { words.textContent = text; };

/** Show a state, and when the next try is; a number that counts down would be read aloud each second. */
export function show(state, seconds = 0, code = 0) {
  dataset.conn = state;
  const isLong = state === "retry" && seconds > 2;
  const reason = code >= 500 ? `The server had a problem (${code})` : "No connection";
  retry.hidden = !isLong;
  say(isLong ? `${reason}. Trying again in ${Math.round(seconds)} s` : words.dataset[state]);
}

/** In a room nobody is named, but all are counted. */
export function showWho(names, count) {
  who.textContent = count ? `${count} here` : "";
  who.title = `as of ${new Date().toLocaleTimeString()}`;
  $("names").replaceChildren(...names.map((name) => said("name", name)));
}

/** Say what the reader has to do about something; without a name, nothing. */
export const banner = (name, ...values) => $("banner").replaceChildren(name ? said(name, ...values) : "");

export const fail = ({ message, refused }) => banner(refused ? "error" : "unreachable", message);
