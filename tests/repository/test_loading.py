"""Loading artifacts: whole ones, chains of deltas, and those that are damaged."""

import zlib
from types import SimpleNamespace

import pytest
from deltas import delta_of

from repoweb.repository import artifacts, chains, loading
from repoweb.repository.connection import Reader
from repoweb.repository.content import artifact_hash, compress
from repoweb.repository.loading import (
    ArtifactError,
    ArtifactMissing,
    load,
    load_each,
)
from repoweb.repository.series import Series
from repoweb.repository.writing.deltify import deltify


@pytest.fixture
def put(repository):
    def store(content):
        with repository.writing() as db:
            return artifacts.store(db, content, 0)[0]

    return store


@pytest.fixture
def put_delta(sql, rows):
    """Store a content as a delta that copies its beginning from another artifact."""

    def store(content, source, copied, *, delta=None):
        delta = delta or delta_of([(0, copied), content[copied:]], content)
        sql(
            "INSERT INTO blob(rcvid, size, uuid, content) VALUES(0, ?, ?, ?)",
            len(content),
            artifact_hash(content),
            compress(delta),
        )
        ((rid,),) = rows("SELECT max(rid) FROM blob")
        sql("INSERT INTO delta VALUES(?, ?)", rid, source)
        return rid

    return store


@pytest.fixture
def read(repository):
    def read(rid):
        with repository.reading() as db:
            return load(db, rid)

    return read


def test_what_was_stored_is_loaded(put, read):
    assert read(put(b"hello\n" * 99)) == b"hello\n" * 99


def test_an_empty_artifact_is_empty(put, read):
    assert read(put(b"")) == b""


def test_a_delta_is_applied_to_its_source(put, put_delta, read):
    rid = put_delta(b"hello world", put(b"hello there"), 6)

    assert read(rid) == b"hello world"


def test_a_long_chain_of_deltas_is_followed(put, put_delta, read):
    text = b"0\n"
    rid = put(text)
    for number in range(1, 1500):
        before, text = text, text + b"%d\n" % number
        rid = put_delta(text, rid, len(before))

    assert read(rid) == text


def test_a_circle_of_deltas_is_refused(put, put_delta, read, sql):
    first = put(b"one and one")
    second = put_delta(b"one and two", first, 8)
    sql("INSERT INTO delta VALUES(?, ?)", first, second)

    with pytest.raises(ArtifactError, match="do not end"):
        read(second)


def test_a_phantom_is_missing(read, sql, rows):
    sql("INSERT INTO blob(rcvid, size, uuid) VALUES(0, -1, ?)", "a" * 40)
    ((rid,),) = rows("SELECT max(rid) FROM blob")

    with pytest.raises(ArtifactMissing, match=r"a{40} .*not been received"):
        read(rid)


def test_a_delta_of_a_phantom_is_missing(read, sql, rows, put_delta):
    sql("INSERT INTO blob(rcvid, size, uuid) VALUES(0, -1, ?)", "a" * 40)
    ((rid,),) = rows("SELECT max(rid) FROM blob")

    with pytest.raises(ArtifactMissing, match=r"a{40}"):
        read(put_delta(b"hello", rid, 0))


def test_an_unknown_number_is_missing(read):
    with pytest.raises(ArtifactMissing, match="rid:999"):
        read(999)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\0\0",
        b"\0\0\0\5nonsense",
        (9).to_bytes(4, "big") + zlib.compress(b"hello"),
        (2).to_bytes(4, "big") + zlib.compress(b"hello"),
        compress(b"hello")[:-3],
        (1 << 31).to_bytes(4, "big") + zlib.compress(b"hello"),
        None,
        "text",
        5,
    ],
)
def test_a_damaged_content_is_named(put, read, sql, stored):
    rid = put(b"hello")
    sql("UPDATE blob SET content=? WHERE rid=?", stored, rid)

    with pytest.raises(ArtifactError, match=artifact_hash(b"hello")):
        read(rid)


def test_a_small_content_that_unpacks_to_much_is_not_unpacked(put, read, sql):
    rid = put(b"hello")
    bomb = (5).to_bytes(4, "big") + zlib.compress(bytes(50_000_000), 9)
    sql("UPDATE blob SET content=? WHERE rid=?", bomb, rid)

    with pytest.raises(ArtifactError, match="does not have the 5 bytes"):
        read(rid)


def test_a_wrong_checksum_spoils_what_is_made_of_it(put, put_delta, read):
    source = put(b"hello there")
    good = delta_of([(0, 6), b"world"], b"hello world")
    rid = put_delta(b"hello world", source, 6, delta=good[:-2] + b"~;")

    for _ in range(2):  # the second time nothing comes from the cache
        with pytest.raises(ArtifactError, match="checksum"):
            read(rid)


