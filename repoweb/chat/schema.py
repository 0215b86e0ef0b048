"""The chat's tables: Fossil's `chat` and `chatfts1`, and our `fx_chat…`."""

import sqlite3

from repoweb.chat.tables import INSIDERS, Tables
from repoweb.repository.connection import recall_of_schema
from repoweb.repository.script import statements
from repoweb.settings import read_text

CHAT = """
CREATE TABLE chat(
  msgid INTEGER PRIMARY KEY AUTOINCREMENT,
  mtime JULIANDAY,  -- Time for this entry - Julianday Zulu
  lmtime TEXT,      -- Client YYYY-MM-DDTHH:MM:SS when message originally sent
  xfrom TEXT,       -- Login of the sender
  xmsg  TEXT,       -- Raw, unformatted text of the message
  fname TEXT,       -- Filename of the uploaded file, or NULL
  fmime TEXT,       -- MIMEType of the upload file, or NULL
  mdel INT,         -- msgid of another message to delete
  file  BLOB        -- Text of the uploaded file, or NULL
)"""

_SIDE_TABLES = """
CREATE TABLE IF NOT EXISTS fx_chatkey(
  xfrom TEXT,       -- who sent a message
  k TEXT,           -- the key that his page made up for it
  msgid INTEGER,
  at INTEGER,       -- Unix time
  PRIMARY KEY(xfrom, k)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS fx_chatkey_id ON fx_chatkey(msgid);
CREATE TABLE IF NOT EXISTS fx_chatfile(
  msgid INTEGER PRIMARY KEY,
  iw INTEGER,       -- width of a picture in pixels, or NULL
  ih INTEGER,       -- its height
  nl INTEGER        -- lines of a text, or NULL
);
CREATE TABLE IF NOT EXISTS fx_chatread(
  login TEXT PRIMARY KEY,
  msgid INTEGER,    -- the newest message that he has seen
  at INTEGER        -- Unix time at which that was written down
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fx_chattoken(
  id INTEGER PRIMARY KEY,
  label TEXT,       -- what the token is for
  hash TEXT UNIQUE, -- SHA-256 of the token, in hexadecimal digits
  login TEXT,       -- the user as whom it speaks
  made_by TEXT,
  made_at INTEGER,  -- Unix times
  used_at INTEGER,  -- rounded down to hours, or NULL
  revoked_at INTEGER,
  uid INTEGER       -- his number, which another one with his login has not
);
"""
_OF_MESSAGES = ("fx_chatkey", "fx_chatfile", "fx_chatread")
"""Side tables with numbers of messages, which mean nothing in a new `chat`."""

_SIDE_NAMES = (*_OF_MESSAGES, "fx_chattoken")

_COLUMNS = [
    "msgid",
    "mtime",
    "lmtime",
    "xfrom",
    "xmsg",
    "fname",
    "fmime",
    "mdel",
    "file",
]
_WITHOUT = {
    "fx_chatkey": "NULL AS msgid, NULL AS k",
    "fx_chatfile": "NULL AS msgid, NULL AS iw, NULL AS ih, NULL AS nl",
}

_HIGHEST = 2**63 - 1
_TOKENIZERS = ("porter", "unicode61", "trigram")


def is_ready(db: sqlite3.Connection) -> bool:
    """Whether messages can be read: the columns of today's Fossil, and our tables.

    The index is not asked for: `fossil rebuild` drops it, and would be followed
    by a write of ours, at which Fossil's next command might fail.
    """
    return recall_of_schema(db, "chat.ready", _has_tables)


def _has_tables(db: sqlite3.Connection) -> bool:
    marks = ",".join("?" * len(_SIDE_NAMES))
    columns, own, tables = db.execute(
        "SELECT (SELECT count(*) FROM pragma_table_info('chat')"
        "  WHERE name IN ('lmtime', 'mdel')),"
        " (SELECT count(*) FROM pragma_table_info('fx_chattoken') WHERE name='uid'),"
        f" (SELECT count(*) FROM sqlite_schema WHERE name IN ({marks}))",
        _SIDE_NAMES,
    ).fetchone()
    return bool(columns == 2 and own and tables == len(_SIDE_NAMES))  # noqa: PLR2004


def as_they_are(db: sqlite3.Connection) -> Tables:
    """Return what to read instead of tables that cannot be made or migrated.

    What is missing is empty there.
    """
    query = "SELECT name FROM sqlite_schema WHERE type='table'"
    tables = {row[0] for row in db.execute(query).fetchall()}
    columns = _columns(db, "chat")
    every = [c if c in columns else f"NULL AS {c}" for c in _COLUMNS]
    chat = f"(SELECT {', '.join(every)}" + (" FROM chat)" if columns else " WHERE 0)")
    keys, files = (
        name if name in tables else f"(SELECT {row} WHERE 0)"
        for name, row in _WITHOUT.items()
    )
    return Tables(chat, INSIDERS.index, keys, files, numbered=False)


