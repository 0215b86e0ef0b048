"""The answers of the chat that are not messages, in Fossil's exact form.

`fossil chat send` takes a body that begins with `{"isError": true,` for a
failure, one blank behind the colon, and looks for "not logged in" in it.
Our own page also looks at `code`.
"""

from datetime import UTC, datetime

from repoweb.chat.fossil_json import string

EMPTY = b'{"msgs":[\n\n]}'
"""A poll that ended without a message."""

LOGIN, PERMISSION, CSRF = "login", "perm", "csrf"


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
    """Tell what went wrong; the text is HTML, as Fossil's own page takes it."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    record = (
        f'{{"isError": true, "xfrom": null,"mtime": "{now}", "lmtime": "{now}",'
        f'"xmsg": {string(text)},"code":{string(code)}}}'
    )
    return (f'{{"msgs":[{record}]}}' if in_list else record).encode()