def test_versions_are_verified_by_what_is_made_from_them(repository, put, put_delta):
    rids = [put(b"hello there")]
    rids += [put_delta(b"hello world", rids[0], 6)]
    rids += [put_delta(b"hello w", rids[1], 7), put_delta(b"hello wood", rids[1], 7)]

    with repository.reading() as db:
        series = Series(db)
        contents = [series.load(rid) for rid in rids]
        series.verify()

    assert contents == [b"hello there", b"hello world", b"hello w", b"hello wood"]


def test_a_wrong_version_spoils_the_series(repository, put, put_delta, read):
    source = put(b"hello there")
    good = delta_of([(0, 6), b"world"], b"hello world")
    wrong = put_delta(b"hello world", source, 6, delta=good[:-2] + b"~;")

    with repository.reading() as db:
        series = Series(db)
        series.load(source)
        series.load(wrong)
        with pytest.raises(ArtifactError, match="checksum"):
            series.verify()
    with pytest.raises(ArtifactError, match="checksum"):
        read(wrong)


def test_a_series_with_a_missing_version_keeps_nothing(repository, put, put_delta):
    source = put(b"hello there")
    good = delta_of([(0, 6), b"world"], b"hello world")
    wrong = put_delta(b"hello world", source, 6, delta=good[:-2] + b"~;")
    name = artifact_hash(b"hello world")

    with repository.reading() as db:
        series = Series(db)
        assert series.load(wrong) == b"hello world"
        with pytest.raises(ArtifactMissing):
            series.load(999)
        assert db.caches.contents.get(name) is None


def test_what_was_loaded_is_not_read_again(repository, put, monkeypatch):
    rid = put(b"hello")
    with repository.reading() as db:
        load(db, rid)
    monkeypatch.delattr(loading, "_stored")

    with repository.reading() as db:
        assert load(db, rid) == b"hello"


def test_what_becomes_a_delta_while_it_is_read_is_read_all_the_same(
    repository, put, monkeypatch
):
    """A page is read while somebody saves its next version."""
    older, newer = put(b"one line\n" * 50), put(b"one line\n" * 50 + b"more\n")
    save = meanwhile(monkeypatch, repository, chains._CONTENTS)
    save.run = lambda writer: deltify(writer, older, newer)

    with repository.reading() as db:
        found = load_each(db, [older])[older]

    assert save.has_run
    assert found == b"one line\n" * 50


def test_what_becomes_whole_while_it_is_read_is_read_all_the_same(
    repository, put, put_delta, monkeypatch
):
    source = put(b"hello there")
    made = put_delta(b"hello world", source, 6)
    monkeypatch.setattr(loading, "_HELD", 0)
    save = meanwhile(monkeypatch, repository, "SELECT uuid, srcid, content")

    def make_whole(writer):
        content = compress(b"hello world")
        writer.execute("UPDATE blob SET content=? WHERE rid=?", (content, made))
        writer.execute("DELETE FROM delta WHERE rid=?", (made,))

    save.run = make_whole

    with repository.reading() as db:
        assert load(db, made) == b"hello world"

    assert save.has_run


def meanwhile(monkeypatch, repository, query):
    """Write to the repository, once, before somebody asks a certain query."""
    state = SimpleNamespace(has_run=False)
    execute = Reader.execute

    def execute_later(db, sql, values=(), /):
        if sql.startswith(query) and not state.has_run:
            state.has_run = True
            with repository.writing() as writer:
                state.run(writer)
        return execute(db, sql, values)

    monkeypatch.setattr(Reader, "execute", execute_later)
    return state


def test_several_are_loaded_as_each_of_them_is(repository, put, put_delta, read, sql):
    source = put(b"hello there")
    made = put_delta(b"hello world", source, 6)
    again = put_delta(b"hello words", made, 9)
    damaged = put(b"damaged")
    sql("UPDATE blob SET content=x'00' WHERE rid=?", damaged)

    with repository.reading() as db:
        found = load_each(db, [again, source, damaged, 4321])

    assert (found[again], found[source]) == (b"hello words", b"hello there")
    assert isinstance(found[damaged], ArtifactError)
    assert isinstance(found[4321], ArtifactMissing)
    assert read(made) == b"hello world"


def test_what_was_shunned_is_not_found_in_the_cache(put, read, sql):
    rid = put(b"hello")
    read(rid)
    sql("DELETE FROM blob WHERE rid=?", rid)

    with pytest.raises(ArtifactMissing):
        read(rid)
