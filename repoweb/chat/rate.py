"""How often one user may send: so many messages within a minute, to all processes."""

import math
import sqlite3

from repoweb.errors import RepowebError

SECONDS = 60

_SINCE = f"julianday('now','-{SECONDS} seconds')"


class TooManyMessages(RepowebError):
    """Somebody sends faster than he may; `seconds` says when there is room again."""

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(
            f"At most {most:,} messages may be sent within a minute."
            f" There is room for another one in {seconds} s."
        )
        self.seconds = seconds


def check_rate(db: sqlite3.Connection, poster: str, most: int) -> None:
    """Refuse a message of one who has sent very many within the last minute.

    Args:
        most: how many he may send; 0 or less for any number.

    Raises:
        TooManyMessages: tells when to come back.
    """
    if most <= 0 or not _are_many(db, most):
        return
    # The rows are in the order of time: none before the first old one is read.
    count, age = db.execute(
        "SELECT count(*), (julianday('now')-min(mtime))*86400.0 FROM chat"
        f" WHERE xfrom=? AND mtime BETWEEN {_SINCE} AND julianday('now')"
        f" AND msgid>coalesce((SELECT msgid FROM chat WHERE mtime<{_SINCE}"
        "  ORDER BY msgid DESC LIMIT 1), 0)",
        (poster,),
    ).fetchone()
    if count >= most:
        raise TooManyMessages(most, max(1, math.ceil(SECONDS - age)))


def _are_many(db: sqlite3.Connection, most: int) -> bool:
    """Whether all users together have sent so many: one row tells."""
    row = db.execute(
        f"SELECT mtime>={_SINCE} FROM chat"
        " WHERE msgid<=(SELECT max(msgid) FROM chat)-?+1 ORDER BY msgid DESC LIMIT 1",
        (most,),
    ).fetchone()
    return bool(row and row[0])
