"""The answers of the chat around its messages, in Fossil's exact form.

What we add to a list of messages stands behind them, where Fossil's clients do
not look: `nc` and `who` (how many logins listen here, and which), `ver` (changes
when the page's scripts do), `more` and `reset`.

`fossil chat send` takes a body that begins with `{"isError": true,` for a
failure, one blank behind the colon, and looks for "not logged in" in it.
Our own page also looks at `code`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from repoweb.chat.fossil_json import Field, record, string

LOGIN, PERMISSION, CSRF, GONE, BUSY = "login", "perm", "csrf", "gone", "busy"
RATE = "rate"


@dataclass(frozen=True)
class Gap:
    """Messages that were left out of an answer: the first, the last, how many."""

    first: int
    last: int
    count: int


def listing(
    records: str,
    about: str,
    *,
    more: Gap | None = None,
    reset: bool = False,
    personal: Mapping[str, Field] | None = None,
) -> bytes:
    """Write the answer of /chat-poll, and what an event of /chat-stream tells.

    Args:
        records: the messages as JSON objects, separated by commas.
        about: what is the same for all answers of this moment (`Hub.about`).
        more: which messages are missing before the first one.
        reset: the reader's number is not of this table, which begins anew.
        personal: for this user only; never in an answer that several share.
    """
    beside = f",{about}" if about else ""
    if more:
        gap = {"from": more.first, "to": more.last, "count": more.count}
        beside += f',"more":{record(gap)}'
    if reset:
        beside += ',"reset":1'
    if personal:
        beside += "," + record(personal)[1:-1]
    return f'{{"msgs":[\n{records}\n]{beside}}}'.encode()


def permission_error(base: str, *, logged_in: bool, in_list: bool) -> bytes:
    """Tell that the user may not use the chat, or is nobody.

    Args:
        base: the path under which the site lies.
        logged_in: somebody is, so that logging in again does not help.
        in_list: wrapped as the answer of /chat-poll.
    """
    text = (
        "Missing permissions or not logged in."
        f" Try <a href='{base}/login?g=chat'>logging in</a>."
    )
    code = PERMISSION if logged_in else LOGIN
    return error(text, code, in_list=in_list)


def error(text: str, code: str, *, in_list: bool = False) -> bytes:
    """Tell what went wrong; the text is HTML, as Fossil's own page takes it.

    In a list the code stands beside it, too.
    """
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    row = (
        f'{{"isError": true, "xfrom": null,"mtime": "{now}", "lmtime": "{now}",'
        f'"xmsg": {string(text)},"code":{string(code)}}}'
    )
    if in_list:
        row = f'{{"msgs":[{row}],"code":{string(code)}}}'
    return row.encode()
