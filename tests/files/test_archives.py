"""/zip, /tarball and /sqlar: all files of a check-in in one."""

import gzip
import io
import sqlite3
import stat
import tarfile
import tempfile
import zipfile
import zlib
from contextlib import closing

import pytest
from pages import parse

from repoweb.files import archives
from repoweb.repository.globs import matches

PROJECT = {"a.txt": "a\n", "src/b.c": "b\n", "src/lib/c.c": b"\0\1", "Ü/ö.txt": "ö"}


def unzip(answer):
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {i.filename: (i, archive.read(i)) for i in archive.infolist()}


def untar(answer):
    assert answer.status_code == 200, answer.text
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as archive:
        return {
            i.name: (i, archive.extractfile(i).read() if i.isfile() else None)
            for i in archive
        }


def unpack(answer):
    """Read an SQLite archive: of each name the mode, the time, the size, the data."""
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/sqlar"
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(answer.data)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0]: row[1:] for row in db.execute("SELECT * FROM sqlar")}


@pytest.fixture
def get(nobody):
    """Fetch an archive, whole."""
    return lambda url: nobody.get(url, buffered=True)


@pytest.fixture
def checkin(commit):
    return commit(PROJECT)


BYTES = {
    name: text.encode() if isinstance(text, str) else text
    for name, text in PROJECT.items()
}


class TestWhatTheyHold:
    def test_every_file_in_a_folder_of_their_name(self, get, checkin):
        zipped = unzip(get(f"/zip/{checkin}/demo-1.zip"))
        tarred = untar(get(f"/tarball/{checkin}/demo-1.tar.gz"))

        expected = {f"demo-1/{name}": content for name, content in BYTES.items()}
        assert {name: content for name, (_, content) in zipped.items()} == expected
        assert {name: content for name, (_, content) in tarred.items()} == expected

    def test_a_sqlite_archive_holds_the_same(self, get, checkin):
        packed = unpack(get(f"/sqlar/{checkin}/demo-1.sqlar"))

        files = {
            name: zlib.decompress(data) if len(data) < size else data
            for name, (mode, _, size, data) in packed.items()
            if stat.S_ISREG(mode)
        }
        assert files == {f"demo-1/{name}": content for name, content in BYTES.items()}
        assert {name for name, row in packed.items() if stat.S_ISDIR(row[0])} == {
            *("demo-1", "demo-1/src", "demo-1/src/lib", "demo-1/Ü")
        }
        assert {time for _, time, _, _ in packed.values()} == {4076053200}

    def test_what_gets_smaller_is_compressed_in_it(self, get, commit):
        commit({"long": "a" * 10_000, "short": "a"})

        packed = unpack(get("/sqlar/tip/x.sqlar"))

        assert packed["x/long"][2] == 10_000 > len(packed["x/long"][3])
        assert packed["x/short"][3] == b"a"

    def test_a_link_that_is_a_folder_too_is_a_file_in_it(self, get, put, manifest):
        _, uuid = put(b"b")
        _, link = put(b"b/c")
        checkin = manifest(f"a {uuid} l", f"a/c {uuid}", f"b/c {uuid}", f"l {link} l")

        packed = unpack(get(f"/sqlar/{checkin}/x.sqlar"))

        assert stat.S_ISREG(packed["x/a"][0])
        assert packed["x/l"] == (stat.S_IFLNK | 0o755, packed["x/a"][1], -1, "b/c")

    @pytest.mark.usefixtures("checkin")
    def test_the_time_is_that_of_the_check_in(self, get):
        zipped = unzip(get("/zip/tip/x.zip"))
        tarred = untar(get("/tarball/tip/x.tar.gz"))

        assert {i.date_time for i, _ in zipped.values()} == {(2099, 3, 1, 13, 0, 0)}
        assert {i.mtime for i, _ in tarred.values()} == {4076053200}

    def test_permissions_and_links_are_kept(self, get, put, manifest):
        hashes = [put(content)[1] for content in (b"#!/bin/sh\n", b"run.sh")]
        uuid = manifest(f"link {hashes[1]} l", f"run.sh {hashes[0]} x")

        zipped = unzip(get(f"/zip/{uuid}/x.zip"))
        tarred = untar(get(f"/tarball/{uuid}/x.tar.gz"))

        modes = {name: i.external_attr >> 16 for name, (i, _) in zipped.items()}
        assert modes["x/run.sh"] == stat.S_IFREG | 0o755
        assert stat.S_ISLNK(modes["x/link"])
        assert tarred["x/run.sh"][0].mode == 0o755
        assert tarred["x/link"][0].linkname == "run.sh"

    @pytest.mark.parametrize(
        "target", ["/etc/passwd", "../../x", "a/../../x", "C:\\x", ""]
    )
    def test_a_link_that_leads_away_is_a_file(self, get, put, manifest, target):
        _, uuid = put(target.encode())
        checkin = manifest(f"link {uuid} l")

        zipped = unzip(get(f"/zip/{checkin}/x.zip"))
        tarred = untar(get(f"/tarball/{checkin}/x.tar.gz"))

        assert stat.S_ISREG(zipped["x/link"][0].external_attr >> 16)
        assert tarred["x/link"][0].isfile()
        assert tarred["x/link"][1] == target.encode()

    def test_a_link_with_files_behind_it_is_a_file(self, get, put, manifest):
        _, uuid = put(b"b")
        checkin = manifest(f"a {uuid} l", f"a/c {uuid}", f"b/c {uuid}")

        assert untar(get(f"/tarball/{checkin}/x.tar.gz"))["x/a"][0].isfile()

    @pytest.mark.parametrize("name", ["a\\..\\..\\b", "..\\x"])
    def test_names_that_lead_away_elsewhere_are_left_out(
        self, get, put, manifest, name
    ):
        _, uuid = put(b"x")
        escaped = name.replace("\\", "\\\\")
        checkin = manifest(f"{escaped} {uuid}", f"z {uuid}")

        assert set(unzip(get(f"/zip/{checkin}/x.zip"))) == {"x/z"}
        assert set(unpack(get(f"/sqlar/{checkin}/x.sqlar"))) == {"x", "x/z"}

    def test_the_same_check_in_gives_the_same_bytes(self, app, checkin):
        for url in (
            *(f"/zip/{checkin}/x.zip", f"/tarball/{checkin}/x.tar.gz"),
            f"/sqlar/{checkin}/x.sqlar",
        ):
            first, second = (app.test_client().get(url, buffered=True) for _ in "12")
            assert first.data == second.data
            assert first.content_length == len(first.data)

    def test_a_check_in_without_files_is_an_empty_archive(self, get):
        assert unzip(get("/zip/trunk/x.zip")) == {}
        assert untar(get("/tarball/trunk/x.tar.gz")) == {}
        assert unpack(get("/sqlar/trunk/x.sqlar")) == {}

    @pytest.mark.usefixtures("checkin")
    def test_the_files_that_the_setting_manifest_wants_are_there(self, get, configure):
        configure("manifest", "rut")

        files = unzip(get("/zip/tip/x.zip"))

        assert files["x/manifest"][1].startswith(b"C change\n")
        assert len(files["x/manifest.uuid"][1]) == 65
        assert files["x/manifest.tags"][1] == b"branch trunk\ntag trunk\n"

    def test_a_file_of_the_check_in_may_say_so_too(self, get, commit, configure):
        configure("manifest", "1")
        commit({".fossil-settings/manifest": "u\n"})

        assert set(unzip(get("/zip/tip/x.zip"))) == {
            *("x/manifest.uuid", "x/.fossil-settings/manifest")
        }


