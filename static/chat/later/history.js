// Messages that are not on the page: older ones, and those of a gap.
import { $, ask } from "../dom.js";
import * as log from "../log.js";
import * as scroll from "../scroll.js";
import { banner, fail } from "../status.js";
import { isRead, renew } from "../unread.js";

const PIECE = 50;
const MOST_ROWS = 600;
const button = $("chat-older");
const list = $("chat-log");

/** Load a piece before the first message; tells whether there are more. */
export async function older(n = PIECE) {
  const [first] = log.rows();
  if (button.hidden || button.disabled || !first) return false;
  button.disabled = list.ariaBusy = true;
  try {
    const { msgs } = await ask(`before=${first.dataset.id}&n=${n}`);
    scroll.keep(() => {
      log.insert(msgs.reverse(), list.firstChild);
      cut(false);
    });
    button.hidden = msgs.length < n;
    if (button.hidden) $("chat-top").firstElementChild.textContent = $("chat-top").dataset.beginning;
  } catch (error) {
    if (error.refused) fail(error);
    else banner("older");
  }
  button.disabled = list.ariaBusy = false;
  return !button.hidden;
}

/** Keep the list short where it is not looked at. */
export const trim = () => scroll.keep(() => cut(scroll.isPinned));

function cut(isAtEnd) {
  const all = log.rows();
  const surplus = all.length - MOST_ROWS;
  if (surplus <= 0) return;
  const far = isAtEnd ? all.slice(0, surplus) : all.slice(-PIECE - surplus, -PIECE);
  const after = far.at(-1).nextSibling;
  if (isAtEnd) button.hidden = false;
  else if (after.className === "gap") log.recount(after, surplus + Number(after.dataset.count));
  else log.gap(surplus, after);
  log.remove(far);
}

/** Load all up to what was read. */
export async function back() {
  while (!isRead(log.rows()[0]) && (await older(4 * PIECE)));
  renew();
}

/** Load what is missing, from where one reads on. */
export async function gap(row, opener) {
  const before = log.previous(row);
  const after = log.next(row);
  opener.disabled = true;
  const query = before ? `around=${before.dataset.id}` : `before=${after.dataset.id}`;
  const { msgs } = (await ask(`${query}&n=${PIECE}`).catch(fail)) ?? { msgs: [] };
  if (!before) msgs.reverse();
  scroll.keep(() => {
    const loaded = log.insert(msgs, row).length;
    const isDone = loaded < PIECE || (after && msgs.at(-1).msgid >= after.dataset.id);
    if (msgs.length && isDone) row.remove();
    else log.recount(row, row.dataset.count - loaded);
  });
  opener.disabled = false;
}
