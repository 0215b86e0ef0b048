"""Every page about every kind of trouble: an answer that makes sense, never a fault."""

import hashlib
import logging
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from addresses import FAMILIES, PAGES, fill
from deltas import delta_of

from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.repository import artifacts
from repoweb.repository.checkin import check_in
from repoweb.repository.content import artifact_hash, compress
from repoweb.repository.repository import Repository

START = datetime(2099, 3, 1, 12, tzinfo=UTC)
OLD, NEW = b"one\ntwo\n", b"one\n2\n"


class Trouble:
    """A repository in which something is difficult; `about` fills addresses."""

    def __init__(self, path):
        self.repository = Repository(path)
        self._hour = 0
        with self.repository.writing() as db:
            db.execute("UPDATE user SET cap='hgjorz' WHERE login='nobody'")
        ((root,),) = self.sql("SELECT uuid FROM blob ORDER BY rid LIMIT 1")
        self.about = {
            "ci": root,
            "other": root,
            "file": "a.txt",
            "hash": "a" * 40,
            "other_hash": root,
        }

    def sql(self, statement, *values):
        with self.repository.writing() as db:
            return [tuple(row) for row in db.execute(statement, values).fetchall()]

    def commit(self, files):
        self._hour += 1
        time = START + timedelta(hours=self._hour)
        with self.repository.writing() as db:
            return check_in(db, files, comment="change", user="alice", time=time)

    def two_versions(self, name, old=OLD, new=NEW):
        """Check a file in, and change it; pages are then about that."""
        first, second = self.commit({name: old}), self.commit({name: new})
        self.about = {
            "ci": second,
            "other": first,
            "file": name,
            "hash": artifact_hash(new),
            "other_hash": artifact_hash(old),
        }


def nothing(trouble):
    """The repository is empty."""
    del trouble


def binary(trouble):
    trouble.two_versions("a.bin", b"\0\1" * 99, b"\0\2" * 99)


