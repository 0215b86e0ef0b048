"""Report formats: the table `reportfmt`."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A report: its SQL, and what its colours mean ("#f2dcdc Active", one a line)."""

    rn: int
    title: str
    owner: str
    cols: str
    sql: str


_SELECT = (
    "SELECT rn, coalesce(title, '') AS title, coalesce(owner, '') AS owner,"
    " coalesce(cols, '') AS cols, coalesce(sqlcode, '') AS sql FROM reportfmt"
)


def formats(db: sqlite3.Connection) -> list[Format]:
    """List all reports by their titles."""
    rows = db.execute(f"{_SELECT} ORDER BY title").fetchall()
    return [Format(**dict(row)) for row in rows]


def format_of(db: sqlite3.Connection, rn: int) -> Format | None:
    """Return a report by its number."""
    row = db.execute(f"{_SELECT} WHERE rn=?", (rn,)).fetchone()
    return Format(**dict(row)) if row else None


def save(db: sqlite3.Connection, report: Format) -> int:
    """Store a report; a new one has the number 0. Returns its number."""
    values = (report.owner, report.title, report.cols, report.sql)
    if report.rn:
        db.execute(
            "UPDATE reportfmt SET owner=?, title=?, cols=?, sqlcode=?,"
            " mtime=strftime('%s') WHERE rn=?",
            (*values, report.rn),
        )
        return report.rn
    cursor = db.execute(
        "INSERT INTO reportfmt(owner, title, cols, sqlcode, mtime)"
        " VALUES(?, ?, ?, ?, strftime('%s'))",
        values,
    )
    return int(cursor.lastrowid or 0)


def delete(db: sqlite3.Connection, rn: int) -> None:
    """Remove a report."""
    db.execute("DELETE FROM reportfmt WHERE rn=?", (rn,))


def is_title_taken(db: sqlite3.Connection, title: str, rn: int) -> bool:
    """Whether another report has a title."""
    row = db.execute(
        "SELECT 1 FROM reportfmt WHERE title=? AND rn<>?", (title, rn)
    ).fetchone()
    return row is not None
