"""Reading structural artifacts: `parse(content)` gives their cards as a value.

The rules are those of Fossil's manifest parser (FOSSIL.md 3.1 to 3.5; src/
manifest.c): anything that it takes for an artifact is one, whoever made it.
"""

import hashlib
import re
from collections.abc import Iterator

from repoweb.repository.cards import MOST_ARGUMENTS, READERS, Cards
from repoweb.repository.structure import BadArtifact, Kind, Manifest, fail

_ALLOWED = {
    Kind.CHECKIN: "BCDFNPQRTUZ",
    Kind.CLUSTER: "MZ",
    Kind.CONTROL: "DTUZ",
    Kind.WIKI: "CDLNPUWZ",
    Kind.TICKET: "DJKUZ",
    Kind.ATTACHMENT: "ACDNUZ",
    Kind.TECHNOTE: "CDENPTUWZ",
    Kind.FORUM: "DGHINPUWZ",
}
_REQUIRED = {
    Kind.CHECKIN: "DZ",
    Kind.CLUSTER: "MZ",
    Kind.CONTROL: "DTUZ",
    Kind.WIKI: "DLUWZ",
    Kind.TICKET: "DJKUZ",
    Kind.ATTACHMENT: "ADZ",
    Kind.TECHNOTE: "DEWZ",
    Kind.FORUM: "DUWZ",
}
_KIND_OF = {
    **dict.fromkeys("BFQR", Kind.CHECKIN),
    **dict.fromkeys("JK", Kind.TICKET),
    **dict.fromkeys("GHI", Kind.FORUM),
    "A": Kind.ATTACHMENT,
    "E": Kind.TECHNOTE,
    "L": Kind.WIKI,
    "M": Kind.CLUSTER,
}
_REPEATED = "FJMPQT"
_Z_CARD = 35  # bytes, with its newline
_SIGNED = re.compile(rb"-----BEGIN (?:PGP|SSH) SIGNED MESSAGE-----")
_SIGNATURE = re.compile(rb"\n-----BEGIN (?:PGP|SSH) SIGNATURE-----")


def parse(content: bytes) -> Manifest:
    """Read a structural artifact.

    Raises:
        BadArtifact: Fossil would not take the content for one either.
    """
    text = _unsigned(content)
    _check_frame(text)
    cards = Cards()
    seen: list[str] = []
    for letter, arguments, body in _lines(text):
        _check_order(seen, letter, cards)
        _read(cards, letter, arguments, body)
    return _checked(cards, seen)


def is_artifact(content: bytes) -> bool:
    """Whether Fossil would take a content for a structural artifact."""
    try:
        parse(content)
    except BadArtifact:
        return False
    return True


def _unsigned(content: bytes) -> bytes:
    """Take away a clear-sign wrapper."""
    if not _SIGNED.match(content):
        return content
    start = content.find(b"\n\n")
    if start < 0:
        return content
    text = content[start + 2 :]
    ends = [found.start() for found in _SIGNATURE.finditer(text)]
    return text[: ends[-1] + 1] if ends else text


def _check_frame(text: bytes) -> None:
    """Look at the first card, the last byte and the checksum, before all else."""
    if not text.endswith(b"\n"):
        fail("not terminated with \\n" if text else "zero-length")
    if not (b"A" <= text[:1] <= b"Z" and text[1:2] == b" "):
        fail("line 1 not recognized")
    if text[-_Z_CARD : 2 - _Z_CARD] == b"Z ":
        digest = hashlib.md5(text[:-_Z_CARD], usedforsecurity=False).hexdigest()
        if text[2 - _Z_CARD : -1] != digest.encode():
            fail(f"incorrect Z-card cksum: expected {digest}")


def _lines(text: bytes) -> Iterator[tuple[str, list[str], bytes]]:
    """Split into cards: letter, arguments, and the text of a W card."""
    at = 0
    while at < len(text):
        end = text.index(b"\n", at)
        line = text[at:end].decode("utf-8", "surrogateescape")
        letter, _, rest = line.partition(" ")
        if len(letter) != 1 or not "A" <= letter <= "Z":
            fail("bad card type")
        at = end + 1
        body = b""
        arguments = rest.split(" ") if len(line) > 1 else []
        if letter == "W":
            body, at = _body(text, at, rest)
        yield letter, arguments, body


def _body(text: bytes, at: int, size: str) -> tuple[bytes, int]:
    if not size.isascii() or not size.isdigit():
        fail("missing size on W-card")
    end = at + int(size[:12])
    if end + 1 >= len(text):
        fail("not enough content after W-card")
    if text[end : end + 1] != b"\n":
        fail("W-card content no \\n terminated")
    return text[at:end], end + 1


def _check_order(seen: list[str], letter: str, cards: Cards) -> None:
    """See to it that letters ascend, each once but for the repeated ones."""
    last = seen[-1] if seen else ""
    if letter == last:
        if letter not in _REPEATED:
            fail(f"more than one {letter}-card")
        return
    if letter < last and not (
        letter == "N" and last == "P" and cards.technote  # an old mistake of Fossil's
    ):
        fail("cards not in lexicographical order")
    seen.append(letter)


def _read(cards: Cards, letter: str, arguments: list[str], body: bytes) -> None:
    if letter not in MOST_ARGUMENTS:
        fail("unrecognized card")
    if len(arguments) > MOST_ARGUMENTS[letter]:
        fail("extra characters at end of card")
    if letter == "W":
        cards.values["text"] = body.decode("utf-8", "replace")
    else:
        READERS[letter](cards, arguments)


def _checked(cards: Cards, seen: list[str]) -> Manifest:
    """Return everything, if it is all there and nothing too much."""
    kind = _kind(cards, seen)
    for letter in seen:
        if letter not in _ALLOWED[kind]:
            fail(f"{letter}-card in {kind.value}")
    for letter in _REQUIRED[kind]:
        if letter not in seen:
            fail(f"{letter}-card missing in {kind.value}")
    if kind is Kind.CONTROL and not all(tag.target for tag in cards.tags):
        fail("self-referential T-card in control artifact")
    if kind is Kind.TECHNOTE:
        _check_technote(cards)
    if kind is Kind.FORUM:
        _check_post(cards, seen)
    return cards.manifest(kind)


def _kind(cards: Cards, seen: list[str]) -> Kind:
    kinds = [_KIND_OF[letter] for letter in seen if letter in _KIND_OF]
    if kinds:
        return kinds[-1]
    return Kind.CHECKIN if "C" in seen or cards.parents else Kind.CONTROL


def _check_technote(cards: Cards) -> None:
    if any(tag.target for tag in cards.tags):
        fail("non-self-referential T-card in technote")
    if any(tag.action != "+" for tag in cards.tags):
        fail("T-card with '*' or '-' in technote")


def _check_post(cards: Cards, seen: list[str]) -> None:
    if "H" in seen and "I" in seen:
        fail("cannot have I-card and H-card in a forum post")
    if len(cards.parents) > 1:
        fail("too many arguments to P-card")