@pytest.mark.usefixtures("checkin")
class TestHowTheyAreAskedFor:
    @pytest.mark.parametrize(
        "url",
        [
            "/zip/tip/x.zip",
            "/zip/trunk/x.zip",
            "/zip/x.zip",
            "/zip?r=tip&name=x.zip",
            "/zip/x.zip?r=tip",
            "/zip?name=tip/x.zip",
        ],
    )
    def test_the_ways_of_fossil(self, get, url):
        assert set(unzip(get(url))) == {f"x/{name}" for name in PROJECT}

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("in=*.c", {"src/b.c", "src/lib/c.c"}),
            ("in=src/lib/*,a.txt", {"src/lib/c.c", "a.txt"}),
            ("ex=*.c", {"a.txt", "Ü/ö.txt"}),
            ("in=*.c&ex=src/lib/*", {"src/b.c"}),
            ("in=nix", set()),
        ],
    )
    def test_globs_choose_files(self, get, query, names):
        found = unzip(get(f"/zip/tip/x.zip?{query}"))

        assert set(found) == {f"x/{name}" for name in names}

    @pytest.mark.parametrize(
        ("name", "folder"), [("..", "file"), ("a\r\nb", "a__b"), ('a"b.zip', "a_b")]
    )
    def test_a_harmful_name_is_not_used(self, nobody, name, folder):
        query = {"r": "tip", "name": name}

        answer = nobody.get("/zip", query_string=query, buffered=True)

        assert {n.split("/")[0] for n in unzip(answer)} == {folder}

    @pytest.mark.parametrize(
        "url", ["/zip/nix/x.zip", "/tarball/nix/x.tar.gz", "/sqlar/nix/x.sqlar"]
    )
    def test_an_unknown_check_in_is_not_found(self, nobody, url):
        assert nobody.get(url).status_code == 404

    def test_who_may_not_download_may_not(self, client_of):
        sent = client_of("carol").get("/zip/tip/x.zip", buffered=True)

        assert sent.status_code == 200  # for nobody has z

    def test_without_z_there_are_none(self, nobody, sql):
        sql("UPDATE user SET cap='o' WHERE login='nobody'")

        assert nobody.get("/zip/tip/x.zip").status_code == 302


