"""Archives that robots may have, though `robot-restrict` lists `zipX`.

Fossil's settings `robot-zip-leaf` and `robot-zip-tag` name them (src/robot.c of 2.29).
"""

import sqlite3

from flask import request

from repoweb.accounts.settings import ROBOT_ZIP_LEAF, ROBOT_ZIP_TAG
from repoweb.repository import names
from repoweb.repository.ancestry import main_branch
from repoweb.repository.archive import asked_revision
from repoweb.repository.globs import matches
from repoweb.settings import FALSE_WORDS, read


def is_free(db: sqlite3.Connection) -> bool:
    """Whether the archive that is asked for is that of a leaf or has a tag for it."""
    name = request.path.strip("/").partition("/")[2] or request.args.get("name", "")
    named = request.args.get("r") or request.args.get("uuid") or ""
    revision, _ = asked_revision(name, named)
    rid = names.find(db, revision or main_branch(db), "ci")
    return rid is not None and (_is_free_leaf(db, rid) or _has_free_tag(db, rid))


def _is_free_leaf(db: sqlite3.Connection, rid: int) -> bool:
    query = "SELECT 1 FROM leaf WHERE rid=?"
    return bool(read(db, ROBOT_ZIP_LEAF) and db.execute(query, (rid,)).fetchone())


def _has_free_tag(db: sqlite3.Connection, rid: int) -> bool:
    globs = str(read(db, ROBOT_ZIP_TAG))
    if globs.strip().lower() in FALSE_WORDS:
        return False
    rows = db.execute(
        "SELECT substr(tagname, 5) FROM tagxref JOIN tag USING(tagid)"
        " WHERE rid=? AND tagtype=1 AND tagname GLOB 'sym-*'",
        (rid,),
    )
    return any(matches(tag, globs) for (tag,) in rows.fetchall())