def very_large(trouble):
    text = b"a line of text that is neither short nor long\n"
    trouble.two_versions("large.txt", text * 5, text * (50 * 1024 * 1024 // len(text)))


def one_long_line(trouble):
    trouble.two_versions("line.txt", b"a", b"a" * 2_000_000)


def many_deltas(trouble):
    """The content is at the end of 300 deltas."""
    with trouble.repository.writing() as db:
        receipt = artifacts.receive(db, "alice")
        text = b"line 0\n"
        rid, _ = artifacts.store(db, text, receipt)
        for number in range(1, 301):
            longer = text + b"line %d\n" % number
            delta = delta_of([(0, len(text)), longer[len(text) :]], longer)
            next_rid, _ = artifacts.store(db, longer, receipt)
            db.execute(
                "UPDATE blob SET content=? WHERE rid=?", (compress(delta), next_rid)
            )
            db.execute("INSERT INTO delta VALUES(?, ?)", (next_rid, rid))
            rid, text = next_rid, longer
    trouble.two_versions("deep.txt", b"line 0\n", text)


def ten_thousand_files(trouble):
    files = {f"folder{n % 100}/file{n}.txt": b"x\n" for n in range(10_000)}
    trouble.two_versions("folder7/file7.txt")
    trouble.about["other"] = trouble.about["ci"]
    trouble.about["ci"] = trouble.commit({**files, "folder7/file7.txt": NEW})


def phantom(trouble):
    trouble.two_versions("a.txt")
    uuid = trouble.about["hash"]
    trouble.sql("UPDATE blob SET size=-1, content=NULL WHERE uuid=?", uuid)
    trouble.sql("INSERT INTO phantom SELECT rid FROM blob WHERE uuid=?", uuid)


def phantom_check_in(trouble):
    trouble.two_versions("a.txt")
    uuid = trouble.about["ci"]
    trouble.sql("UPDATE blob SET size=-1, content=NULL WHERE uuid=?", uuid)
    trouble.sql("INSERT INTO phantom SELECT rid FROM blob WHERE uuid=?", uuid)


def shunned(trouble):
    trouble.two_versions("a.txt")
    uuid = trouble.about["hash"]
    trouble.sql("DELETE FROM blob WHERE uuid=?", uuid)
    trouble.sql("INSERT INTO shun(uuid, mtime) VALUES(?, 1)", uuid)


def shunned_parent(trouble):
    trouble.two_versions("a.txt")
    trouble.sql("DELETE FROM blob WHERE uuid=?", trouble.about["other"])


def private(trouble):
    trouble.two_versions("a.txt")
    for key in ("ci", "hash"):
        trouble.sql(
            "INSERT INTO private SELECT rid FROM blob WHERE uuid=?", trouble.about[key]
        )


def corrupt(trouble):
    trouble.two_versions("a.txt")
    damaged = b"\0\0\0\6nonsense"
    trouble.sql(
        "UPDATE blob SET content=? WHERE uuid=?", damaged, trouble.about["hash"]
    )


def corrupt_check_in(trouble):
    trouble.two_versions("a.txt")
    damaged = compress(b"C nonsense\n")
    trouble.sql("UPDATE blob SET content=? WHERE uuid=?", damaged, trouble.about["ci"])


def delta_in_a_circle(trouble):
    trouble.two_versions("a.txt")
    pair = [trouble.about["hash"], trouble.about["other_hash"]]
    for one, other in (pair, pair[::-1]):
        trouble.sql(
            "REPLACE INTO delta SELECT a.rid, b.rid FROM blob a, blob b"
            " WHERE a.uuid=? AND b.uuid=?",
            *(one, other),
        )


def without_events(trouble):
    """Nothing was derived from the artifacts yet, as in a file that needs a rebuild."""
    trouble.two_versions("a.txt")
    for table in ("event", "mlink", "plink", "leaf", "tagxref", "filename"):
        trouble.sql(f"DELETE FROM {table}")


NAMES = {
    "blanks": " two  blanks ",
    "a line feed": "new\nline.txt",
    "right to left": "עברית.txt",
    "Chinese": "日本語/文書.txt",
    "a smile": "😀/☃.md",
    "markup": "<script>alert(1)</script>&amp;\"'.txt",
    "a query": "a?b=c&d=%2f#e+f.txt",
    "dots": "...",
    "a template": "{{ 7*7 }}{% x %}.txt",
    "a backslash": "back\\slash\\..\\x.txt",
    "a star": "[a-z]*?.c",
}


def named(name):
    return lambda trouble: trouble.two_versions(name)


CASES = {
    **{
        case.__name__.replace("_", " "): case
        for case in (
            *(nothing, binary, very_large, one_long_line, many_deltas),
            *(ten_thousand_files, phantom, phantom_check_in, shunned, shunned_parent),
            *(private, corrupt, corrupt_check_in, delta_in_a_circle, without_events),
        )
    },
    **{f"a name with {label}": named(name) for label, name in NAMES.items()},
}
SEEN = {200, 300, 301, 302, 400, 404}
"""What a visitor may get who may read everything and asks for nothing odd."""


@pytest.fixture(scope="module", params=CASES)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def trouble(case, template, tmp_path_factory):
    path = shutil.copy(template, tmp_path_factory.mktemp("trouble"))
    trouble = Trouble(path)
    CASES[case](trouble)
    yield trouble
    trouble.repository.close()


@pytest.fixture(scope="module")
def client(trouble):
    app = create_app(trouble.repository)
    app.testing = False
    yield app.test_client()
    chat_of(app).hub.close()


def test_every_page_makes_sense_of_it(trouble, client, caplog):
    caplog.set_level(logging.ERROR)
    found = {}
    for rule, address in PAGES.items():
        url = fill(address, trouble.about)
        with client.get(url, buffered=True) as answer:
            if answer.status_code not in SEEN:
                found[rule] = answer.status_code, url
            if answer.status_code == 404:
                assert "<h1>" in answer.text or answer.is_json, rule

    assert found == {}
    assert not caplog.records


HEALTHY = [
    *("binary", "very large", "one long line", "many deltas", "ten thousand files"),
    *(f"a name with {label}" for label in NAMES),
]
OF_THE_FILE = (
    *("/file", "/raw", "/finfo", "/info/<path:name>", "/zip", "/tarball", "/sqlar"),
    *("/dir", "/tree", "/vdiff", "/vpatch", "/fdiff", "/hexdump/<path:name>"),
    *("/fileage", "/artifact", "/timeline", "/jchunk", "/doc/<path:name>"),
)


@pytest.mark.parametrize("case", HEALTHY, indirect=True)
def test_what_is_whole_is_shown(trouble, client):
    found = {}
    for rule in OF_THE_FILE:
        with client.get(fill(PAGES[rule], trouble.about), buffered=True) as answer:
            found[rule] = answer.status_code
            if rule == "/raw":
                content = hashlib.sha3_256(answer.data).hexdigest()

    if "\n" in trouble.about["file"]:  # which no path in an address can have
        del found["/doc/<path:name>"]
    assert {rule: status for rule, status in found.items() if status != 200} == {}
    assert content == trouble.about["hash"]


@pytest.mark.parametrize("case", ["private"], indirect=True)
def test_what_is_private_is_nowhere_told(trouble, client):
    told = [line[:10] for line in (trouble.about["ci"], trouble.about["hash"])]
    for rule, address in PAGES.items():
        url = fill(address, trouble.about | {"other": "tip", "other_hash": "tip"})
        with client.get(url, buffered=True) as answer:
            if answer.status_code == 200:
                assert not [word for word in told if word in answer.text], rule


def test_every_page_is_walked(template, tmp_path):
    repository = Repository(shutil.copy(template, tmp_path))
    app = create_app(repository)
    rules = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in FAMILIES
    }
    chat_of(app).hub.close()
    repository.close()

    assert rules - PAGES.keys() == set()
