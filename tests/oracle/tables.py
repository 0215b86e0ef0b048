"""What tests read in the repository file itself, behind the programs' backs."""

import sqlite3
from contextlib import closing

from .programs import DEADLINE

DERIVED = {
    "event": "type, objid, tagid, uid, bgcolor, euser, user, ecomment, comment, brief",
    "tag": "tagid, tagname",
    "tagxref": "tagid, tagtype, srcid, origid, value, rid",
    "leaf": "rid",
    "plink": "pid, cid, isprim, baseid",
    "mlink": "mid, fid, pmid, pid, fnid, pfnid, mperm, isaux",
    "filename": "fnid, name",
    "unclustered": "rid",
}
"""What `fossil rebuild` makes anew, without the times."""

TIMES = {
    "event": ("objid", "mtime"),
    "plink": ("cid", "mtime"),
    "tagxref": ("tagid", "mtime"),
}
_WRITTEN = {
    "attachment": "attachid, isLatest, src, target, filename, comment, user",
    "backlink": "target, srctype, srcid",
    "forumpost": "fpid, froot, fprev, firt",
    "ticket": "tkt_uuid, type, status, subsystem, priority, severity, foundin,"
    " private_contact, resolution, title, comment",
    "ticketchng": "tkt_rid, tkt_user, login, username, mimetype, icomment",
}
_WRITTEN_TIMES = {
    "attachment": ("attachid", "mtime"),
    "backlink": ("target || srctype || '-' || srcid", "mtime"),
    "forumpost": ("fpid", "fmtime"),
    "ticket": ("tkt_uuid", "tkt_mtime + tkt_ctime"),
    "ticketchng": ("tkt_rid", "tkt_mtime"),
}
WRITTEN = (*DERIVED, *_WRITTEN)
"""The same, with the tables of pages, posts, tickets and their attachments."""

TOLERANCE = 1e-9
"""Days: Fossil stores some times through a text of 16 digits, which is so exact."""


def ask(path, query, *values):
    """Return the rows of a query."""
    with closing(sqlite3.connect(path, timeout=DEADLINE)) as db:
        return db.execute(query, values).fetchall()


def change(path, *statements):
    """Run statements in one transaction."""
    with closing(sqlite3.connect(path, timeout=DEADLINE)) as db, db:
        for statement in statements:
            db.execute(statement)


def derived(path, tables=tuple(DERIVED)):
    """All rows that a rebuild makes anew, and their times."""
    columns, times = {**DERIVED, **_WRITTEN}, {**TIMES, **_WRITTEN_TIMES}
    there = {name for (name,) in ask(path, "SELECT name FROM sqlite_schema")}
    chosen = [table for table in tables if table in there]
    found = {
        table: sorted(ask(path, f"SELECT {columns[table]} FROM {table}"), key=repr)
        for table in chosen
    }
    at = {
        table: ask(
            path, "SELECT {}, {} FROM {} ORDER BY 1, 2".format(*times[table], table)
        )
        for table in chosen
        if table in times
    }
    return found, at


def require_same(before, after):
    """Two results of `derived` differ at most in the last digits of their times."""
    for table, rows in before[0].items():
        again = after[0][table]
        assert rows == again, (table, set(rows) ^ set(again))
    for table, times in before[1].items():
        for (key, time), (other, again) in zip(times, after[1][table], strict=True):
            assert key == other
            assert abs(time - again) <= TOLERANCE, table


def messages(path):
    """The chat: number, poster, text, local time, file and deletion of each row."""
    return ask(
        path,
        "SELECT msgid, xfrom, xmsg, lmtime, fname, fmime, file, mdel"
        " FROM chat ORDER BY msgid",
    )


def texts(path):
    """The texts of the messages, in their order."""
    return [row[0] for row in ask(path, "SELECT xmsg FROM chat ORDER BY msgid")]


def require_sound_index(path):
    """FTS5 itself finds its index complete; it complains by an error."""
    change(path, "INSERT INTO chatfts1(chatfts1, rank) VALUES('integrity-check', 1)")
