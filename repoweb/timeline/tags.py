"""Which tags or branches a timeline is asked for, and how they are compared."""

import sqlite3
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from repoweb.repository.globs import split_globs
from repoweb.repository.regexp import Regexp, RegexpError
from repoweb.timeline.spans import refuse

STYLES = {
    "exact": "exact",
    "glob": "glob",
    "like": "like",
    "regexp": "regexp",
    "re": "regexp",
    "brlist": "brlist",
    "list": "brlist",
}
"""Fossil's names for the ways to compare, with ours."""

SHOWN_STYLES = {
    "": "is",
    "glob": "is like (glob)",
    "like": "is like (SQL)",
    "regexp": "matches",
    "brlist": "is one of",
}
"""What the form offers."""

_GLOB_SIGNS = frozenset("*[?")


@dataclass(frozen=True)
class Tags:
    """Which tags a check-in must carry.

    Args:
        text: the tag, or what those must match.
        style: "exact", "glob", "like", "regexp", or "brlist" for one of several.
        patterns: what the names of tags are compared with; those that a regular
            expression found.
        parents: also what the graph has before those check-ins.
        children: and behind them.
    """

    text: str = ""
    style: str = "exact"
    patterns: tuple[str, ...] = ()
    parents: bool = False
    children: bool = False


NO_TAGS = Tags()


def read_tags(db: sqlite3.Connection, args: MultiDict[str, str]) -> Tags:
    """Read `t` and `r`, the lists `tl`, `rl` and `ml`, and `ms`."""
    key = next((key for key in ("r", "t", "tl", "rl", "ml") if args.get(key)), "t")
    text = args.get(key, "")
    asked = args.get("ms", "").lower()
    if len(key) > 1 and not asked:
        asked = "glob" if _GLOB_SIGNS & set(text) else "brlist"
    if asked and asked not in STYLES:
        refuse(f"Tags are not compared in the way “{asked}”.")
    style = STYLES.get(asked, "exact")
    only_parents = key == "ml" or "mionly" in args
    related = only_parents or key in {"r", "rl"} or "rel" in args
    patterns = _patterns(db, text, style) if text else ()
    return Tags(text, style, patterns, related, related and not only_parents)


def _patterns(db: sqlite3.Connection, text: str, style: str) -> tuple[str, ...]:
    if style == "regexp":
        found = _matching(db, text)
    else:
        found = [text] if style == "exact" else split_globs(text)
    return tuple(f"sym-{name}" for name in found)


def _matching(db: sqlite3.Connection, text: str) -> list[str]:
    """Find the tags whose whole names one of some regular expressions matches."""
    rows = db.execute(
        "SELECT substr(tagname, 5) FROM tag WHERE tagname GLOB 'sym-*'"
    ).fetchall()
    try:
        wanted = [Regexp(f"^({expression})$") for expression in split_globs(text)]
        return [name for (name,) in rows if any(w.finds(name) for w in wanted)]
    except RegexpError as error:
        refuse(str(error))
