"""Links into the history are for people, and for whoever has the capability h."""

import pytest

from repoweb.web.hyperlinks import is_human

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605.1.15 (KHTML, like Gecko)"
)
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.mark.parametrize("agent", [FIREFOX, SAFARI, "Lynx/2.8.9", "NetSurf/3.10"])
def test_browsers_are_taken_for_people(agent):
    assert is_human(agent)


@pytest.mark.parametrize(
    "agent",
    [GOOGLE, "", "curl/8", "Mozilla/5.0", "python-requests/2", f"{FIREFOX} Spider"],
)
def test_robots_are_not(agent):
    assert not is_human(agent)


@pytest.mark.parametrize(
    ("visit", "has_links"),
    [
        ((FIREFOX, None, "o"), True),
        ((FIREFOX, "1", "o"), True),
        ((FIREFOX, "0", "o"), False),
        ((GOOGLE, None, "o"), False),
        ((GOOGLE, "0", "oh"), True),
    ],
)
def test_the_timeline_has_links_for_people(nobody, sql, configure, visit, has_links):
    agent, setting, cap = visit
    configure("auto-hyperlink", setting)
    sql("UPDATE user SET cap=? WHERE login='nobody'", cap)

    answer = nobody.get("/timeline", headers={"User-Agent": agent})

    assert ('href="/info/' in answer.text) is has_links
