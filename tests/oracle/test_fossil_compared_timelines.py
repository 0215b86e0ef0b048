"""Timelines: each filter shows the check-ins that fossil's page shows."""

import html
import random
import re

import pytest

from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.repository.repository import Repository

from .compared import SUBJECTS, Subject, make_small
from .programs import FossilServer
from .visitor import Visitor

_THEIRS = re.compile(r"check-in:(?:&nbsp;|\s|<[^>]*>)*\[?([0-9a-f]{10})")
_OURS = re.compile(r'data-node="([0-9a-f]{10})')
_OLDER = re.compile(r'rel="next" href="([^"]*)"')
PAIRS = 12


@pytest.fixture(scope="module", params=SUBJECTS)
def subject(request, fossil, tmp_path_factory):
    folder = tmp_path_factory.mktemp("timelines")
    path = request.param
    if path == "small":
        path = make_small(fossil, folder)
    return Subject(fossil, path, folder / "look")


@pytest.fixture(scope="module")
def theirs(subject, fossil, tmp_path_factory):
    """Ask fossil: `theirs("r=trunk")` is the list of its check-ins."""
    if fossil.version > (2, 21):
        fossil("setting", "robot-restrict", "off", "-R", subject.path)
    log = tmp_path_factory.mktemp("log") / "fossil.log"
    server = FossilServer(fossil, subject.path, log)
    visitor = Visitor(server.url)

    def ask(query):
        return _THEIRS.findall(visitor.get(f"timeline?ss=m&{query}").text)

    yield ask
    visitor.close()
    server.stop()


@pytest.fixture(scope="module")
def ours(subject):
    repository = Repository(subject.path)
    app = create_app(repository)
    client = app.test_client()

    def ask(query):
        found, url = [], f"/timeline?{query}"
        while url:
            answer = client.get(url)
            assert answer.status_code == 200, (query, answer.text)
            found += _OURS.findall(answer.text)
            more = "&to=" in query or "&you=" in query
            older = _OLDER.search(answer.text) if more else None
            url = older and html.unescape(older[1])
        return found

    yield ask
    chat_of(app).hub.close()
    repository.close()


@pytest.fixture
def _older_ways(fossil):
    if fossil.version > (2, 21):
        pytest.skip("later ones weigh branches when they choose a way")


@pytest.fixture
def _newer(fossil):
    if fossil.version < (2, 27):
        pytest.skip("earlier ones do not know these parameters")


def pairs(subject):
    chosen = random.Random(2)
    return [chosen.sample(subject.checkins, 2) for _ in range(PAIRS)]


def differing(queries, ours, theirs):
    found = {}
    for query in queries:
        mine, other = set(ours(query)), set(theirs(query))
        if mine != other:
            found[query] = sorted(mine - other), sorted(other - mine)
    return found


@pytest.mark.usefixtures("_older_ways")
@pytest.mark.parametrize("more", ["", "&shortest", "&rel", "&mionly", "&chng=*.txt"])
def test_the_way_between_two_is_the_same(subject, ours, theirs, more):
    queries = [f"from={a}&to={b}{more}" for a, b in pairs(subject)]

    assert differing(queries, ours, theirs) == {}
    assert any(len(ours(query)) > 3 for query in queries) or "chng" in more


@pytest.mark.usefixtures("_older_ways")
@pytest.mark.parametrize("more", ["", "&rel"])
def test_the_way_by_the_ancestor_is_the_same(subject, ours, theirs, more):
    queries = [f"me={a}&you={b}{more}" for a, b in pairs(subject)]

    assert differing(queries, ours, theirs) == {}


@pytest.mark.parametrize("key", ["p", "d", "dp", "f"])
def test_ancestors_descendants_and_family_are_the_same(subject, ours, theirs, key):
    some = subject.checkins[:PAIRS]
    queries = [f"{key}={uuid}&n=20" for uuid in some]

    assert differing(queries, ours, theirs) == {}


@pytest.mark.usefixtures("_newer")
def test_ancestors_back_to_another_are_the_same(subject, ours, theirs):
    queries = [f"p={a}&bt={b}&n=200" for a, b in pairs(subject)]

    assert differing(queries, ours, theirs) == {}


@pytest.mark.parametrize("form", ["t={}", "r={}", "t={}&rel", "r={}&mionly"])
def test_tags_are_followed_alike(subject, ours, theirs, form):
    tags = subject.rows(
        "SELECT substr(tagname, 5) FROM tag WHERE tagname GLOB 'sym-[a-zA-Z]*'"
    )
    queries = [form.format(tag) + "&n=200" for (tag,) in tags[:10] if " " not in tag]

    assert queries
    assert differing(queries, ours, theirs) == {}


@pytest.mark.parametrize(
    ("style", "pattern"),
    [
        *(("glob", "rel-*"), ("glob", "*r*"), ("glob", "no*,tr*")),
        *(("like", "REL-%25"), ("like", "%25e_"), ("regexp", "rel-[0-9]")),
        *(("regexp", "(f|t).*"), ("regexp", "rel"), ("regexp", "x,tr.%2Bk,rel-%5Cd")),
        *(("brlist", "rel-1,feature"), ("exact", "rel-*")),
    ],
)
def test_tags_are_matched_alike(ours, theirs, style, pattern):
    queries = [f"{key}={pattern}&ms={style}&n=300" for key in "tr"]

    assert differing(queries, ours, theirs) == {}


