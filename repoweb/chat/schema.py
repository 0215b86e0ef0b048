"""The chat's tables: Fossil's `chat` and `chatfts1`, and our `fx_chatkey`."""

import sqlite3

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

_KEYS = """
CREATE TABLE IF NOT EXISTS fx_chatkey(
  xfrom TEXT,       -- who sent a message
  k TEXT,           -- the key that his page made up for it
  msgid INTEGER,
  at INTEGER,       -- Unix time
  PRIMARY KEY(xfrom, k)
) WITHOUT ROWID"""
_KEYS_INDEX = "CREATE INDEX IF NOT EXISTS fx_chatkey_id ON fx_chatkey(msgid)"

_TOKENIZERS = ("porter", "unicode61", "trigram")


def is_ready(db: sqlite3.Connection) -> bool:
    """Whether messages can be read: the columns of today's Fossil, and our table.

    The index is not asked for: `fossil rebuild` drops it, and would be followed
    by a write of ours, at which Fossil's next command might fail.
    """
    columns, tables = db.execute(
        "SELECT (SELECT count(*) FROM pragma_table_info('chat')"
        "  WHERE name IN ('lmtime', 'mdel')),"
        " (SELECT count(*) FROM sqlite_schema WHERE name='fx_chatkey')"
    ).fetchone()
    return bool(columns == 2 and tables == 1)  # noqa: PLR2004


def make_ready(db: sqlite3.Connection) -> None:
    """Make or migrate the tables as Fossil does, and mend the search index."""
    if not is_ready(db):
        columns = {
            row[0] for row in db.execute("SELECT name FROM pragma_table_info('chat')")
        }
        if not columns:
            db.execute(CHAT)
        for name, kind in (("mdel", "INT"), ("lmtime", "TEXT")):
            if columns and name not in columns:
                db.execute(f"ALTER TABLE chat ADD COLUMN {name} {kind}")
        db.execute(_KEYS)
        db.execute(_KEYS_INDEX)
    if not index_is_in_step(db):
        rebuild_index(db)


def index_is_in_step(db: sqlite3.Connection) -> bool:
    """Whether the search index has the messages that there are.

    Fossil 2.21 does not keep the index. What it does to the chat changes the
    lowest or the highest number: it appends rows, a deletion appends one too,
    and its purge removes the lowest ones. So two numbers of each table tell.
    """
    ends = "SELECT (SELECT min({0}) FROM {1}), (SELECT max({0}) FROM {1})"
    chat = db.execute(ends.format("msgid", "chat")).fetchone()
    try:
        index = db.execute(ends.format("id", "chatfts1_docsize")).fetchone()
    except sqlite3.OperationalError:  # no such table: `fossil rebuild` drops it
        return False
    return tuple(chat) == tuple(index)


def rebuild_index(db: sqlite3.Connection) -> None:
    """Make the search index anew, with the repository's tokenizer."""
    chosen = read_text(db, "search-tokenizer") or ""
    tokenizer = chosen if chosen in _TOKENIZERS else _TOKENIZERS[0]
    db.execute("DROP TABLE IF EXISTS chatfts1")
    db.execute(
        "CREATE VIRTUAL TABLE chatfts1 USING fts5("
        f"    xmsg, content=chat, content_rowid=msgid,tokenize={tokenizer})"
    )
    db.execute("INSERT INTO chatfts1(chatfts1) VALUES('rebuild')")


def add_to_index(db: sqlite3.Connection, msgid: int, text: str | None) -> None:
    """Index a message after it was inserted."""
    db.execute("INSERT INTO chatfts1(rowid, xmsg) VALUES(?, ?)", (msgid, text))


def remove_from_index(db: sqlite3.Connection, msgid: int, text: str | None) -> None:
    """Take a message out of the index before it is deleted; see `forget_removed`."""
    db.execute(
        "INSERT INTO chatfts1(chatfts1, rowid, xmsg) VALUES('delete', ?, ?)",
        (msgid, text),
    )


def forget_removed(db: sqlite3.Connection) -> None:
    """Remove the words of removed messages from the index for good.

    Without this the index keeps them, with a mark that they no longer count.
    """
    db.execute("INSERT INTO chatfts1(chatfts1) VALUES('optimize')")
