"""Making a new repository: `repoweb init`, the counterpart of `fossil new`."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from repoweb.repository.content import artifact_hash, compress
from repoweb.repository.errors import RepositoryError, RepositoryReadOnly, explain
from repoweb.repository.manifest import artifact_text, encode
from repoweb.repository.password import generate_password, hash_password
from repoweb.repository.recognise import AUX_SCHEMA, CONTENT_SCHEMA
from repoweb.repository.script import statements
from repoweb.resources import resource

NO_FILES_CHECKSUM = "d41d8cd98f00b204e9800998ecf8427e"  # MD5 of nothing


class RepositoryExists(RepositoryError):
    """There is something at the path already; it is left alone."""


@dataclass(frozen=True)
class NewRepository:
    """What was made, for the operator to write down."""

    path: Path
    admin: str
    password: str


def create_repository(
    path: Path, *, admin: str, project_name: str = "", now: datetime | None = None
) -> NewRepository:
    """Make a repository with one admin and the initial empty check-in.

    It is written beside the path and moved there when it is complete, so that
    a failure leaves nothing behind.

    Args:
        path: where; nothing may be there yet.
        admin: login of the first user, who gets the capability `s`.
        project_name: the title of the site; empty for none.
        now: time of the initial check-in; default the current one.

    Raises:
        RepositoryExists: there is a file at the path.
        RepositoryError: the folder is missing or read-only, the disk is full.
    """
    password = generate_password()
    with _moved_into_place(path) as draft:
        db = sqlite3.connect(draft, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            _fill(db, admin, password, project_name, now or datetime.now(UTC))
        finally:
            db.close()
    return NewRepository(path, admin, password)


@contextmanager
def _moved_into_place(path: Path) -> Iterator[Path]:
    if os.path.lexists(path):
        raise RepositoryExists(path, "exists already; nothing was changed")
    _check_folder(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        yield draft
        _move(draft, path)
    except FileExistsError:
        raise RepositoryExists(path, "exists already; nothing was changed") from None
    except OSError as error:
        raise RepositoryError(path, f"cannot be made: {error.strerror}") from error
    except sqlite3.Error as error:
        raise explain(error, path) or error from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                draft.with_name(draft.name + suffix).unlink()


def _move(draft: Path, path: Path) -> None:
    """Move a file to a path where nothing may be."""
    try:
        os.link(draft, path)
    except PermissionError:  # a file system without links, such as FAT
        path.touch(exist_ok=False)
        draft.replace(path)


def _check_folder(path: Path) -> None:
    if not os.path.isdir(path.parent):  # noqa: PTH112 - Path's would raise
        raise RepositoryError(path, "its folder does not exist")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise RepositoryReadOnly(path, "its folder is read-only")


def _fill(
    db: sqlite3.Connection, admin: str, password: str, project_name: str, now: datetime
) -> None:
    project_code = secrets.token_hex(20)
    db.execute("BEGIN")
    for statement in statements(resource("schema.sql").read_text("utf-8")):
        db.execute(statement)
    _insert_config(db, project_code, project_name)
    db.execute(
        "INSERT INTO user(uid, login, pw, cap, info, mtime)"
        " VALUES(1, ?, ?, 's', '', strftime('%s'))",
        (admin, hash_password(project_code, admin, password)),
    )
    db.execute(
        "UPDATE user SET pw=? WHERE login='anonymous'",
        (secrets.token_hex(8).upper(),),
    )
    _insert_initial_checkin(db, admin, now)
    db.execute("COMMIT")


def _insert_config(db: sqlite3.Connection, project_code: str, name: str) -> None:
    config = {
        "content-schema": CONTENT_SCHEMA,
        "aux-schema": AUX_SCHEMA,
        "hash-policy": "2",
        "project-code": project_code,
        "server-code": secrets.token_hex(20),
        "rebuilt": "repoweb",
        "admin-log": "1",
        "access-log": "1",
    }
    if name:
        config["project-name"] = name
    db.executemany(
        "INSERT INTO config(name, value, mtime) VALUES(?, ?, strftime('%s'))",
        config.items(),
    )


def initial_checkin(user: str, now: datetime) -> bytes:
    """Write the manifest of the empty check-in that every repository begins with."""
    return artifact_text(
        [
            "C " + encode("initial empty check-in"),
            "D " + _date(now),
            f"R {NO_FILES_CHECKSUM}",
            "T *branch * trunk",
            "T *sym-trunk *",
            "U " + encode(user),
        ]
    )


def _date(time: datetime) -> str:
    date = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return date.removesuffix("+00:00")


def _insert_initial_checkin(db: sqlite3.Connection, user: str, now: datetime) -> None:
    text = initial_checkin(user, now)
    date = _date(now)  # as Fossil does, that a rebuild finds the same times
    db.execute("INSERT INTO rcvfrom(rcvid, uid, mtime) VALUES(1, 1, julianday('now'))")
    db.execute(
        "INSERT INTO blob(rid, rcvid, size, uuid, content) VALUES(1, 1, ?, ?, ?)",
        (len(text), artifact_hash(text), compress(text)),
    )
    db.execute(
        "INSERT INTO event(type, mtime, objid, user, comment, omtime)"
        " VALUES('ci', julianday(?1), 1, ?2, 'initial empty check-in', julianday(?1))",
        (date, user),
    )
    db.execute("INSERT INTO tag(tagid, tagname) VALUES(12, 'sym-trunk')")
    db.execute(
        "INSERT INTO tagxref(tagid, tagtype, srcid, origid, value, mtime, rid)"
        " VALUES(8, 2, 1, 1, 'trunk', julianday(?1), 1),"
        "       (12, 2, 1, 1, NULL, julianday(?1), 1)",
        (date,),
    )
    db.execute("INSERT INTO leaf(rid) VALUES(1)")
    db.execute("INSERT INTO unclustered(rid) VALUES(1)")
