"""`robot-restrict`: pages that a visitor sees after the browser ran a script."""

import time

import history
import pytest
from pages import parse

from repoweb.accounts.robots import COOKIE, SLOT_SECONDS, proof

AGENT = "Mozilla/5.0 (X11) Firefox/140.0"
RECOMMENDED = "timelineX,diff,annotate,fileage,file,finfo,reports,tree,hexdump,download"


@pytest.fixture
def restricted(configure):
    configure("robot-restrict", RECOMMENDED)


@pytest.fixture
def ask(nobody, sql):
    sql("UPDATE user SET cap='ojz' WHERE login='nobody'")
    return lambda url, **more: nobody.get(
        url, headers={"User-Agent": AGENT, **more}, buffered=True
    )


def solution(answer):
    """What the script of the page computes."""
    (task,) = (e for e in parse(answer.text).elements if "data-start" in e.attributes)
    steps = int(task["data-steps"])
    return int(task["data-start"]) + sum(range(1, steps + 1))


@pytest.mark.usefixtures("restricted")
class TestWhoHasNoProof:
    @pytest.mark.parametrize(
        "url",
        [
            *("/tree?ci=tip", "/file/a", "/finfo?name=a", "/annotate/a", "/praise/a"),
            *("/vdiff?from=tip&to=tip", "/fdiff?v1=a&v2=b", "/vpatch?from=a&to=b"),
            *("/hexdump/a", "/reports", "/fileage", "/download"),
            *("/timeline?b=2026-01-01", "/timeline?from=tip&to=tip"),
        ],
    )
    def test_gets_none_of_the_pages(self, ask, url):
        answer = ask(url)

        assert (url, answer.status_code) == (url, 403)
        assert "not for robots" in answer.text
        assert answer.headers["Cache-Control"] in {"no-cache", "no-store"}

    @pytest.mark.parametrize(
        "url",
        [
            *("/home", "/timeline", "/timeline?y=ci&n=5", "/dir", "/info/tip"),
            *("/login", "/sitemap", "/stat", "/brlist", "/timeline.rss", "/help"),
            *("/robots.txt", "/zip/tip/x.zip"),
        ],
    )
    def test_gets_all_others(self, ask, url):
        assert (url, ask(url).status_code) == (url, 200)

    def test_may_log_in_and_come_back(self, ask):
        links = [a["href"] for a in parse(ask("/tree?ci=tip").text).all("a")]

        assert "/login?g=tree%3Fci%3Dtip" in links

    def test_gets_json_if_it_asks_for_it(self, ask):
        answer = ask("/tree", Accept="application/json")

        assert answer.status_code == 403
        assert "not for robots" in answer.json["error"]

    @pytest.mark.parametrize("number", ["0", "x", "123456789", "", "²"])
    def test_guesses_in_vain(self, ask, nobody, number):
        assert ask(f"/tree?proof={number}").status_code == 403
        nobody.set_cookie(COOKIE, number)
        assert ask("/tree").status_code == 403


@pytest.mark.usefixtures("restricted")
class TestWhoHasIt:
    def test_gets_the_page_and_a_cookie_for_the_others(self, ask):
        number = solution(ask("/tree?ci=tip&name="))

        answer = ask(f"/tree?ci=tip&name=&proof={number}")

        assert answer.status_code == 302
        assert answer.location == "/tree?ci=tip&name="
        assert f"{COOKIE}={number}" in answer.headers["Set-Cookie"]
        assert "HttpOnly" in answer.headers["Set-Cookie"]
        assert ask(answer.location).status_code == 200
        assert ask("/reports").status_code == 200

    def test_needs_another_one_with_another_browser(self, ask, nobody):
        ask(f"/tree?proof={solution(ask('/tree'))}")

        other = nobody.get("/tree", headers={"User-Agent": "other"})

        assert other.status_code == 403

    @pytest.mark.parametrize(("age", "status"), [(0, 200), (1, 200), (2, 403)])
    def test_needs_a_new_one_after_a_while(self, ask, nobody, age, status):
        slot = int(time.time()) // SLOT_SECONDS - age
        nobody.set_cookie(COOKIE, str(proof(slot, "127.0.0.1", AGENT)))

        assert ask("/tree").status_code == status

    def test_is_not_asked_when_logged_in(self, client_of):
        assert client_of("carol").get("/tree").status_code == 200


