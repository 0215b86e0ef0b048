"""After the login one comes back to where one was, and never to another site."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.accounts.returning import is_within

ALLOWED = [
    ("", "/"),
    ("/", "/"),
    ("home", "/home"),
    ("/home", "/home"),
    ("info/trunk?x=1&y=2", "/info/trunk?x=1&y=2"),
    ("/info/feature%2Fx#top", "/info/feature%2Fx#top"),
    ("info/a:b", None),
    ("home?u=http://x.org/", "/home?u=http://x.org/"),
    ("?x=1", "/?x=1"),
    ("-x", "/-x"),
]
"""Targets within the site, and where they lead; None: only that it is within."""

BYPASSES = [
    "//evil.org",
    "///evil.org",
    "////evil.org/",
    "//evil.org/%2f..",
    "/\\evil.org",
    "\\\\evil.org",
    "\\/evil.org",
    "/\\/evil.org",
    "\\evil.org",
    "/%5c\\evil.org",
    "http://evil.org",
    "https://evil.org",
    "HTTPS://evil.org",
    "http:evil.org",
    "http:/evil.org",
    "http:///evil.org",
    "https:\\\\evil.org",
    "ftp://evil.org",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://%0aalert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "mailto:x@evil.org",
    "x-custom+scheme.1:evil",
    " //evil.org",
    "\t//evil.org",
    "\n//evil.org",
    "\r\n//evil.org",
    "/\t/evil.org",
    "/\n/evil.org",
    "/\r/evil.org",
    "\0//evil.org",
    "/\0/evil.org",
    "\x0b//evil.org",
    "\x1f//evil.org",
    "\x7f//evil.org",
    "\xa0//evil.org",
    "\u2028//evil.org",
    "\u3000//evil.org",
    "\uff0f\uff0fevil.org",
    "/\uff0fevil.org\\",
    "home\r\nSet-Cookie: x=1",
    "home\r\n\r\n<script>",
    "home page",
    "/home\\..\\evil",
    "[::1]",
    "<script>alert(1)</script>",
    '"><script>',
]


@pytest.mark.parametrize(("wanted", "location"), ALLOWED)
def test_a_page_of_the_site_is_led_to(nobody, wanted, location):
    answer = nobody.post("/login", data={"u": "alice", "p": "pw-alice", "g": wanted})

    assert answer.status_code == 302
    assert answer.location == (location or answer.location)


@pytest.mark.parametrize("wanted", BYPASSES)
def test_everything_else_leads_home(nobody, wanted):
    answer = nobody.post("/login", data={"u": "alice", "p": "pw-alice", "g": wanted})

    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("form", ["/logout", "/theme"])
@pytest.mark.parametrize("wanted", BYPASSES[:5])
def test_other_forms_are_as_careful(alice, form, wanted):
    assert alice.post(form, data={"g": wanted}).location == "/"


def test_it_may_stand_in_the_address(nobody):
    answer = nobody.post("/login?g=stat", data={"u": "alice", "p": "pw-alice"})

    assert answer.location == "/stat"


def test_below_a_prefix_it_stays_there(alice):
    answer = alice.post("/theme", data={"g": "/stat"}, base_url="http://localhost/code")

    assert answer.location == "/code/stat"


def test_there_are_more_than_forty_tricks():
    assert len(set(BYPASSES)) > 40


@given(st.text(alphabet=st.sampled_from("ab/\\:.?#@%\t\n htps\0\u00e9[]&;")))
def test_no_text_leads_away(text):
    if is_within(text):
        for base in ("http://localhost/login", "https://localhost/code/login"):
            led = urlsplit(urljoin(base, "/" + text.lstrip("/")))
            assert led.hostname == "localhost"


class TestWhereOneWas:
    """The login page that a guard leads to knows the way back."""

    @pytest.fixture
    def closed(self, sql):
        sql("UPDATE user SET cap='' WHERE login IN ('nobody', 'anonymous')")
        sql("UPDATE user SET cap='so' WHERE login='alice'")

    @pytest.mark.usefixtures("closed")
    @pytest.mark.parametrize(
        "here",
        [
            "/stat",
            "/stat?x=1&y=%20%26",
            "/info/trunk",
            "/Admin/Users/edit?login=%C3%9Cn%C3%AF",
            "/Admin/Users/edit?login=a%20b",
            "/Admin/Users/edit?x=100%25&login=",
            "/stat?q=a%5Cb",
        ],
    )
    def test_one_comes_back_to_exactly_that_page(self, client_of, here):
        client = client_of()
        refused = client.get(here)
        assert refused.status_code == 302
        form = {"u": "alice", "p": "pw-alice"}
        form["g"] = field_of(client.get(refused.location).text)

        assert client.post("/login", data=form).location == here

    @pytest.mark.parametrize("here", ["/info/%C3%9Cn%C3%AF%20x", "/nix/a%20b%25?c=%26"])
    def test_the_link_of_the_menu_leads_back_too(self, nobody, here):
        page = nobody.get(here).text
        link = page.partition('class="who" href="')[2].partition('"')[0]
        form = {"u": "alice", "p": "pw-alice"}
        form["g"] = field_of(nobody.get(link.replace("&amp;", "&")).text)

        assert nobody.post("/login", data=form).location == here


def field_of(page):
    """Read the hidden field `g` of the login form."""
    value = page.partition('name="g" value="')[2].partition('"')[0]
    return value.replace("&amp;", "&").replace("&#39;", "'")
