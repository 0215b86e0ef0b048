r"""Messages of the chat as Markdown that looks as they did in the chat.

What was typed is shown as it was: all that would be markup gets a backslash.
Addresses and `[target]` stay links, in a form that Fossil understands, too.
"""

import re
from collections.abc import Callable, Iterable

from repoweb.chat.message import Message
from repoweb.repository.targets import Target

Resolve = Callable[[str], Target | None]

_TOKEN = re.compile(r"https?://\S+|\[[^\[\]\n]{1,300}\]")
_LAST = re.compile(r"[A-Za-z0-9/]\Z")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&.:=-])")
_CODE_LINE = re.compile(r"^(?: {2,}|\t)\S", re.MULTILINE)
_FENCE = re.compile(r"`{3,}")
_NOBODY = "nobody"


def quoted(messages: Iterable[Message], resolve: Resolve) -> str:
    """Quote messages, each with its poster, its time in UTC and its link."""
    return "\n\n".join(_quoted(message, resolve) for message in messages) + "\n"


def _quoted(message: Message, resolve: Resolve) -> str:
    name = escaped(message.poster or _NOBODY)
    time = message.time[:16].replace("T", " ")
    head = f"**{name}** [{time}](/chat?m={message.msgid}) UTC:"
    lines = [head, "", *_body(message, resolve).split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _body(message: Message, resolve: Resolve) -> str:
    parts = []
    if message.text:
        is_code = "\n" in message.text and _CODE_LINE.search(message.text)
        make = _code if is_code else _prose
        parts.append(make(message.text, resolve))
    if message.size:
        name = escaped(message.file_name or "a file")
        parts.append(f"*Attached: {name}*")
    return "\n\n".join(parts)


def _code(text: str, _resolve: Resolve) -> str:
    """Fence a text with indented lines, which prose would not keep."""
    fences = [len(found[0]) for found in _FENCE.finditer(text)]
    fence = "`" * (max(fences, default=2) + 1)
    return f"{fence}\n{text}\n{fence}"


def _prose(text: str, resolve: Resolve) -> str:
    pieces, at = [], 0
    for found in _TOKEN.finditer(text):
        pieces += [escaped(text[at : found.start()]), _link(found[0], resolve)]
        at = found.end()
    pieces.append(escaped(text[at:]))
    lines = "".join(pieces).split("\n")
    return "\n".join(
        f"{line}\\" if line and more else line
        for line, more in zip(lines, [*lines[1:], ""], strict=True)
    )


def _link(token: str, resolve: Resolve) -> str:
    if not token.startswith("["):
        return _address(token)
    target = resolve(token[1:-1].partition("|")[0].rstrip())
    if target is None or re.search(r"[\s()<>]", target.url):
        return escaped(token)
    return f"[{escaped(token)}]({target.url})"


def _address(token: str) -> str:
    end = len(token) if _LAST.search(token) else len(token) - 1
    if re.search(r"[<>]", token):
        return escaped(token)
    return f"<{token[:end]}>{escaped(token[end:])}"


def escaped(text: str) -> str:
    """Protect a text from being Markdown."""
    return _MARKUP.sub(r"\\\1", text)
