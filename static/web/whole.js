// What takes long comes after the page: its whole is loaded, and what was missing filled in.

const LINES = ".code .l, .code .t";

async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(answer.statusText);
  const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (whole.title !== document.title) throw new Error("it has become another page");
  return whole;
}

function replaceParts(whole) {
  for (const part of document.querySelectorAll("[data-later]")) {
    const found = document.adoptNode(whole.getElementById(part.id));
    part.replaceWith(found);
    if (location.hash === `#${found.id}`) found.scrollIntoView();
  }
}

// Lines get their colours and keep the link of their number, which may have the focus.
function colourLines(whole) {
  const lines = [...document.querySelectorAll(LINES)];
  for (const [at, coloured] of [...whole.querySelectorAll(LINES)].entries()) {
    const line = lines[at];
    if (line.textContent !== coloured.textContent) continue;
    const number = line.querySelector("a[id^=ln]");
    if (number) coloured.firstChild.remove();
    line.replaceChildren(...(number ? [number] : []), ...coloured.childNodes);
  }
}

async function complete(place) {
  try {
    const whole = await load(place.dataset.whole);
    replaceParts(whole);
    colourLines(whole);
  } catch {
    if (place.matches(".rest")) place.firstChild.data = "The rest could not be loaded. ";
    return;
  }
  if (place.matches(".rest")) place.remove();
  document.dispatchEvent(new Event("whole"));
}

const place = document.querySelector("[data-whole]");
if (place) complete(place);
