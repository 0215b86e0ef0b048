"""Repositories in which repoweb and real fossil are compared, check-in by check-in.

Always a small one with all that can happen to a check-in; and besides the one that
the variable REPOWEB_COMPARE names (`make compare REPO=x.fossil`).
"""

import os
import random

from .tables import ask

BIG = os.environ.get("REPOWEB_COMPARE", "")
SUBJECTS = ["small", *([BIG] if BIG else [])]
SAMPLE = 300


class Subject:
    """A repository with a check-out, and its check-ins: all, or a sample."""

    def __init__(self, fossil, path, folder):
        self.path, self._fossil, self._folder = path, fossil, folder
        folder.mkdir(exist_ok=True)
        self.ask("open", path, "--force", cwd=folder)
        rows = ask(path, "SELECT uuid FROM blob JOIN event ON objid=rid AND type='ci'")
        chosen = random.Random(1)
        hashes = [uuid for (uuid,) in rows]
        few = len(hashes) <= SAMPLE
        self.checkins = hashes if few else chosen.sample(hashes, SAMPLE)
        self.is_small = few

    def ask(self, *command, cwd=None):
        """Run a command of fossil in the check-out; returns what it writes."""
        done = self._fossil.run(*command, cwd=cwd or self._folder)
        return done.output

    def rows(self, query, *values):
        return ask(self.path, query, *values)


def make_small(fossil, folder):
    """Make branches, merges, renames, edits, tags and odd names with real fossil."""
    path = folder / "small.fossil"
    start = ("--date-override", "2026-01-01 00:00:00")
    fossil("new", path, "--admin-user", "drh", *start)
    (work := folder / "work").mkdir()
    maker = _Maker(fossil, path, work)
    maker.write("a.txt", "".join(f"line {n}\n" for n in range(40)))
    maker.write("src/b.py", "def b():\n    return 1\n")
    maker.write("has space.txt", "x\n")
    maker.commit("first", tag="rel-1")
    maker.write("a.txt", "".join(f"line {n} {n == 20}\n" for n in range(40)))
    maker.commit("second: back\\slash [and] <b>bold</b>\n\nmore")
    maker.commit_branch("feature", "c.txt")
    maker("mv", "src/b.py", "src/bb.py", "--hard")
    maker.commit("renamed on the branch")
    maker("update", "trunk")
    maker.write("a.txt", "")
    maker.commit("emptied")
    maker("merge", "feature")
    maker.commit("merged")
    maker.write("naïve ☃.txt", "é\n")
    maker("rm", "has space.txt", "--hard")
    maker.commit("one came and one went")
    maker.commit_branch("closed one", "d.txt")
    maker("tag", "add", "--raw", "closed", "closed one")
    maker("update", "trunk")
    maker.write("bin", "\0\1\2")
    maker.commit("binary", tag="rel-2")
    maker("tag", "add", "--propagate", "spreading", "rel-1")
    maker("tag", "add", "noted", "rel-1", "a value")
    maker("tag", "cancel", "noted", "rel-1")
    maker("amend", "rel-2", "-m", "binary, amended", "--author", "bob")
    maker("merge", "--cherrypick", "closed one")
    maker.commit("picked")
    return path


class _Maker:
    """Somebody who works in a check-out, once an hour."""

    def __init__(self, fossil, path, folder):
        self._fossil, self._folder, self._hour = fossil, folder, 0
        self("open", path)

    def __call__(self, *command):
        self._fossil(*command, cwd=self._folder)

    def write(self, name, text):
        file = self._folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    def commit(self, comment, *options, tag=None):
        self._hour += 1
        self("addremove")
        time = f"2026-01-02 {self._hour:02}:00:00"
        tags = ("--tag", tag) if tag else ()
        self(
            *("commit", "-m", comment, "--date-override", time, "--no-warnings"),
            *("--allow-empty", *tags, *options),
        )

    def commit_branch(self, branch, name):
        self.write(name, f"{name}\n")
        self.commit(f"begin {branch}", "--branch", branch)
