"""What somebody searches for, read from what he typed. Nothing is a mistake."""

import re
from dataclasses import dataclass, replace

_TOKEN = re.compile(r'"([^"]*)"?|(\S+)')
_WORD = re.compile(r"\w+")
_EXACT = re.compile(r"#(\d{1,18})", re.ASCII)
_FILTER = re.compile(r"(from|has):(\S*)", re.IGNORECASE)
_HAS = {"file": "file", "files": "file", "image": "image", "picture": "image"}


@dataclass(frozen=True)
class Terms:
    """What must hold for a message that is found.

    Args:
        pattern: a query of FTS5 with the words, or "" without any.
        poster: who sent it, in any case; or "".
        has: "file" or "image" if one must be attached, or "".
        msgid: its number, or 0.
    """

    pattern: str = ""
    poster: str = ""
    has: str = ""
    msgid: int = 0

    def __bool__(self) -> bool:
        return self != Terms()

    @classmethod
    def parse(cls, text: str, poster: str = "") -> "Terms":
        """Read words, "words that follow one another", from:, has: and #number.

        The last word may be incomplete, unless something follows it.

        Args:
            text: what was typed.
            poster: as if `from:` had been typed, too.
        """
        terms, phrases, open_end = cls(poster=poster), [], False
        for found in _TOKEN.finditer(text):
            token = found[2] or ""
            narrower = _narrow(terms, token)
            if narrower is not None:
                terms = narrower
                continue
            words = _WORD.findall(found[1] if found[1] is not None else token)
            joined = [" ".join(words)] if found[1] is not None else words
            phrases += [f'"{phrase}"' for phrase in joined if phrase]
            open_end = found[1] is None and bool(words)
        pattern = " ".join(phrases) + ("*" if open_end else "")
        return replace(terms, pattern=pattern)


def _narrow(terms: Terms, token: str) -> Terms | None:
    """Add what a token with a meaning demands; None if it is just words."""
    if exact := _EXACT.fullmatch(token):
        return replace(terms, msgid=int(exact[1]))
    found = _FILTER.fullmatch(token)
    if found is None:
        return None
    if found[1].lower() == "from":
        return replace(terms, poster=found[2].removeprefix("@") or terms.poster)
    kind = _HAS.get(found[2].lower())
    return replace(terms, has=kind) if kind else None
