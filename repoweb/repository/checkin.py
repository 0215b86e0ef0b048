"""Writing a check-in on trunk: the manifest and the rows that Fossil derives from it.

The rows are those of FOSSIL.md 3.6, 4.1 and 4.4, for a check-in that is the
first child of the newest one on trunk, without renames and merges.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

from repoweb.repository.artifacts import Rid, receive, store
from repoweb.repository.manifest import artifact_text, encode

_TRUNK = "sym-trunk"


def check_in(
    db: sqlite3.Connection,
    files: Mapping[str, bytes],
    *,
    comment: str,
    user: str,
    time: datetime,
) -> str:
    """Check in a complete list of files as the next version of trunk.

    Args:
        db: in a write transaction.
        files: the content of every file, by its name.
        comment: of the check-in.
        user: who checks in.
        time: when.

    Returns:
        The hash of the check-in.
    """
    parent, parent_hash = _tip_of_trunk(db)
    rcvid = receive(db, user)
    stored = {
        name: store(db, files[name], rcvid) for name in sorted(files, key=str.encode)
    }
    date = time.astimezone(UTC).isoformat(timespec="milliseconds")
    manifest = artifact_text(
        [
            "C " + encode(comment),
            "D " + date.removesuffix("+00:00"),
            *(f"F {encode(name)} {uuid}" for name, (_, uuid) in stored.items()),
            f"P {parent_hash}",
            f"R {_checksum(files)}",
            "U " + encode(user),
        ]
    )
    rid, uuid = store(db, manifest, rcvid)
    db.execute("INSERT OR IGNORE INTO unsent(rid) VALUES(?)", (rid,))
    when = date.removesuffix("+00:00")
    _add_event(db, rid, when, user, comment)
    _add_parent(db, rid, parent, when)
    _add_changes(db, rid, parent, {name: rid for name, (rid, _) in stored.items()})
    return uuid


def _tip_of_trunk(db: sqlite3.Connection) -> tuple[Rid, str]:
    row = db.execute(
        "SELECT blob.rid, uuid FROM tag JOIN tagxref USING(tagid)"
        " JOIN event ON objid=tagxref.rid JOIN blob ON blob.rid=objid"
        " WHERE tagname=? AND tagtype>0 AND event.type='ci'"
        " ORDER BY event.mtime DESC, objid DESC LIMIT 1",
        (_TRUNK,),
    ).fetchone()
    return Rid(row[0]), row[1]


def _checksum(files: Mapping[str, bytes]) -> str:
    """Compute the R card: MD5 over names, sizes and contents (FOSSIL.md 3.4)."""
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(files, key=str.encode):
        content = files[name]
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _add_event(
    db: sqlite3.Connection, rid: Rid, when: str, user: str, comment: str
) -> None:
    db.execute(
        "INSERT INTO event(type, mtime, objid, user, comment, omtime)"
        " VALUES('ci', julianday(?1), ?2, ?3, ?4, julianday(?1))",
        (when, rid, user, comment),
    )


def _add_parent(db: sqlite3.Connection, rid: Rid, parent: Rid, when: str) -> None:
    """Become the leaf in place of the parent, and inherit its propagating tags."""
    db.execute(
        "INSERT INTO plink(pid, cid, isprim, mtime) VALUES(?, ?, 1, julianday(?))",
        (parent, rid, when),
    )
    db.execute("DELETE FROM leaf WHERE rid=?", (parent,))
    db.execute("INSERT INTO leaf(rid) VALUES(?)", (rid,))
    db.execute(
        "INSERT INTO tagxref(tagid, tagtype, srcid, origid, value, mtime, rid)"
        " SELECT tagid, tagtype, 0, origid, value, mtime, ?"
        " FROM tagxref WHERE rid=? AND tagtype=2",
        (rid, parent),
    )


def _add_changes(
    db: sqlite3.Connection, rid: Rid, parent: Rid, files: Mapping[str, Rid]
) -> None:
    """Write `mlink`: one row for each file that is new, different or gone."""
    before = _files_of(db, parent)
    for name in sorted(set(before) | set(files), key=str.encode):
        old, new = before.get(name, 0), files.get(name, 0)
        if old == new:
            continue
        db.execute("INSERT OR IGNORE INTO filename(name) VALUES(?)", (name,))
        db.execute(
            "INSERT INTO mlink(mid, fid, pmid, pid, fnid, pfnid, mperm, isaux)"
            " VALUES(?, ?, ?, ?, (SELECT fnid FROM filename WHERE name=?), 0, 0, 0)",
            (rid, new, parent, old, name),
        )


def _files_of(db: sqlite3.Connection, checkin: Rid) -> dict[str, int]:
    """List the files of a check-in by walking what each of its ancestors changed."""
    rows = db.execute(
        "WITH RECURSIVE line(rid, age) AS (SELECT ?, 0 UNION ALL"
        " SELECT pid, age+1 FROM line JOIN plink ON cid=line.rid WHERE isprim)"
        " SELECT name, fid FROM line JOIN mlink ON mid=line.rid AND NOT isaux"
        " JOIN filename USING(fnid) ORDER BY age DESC",
        (checkin,),
    )
    files = dict(rows.fetchall())
    return {name: fid for name, fid in files.items() if fid}
