"""Ten people write through repoweb while fossil writes the same page and thread."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from itertools import count

import pytest

WRITERS, TIMES = 10, 3
VERSIONS = """
    SELECT blob.rid, uuid, x.mtime, event.user, plink.pid
    FROM tag JOIN tagxref x USING(tagid) JOIN blob ON blob.rid=x.rid
    JOIN event ON objid=x.rid LEFT JOIN plink ON cid=x.rid
    WHERE tagname='wiki-Page' ORDER BY blob.rid
"""


@pytest.fixture
def path(path, sql):
    sql("UPDATE user SET cap='iofkjmb234' WHERE login='alice'")
    return path


@pytest.fixture
def writers(repoweb, visit):
    alice = visit(repoweb, "alice")
    return [alice, *(visit(repoweb, cookies=alice.cookies) for _ in range(WRITERS - 1))]


@pytest.fixture
def drh(fossil_server, visit):
    """Drh at fossil's server."""
    return visit(fossil_server, "drh")


@pytest.fixture
def page(fossil, path, tmp_path):
    """Write the page with fossil's command line; whether nobody else was writing."""
    file = tmp_path / "page"

    def write(text, command="commit"):
        file.write_text(text)
        return fossil.attempt("wiki", command, "Page", file, "-R", path)

    return write


@pytest.fixture
def meanwhile():
    """Do something again and again: `meanwhile(act)()` ends and counts it."""
    ends, pool = threading.Event(), ThreadPoolExecutor(1)

    def again(act):
        done = 0
        for number in count():
            done += bool(act(number))
            if ends.is_set() and done:
                return done
        raise AssertionError

    def run(act):
        going_on = pool.submit(again, act)

        def end():
            ends.set()
            return going_on.result()

        return end

    yield run
    ends.set()
    pool.shutdown()


def write_with_all(writers, write):
    """Let each of the writers write so many times."""

    def work(who):
        for number in range(TIMES):
            while not write(writers[who], f"{who}-{number}"):
                pass

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))


def add_line(visitor, line):
    """Edit the page as a person does; whether nobody else was faster."""
    form = visitor.get("wikiedit", name="Page").text
    base = re.search(r'name="base" value="(\w*)"', form)[1]
    text = unescape(re.search(r"(?s)<textarea[^>]*>\n?(.*?)</textarea>", form)[1])
    answer = visitor.post(
        "wikiedit", name="Page", base=base, content=f"{text}\n{line}\n"
    )
    assert answer.status in {303, 409}, answer.text
    return answer.status == 303


@pytest.fixture
def text_of(fossil, path):
    """Read a version with fossil: `text_of(hash)`."""

    def read(name):
        artifact = fossil("artifact", name, "-R", path)
        return artifact.split("\nW ")[1].rpartition("\nZ ")[0].partition("\n")[2]

    return read


def test_no_version_is_lost_and_repoweb_forks_nothing(
    writers, meanwhile, page, text_of, rows
):
    assert page("begin\n", "create")

    theirs = meanwhile(lambda number: page(f"fossil {number}\n"))
    write_with_all(writers, add_line)
    by_fossil = theirs()

    versions = rows(VERSIONS)
    assert len(versions) == 1 + by_fossil + WRITERS * TIMES
    for at, (_, name, _, user, parent) in enumerate(versions):
        if user == "alice":
            before = max(versions[:at], key=lambda version: version[2])
            assert parent == before[0]
            assert text_of(name).startswith(text_of(before[1]).rstrip("\n"))
    forked = rows("SELECT 1 FROM plink GROUP BY pid HAVING count(*)>1")
    history = writers[0].get("whistory", name="Page", n="all").text
    assert bool(forked) == ("written beside" in history)


def test_no_post_is_lost(writers, meanwhile, drh, rows, rebuilds_the_same):
    root = writers[0].post("forumnew", title="T", content="x").headers["location"][-16:]
    [(name,)] = rows(f"SELECT uuid FROM blob WHERE uuid GLOB '{root}*'")
    token = drh.form_token("forumnew")

    def reply_there(number):
        form = {"fpid": name, "content": f"there {number}", "csrf": token}
        return drh.post("forume2", reply="1", submit="Submit", **form).status == 302

    def reply(visitor, line):
        form = {"fpid": root, "reply": "1", "content": line}
        return visitor.post("forumedit", **form).status == 303

    theirs = meanwhile(reply_there)
    write_with_all(writers, reply)

    wanted = 1 + theirs() + WRITERS * TIMES
    assert rows("SELECT count(*) FROM forumpost") == [(wanted,)]
    assert f"{wanted} posts" in writers[0].get(f"forumthread/{root}").text
    rebuilds_the_same()
