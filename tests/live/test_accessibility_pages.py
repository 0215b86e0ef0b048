"""The pages of a repository keep the rules of WCAG 2.2, A and AA, in both schemes."""

import re
from datetime import UTC, datetime

import history
import pytest
from test_accessibility import violations

from repoweb.repository.checkin import check_in
from repoweb.repository.repository import Repository
from repoweb.repository.writing import wiki
from repoweb.repository.writing.put import Author, put

PAGES = [
    "/timeline",
    "/timeline?t=.*&ms=regexp&v",
    "/timeline?x=one&t=rel-1",
    "/leaves?all",
    "/brtimeline",
    "/timewarps",
    "/thisdayinhistory?today=2026-05-01",
    "/vdiff",
    "/download",
    "/dir?ci=six",
    "/dir",
    "/tree?ci=six&re=b&flat",
    "/fileage?name=six",
    "/file/long.py?ci=tip&ln=3-5",
    "/file/read.md?ci=tip",
    "/hexdump?name=six",
    "/doc/tip/read.md",
    "/artifact/long.py",
    "/uvlist",
    "/ci_tags/six",
    "/blame/long.py?checkin=tip",
    "/finfo/src/b.py?ci=six&m=one",
    "/attachlist",
    "/wiki?name=Page",
    "/wcontent",
    "/sitemap",
    "/home",
    "/my",
    "/modreq",
    "/markup_help",
    "/info/nix",
    "/timeline?t=(&ms=re",
    "/info/six",
    "/vdiff?from=one&to=six&diff=2",
    "/brlist",
    "/taglist",
    "/reports",
    "/tree?ci=six",
    "/file/src/b.py?ci=six",
    "/finfo/src/b.py",
    "/annotate/src/b.py?checkin=six",
    "/annotate/src/b.py?checkin=one&origin=six",
    "/fdiff?ci=six&from=src/b.py&to=c",
    "/timeline?from=one&to=six",
    "/help/timeline",
    "/search?s=one",
    "/help",
    "/forum",
    "/wikiedit?name=Page",
    "/ticket",
    "/tktnew",
    "/stat",
    "/Admin/Chat",
    "/Admin/Users",
]


@pytest.fixture
def made(path):
    repository = Repository(path)
    made = history.make(repository)
    files = {"long.py": b"x = 1\n" * 60, "read.md": b"## Title\n\nSome *words*.\n"}
    with repository.writing() as db:
        time = datetime(2099, 3, 1, tzinfo=UTC)
        check_in(db, files, comment="One.\n\nTwo.", user="drh", time=time)
        put(db, wiki.cards("Page", "Some **words**.", "", None), Author("drh"))
    repository.close()
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_keep_the_rules(made, people, scheme):
    page = people.login("drh", color_scheme=scheme)
    found = {}
    page.goto("/login")
    found["/login"] = violations(page)

    for address in PAGES:
        for name in ("six", "one"):
            address = address.replace(f"={name}", f"={made[name]}")  # noqa: PLW2901
        page.goto(re.sub("(/info|/ci_tags)/six", rf"\1/{made['six']}", address))
        assert page.locator("h1").count() == 1, address
        found[address] = violations(page)

    assert {address: bad for address, bad in found.items() if bad} == {}
