"""Chaton's answers: association lists as S-expressions, or as JSON.

Source: `chaton-alist->stree` of Chaton's chaton.scm, `make-packet` of its
chaton-viewer. What is the same for all clients is made once; only the number of the
client, which stands in the middle, is put in for each.
"""

import json
from dataclasses import dataclass

from repoweb.chat.rooms import sexpr
from repoweb.chat.rooms.forms import Style
from repoweb.chat.rooms.sexpr import Datum
from repoweb.chat.rooms.store import Post

NOBODY = -1
"""The number that tells a client to log in again."""

_MARK = 7_777_777_777  # larger than any number that a client is given
_MARK_BYTES = str(_MARK).encode()

Entry = tuple[str, tuple[int, int], str]


@dataclass(frozen=True)
class Packet:
    """What a client is told: the number of the last message, and what is new.

    Args:
        pos: what the client sends next time.
        nc: how many are in the room.
        ver: the version of the server.
        posts: what is new, oldest first.
    """

    pos: int
    nc: int
    ver: str
    posts: tuple[Post, ...] = ()


def write(fields: dict[str, Datum], style: Style) -> bytes:
    """Write an association list; its names are Chaton's, with dashes."""
    if style is Style.JSON:
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    pairs = [sexpr.Pair(sexpr.Symbol(k), v) for k, v in fields.items()]
    return sexpr.write(pairs).encode()


def entry(post: Post) -> Entry:
    """Make Chaton's entry of a post: the name, seconds and microseconds, the text."""
    return post.nick, (post.seconds, post.micros), post.text


def shared(packet: Packet, style: Style) -> bytes:
    """Write a packet without the number of a client; see `addressed`."""
    content: Datum = tuple(map(entry, packet.posts))
    if style is Style.JSON and not packet.posts:
        content = ""  # as Chaton does
    return write(
        {
            "pos": packet.pos,
            "nc": packet.nc,
            "ver": packet.ver,
            "cid": _MARK,
            "content": content,
        },
        style,
    )


def expired(style: Style, ver: str) -> bytes:
    """Write the packet that tells a client to log in again."""
    return addressed(shared(Packet(0, 0, ver), style), NOBODY)


def addressed(body: bytes, cid: int) -> bytes:
    """Put the number of a client into a packet: before the content stands it first."""
    return body.replace(_MARK_BYTES, b"%d" % cid, 1)
