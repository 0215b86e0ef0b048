"""Tables that a repository may or may not have."""

import sqlite3


def has_table(db: sqlite3.Connection, name: str) -> bool:
    """Whether there is a table with a name."""
    row = db.execute(
        "SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?", (name,)
    ).fetchone()
    return row is not None


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    """List the columns of a table; none if there is no such table."""
    rows = db.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    return [row[0] for row in rows]
