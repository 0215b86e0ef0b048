"""What the repository holds, and what happened last."""

import sqlite3
from pathlib import Path
from typing import NamedTuple


class Event(NamedTuple):
    """A line of the timeline."""

    kind: str
    time: str
    user: str
    comment: str
    hash: str


class Month(NamedTuple):
    """How many events a month had; `name` is YYYY-MM."""

    name: str
    events: int


def latest_events(
    db: sqlite3.Connection, kinds: tuple[str, ...], limit: int
) -> list[Event]:
    """List the newest events of the given kinds, newest first."""
    marks = ",".join("?" * len(kinds))
    rows = db.execute(
        "SELECT type, strftime('%Y-%m-%dT%H:%M:%SZ', event.mtime),"
        " coalesce(euser, user, ''), iif(type='w' AND comment GLOB '[-+:]*',"
        " substr(comment, 2), coalesce(ecomment, comment, '')), uuid"  # behind a sign
        " FROM event JOIN blob ON rid=objid"
        f" WHERE type IN ({marks}) AND objid NOT IN (SELECT rid FROM private)"
        " ORDER BY event.mtime DESC LIMIT ?",
        (*kinds, limit),
    )
    return [Event(*row) for row in rows.fetchall()]


def statistics(db: sqlite3.Connection, path: Path) -> list[tuple[str, str]]:
    """Count what the repository holds; pairs of a label and a text."""
    one = db.execute(_COUNTS).fetchone()
    first, days = db.execute(
        "SELECT date(min(mtime)), CAST(julianday('now')-min(mtime) AS INTEGER)"
        " FROM event WHERE type='ci'"
    ).fetchone()
    size = path.stat().st_size
    mode = db.execute("PRAGMA journal_mode").fetchone()[0]
    return [
        ("Repository size", _bytes(size)),
        ("Artifacts", f"{one['artifacts']:,} ({one['deltas']:,} as deltas)"),
        ("Artifact content", f"{_bytes(one['content'])} uncompressed"),
        ("Check-ins", f"{one['checkins']:,}"),
        ("Branches", f"{one['branches']:,}"),
        ("Files", f"{one['files']:,} names in all check-ins"),
        ("Wiki pages", f"{one['wiki']:,} ({one['wiki_changes']:,} changes)"),
        ("Tickets", f"{one['tickets']:,}"),
        ("Technotes", f"{one['technotes']:,}"),
        ("Forum posts", f"{one['posts']:,}"),
        ("Users", f"{one['users']:,}"),
        ("Project age", f"{days:,} days, since {first}" if first else "no check-ins"),
        ("Project code", one["project_code"] or "none"),
        ("Schema", one["schema"] or "none"),
        ("SQLite", f"{sqlite3.sqlite_version}, journal mode {mode}"),
    ]


_COUNTS = """
SELECT
  (SELECT count(*) FROM blob WHERE size>=0) AS artifacts,
  (SELECT count(*) FROM delta) AS deltas,
  (SELECT coalesce(sum(size),0) FROM blob WHERE size>0) AS content,
  (SELECT count(*) FROM event WHERE type='ci') AS checkins,
  (SELECT count(DISTINCT value) FROM tagxref WHERE tagid=8 AND tagtype>0) AS branches,
  (SELECT count(*) FROM filename) AS files,
  (SELECT count(*) FROM tag WHERE tagname GLOB 'wiki-*') AS wiki,
  (SELECT count(*) FROM event WHERE type='w') AS wiki_changes,
  (SELECT count(*) FROM tag WHERE tagname GLOB 'tkt-*') AS tickets,
  (SELECT count(*) FROM tag WHERE tagname GLOB 'event-*') AS technotes,
  (SELECT count(*) FROM event WHERE type='f') AS posts,
  (SELECT count(*) FROM user
    WHERE login NOT IN ('anonymous','nobody','developer','reader')) AS users,
  (SELECT value FROM config WHERE name='project-code') AS project_code,
  (SELECT value FROM config WHERE name='aux-schema') AS schema
"""


def monthly_activity(db: sqlite3.Connection, months: int) -> list[Month]:
    """Count the events of each of the last months that the repository was alive in."""
    rows = db.execute(
        "WITH RECURSIVE ends(first, last) AS (SELECT strftime('%Y-%m', min(mtime)),"
        "  strftime('%Y-%m', max(mtime)) FROM event),"
        " month(name, n) AS ("
        "  SELECT last, 1 FROM ends WHERE last IS NOT NULL"
        "  UNION ALL"
        "  SELECT strftime('%Y-%m', name || '-01', '-1 month'), n+1"
        "  FROM month, ends WHERE n<? AND name>first)"
        " SELECT name, (SELECT count(*) FROM event"
        "  WHERE mtime>=julianday(name || '-01')"
        "  AND mtime<julianday(name || '-01', '+1 month'))"
        " FROM month ORDER BY name",
        (months,),
    )
    return [Month(*row) for row in rows.fetchall()]


def _bytes(size: int) -> str:
    if size < 1024:  # noqa: PLR2004
        return f"{size} bytes"
    if size < 1024 * 1024:
        return f"{size / 1024:,.1f} KiB"
    return f"{size / 1024 / 1024:,.1f} MiB"
