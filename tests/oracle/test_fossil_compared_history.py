"""Names, ancestors, tags, differences and timelines: as real fossil tells them."""

import re

import pytest

from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.info import queries
from repoweb.repository import names
from repoweb.repository.ancestry import ancestors, descendants, main_branch
from repoweb.repository.repository import Repository
from repoweb.timeline.branch_queries import branches, leaves

from .compared import SUBJECTS, Subject, make_small
from .visitor import Visitor

_HASH = re.compile(r"\b[0-9a-f]{40,64}\b")
_LISTED = re.compile(r"\[([0-9a-f]{10})\]")


@pytest.fixture(scope="module", params=SUBJECTS)
def subject(request, fossil, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    path = request.param
    if path == "small":
        path = make_small(fossil, folder)
    return Subject(fossil, path, folder / "look")


@pytest.fixture(scope="module")
def db(subject):
    repository = Repository(subject.path)
    with repository.reading() as connection:
        yield connection
    repository.close()


@pytest.fixture(scope="module")
def client(subject):
    repository = Repository(subject.path)
    app = create_app(repository)
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    yield client
    chat_of(app).hub.close()
    repository.close()


@pytest.fixture(scope="module")
def hash_of(db):
    def look(rid):
        return db.execute("SELECT uuid FROM blob WHERE rid=?", (rid,)).fetchone()[0]

    return look


def some(subject, most):
    """Those check-ins for which a question is asked that costs a process."""
    return subject.checkins[:most]


def test_names_lead_to_the_same_artifacts(subject, db, hash_of):
    tags = [
        row[0]
        for row in subject.rows(
            "SELECT substr(tagname, 5) FROM tag WHERE tagname GLOB 'sym-*'"
        )
    ]
    dates = [
        row[0] for row in subject.rows("SELECT datetime(mtime) FROM event LIMIT 20")
    ]
    wanted = ["tip", "trunk", "nix", "910", "rid:1", "date:2026-01-02 03:30"]
    for tag in tags[:12]:
        wanted += [
            tag,
            f"tag:{tag}",
            f"root:{tag}",
            f"start:{tag}",
            f"merge-in:{tag}",
            f"{tag}:2026-01-02",
        ]
    for date in dates:
        wanted += [
            date,
            date[:10],
            date[:16],
            re.sub(r"[-: ]", "", date),
            f"utc:{date}",
        ]
    for uuid in some(subject, 20):
        wanted += [uuid, uuid[:10], uuid[:5].upper(), f"[{uuid[:8]}]", f"{uuid[:12]}."]
    differing = {}
    for kind in ("*", "ci"):
        told = subject.ask("test-name-to-id", "--type", kind, *wanted).splitlines()
        for name, line in zip(wanted, told, strict=True):
            try:
                rid = names.find(db, name, kind)
                ours = hash_of(rid) if rid else None
            except names.AmbiguousName:
                ours = "ambiguous"
            found = _HASH.findall(line.rpartition("->")[2])
            theirs = found[0] if found else "ambiguous" if "ambig" in line else None
            if ours != theirs:
                differing[kind, name] = ours, theirs

    assert differing == {}


@pytest.mark.parametrize("way", ["parents", "children"])
def test_ancestors_and_descendants_are_the_same(subject, db, hash_of, way):
    for uuid in some(subject, 30):
        text = subject.ask("timeline", way, uuid, "-n", "0", "-t", "ci", "-W", "0")
        theirs = set(_LISTED.findall(text))
        walk = ancestors if way == "parents" else descendants
        rid = names.find(db, uuid)

        ours = {hash_of(r)[:10] for r in walk(db, rid)}

        assert ours == theirs, uuid


def test_tags_are_the_same(subject, db):
    for uuid in some(subject, 100):
        told = subject.ask("tag", "list", uuid).split("\n")
        theirs = {line.partition("=")[0].strip() for line in told if line.strip()}
        rid = names.find(db, uuid)

        ours = {
            tag.name.removeprefix("sym-")
            for tag in queries.tags(db, rid)
            if not tag.cancelled
        }

        assert ours == theirs, uuid


def test_branches_and_leaves_are_the_same(subject, db, hash_of):
    def listed(*options):
        lines = subject.ask("branch", "list", *options).splitlines()
        return {line.lstrip("*# ").strip() for line in lines if line.strip()}

    found = branches(db, "name")
    # Fossil leaves check-ins out that name no branch; to us they are on the main one.
    main = main_branch(db)
    assert {b.name for b in found} - {main} == listed("--all") - {main}
    assert {b.name for b in found if b.closed} == listed("--closed")

    for option, opened, closed in (
        ("--all", True, True),
        ("--closed", False, True),
        (None, True, False),
    ):
        text = subject.ask("leaves", *([option] if option else []))
        rids = leaves(db, 10**6, opened=opened, closed=closed)
        ours = {hash_of(rid)[:10] for rid in rids}
        assert ours == {_LISTED.search(line)[1] for line in text.splitlines()}, option


def signed(text):
    """The deleted and inserted lines of a patch, by file, in their order."""
    files, lines = {}, []
    for line in text.split("\n"):
        if line.startswith("Index: "):
            lines = files.setdefault(line[7:], [])
        elif line.startswith(("+", "-")) and line[:4] not in {"--- ", "+++ "}:
            lines.append(line)
    return {name: changed for name, changed in files.items() if changed}


def test_differences_are_the_same(subject, client, db):
    """But for lines of which it is a matter of taste which of two equal ones came."""
    compared = differing = 0
    for uuid in some(subject, 40):
        rid = names.find(db, uuid)
        parent = queries.parent(db, rid)
        if parent is None:
            continue
        old = db.execute("SELECT uuid FROM blob WHERE rid=?", (parent,)).fetchone()[0]
        theirs = signed(subject.ask("diff", "--from", old, "--to", uuid, "-N", "-i"))
        answer = client.get(f"/vpatch?from={old}&to={uuid}")
        ours = signed(answer.data.decode("utf-8", "replace"))
        compared += len(theirs)
        for name in theirs:
            if sorted(theirs[name]) != sorted(ours.get(name, [])):
                differing += 1

    assert compared
    assert differing <= (0 if subject.is_small else compared // 10)


def test_the_timeline_has_the_same_events_in_the_same_order(
    subject, client, serve_fossil
):
    server = serve_fossil(subject.path)
    visitor = Visitor(server.url, ())
    try:
        for query in ("y=ci&n=200", "y=w", "y=ci&tag=rel-1"):
            theirs = _links(visitor.get(f"timeline.rss?{query}").text)
            ours = _links(client.get(f"/timeline.rss?{query}").text)
            assert ours == theirs, query
    finally:
        visitor.close()


def _links(text):
    return re.findall(r"<guid>\S*/info/([0-9a-f]+)</guid>", text) or re.findall(
        r"<link>\S*/info/([0-9a-f]+)</link>", text
    )