@pytest.mark.usefixtures("_newer")
@pytest.mark.parametrize(
    "form",
    [
        *("p={0}&d={1}&n=200", "d={0}&ft=trunk&n=200", "p={0}&bt=rel-1&n=200"),
        *("p=nix&p2={0}&n=20", "d=nix&d2={0}&n=20", "dp=nix&dp2={0}&n=20"),
        *(
            "t=rel-1&x={0},{1}",
            "r=feature&ncp&n=200",
            "p={0}&x={1}&n=5",
            "f={0}&ncp",
        ),
    ],
)
def test_what_later_ones_know_is_the_same(subject, ours, theirs, form):
    queries = [form.format(*pair) for pair in pairs(subject)]

    assert differing(queries, ours, theirs) == {}


def test_bisects_are_the_same(subject, ours, theirs):
    """Fossil does not count check-ins without a parent."""
    rows = subject.rows("SELECT uuid FROM blob JOIN plink ON cid=rid LIMIT 20")
    hashes = [uuid for (uuid,) in rows]
    queries = [f"bid=y{a}-n{b}" for a, b in zip(hashes, hashes[3:], strict=False)]

    assert differing(queries, ours, theirs) == {}


def test_users_words_and_files_are_found_alike(subject, ours, theirs):
    """Ours finds words also in names of users, and takes % for what it is."""
    users = subject.rows("SELECT DISTINCT user FROM event WHERE type='ci'")
    queries = [f"y=ci&u={user}&n=300" for (user,) in users[:5]]
    queries += [f"y=ci&s={word}&n=300" for word in ("first", "merge", "BRANCH", "qqqq")]
    queries += [f"y=ci&chng={glob}&n=300" for glob in ("*.txt", "src/*", "*.py", "q")]

    assert differing(queries, ours, theirs) == {}


def test_check_ins_with_a_file_are_the_same(subject, ours, theirs):
    """Beyond a thousand, ours are on further pages."""
    files = subject.rows(
        "SELECT DISTINCT uuid FROM mlink JOIN blob ON rid=fid WHERE NOT isaux"
        " ORDER BY uuid LIMIT 12"
    )
    queries = [f"uf={uuid}" for (uuid,) in files]

    few = [query for query in queries if len(ours(query)) < 1000]
    assert few
    assert differing(few, ours, theirs) == {}


def test_what_is_around_the_first_use_of_a_file_is_the_same(subject, ours, theirs):
    """Fossil rounds the moment, so what is in the middle may count as earlier."""
    files = subject.rows(
        "SELECT DISTINCT uuid FROM mlink JOIN blob ON rid=fid ORDER BY uuid LIMIT 8"
    )
    for (uuid,) in files:
        query = f"cf={uuid}&n=6&y=ci"
        mine, other = ours(query), theirs(query)
        assert len(set(other) ^ set(mine)) <= 4, query
        assert len(mine) <= 6, query


def test_times_are_read_alike(subject, ours, theirs):
    """Before a day, as of Fossil 2.29, is until its end; there it was its begin."""
    ((low, high),) = subject.rows(
        "SELECT date(min(mtime)), date(max(mtime)) FROM event"
    )
    year, month = low[:4], low[:7]
    names = [f"{key}={uuid}" for uuid in subject.checkins[:4] for key in "ab"]
    spans = [f"ym={month}", f"ym={month.replace('-', '')}", f"year={year}"]
    spans += [f"ymd={low}", f"ymd={low.replace('-', '')}", "yw=2026-02"]
    times = [f"a={low}", f"b={high} 23:59:59", f"a={low}&b={low} 12:00:00"]
    queries = [f"y=ci&n=100&{what}".replace(" ", "%20") for what in names + times]
    queries += [f"y=ci&n=1000&{what}" for what in spans]

    assert differing(queries, ours, theirs) == {}


def knows_weekdays_before(fossil, subject):
    query = "SELECT date('now', 'weekday -1') IS NOT NULL"
    return fossil("sql", "-R", subject.path, query).strip() == "1"


def test_the_week_of_a_day_is_read_alike(subject, fossil, ours, theirs):
    if fossil.version > (2, 21) and not knows_weekdays_before(fossil, subject):
        pytest.skip("later ones need the SQLite that they come with for that")
    ((day,),) = subject.rows("SELECT date(min(mtime)) FROM event")

    assert differing([f"y=ci&n=1000&yw={day}"], ours, theirs) == {}


@pytest.mark.parametrize("flag", ["namechng", "forks", "cherrypicks", "unhide"])
def test_flags_mean_the_same(ours, theirs, flag):
    query = f"y=ci&{flag}&n=300"

    assert differing([query], ours, theirs) == {}


def test_the_newest_come_first_as_there(ours, theirs):
    assert ours("y=ci&n=100") == theirs("y=ci&n=100")