def make_ready(db: sqlite3.Connection, of: Tables = INSIDERS) -> None:
    """Make or migrate the tables as Fossil does, and mend the search index.

    Those of a further room were made with it.
    """
    if of is INSIDERS and not is_ready(db):
        _make_tables(db)
    if not index_is_in_step(db, of):
        rebuild_index(db, of)


def _make_tables(db: sqlite3.Connection) -> None:
    for statement in statements(_SIDE_TABLES):
        db.execute(statement)
    if "uid" not in _columns(db, "fx_chattoken"):
        db.execute("ALTER TABLE fx_chattoken ADD COLUMN uid INTEGER")
        his = "SELECT uid FROM user WHERE user.login=fx_chattoken.login"
        db.execute(f"UPDATE fx_chattoken SET uid=({his})")
    columns = _columns(db, "chat")
    if not columns:
        db.execute(CHAT)
        forget_messages(db)
    for name, kind in (("mdel", "INT"), ("lmtime", "TEXT")):
        if columns and name not in columns:
            db.execute(f"ALTER TABLE chat ADD COLUMN {name} {kind}")


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    rows = db.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return {row[0] for row in rows}


def index_is_in_step(db: sqlite3.Connection, of: Tables = INSIDERS) -> bool:
    """Whether the search index has the messages that there are.

    Fossil 2.21 does not keep the index. What it does to the chat changes the
    lowest or the highest number: it appends rows, a deletion appends one too,
    and its purge removes the lowest ones. So two numbers of each table tell.
    """
    messages, sizes = of.messages, f"{of.index}_docsize"
    query = (
        f"SELECT (SELECT min(msgid) FROM {messages}) IS (SELECT min(id) FROM {sizes})"
        f" AND (SELECT max(msgid) FROM {messages}) IS (SELECT max(id) FROM {sizes})"
    )
    try:
        return bool(db.execute(query).fetchone()[0])
    except sqlite3.OperationalError:  # no such table: `fossil rebuild` drops it
        return False


def rebuild_index(db: sqlite3.Connection, of: Tables = INSIDERS) -> None:
    """Make the search index anew, with the repository's tokenizer."""
    chosen = read_text(db, "search-tokenizer") or ""
    tokenizer = chosen if chosen in _TOKENIZERS else _TOKENIZERS[0]
    db.execute(f"DROP TABLE IF EXISTS {of.index}")
    db.execute(
        f"CREATE VIRTUAL TABLE {of.index} USING fts5("
        f"    xmsg, content={of.messages}, content_rowid=msgid,tokenize={tokenizer})"
    )
    db.execute(f"INSERT INTO {of.index}({of.index}) VALUES('rebuild')")


def add_to_index(
    db: sqlite3.Connection, msgid: int, text: str | None, of: Tables = INSIDERS
) -> None:
    """Index a message after it was inserted."""
    db.execute(f"INSERT INTO {of.index}(rowid, xmsg) VALUES(?, ?)", (msgid, text))


def remove_from_index(
    db: sqlite3.Connection, msgid: int, text: str | None, of: Tables = INSIDERS
) -> None:
    """Take a message out of the index before it is deleted; see `forget_removed`."""
    db.execute(
        f"INSERT INTO {of.index}({of.index}, rowid, xmsg) VALUES('delete', ?, ?)",
        (msgid, text),
    )


def forget_removed(db: sqlite3.Connection, of: Tables = INSIDERS) -> None:
    """Remove the words of removed messages from the index for good.

    Without this the index keeps them, with a mark that they no longer count.
    """
    db.execute(f"INSERT INTO {of.index}({of.index}) VALUES('optimize')")


def forget_messages(db: sqlite3.Connection) -> None:
    """Remove what the side tables tell of messages, because other ones come."""
    for table in _OF_MESSAGES:
        db.execute(f"DELETE FROM {table}")


def forget_purged(db: sqlite3.Connection, of: Tables = INSIDERS) -> None:
    """Remove what the side tables tell of messages below the lowest that is kept.

    Fossil's purge, which knows nothing of them, leaves such rows too.
    """
    lowest = f"(SELECT coalesce(min(msgid), {_HIGHEST}) FROM {of.messages})"
    db.execute(f"DELETE FROM {of.files} WHERE msgid<{lowest}")
    db.execute(f"DELETE FROM {of.keys} WHERE msgid<{lowest}")
