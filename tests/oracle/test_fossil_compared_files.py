"""Files of every check-in, as fossil and as repoweb have them.

`make compare REPO=x.fossil` compares a sample of the check-ins of another
repository in the same way.
"""

import io
import json
import os
import random
import shutil
import sqlite3
import stat
import tarfile
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.repository.annotation import Limit, annotate
from repoweb.repository.files import files_of
from repoweb.repository.loading import load_by_hash, rid_of
from repoweb.repository.repository import Repository

from .project import Project, checkins

SAMPLE = 300
SOME = 25
OTHER = os.environ.get("REPOWEB_COMPARE")
"""A repository to compare besides the small one."""


class Compared:
    """A repository, and which of its check-ins are compared."""

    def __init__(self, fossil, path, folder, chosen):
        self.fossil, self.path, self.folder = fossil, path, folder
        self.checkins = chosen
        self.repository = Repository(path)
        self.app = create_app(self.repository)

    def close(self):
        chat_of(self.app).hub.close()
        self.repository.close()

    def files(self, checkin):
        with self.repository.reading() as db:
            return files_of(db, rid_of(db, checkin))

    def content(self, uuid):
        with self.repository.reading() as db:
            return load_by_hash(db, uuid)

    def get(self, url):
        answer = self.app.test_client().get(url, buffered=True)
        assert answer.status_code == 200, (url, answer.text)
        return answer.data

    def annotation(self, checkin, name, origin=None):
        """The lines with the check-ins that made them, and all versions."""
        with self.repository.reading() as db:
            end = rid_of(db, origin) if origin else 0
            found = annotate(
                db, rid_of(db, checkin), name, Limit(seconds=None), origin=end
            )
        hashes = [found.versions[at].hash if at >= 0 else "" for at in found.sources]
        return list(zip(hashes, found.content.split(b"\n"), strict=False))

    def fossils_annotation(self, checkin, name, *options):
        output = self.fossil.bytes(
            *("annotate", "-n", "none", "-r", checkin, *options, name), cwd=self.folder
        )
        lines = output.removesuffix(b"\n").split(b"\n") if output else []
        return [(line[:10].decode().strip(), line.split(b": ", 1)[1]) for line in lines]


@pytest.fixture(scope="module")
def small(fossil, template, tmp_path_factory):
    base = tmp_path_factory.mktemp("project")
    path = Path(shutil.copy(template, base))
    (folder := base / "checkout").mkdir()
    project = Project(fossil, path, folder).make()
    compared = Compared(fossil, path, folder, project.checkins())
    assert len(compared.checkins) > 12
    yield compared
    compared.close()


@pytest.fixture(scope="module")
def other(fossil, tmp_path_factory):
    if not OTHER:
        pytest.skip("make compare REPO=… names no repository")
    base = tmp_path_factory.mktemp("other")
    path = Path(shutil.copy(OTHER, base))
    (folder := base / "checkout").mkdir()
    fossil("open", path, cwd=folder)
    every = checkins(path)
    chosen = random.Random(1).sample(every, min(SAMPLE, len(every)))
    compared = Compared(fossil, path, folder, chosen)
    yield compared
    compared.close()


@pytest.fixture(params=["small", "other"])
def compared(request):
    return request.getfixturevalue(request.param)


def test_each_check_in_has_the_same_files(compared):
    for checkin in compared.checkins:
        rows = json.loads(
            compared.fossil(
                *("sql", "-R", compared.path, "--readonly", ".mode json"),
                "SELECT filename, uuid, coalesce(perm, '') AS perm"
                f" FROM files_of_checkin('{checkin}')",
            )
            or "[]"
        )
        expected = sorted((row["filename"], row["uuid"], row["perm"]) for row in rows)
        cards = compared.files(checkin)

        assert [(c.name, c.hash, c.permission) for c in cards] == expected, checkin


