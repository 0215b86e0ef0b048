"""What the tables say about files: sizes, names of all times, uses of a content."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_PUBLIC = "NOT IN (SELECT rid FROM private)"


class Use(NamedTuple):
    """A check-in that brought a content, and under which name."""

    name: str
    hash: str
    time: str
    user: str
    comment: str


def sizes(db: sqlite3.Connection, hashes: Iterable[str]) -> dict[str, int]:
    """Tell the sizes of some artifacts; those that are not here are left out."""
    rows = db.execute(
        "SELECT uuid, size FROM json_each(?) JOIN blob ON uuid=value WHERE size>=0",
        (json.dumps(list(hashes)),),
    )
    return dict(rows.fetchall())


def names_below(db: sqlite3.Connection, folder: str) -> list[str]:
    """List the files that were ever in a folder or the folders in it, sorted."""
    rows = db.execute(
        "SELECT name FROM filename WHERE name>=? AND name<?"
        " AND EXISTS(SELECT 1 FROM mlink WHERE mlink.fnid=filename.fnid"
        f" AND mid {_PUBLIC}) ORDER BY name",
        (f"{folder}/", f"{folder}0") if folder else ("", "\U0010ffff"),
    )
    return [row[0] for row in rows.fetchall()]


def uses(db: sqlite3.Connection, rid: int, most: int) -> list[Use]:
    """List the check-ins that brought a content, newest first."""
    rows = db.execute(
        "SELECT name, uuid, strftime('%Y-%m-%d %H:%M', event.mtime),"
        " coalesce(euser, user, ''), coalesce(ecomment, comment, '')"
        " FROM mlink JOIN filename USING(fnid) JOIN event ON objid=mid"
        " JOIN blob ON blob.rid=mid"
        f" WHERE fid=? AND fid<>mlink.pid AND NOT isaux AND mid {_PUBLIC}"
        " ORDER BY event.mtime DESC LIMIT ?",
        (rid, most),
    )
    return [Use(*row) for row in rows.fetchall()]


class Release(NamedTuple):
    """A check-in of which archives are offered.

    Args:
        names: its tags that do not propagate, with commas; or its branch.
        time: "YYYY-MM-DD HH:MM", UTC.
    """

    hash: str
    names: str
    time: str
    comment: str


def tagged(db: sqlite3.Connection, most: int) -> list[int]:
    """List the newest check-ins that have tags of their own."""
    rows = db.execute(
        "SELECT DISTINCT objid, event.mtime FROM tagxref JOIN tag USING(tagid)"
        " JOIN event ON objid=tagxref.rid WHERE tagname GLOB 'sym-*' AND tagtype=1"
        " AND type='ci' AND objid NOT IN (SELECT rid FROM private)"
        " ORDER BY event.mtime DESC, objid DESC LIMIT ?",
        (most,),
    )
    return [row[0] for row in rows.fetchall()]


def releases(db: sqlite3.Connection, rids: Sequence[int]) -> list[Release]:
    """Describe check-ins, the newest first."""
    rows = db.execute(
        "SELECT uuid, coalesce((SELECT group_concat(substr(tagname, 5), ', ')"
        "  FROM tagxref JOIN tag USING(tagid) WHERE tagxref.rid=objid"
        "  AND tagtype=1 AND tagname GLOB 'sym-*'),"
        " (SELECT value FROM tagxref WHERE tagid=8 AND tagtype>0"
        "  AND tagxref.rid=objid), ''),"
        " strftime('%Y-%m-%d %H:%M', mtime), coalesce(ecomment, comment, '')"
        " FROM event JOIN blob ON blob.rid=objid"
        " WHERE objid IN (SELECT value FROM json_each(?)) ORDER BY mtime DESC",
        (json.dumps(list(rids)),),
    )
    return [Release(*row) for row in rows.fetchall()]
