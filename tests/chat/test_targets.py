"""What a `[target]` of the repository is linked to, and for whom."""

import html
import re

import pytest

CHECKIN = "9109215add916c94"
TICKET = "2301002ccf"
POST = "f00d2026aa"
WIKI = "3141592653"


@pytest.fixture(autouse=True)
def everything(history):
    """One thing of each kind."""
    checkin = history.event(CHECKIN, "ci", 'Fix "<b>" & more', branch="trunk")
    history.tag(checkin, "sym-trunk")
    history.tag(checkin, "sym-release-1.0", kind=1)
    history.tag(checkin, "sym-a/b c", kind=1)
    page = history.event(WIKI, "w", "+Home Page")
    history.tag(page, "wiki-Home Page", value="12")
    history.event("e0e0e0e0e0", "e", "A technote")
    history.event(POST, "f", "Post: Hello")
    history.ticket(TICKET, "It <fails>")
    history.artifact("abcdef0123")
    history.private(history.event("5ec4e75ec4", "ci", "Secret work"))


@pytest.fixture
def show(say, client_of):
    """Send a text and return it as a user sees it."""

    def show(text, login="alice"):
        msgid = say(text)
        return client_of(login).get(f"/chat-fetch-one/{msgid}").json["xmsg"]

    return show


def link(markup):
    """The address, the title and the text of the only link."""
    found = re.fullmatch(r'<a href="([^"]*)" title="([^"]*)">([^<]*)</a>', markup)
    assert found, markup
    return tuple(html.unescape(part) for part in found.groups())


@pytest.mark.parametrize(
    ("text", "url", "title"),
    [
        (
            "[9109215add]",
            "/info/9109215add916c94",
            'Check-in by drh, 2026-11-20 12:34 UTC: Fix "<b>" & more',
        ),
        (
            f"[{CHECKIN}|fix]",
            "/info/9109215add916c94",
            'Check-in by drh, 2026-11-20 12:34 UTC: Fix "<b>" & more',
        ),
        ("[9109]", "/info/9109215add916c94", "Check-in by drh"),
        (
            "[2301002ccf]",
            "/info/2301002ccf000000",
            "Ticket 2301002ccf: It <fails>, Open",
        ),
        ("[Home Page]", "/info/3141592653000000", "Wiki page by drh"),
        ("[wiki:Home Page]", "/info/3141592653000000", "Wiki page by drh"),
        ("[Home Page|the home]", "/info/3141592653000000", "Wiki page by drh"),
        ("[f00d2026aa]", "/info/f00d2026aa000000", "Forum post by drh"),
        ("[e0e0e0e0e0]", "/info/e0e0e0e0e0000000", "Technote by drh"),
        ("[abcdef0123]", "/info/abcdef0123000000", "Artifact abcdef0123"),
        ("[trunk]", "/info/trunk", "Branch trunk: check-in by drh"),
        ("[release-1.0]", "/info/release-1.0", "Tag release-1.0: check-in by drh"),
        ("[a/b c]", "/info/a%2Fb%20c", "Tag a/b c: check-in by drh"),
        ("[/chat]", "/chat", "Page /chat of this site"),
        ("[/home?x=1]", "/home?x=1", "Page /home?x=1 of this site"),
        ("[/info/trunk|here]", "/info/trunk", "Page /info/trunk of this site"),
    ],
)
def test_what_is_there_is_linked_with_a_title(show, text, url, title):
    address, told, label = link(show(text))

    assert (address, label) == (url, text)
    assert told.startswith(title)


@pytest.mark.parametrize(
    "text",
    [
        "[910]",
        "[9109215ADD]",
        "[9109215addx]",
        "[ 9109215add]",
        "[deadbeef99]",
        "[5ec4e75ec4]",
        "[nobranch]",
        "[home page]",
        "[wiki:]",
        "[wiki:No Such]",
        "[/nosuchpage]",
        "[/../chat]",
        "[../up.md|up]",
        "[#frag|here]",
        "[rel.md]",
        "[2026-01-02]",
        "[fossil:To Do List]",
        "[%]",
        "[_]",
        "[9109_15add]",
        "[tr*]",
    ],
)
def test_what_is_not_there_stays_text(show, text):
    assert show(text) == html.escape(text)