def test_each_file_has_the_same_bytes(compared):
    seen = set()
    for checkin in compared.checkins[:: max(len(compared.checkins) // SOME, 1)]:
        for card in compared.files(checkin):
            if card.hash in seen or len(seen) > 400:
                continue
            seen.add(card.hash)
            ours = compared.get(f"/raw/{card.hash}")
            name = compared.folder / ".." / "artifact"
            compared.fossil("artifact", card.hash, name, "-R", compared.path)
            assert ours == name.read_bytes() == compared.content(card.hash), card


def of_zip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            i.filename: (archive.read(i), i.external_attr >> 16, i.date_time)
            for i in archive.infolist()
            if not i.is_dir()
        }


def of_tar(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {
            i.name: (
                archive.extractfile(i).read() if i.isfile() else i.linkname,
                i.type,
                stat.S_IMODE(i.mode),
            )
            for i in archive
            if not i.isdir()
        }


def test_each_zip_file_holds_the_same(compared):
    target = compared.folder / ".." / "x.zip"
    for checkin in compared.checkins[:: max(len(compared.checkins) // SOME, 1)]:
        compared.fossil("zip", checkin, target, "--name", "x", "-R", compared.path)

        ours = of_zip(compared.get(f"/zip/{checkin}/x.zip"))
        assert ours == of_zip(target.read_bytes()), checkin


def test_each_tar_file_holds_the_same(compared):
    """Times are not compared: fossil's may be a second early, for it cuts them off."""
    target = compared.folder / ".." / "x.tar.gz"
    for checkin in compared.checkins[:: max(len(compared.checkins) // SOME, 1)]:
        compared.fossil("tarball", checkin, target, "--name", "x", "-R", compared.path)

        ours = of_tar(compared.get(f"/tarball/{checkin}/x.tar.gz"))
        theirs = of_tar(target.read_bytes())
        assert set(ours) == set(theirs), checkin
        for name, (content, kind, mode) in ours.items():
            link = kind == tarfile.SYMTYPE
            assert (content, kind) == theirs[name][:2], (checkin, name)
            assert link or mode == theirs[name][2], (checkin, name)


def of_sqlar(path):
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT name, mode, mtime, sz, data FROM sqlar").fetchall()
    return {
        name: (mode, time, size, unpacked(size, data))
        for name, mode, time, size, data in rows
    }


def unpacked(size, data):
    if data is None or size < 0 or len(data) == size:
        return data
    return zlib.decompress(data)


def test_each_sqlite_archive_holds_the_same(compared):
    """But for the time, as fossil's may be a second early."""
    target, mine = (compared.folder / ".." / name for name in ("x.sqlar", "y.sqlar"))
    for checkin in compared.checkins[:: max(len(compared.checkins) // SOME, 1)]:
        target.unlink(missing_ok=True)
        compared.fossil("sqlar", checkin, target, "--name", "x", "-R", compared.path)
        mine.write_bytes(compared.get(f"/sqlar/{checkin}/x.sqlar"))

        theirs, ours = of_sqlar(target), of_sqlar(mine)
        assert set(ours) == set(theirs), checkin
        for name, (mode, time, size, data) in ours.items():
            assert (mode, size, data) == (theirs[name][0], *theirs[name][2:]), name
            assert abs(time - theirs[name][1]) <= 1


def lines_of_text(compared, checkin):
    return [
        card.name
        for card in compared.files(checkin)
        if card.permission != "l" and b"\0" not in compared.content(card.hash)
    ]


def test_each_line_of_the_small_project_comes_from_the_same_check_in(small):
    """Where a file was renamed, fossil's annotation ends; ours goes on behind it."""
    followed = {"src/go.sh"}
    for checkin in small.checkins:
        for name in lines_of_text(small, checkin):
            theirs = small.fossils_annotation(checkin, name)
            ours = small.annotation(checkin, name)
            if name in followed:
                continue
            assert [h[:10] for h, _ in ours if h] == [h for h, _ in theirs], name


def test_each_line_stays_until_the_same_check_in(small):
    """Fossil begins at the first change on the way; ours with the file as it is."""
    tip = small.checkins[-1]
    with small.repository.reading() as db:
        changes = db.execute(
            "SELECT uuid, name FROM mlink JOIN filename USING(fnid)"
            " JOIN blob ON rid=mid WHERE fid>0 AND NOT isaux"
            " AND name IN ('a.txt', 'b.txt', 'src/lib/Ünï.c')"
        ).fetchall()
    ended = 0
    for checkin, name in changes:
        theirs = small.fossils_annotation(checkin, name, "-o", tip)
        ours = small.annotation(checkin, name, tip)

        assert [uuid[:10] for uuid, _ in ours][: len(theirs)] == [h for h, _ in theirs]
        ended += sum(1 for uuid, _ in ours if uuid)
    assert ended


def test_lines_of_a_renamed_file_come_from_before_it_was_renamed(small):
    tip = small.checkins[-1]
    begin = small.checkins[1]

    ours = small.annotation(tip, "src/go.sh")

    assert [uuid for uuid, _ in ours][:2] == [begin, begin]


def test_most_lines_of_the_other_one_come_from_the_same_check_in(other):
    """Fossil compares each version with the newest, repoweb with the one after it.

    So a line that reads the same by chance, a blank one or a bracket, may come from
    elsewhere. Lines that say something mostly do not.
    """
    same = every = 0
    for checkin in other.checkins[:20]:
        for name in lines_of_text(other, checkin)[::10]:
            theirs = other.fossils_annotation(checkin, name)
            ours = other.annotation(checkin, name)
            assert [t for _, t in ours][: len(theirs)] == [t for _, t in theirs]
            telling = [at for at, (_, t) in enumerate(theirs) if len(t.strip()) > 12]
            every += len(telling)
            same += sum(ours[at][0][:10] == theirs[at][0] for at in telling)

    assert same >= 0.95 * every
