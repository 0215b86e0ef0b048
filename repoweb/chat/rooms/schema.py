"""The tables of the rooms: which there are, their posts, and each one's messages."""

import sqlite3

from repoweb.chat import schema
from repoweb.chat.tables import Tables
from repoweb.repository.script import statements

ROOMS = """
CREATE TABLE IF NOT EXISTS fx_chatroom(
  id INTEGER PRIMARY KEY,               -- names the tables, so never given again
  name TEXT COLLATE NOCASE,             -- a slug, or 32 hexadecimal digits
  subject TEXT,
  description TEXT,
  icon TEXT,              -- one or two characters
  listed INTEGER,         -- 1: stands on the list of rooms
  is_open INTEGER,        -- 0: may only be read
  reading TEXT,           -- capability expressions: who may read
  writing TEXT,           -- and write
  nicknames INTEGER,      -- 1: everybody chooses a name
  strict INTEGER,         -- 1: a Chaton client must log in again after a restart
  keep_days REAL,         -- 0: for ever
  keep_count INTEGER,
  per_minute INTEGER,     -- messages of one address
  waiting INTEGER,        -- requests of one address that may wait
  blocked TEXT,           -- networks, one a line
  made_by TEXT,           -- a login, or the address of a guest
  made_at INTEGER,        -- Unix time
  posts INTEGER DEFAULT 0 -- the number of the newest post
);
CREATE UNIQUE INDEX IF NOT EXISTS fx_chatroom_name ON fx_chatroom(name);
CREATE TABLE IF NOT EXISTS fx_chatroompost(
  room INTEGER,
  seq INTEGER,            -- from 1, without gaps
  msgid INTEGER,          -- in the room's table of messages
  at INTEGER,             -- Unix time in microseconds
  login TEXT,             -- who wrote, or '' for a guest
  addr TEXT,              -- from where
  PRIMARY KEY(room, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS fx_chatroompost_msgid
  ON fx_chatroompost(room, msgid);
CREATE INDEX IF NOT EXISTS fx_chatroompost_at ON fx_chatroompost(room, at, msgid);
"""

_MESSAGES = """
CREATE TABLE {0.messages}(
  msgid INTEGER PRIMARY KEY AUTOINCREMENT, -- the columns of Fossil's table `chat`
  mtime JULIANDAY,
  lmtime TEXT,
  xfrom TEXT,
  xmsg TEXT,
  fname TEXT,
  fmime TEXT,
  mdel INT,
  file BLOB
);
CREATE TABLE {0.keys}(
  xfrom TEXT, k TEXT, msgid INTEGER, at INTEGER, PRIMARY KEY(xfrom, k)
) WITHOUT ROWID;
CREATE INDEX {0.keys}_id ON {0.keys}(msgid);
CREATE TABLE {0.files}(
  msgid INTEGER PRIMARY KEY, iw INTEGER, ih INTEGER, nl INTEGER
);
"""


def tables_of(room: int) -> Tables:
    """Name the tables of a room's messages."""
    return Tables(
        messages=f"fx_chatroommsg{room}",
        index=f"fx_chatroomfts{room}",
        keys=f"fx_chatroomkey{room}",
        files=f"fx_chatroomfile{room}",
    )


def make_tables(db: sqlite3.Connection, of: Tables) -> None:
    """Make the tables of a new room's messages."""
    for statement in statements(_MESSAGES.format(of)):
        db.execute(statement)
    schema.rebuild_index(db, of)


def drop_tables(db: sqlite3.Connection, of: Tables) -> None:
    """Remove the tables of a room's messages."""
    for name in (of.index, of.files, of.keys, of.messages):
        db.execute(f"DROP TABLE IF EXISTS {name}")
