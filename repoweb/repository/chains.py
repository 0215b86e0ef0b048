"""Chains of deltas, as the tables hold them (FOSSIL.md 2.1)."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Row = tuple[int, str | None, int, int | None, Any]
"""(rid, hash or None if there is no such artifact, size, source, stored content)."""

_CHAIN = (
    "WITH RECURSIVE chain(rid, source) AS ("
    "SELECT ?1, (SELECT srcid FROM delta WHERE rid=?1) UNION ALL"
    " SELECT source, (SELECT srcid FROM delta WHERE delta.rid=chain.source)"
    " FROM chain WHERE source IS NOT NULL)"
    " SELECT chain.rid, uuid, size, source, content"
    " FROM chain LEFT JOIN blob USING(rid)"
)
_LINKS = (
    "WITH RECURSIVE chain(rid) AS (SELECT value FROM json_each(?) UNION"
    " SELECT srcid FROM delta JOIN chain USING(rid))"
    " SELECT rid, uuid, size, srcid FROM chain JOIN blob USING(rid)"
    " LEFT JOIN delta USING(rid)"
)
_CONTENTS = (
    "SELECT rid, uuid, srcid, content FROM blob LEFT JOIN delta USING(rid)"
    " WHERE rid IN (SELECT value FROM json_each(?))"
)


def chain_of(db: sqlite3.Connection, rid: int) -> sqlite3.Cursor:
    """Iterate over an artifact, what it is a delta of, and so on.

    SQLite looks for so many as are fetched; deltas in a circle do not end.
    """
    return db.execute(_CHAIN, (rid,))


def chains_of(
    db: sqlite3.Connection, rids: Sequence[int], knows: Callable[[str], bool]
) -> Callable[[int], Iterator[Row]]:
    """Read some chains with two queries.

    Args:
        db: a connection to the repository.
        rids: of the artifacts.
        knows: tells whether the content with a hash need not be read.

    Returns:
        What iterates over one of the chains, as `chain_of` does. Contents that are
        known are None, and those of artifacts that were stored in another way
        between the queries.
    """
    links = {row[0]: tuple(row) for row in db.execute(_LINKS, (json.dumps(rids),))}
    needed = json.dumps(_needed(rids, links, knows))
    contents = {
        rid: content
        for rid, name, source, content in db.execute(_CONTENTS, (needed,))
        if (name, source) == (links[rid][1], links[rid][3])
    }

    def walk(rid: int) -> Iterator[Row]:
        at: int | None = rid
        while at is not None:
            link = links.get(at, (at, None, 0, None))
            yield (*link, contents.get(at))
            at = link[3]

    return walk


def _needed(
    rids: Sequence[int],
    links: dict[int, tuple[Any, ...]],
    knows: Callable[[str], bool],
) -> list[int]:
    needed: set[int] = set()
    for wanted in rids:
        at = wanted
        while at in links and at not in needed:
            _, name, _, source = links[at]
            if knows(name):
                break
            needed.add(at)
            at = source
    return list(needed)