def test_a_large_one_is_sent_while_it_is_packed(get, checkin, monkeypatch):
    monkeypatch.setattr(archives, "PREPARED", 0)

    answer = get(f"/tarball/{checkin}/x.tar.gz")

    assert answer.content_length is None or answer.is_streamed
    assert len(untar(answer)) == len(PROJECT)
    assert gzip.decompress(answer.data)
    assert len(unpack(get(f"/sqlar/{checkin}/x.sqlar"))) == len(PROJECT) + 4


def test_no_file_is_left_of_an_archive(get, checkin, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    assert unpack(get(f"/sqlar/{checkin}/x.sqlar"))

    assert not list(tmp_path.glob("sqlar-*"))


@pytest.mark.parametrize(
    ("name", "globs", "expected"),
    [
        ("a.c", "*.c", True),
        ("src/a.c", "*.c", True),
        ("a.h", "*.c *.h", True),
        ("a b", "'a b',x", True),
        ("a.c", "[^a]*", False),
        ("b.c", "[^a]*", True),
        ("A.C", "*.c", False),
        ("a.c", "", False),
        ("x", '"', False),
    ],
)
def test_globs_are_fossils(name, globs, expected):
    assert matches(name, globs) is expected


class TestDownloads:
    def test_the_newest_and_those_with_tags_are_offered(self, nobody, commit, sql):
        first = commit({"a": "1\n"}, "First")
        newest = commit({"a": "2\n"}, "Second")
        sql("INSERT INTO tag(tagname) VALUES('sym-rel-1')")
        sql(
            "INSERT INTO tagxref(tagid, tagtype, srcid, origid, mtime, rid)"
            " SELECT tagid, 1, rid, rid, 1, rid FROM tag, blob"
            " WHERE tagname='sym-rel-1' AND uuid=?",
            first,
        )

        page = parse(nobody.get("/download").text)

        names = [strong.text for strong in page.within("table", "files", "strong")]
        links = [a["href"] for a in page.within("table", "files", "a")]
        assert names == ["trunk", "rel-1"]
        assert [link.split("/")[1] for link in links] == [
            *("info", "zip", "tarball", "sqlar") * 2
        ]
        for link, text in ((links[1], b"2\n"), (links[5], b"1\n")):
            assert [
                data for _, data in unzip(nobody.get(link, buffered=True)).values()
            ] == [text]
        assert newest[:16] in links[1]

    def test_without_check_ins_there_are_none(self, nobody, sql):
        for table in ("event", "plink", "leaf", "tagxref", "blob"):
            sql(f"DELETE FROM {table}")

        assert "There are no check-ins." in nobody.get("/download").text

    def test_who_may_not_have_archives_is_asked_to_log_in(self, nobody, sql):
        sql("UPDATE user SET cap='hgjor' WHERE login='nobody'")

        assert nobody.get("/download").location == "/login?g=download"


def test_a_small_one_is_packed_once(get, checkin, monkeypatch):
    url = f"/zip/{checkin}/x.zip"
    first = get(url)
    monkeypatch.setattr(archives, "zip_pieces", lambda *_: pytest.fail("packed again"))

    again = get(url)

    assert again.data == first.data
    assert dict(again.headers) == dict(first.headers)


@pytest.mark.parametrize("other", ["?in=a*", "?ex=a*"])
def test_one_of_other_files_is_another(get, checkin, other):
    whole = unzip(get(f"/zip/{checkin}/x.zip"))

    assert 0 < len(unzip(get(f"/zip/{checkin}/x.zip{other}"))) < len(whole)


def test_what_is_kept_is_counted_with_the_words_that_asked_for_it(
    get, checkin, repository
):
    """An archive of nothing has 22 bytes, and a visitor may ask for any number."""
    get(f"/zip/{checkin}/x.zip?in=y")  # all else is known from now on
    with repository.reading() as db:
        before = db.caches.meanings.bytes
        get(f"/zip/{checkin}/x.zip?in={'x' * 2000}")

        assert db.caches.meanings.bytes - before > 2000
