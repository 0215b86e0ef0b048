"""Reading one card of a structural artifact (FOSSIL.md 3.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from repoweb.repository.structure import FileCard, Kind, Manifest, TagCard, fail

_HASH = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_HEX = re.compile(r"[0-9a-fA-F]*")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?"
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f", "0": "\0"}
_CONTROL_OR_DEL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_TITLE = 100  # bytes
_RESERVED = re.compile(
    r"(?:.*/)?(?:_FOSSIL_|\.fslckout|\.fos)(?:-journal|-wal|-shm)?", re.IGNORECASE
)
"""Check-out databases: should a check-in have one, it is passed over."""


@dataclass
class Cards:
    """What was read of one artifact until now."""

    values: dict[str, str] = field(default_factory=dict)
    files: list[FileCard] = field(default_factory=list)
    tags: list[TagCard] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    cherrypicks: list[tuple[str, str]] = field(default_factory=list)
    last: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    """By letter, what its next card must be greater than."""

    @property
    def technote(self) -> str:
        """The id of a technote, if it is one."""
        return self.values.get("technote", "")

    def ascend(self, letter: str, *key: str) -> None:
        """Require that the cards of a letter are sorted by the bytes of their keys."""
        raw = tuple(_bytes(text) for text in key)
        if letter in self.last and self.last[letter] >= raw:
            fail(f"incorrect {letter}-card sort order")
        self.last[letter] = raw

    def manifest(self, kind: Kind) -> Manifest:
        """Return everything as one value."""
        return Manifest(
            kind,
            parents=tuple(self.parents),
            files=tuple(self.files),
            tags=tuple(self.tags),
            fields=tuple(self.fields),
            members=tuple(self.members),
            cherrypicks=tuple(self.cherrypicks),
            **self.values,
        )


def decode(argument: str) -> str:
    """Undo the escapes of one argument of a card ("defossilize")."""
    return _readable(_plain(argument))


def _plain(argument: str) -> str:
    if "\\" not in argument:
        return argument
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), argument)


def _readable(text: str) -> str:
    """Replace bytes that are no UTF-8, as wherever we read text."""
    return text if text.isascii() else _bytes(text).decode("utf-8", "replace")


def _attachment(cards: Cards, arguments: list[str]) -> None:
    name, target, source = _padded(arguments, 3)
    if not name or not target:
        fail("missing argument on A-card")
    name, target = decode(name), decode(target)
    if not is_simple_path(name):
        fail("invalid filename on A-card")
    if not _HASH.fullmatch(target) and not is_page_name(target):
        fail("invalid target on A-card")
    if source and not _HASH.fullmatch(source):
        fail("invalid source on A-card")
    name = name.rpartition("/")[2]
    cards.values.update(attachment=name, target=target, source=source)


def _technote(cards: Cards, arguments: list[str]) -> None:
    time, name = _padded(arguments, 2)
    if not _DATE.fullmatch(time):
        fail("malformed date on E-card")
    cards.values.update(technote_time=time, technote=_hash("E", name))


def _file(cards: Cards, arguments: list[str]) -> None:
    name, uuid, permission, old_name = _padded(arguments, 4)
    name = _plain(name)
    cards.ascend("F", name)
    name, old_name = _readable(name), decode(old_name)
    if not is_simple_path(name):
        fail("F-card filename is not a simple path")
    if uuid or not cards.values.get("baseline"):
        _hash("F", uuid)
    if old_name and not is_simple_path(old_name):
        fail("F-card old filename is not a simple path")
    if not _RESERVED.fullmatch(name):
        cards.files.append(FileCard(name, uuid, permission, old_name))


def _field(cards: Cards, arguments: list[str]) -> None:
    name, value = _padded(arguments, 2)
    if not name:
        fail("name missing from J-card")
    cards.ascend("J", name)
    cards.fields.append((_readable(name), decode(value)))


def _ticket(cards: Cards, arguments: list[str]) -> None:
    (name,) = _padded(arguments, 1)
    if len(name) != 40 or not _HEX.fullmatch(name):  # noqa: PLR2004
        fail("K-card UUID is the wrong size")
    cards.values["ticket"] = name


def _page(cards: Cards, arguments: list[str]) -> None:
    name = decode(_padded(arguments, 1)[0])
    if not is_page_name(name):
        fail("L-card has malformed wiki name")
    cards.values["title"] = name


def _member(cards: Cards, arguments: list[str]) -> None:
    name = _hash("M", *arguments)
    cards.ascend("M", name)
    cards.members.append(name)


def _parents(cards: Cards, arguments: list[str]) -> None:
    cards.parents += [_hash("P", name) for name in arguments]


def _cherrypick(cards: Cards, arguments: list[str]) -> None:
    target, base = _padded(arguments, 2)
    if target[:1] not in {"+", "-"}:
        fail("Q-card does not begin with '+' or '-'")
    _hash("Q", target[1:])
    if base:
        _hash("Q", base)
    cards.cherrypicks.append((target, base))


def _checksum(cards: Cards, arguments: list[str]) -> None:
    (name,) = _padded(arguments, 1)
    if len(name) != 32 or not _HEX.fullmatch(name):  # noqa: PLR2004
        fail("wrong size cksum on R-card")
    cards.values["checksum"] = name


def _tag(cards: Cards, arguments: list[str]) -> None:
    name, target, *value = _padded(arguments, 2)
    name = _plain(name)
    own = target == "*"
    if not own:
        _hash("T", target)
    if name[:1] not in {"+", "-", "*"}:
        fail("T-card name does not begin with '-', '+', or '*'")
    if _HEX.fullmatch(name[1:]):
        fail("T-card name looks like a hexadecimal hash")
    cards.ascend("T", name, "" if own else target)
    text = decode(value[0]) if value else None
    card = TagCard(name[0], _readable(name[1:]), "" if own else target, text)
    cards.tags.append(card)


def _user(cards: Cards, arguments: list[str]) -> None:
    name = decode(arguments[0]) if arguments else ""
    cards.values["user"] = name or "anonymous"


def _time(cards: Cards, arguments: list[str]) -> None:
    (time,) = _padded(arguments, 1)
    if not _DATE.fullmatch(time):
        fail("cannot parse date on D-card")
    cards.values["time"] = time


def _title(cards: Cards, arguments: list[str]) -> None:
    title = decode(_padded(arguments, 1)[0])
    cards.values["title"] = title


def _z(_cards: Cards, arguments: list[str]) -> None:
    (name,) = _padded(arguments, 1)
    if len(name) != 32 or not _HEX.fullmatch(name):  # noqa: PLR2004
        fail("wrong size for Z-card cksum")


def _text_of(name: str, letter: str) -> "Reader":
    """Make the reader of a card with one text."""

    def read(cards: Cards, arguments: list[str]) -> None:
        if not arguments:
            fail(f"missing text on {letter}-card")
        cards.values[name] = decode(arguments[0])

    return read


def _hash_of(name: str, letter: str) -> "Reader":
    """Make the reader of a card with one hash."""

    def read(cards: Cards, arguments: list[str]) -> None:
        cards.values[name] = _hash(letter, *arguments)

    return read


Reader = Callable[[Cards, list[str]], None]
READERS: dict[str, Reader] = {
    "A": _attachment,
    "B": _hash_of("baseline", "B"),
    "C": _text_of("comment", "C"),
    "D": _time,
    "E": _technote,
    "F": _file,
    "G": _hash_of("thread", "G"),
    "H": _title,
    "I": _hash_of("in_reply_to", "I"),
    "J": _field,
    "K": _ticket,
    "L": _page,
    "M": _member,
    "N": _text_of("mimetype", "N"),
    "P": _parents,
    "Q": _cherrypick,
    "R": _checksum,
    "T": _tag,
    "U": _user,
    "Z": _z,
}
_MANY = 1 << 30
MOST_ARGUMENTS = {
    **dict.fromkeys("BCDGHIKLMNRUWZ", 1),
    **dict.fromkeys("EJQ", 2),
    **dict.fromkeys("AT", 3),
    "F": 4,
    "P": _MANY,
}


def is_simple_path(name: str) -> bool:
    """Whether a name is a relative path without empty, "." and ".." parts."""
    return bool(name) and not {"", ".", ".."}.intersection(name.split("/"))


def is_page_name(name: str) -> bool:
    """Whether a name may be that of a wiki page."""
    return (
        1 <= len(_bytes(name)) <= _LONGEST_TITLE
        and not _CONTROL_OR_DEL.search(name)
        and name == name.strip(" ")
        and "  " not in name
    )


def _padded(arguments: list[str], count: int) -> list[str]:
    return [*arguments, *[""] * (count - len(arguments))]


def _hash(letter: str, name: str = "") -> str:
    if not _HASH.fullmatch(name):
        fail(f"invalid or missing hash on {letter}-card")
    return name


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