class TestTheSetting:
    @pytest.mark.parametrize("value", [None, "", "off", "0"])
    def test_without_it_everybody_sees_everything(self, ask, configure, value):
        configure("robot-restrict", value)

        assert ask("/tree").status_code == 200

    @pytest.mark.parametrize("value", ["*", "tr*", "'tree'", "x tree", "x,\ntree"])
    def test_it_is_a_list_of_globs(self, ask, configure, value):
        configure("robot-restrict", value)

        assert ask("/tree").status_code == 403
        assert ask("/login").status_code == 200
        assert ask("/home").status_code == 200

    @pytest.mark.parametrize(
        ("word", "statuses"),
        [
            *(("zip", [403, 403, 403, 403]), ("zipX", [403, 403, 403, 200])),
            ("download", [200, 200, 200, 403]),
        ],
    )
    def test_archives_have_words_of_their_own(self, ask, configure, word, statuses):
        configure("robot-restrict", word)

        urls = ("/zip/tip/x", "/tarball/tip/x", "/sqlar/tip/x", "/download")
        assert [ask(url).status_code for url in urls] == statuses

    @pytest.mark.parametrize(
        ("exception", "status"),
        [("^/tree\\?ci=tip$", 200), ("x\n\n/tree", 200), ("(", 403), ("^/dir", 403)],
    )
    def test_exceptions_are_regular_expressions(
        self, ask, configure, exception, status
    ):
        configure("robot-restrict", "tree")
        configure("robot-exception", exception)

        assert ask("/tree?ci=tip").status_code == status

    def test_what_changes_something_is_not_stopped(self, nobody, configure):
        configure("robot-restrict", "*")

        answer = nobody.post("/theme", data={"theme": "dark"})

        assert "One moment" not in answer.text


class TestArchivesForRobots:
    """Their pages are restricted by `zipX`; `rel-1` is a tag of a check-in before."""

    @pytest.fixture(autouse=True)
    def _made(self, repository, configure):
        self.made = history.make(repository)
        configure("robot-restrict", "zipX")

    def statuses(self, ask):
        urls = ("/zip/six/x.zip", "/tarball?r=five&name=x", "/sqlar?name=two/x.sqlar")
        names = {name: self.made[name] for name in ("six", "five", "two")}
        return [
            ask(url.replace(name, uuid)).status_code
            for url, (name, uuid) in zip(urls, names.items(), strict=True)
        ]

    @pytest.mark.parametrize(
        ("leaf", "tags", "statuses"),
        [
            (None, None, [403, 403, 403]),
            ("1", None, [200, 200, 403]),
            (None, "release,rel-*", [403, 403, 200]),
            ("1", "rel-1", [200, 200, 200]),
            (None, "off", [403, 403, 403]),
            (None, "trunk,closed", [403, 403, 403]),
        ],
    )
    def test_leaves_and_tags_are_free_if_so_set(
        self, ask, configure, leaf, tags, statuses
    ):
        configure("robot-zip-leaf", leaf)
        configure("robot-zip-tag", tags)

        assert self.statuses(ask) == statuses

    def test_none_is_if_all_archives_are_restricted(self, ask, configure):
        configure("robot-restrict", "zip")
        configure("robot-zip-leaf", "1")

        assert self.statuses(ask) == [403, 403, 403]

    @pytest.mark.parametrize("url", ["/zip", "/zip/trunk/x.zip", "/zip/x.zip"])
    def test_without_a_name_it_is_the_newest(self, ask, configure, url):
        assert ask(url).status_code == 403
        configure("robot-zip-leaf", "1")

        assert ask(url).status_code == 200

    def test_what_is_no_check_in_is_not_free(self, ask, configure):
        configure("robot-zip-leaf", "1")

        assert ask("/zip/nix/x.zip").status_code == 403


def test_the_number_is_fossils():
    """As Fossil 2.29 has hidden it in its page for this time, address and browser."""
    assert proof(1_994_705, "127.0.0.1", "curl/8") == 570_041_491
