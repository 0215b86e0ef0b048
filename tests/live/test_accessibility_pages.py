"""The pages of a repository keep the rules of WCAG 2.2, A and AA, in both schemes."""

import history
import pytest
from test_accessibility import violations

from repoweb.repository.repository import Repository

PAGES = [
    "/timeline",
    "/info/six",
    "/vdiff?from=one&to=six&diff=2",
    "/brlist",
    "/taglist",
    "/reports",
    "/dir?ci=six",
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
    repository.close()
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_keep_the_rules(made, people, scheme):
    page = people.login("drh", color_scheme=scheme)
    found = {}

    for address in PAGES:
        for name in ("six", "one"):
            address = address.replace(f"={name}", f"={made[name]}")  # noqa: PLW2901
        page.goto(address.replace("/info/six", f"/info/{made['six']}"))
        assert page.locator("h1").count() == 1, address
        found[address] = violations(page)

    assert {address: bad for address, bad in found.items() if bad} == {}
