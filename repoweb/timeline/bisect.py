"""A bisect, as the address in its permanent link tells it: `bid=y12ab-n34cd-s56ef`."""

import re
import sqlite3

from repoweb.repository import names
from repoweb.repository.paths import shortest

WORDS = {"y": "good", "n": "bad", "s": "skipped"}
"""What was found out about a check-in, by the letter before its hash."""

_STEP = re.compile(r"([yns])([0-9a-f]{4,64})-*")
_MOST = 100


def read_bisect(db: sqlite3.Connection, text: str) -> dict[int, str]:
    """Read what was found out about which check-ins; "" for those between.

    As in Fossil, what comes behind a check-in that is not here does not count.
    """
    found: dict[int, str] = {}
    last: dict[str, int] = {}
    for letter, uuid in _STEP.findall(text)[:_MOST]:
        rid = names.by_hash(db, uuid, "ci")
        if rid is None:
            break
        found[rid] = WORDS[letter]
        last[letter] = rid
    if "y" in last and "n" in last:
        for rid in shortest(db, last["y"], last["n"], merges=False):
            found.setdefault(rid, "")
    return found
