"""A project under test: its check-ins are real, and made one after the other."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from repoweb.repository.checkin import check_in
from repoweb.repository.manifest import artifact_text

START = datetime(2099, 3, 1, 12, tzinfo=UTC)
"""After the first check-in, which was made when the test began."""


@pytest.fixture(autouse=True)
def _links(sql):
    """Nobody gets links, as a person with a browser does."""
    sql("UPDATE user SET cap='hgjorz' WHERE login='nobody'")


@pytest.fixture
def commit(repository):
    """Check in the complete list of files, an hour after the last; gives the hash."""
    hours = count(1)

    def make(files, comment="change", user="alice"):
        contents = {
            name: text.encode() if isinstance(text, str) else text
            for name, text in files.items()
        }
        time = START + timedelta(hours=next(hours))
        with repository.writing() as db:
            return check_in(db, contents, comment=comment, user=user, time=time)

    return make


@pytest.fixture
def manifest(put, sql):
    """Make a check-in from its F cards alone, as another program may have done."""
    minutes = count(1)

    def make(*files, more=()):
        time = START + timedelta(minutes=next(minutes))
        date = time.isoformat().removesuffix("+00:00")
        cards = [*more, f"D {date}", *(f"F {file}" for file in files), "U alice"]
        rid, uuid = put(artifact_text(sorted(cards, key=lambda card: card[0])))
        sql(
            "INSERT INTO event(type, mtime, objid, user, comment)"
            " VALUES('ci', julianday(?), ?, 'alice', 'by hand')",
            date,
            rid,
        )
        return uuid

    return make
