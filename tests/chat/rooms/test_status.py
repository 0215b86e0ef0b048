import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest

from repoweb.chat.rooms.sexpr import read
from repoweb.chat.rooms.status import how_long_ago

from .chaton import fields

HERE = Path(__file__).parent
FEEDS = pytest.mark.parametrize("name", ["index.rdf", "index.atom"])
NASTY = (
    'a <b> & "quoted" ]]> 日本 🦊 \x01\x0b https://example.org/?a=b&c=d\nsecond line'
)


def validate(text, schema, tmp_path):
    """Let libxml2 compare a document with a schema; it says what is wrong."""
    document = tmp_path / "feed.xml"
    document.write_text(text)
    command = ["xmllint", "--noout", "--nonet", "--relaxng", HERE / schema, document]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class TestAFeed:
    @pytest.fixture
    def answers(self, nobody, post, change_room, room):
        """Ask for something before and after there are messages."""

        def ask(path):
            change_room(room, subject="R & <D>", description='"x" > y')
            empty = nobody.get(path)
            post(NASTY, by="né <x> \x02")
            post("x" * 500)
            return empty, nobody.get(path)

        return ask

    @pytest.mark.parametrize(
        ("name", "schema", "kind"),
        [
            ("index.rdf", "rss.rng", "application/rss+xml; charset=utf-8"),
            ("index.atom", "atom.rng", "application/atom+xml; charset=utf-8"),
        ],
    )
    def test_is_valid(self, answers, tmp_path, name, schema, kind):
        for answer in answers(f"/chat/lobby/var/{name}"):
            assert answer.headers["Content-Type"] == kind
            validate(answer.text, schema, tmp_path)

    @FEEDS
    def test_is_what_a_reader_understands(self, nobody, post, name):
        post("older")
        newest = post(NASTY)
        feed = feedparser.parse(nobody.get(f"/chat/lobby/var/{name}").data)
        assert not feed.bozo
        assert feed.feed.title == "The Lobby"
        assert feed.feed.link == "http://localhost/chat/lobby"
        first, second = feed.entries
        day = f"{newest.time:%Y/%m/%d}"
        link = f"http://localhost/chat/lobby/a/{day}#{newest.anchor}"
        assert (first.link, first.id, first.author) == (link, link, "bob")
        assert first.title.startswith('bob: a <b> & "quoted" ]]> 日本 🦊')
        assert first.published_parsed[:6] == newest.time.timetuple()[:6]
        assert "older" in second.title

    @FEEDS
    def test_has_links_but_nothing_else_that_was_typed(self, nobody, post, name):
        post("<script>alert(1)</script> https://example.org/")
        text = nobody.get(f"/chat/lobby/var/{name}").text
        html = " ".join(element.text or "" for element in ET.fromstring(text).iter())
        assert "<script>" not in html.replace("bob: <script>", "")
        assert '<a href="https://example.org/"' in html

    @FEEDS
    def test_need_not_be_sent_again(self, nobody, post, name):
        post()
        url = f"/chat/lobby/var/{name}"
        tag = nobody.get(url).headers["ETag"]
        assert nobody.get(url, headers={"If-None-Match": tag}).status_code == 304
        post()
        assert nobody.get(url, headers={"If-None-Match": tag}).status_code == 200

    @FEEDS
    def test_has_the_newest_posts(self, nobody, post, name):
        for number in range(55):
            post(str(number))
        feed = feedparser.parse(nobody.get(f"/chat/lobby/var/{name}").data)
        assert len(feed.entries) == 50
        assert feed.entries[0].title == "bob: 54"


class TestTheStatus:
    def test_is_json_and_an_s_expression(self, nobody, post):
        nobody.post("/chat/lobby/apilogin", data={"who": "x"})
        post("one")
        last = post("two")
        expected = {
            "last-post": last.seconds,
            "num-chatters": 1,
            "post-sequence": 2,
        }
        js = nobody.get("/chat/lobby/var/status.js")
        assert (js.mimetype, json.loads(js.text)) == ("application/json", expected)
        scm = nobody.get("/chat/lobby/var/status.scm")
        assert (scm.mimetype, fields(scm.text)) == ("text/plain", expected)

    def test_of_a_new_room_is_zero(self, nobody, room):
        assert room
        assert read(nobody.get("/chat/lobby/var/status.scm").text)
        assert nobody.get("/chat/lobby/var/status.js").json["last-post"] == 0
        assert nobody.get("/chat/lobby/var/seq").text == "0"

    def test_counts_what_was_deleted(self, nobody, drh, post):
        drh.post(f"/chat/lobby/chat-delete/{post().msgid}")
        assert nobody.get("/chat/lobby/var/seq").text == "1"

    @pytest.mark.usefixtures("room")
    def test_has_no_other_files(self, nobody):
        assert nobody.get("/chat/lobby/var/passwd").status_code == 404


class TestTheBadge:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("b", "text/javascript; charset=utf-8"),
            ("b.svg", "image/svg+xml"),
            ("icon.svg", "image/svg+xml"),
        ],
    )
    def test_may_be_shown_by_other_sites(self, nobody, room, name, kind):
        answer = nobody.get(f"/chat/{room.name}/{name}")
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"

    def test_is_a_picture_that_is_xml(self, nobody, post, change_room, room):
        change_room(room, subject="<&\"'", icon="<&")
        post()
        for name in ("b.svg", "icon.svg"):
            assert ET.fromstring(nobody.get(f"/chat/lobby/{name}").text)
        assert "0 chatters" in nobody.get("/chat/lobby/b.svg").text
        assert " ago · " in nobody.get("/chat/lobby/b.svg").text

    def test_is_a_script_out_of_which_no_name_leads(self, nobody, change_room, room):
        change_room(room, subject="</script><script>alert(1)//\"'")
        script = nobody.get("/chat/lobby/b").text
        assert "</script>" not in script
        assert "no messages yet" in script


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((-5, "0 seconds ago"), (1, "1 second ago"), (59, "59 seconds ago")),
        *((60, "1 minute ago"), (3599, "59 minutes ago"), (3600, "1 hour ago")),
        *((86_400, "1 day ago"), (604_800, "1 week ago"), (10**7, "16 weeks ago")),
    ],
)
def test_how_long_ago_is_said_in_words(seconds, words):
    assert how_long_ago(seconds) == words