def test_a_prefix_of_two_artifacts_stays_text(show, history):
    history.artifact("9109ffff")

    assert show("[9109]") == "[9109]"


@pytest.mark.usefixtures("history")
def test_a_deleted_wiki_page_stays_text(show, sql):
    sql("UPDATE tagxref SET value='0' WHERE value='12'")

    assert show("[Home Page]") == "[Home Page]"


def test_a_cancelled_tag_stays_text(show, sql):
    sql("UPDATE tagxref SET tagtype=0 WHERE tagtype=1")

    assert show("[release-1.0]") == "[release-1.0]"


def test_a_hash_wins_over_a_page_of_that_name(show, history):
    page = history.event("1111111111", "w", "+9109215add")
    history.tag(page, "wiki-9109215add", value="5")

    address, *_ = link(show("[9109215add]"))

    assert address == "/info/9109215add916c94"


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("[9109215add]", "o"),
        ("[trunk]", "o"),
        ("[release-1.0]", "o"),
        ("[abcdef0123]", "o"),
        ("[Home Page]", "j"),
        ("[e0e0e0e0e0]", "j"),
        ("[2301002ccf]", "r"),
        ("[f00d2026aa]", "2"),
    ],
)
class TestACapability:
    @pytest.fixture(autouse=True)
    def nobody_has_any(self, sql):
        sql("UPDATE user SET cap='' WHERE login IN ('nobody', 'anonymous')")

    def test_lets_a_target_be_seen(self, show, sql, text, letter):
        sql("UPDATE user SET cap=? WHERE login='alice'", f"C{letter}")

        assert show(text).startswith("<a href=")

    def test_that_lacks_hides_it(self, show, sql, text, letter):
        others = "".join(set("ojr2") - {letter})
        sql("UPDATE user SET cap=? WHERE login='alice'", f"C{others}")

        assert show(text) == text


def test_a_page_of_the_site_needs_no_capability(show, sql):
    sql("UPDATE user SET cap='' WHERE login='nobody'")
    sql("UPDATE user SET cap='C' WHERE login='alice'")

    assert show("[/chat]").startswith('<a href="/chat"')


def test_two_readers_of_different_capabilities_do_not_share_an_answer(
    say, sql, client_of
):
    sql("UPDATE user SET cap='' WHERE login IN ('nobody', 'anonymous')")
    sql("UPDATE user SET cap='C' WHERE login='bob'")
    say("[trunk]")

    seen, unseen = (
        client_of(login).get("/chat-poll/0").json["msgs"][0]["xmsg"]
        for login in ("alice", "bob")
    )

    assert "check-in by drh" in seen
    assert unseen == "[trunk]"


def test_the_link_lies_under_the_sites_path(say, alice):
    say("[trunk]")

    answer = alice.get("/chat-poll/0", environ_overrides={"SCRIPT_NAME": "/repo"})

    assert '<a href="/repo/info/trunk"' in answer.json["msgs"][0]["xmsg"]


def test_what_the_link_leads_to_is_there(show, alice):
    for text in ("[9109215add]", "[trunk]", "[2301002ccf]", "[Home Page]", "[/home]"):
        address, *_ = link(show(text))

        assert alice.get(address).status_code == 200


@pytest.mark.parametrize("way", ["/chat", "/chat-poll/0", "/chat-poll/0?rows=1"])
def test_each_way_shows_the_same_link(say, alice, way):
    say("[9109215add]")

    answer = alice.get(way)

    body = answer.text if way == "/chat" else str(answer.json)
    assert 'title="Check-in by drh, 2026-11-20 12:34 UTC: Fix &#34;&lt;b&gt;' in body


def test_the_source_has_no_link(say, alice):
    say("[trunk] http://x.org/a")

    answer = alice.get("/chat-poll/0?raw=1")

    assert answer.json["msgs"][0]["xmsg"] == "[trunk] http://x.org/a"


def test_an_attachment_to_a_wiki_page_keeps_its_first_letter(show, history):
    history.event("a77ac4a77a", "w", "Add attachment x.txt to wiki page Home")

    _, title, _ = link(show("[a77ac4a77a]"))

    assert title.endswith("UTC: Add attachment x.txt to wiki page Home")
