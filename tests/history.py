"""A small history with branches, a merge, tags, renames and edits, in plain rows.

trunk    one ── two ─────── four (merges three) ── six
feature         └── three ──┘                └── five (closed)
"""

from datetime import UTC, datetime

from repoweb.repository.artifacts import receive, store
from repoweb.repository.content import artifact_hash
from repoweb.repository.manifest import artifact_text

FILES = {
    "one": {"a.txt": b"one\ntwo\nthree\n", "src/b.py": b"x = 1\n"},
    "two": {"a.txt": b"one\n2\nthree\n", "src/b.py": b"x = 1\n"},
    "three": {"a.txt": b"one\n2\nthree\n", "src/b.py": b"x = 1\n", "c": b"c\n"},
    "four": {"a.txt": b"one\n2\nthree\n", "src/b.py": b"x = 1\n", "c": b"c\n"},
    "five": {"a.txt": b"one\n2\nthree\n", "src/b.py": b"x = 1\n", "d": b"c\n"},
    "six": {"src/b.py": b"x = 2\n", "c": b"c\n", "bin": b"\0\1"},
}
PARENTS = {
    "one": [],
    "two": ["one"],
    "three": ["two"],
    "four": ["two", "three"],
    "five": ["three"],
    "six": ["four"],
}
BRANCHES = {"three": "feature", "five": "feature"}
HOURS = {name: hour for hour, name in enumerate(PARENTS, start=10)}
RENAMED = {"five": ("c", "d")}


class History:
    """The check-ins that were made, by their names: `history["two"]` is the hash."""

    def __init__(self, db):
        self.db = db
        self.rids, self.hashes = {}, {}
        self._first, self._first_hash = db.execute(
            "SELECT rid, uuid FROM blob ORDER BY rid LIMIT 1"
        ).fetchone()
        db.execute("UPDATE event SET mtime=julianday('2026-01-01')")
        for name in PARENTS:
            self._check_in(name)
        self._branch()

    def __getitem__(self, name):
        return self.hashes[name]

    def _check_in(self, name):
        db, hour = self.db, HOURS[name]
        rcvid = receive(db, "drh")
        stored = {f: store(db, c, rcvid) for f, c in FILES[name].items()}
        when = datetime(2026, 5, 1, hour, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.000")
        parents = [self.hashes[p] for p in PARENTS[name]] or [self._first_hash]
        old = dict([RENAMED[name][::-1]]) if name in RENAMED else {}
        cards = [
            f"C check-in\\s{name}",
            f"D {when}",
            *(
                f"F {f} {uuid}" + (f" w {old[f]}" if f in old else "")
                for f, (_, uuid) in sorted(stored.items())
            ),
            f"P {' '.join(parents)}",
            "U alice" if name in BRANCHES else "U drh",
        ]
        rid, uuid = store(db, artifact_text(cards), rcvid)
        self.rids[name], self.hashes[name] = rid, uuid
        db.execute(
            "INSERT INTO event(type, mtime, objid, user, comment)"
            " VALUES('ci', julianday(?), ?, ?, ?)",
            (when, rid, cards[-1][2:], f"check-in {name}"),
        )
        for at, parent in enumerate(PARENTS[name] or [None]):
            pid = self.rids[parent] if parent else self._first
            db.execute(
                "INSERT INTO plink(pid, cid, isprim, mtime)"
                " VALUES(?, ?, ?, julianday(?))",
                (pid, rid, at == 0, when),
            )
        before = FILES[PARENTS[name][0]] if PARENTS[name] else {}
        self._changes(rid, before, stored, old)

    def _changes(self, rid, before, stored, old):
        known = {f: self._rid_of(c) for f, c in before.items()}
        for f in sorted({*known, *stored}):
            new = stored[f][0] if f in stored else 0
            source = old.get(f, f)
            if known.get(f) == new:
                continue
            self.db.execute("INSERT OR IGNORE INTO filename(name) VALUES(?)", (f,))
            pfnid = self._fnid(old[f]) if f in old else 0
            self.db.execute(
                "INSERT INTO mlink(mid, fid, pmid, pid, fnid, pfnid, mperm, isaux)"
                " VALUES(?, ?, 0, ?, ?, ?, 0, 0)",
                (rid, new, known.get(source, 0), self._fnid(f), pfnid),
            )

    def _rid_of(self, content):
        name = artifact_hash(content)
        return self.db.execute("SELECT rid FROM blob WHERE uuid=?", (name,)).fetchone()[
            0
        ]

    def _fnid(self, name):
        row = self.db.execute("SELECT fnid FROM filename WHERE name=?", (name,))
        return row.fetchone()[0]

    def _branch(self):
        db = self.db
        db.execute("INSERT INTO tag(tagname) VALUES('sym-feature'), ('sym-rel-1')")
        for name, rid in self.rids.items():
            branch = BRANCHES.get(name, "trunk")
            source = rid if name == "three" else 0
            self._tag("branch", 2, rid, branch, source)
            self._tag(f"sym-{branch}", 2, rid, None, source)
        self._tag("sym-rel-1", 1, self.rids["two"], None, self.rids["two"])
        self._tag("closed", 1, self.rids["five"], None, self.rids["five"])
        db.execute("DELETE FROM leaf")
        leaves = [(self.rids["six"],), (self.rids["five"],)]
        db.executemany("INSERT INTO leaf VALUES(?)", leaves)

    def _tag(self, name, kind, rid, value, source):
        self.db.execute(
            "INSERT INTO tagxref(tagid, tagtype, srcid, origid, value, mtime, rid)"
            " SELECT tagid, ?, ?, ?, ?, 1, ? FROM tag WHERE tagname=?",
            (kind, source, rid, value, rid, name),
        )


def make(repository):
    """Write the history into a repository that `repoweb init` made."""
    with repository.writing() as db:
        return History(db)
