// Small things of the page: announcements, the phone's keyboard, the way to the login.
const LONGEST = 160;
const BURST = 3;
const BURST_MS = 5000;
const recent = [];
let more = 0;

/** Say a line to screen readers; of many at once only the number. */
export function announce(region, line) {
  const now = Date.now();
  while (recent.length && now - recent[0] > BURST_MS) recent.shift();
  if (recent.length < BURST) {
    recent.push(now);
    say(region, line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line);
    return;
  }
  more += 1;
  if (more > 1) return;
  setTimeout(() => {
    say(region, `${more} new messages`);
    more = 0;
  }, BURST_MS);
}

function say(region, line) {
  region.append(Object.assign(document.createElement("p"), { textContent: line }));
  while (region.childElementCount > 10) region.firstElementChild.remove();
}

/** iOS does not shrink the page when its keyboard opens; tell the style sheet. */
export function fitKeyboard(field) {
  const view = window.visualViewport;
  if (!view) return;
  const fit = () => {
    const typing = document.activeElement === field && view.scale === 1;
    document.body.style.setProperty("--vvh", typing ? `${view.height}px` : "100dvh");
  };
  view.addEventListener("resize", fit);
  field.addEventListener("focus", fit);
  field.addEventListener("blur", fit);
}

export function signInLink() {
  const link = Object.assign(document.createElement("a"), { href: "login?g=chat", target: "_blank", textContent: "Sign in" });
  return ["Signed out. ", link, " (new tab). Your text is kept."];
}
