"""The page /chat, as it comes from the server."""

import json
import re
from html.parser import HTMLParser

import pytest
from pages import parse

from repoweb.accounts.authentication import LOCAL_USER
from repoweb.chat.page import beginning, retention
from repoweb.chat.purge import Rule
from repoweb.repository import connection
from repoweb.resources import resource

from .forms import file, multipart
from .test_linkify import PAYLOADS

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


class Document(HTMLParser):
    """The elements of a page, and the text in each."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "path", "use", "hr"})

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.elements, self._open, self.markup = [], [], markup
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **{f"@{k}": v or "" for k, v in attrs}}
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        while self._open and self._open.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        for element in self._open:
            element["text"] += data

    def all(self, tag=None, **attributes):
        wanted = {f"@{name.rstrip('_')}": value for name, value in attributes.items()}
        return [
            e
            for e in self.elements
            if tag in {None, e["tag"]} and wanted.items() <= e.items()
        ]

    def one(self, tag=None, **attributes):
        (element,) = self.all(tag, **attributes)
        return element


@pytest.fixture
def visit(alice):
    """Open the page."""

    def visit(client=alice):
        answer = client.get("/chat")
        assert answer.status_code == 200
        return Document(answer.text)

    return visit


def boot_of(page):
    return json.loads(page.one("script", id="chat-boot")["text"])


def rows_of(page):
    return page.all("li", class_="m")


class TestARow:
    @pytest.mark.usefixtures("captured")
    def test_has_what_the_page_needs_to_know(self, visit):
        first, second = rows_of(visit())

        assert (first["@id"], first["@data-id"], first["@data-from"]) == (
            "m1",
            "1",
            "alice",
        )
        assert first["@data-time"] == "2026-11-20T20:41:00Z"
        assert first["@data-local"] == "2026-11-20T12:00:00"
        assert "@data-local" not in second
        assert "@data-k" not in second

    def test_has_the_text_and_nothing_else_in_its_body(self, say, visit):
        text = "  <b>&\n\t[x] http://x.org/  "
        say(text)

        assert visit().one("div", id="m1b")["text"] == text

    @pytest.mark.parametrize(
        ("text", "is_code"),
        [
            ("def f():\n    return 1", True),
            ("def f():\n\treturn 1", True),
            ("```\nx\n```", True),
            ("look:\n```x", True),
            ("  only the first line is indented", False),
            ("two\nlines", False),
            ("blanks\n   \nbetween", False),
            ("in ``` a line", False),
        ],
    )
    def test_is_set_in_a_fixed_font_if_it_is_code(self, say, visit, text, is_code):
        say(text)

        assert ("mono" in visit().one("div", id="m1b")["@class"]) == is_code

    def test_has_the_key_for_a_page_that_waits_for_it(self, say, visit):
        say("hello", key="k-1")

        assert rows_of(visit())[0]["@data-k"] == "k-1"

    @pytest.mark.usefixtures("captured")
    def test_tells_who_and_when(self, visit):
        header = visit().one("div", id="m1h")

        assert header["text"].split() == ["alice", "20:41", "UTC"]

    @pytest.mark.usefixtures("captured")
    def test_has_time_and_article_with_names(self, visit):
        page = visit()

        assert page.all("time")[0]["@datetime"] == "2026-11-20T20:41:00Z"
        assert page.all("article")[0]["@aria-labelledby"] == "m1h m1b"

    def test_shows_a_picture(self, bob, visit):
        bob.post("/chat-send", **multipart(file=file(PNG, "my picture.png")))

        image = visit().one("img", loading="lazy")
        assert image["@src"] == "/chat-download/1/my%20picture.png"
        assert image["@alt"] == "my picture.png"

    def test_shows_no_picture_where_that_is_off(self, bob, visit, configure):
        configure("chat-inline-images", "0")
        bob.post("/chat-send", **multipart(file=file(PNG, "a.png")))

        page = visit()

        assert not page.all("img", loading="lazy")
        assert page.one("a", href="/chat-download/1/a.png", tabindex="-1")

    def test_links_any_other_file(self, bob, visit):
        bob.post("/chat-send", **multipart(file=file(b"<b>", "<b>&'.html")))

        link = visit().one("a", href="/chat-download/1/%3Cb%3E%26%27.html")

        assert link["text"] == "<b>&'.html"

    @pytest.mark.parametrize(
        ("name", "url"),
        [
            ("../../chat-delete/1", "/chat-download/1/1"),
            ("..\\..\\chat-delete\\1", "/chat-download/1/1"),
            ("..", "/chat-download/1/unnamed"),
            ("../logout?x=1#y", "/chat-download/1/logout%3Fx%3D1%23y"),
            (None, "/chat-download/1/unnamed"),
        ],
    )
    @pytest.mark.usefixtures("tables")
    def test_leads_to_its_own_file_whatever_fossil_was_told(
        self, foreign, visit, name, url
    ):
        foreign.execute(
            "INSERT INTO chat(mtime, xfrom, fname, fmime, file)"
            " VALUES(2461365.5, 'bob', ?, 'image/png', x'00')",
            (name,),
        )

        assert visit().one("img", loading="lazy")["@src"] == url

    @pytest.mark.usefixtures("tables")
    def test_of_nobody_is_nobodys(self, foreign, visit):
        foreign.execute("INSERT INTO chat(mtime, xmsg) VALUES(2461365.5, 'old')")

        assert rows_of(visit())[0]["@data-from"] == "nobody"

    @pytest.mark.usefixtures("captured_deletion")
    def test_of_a_deletion_is_not_there(self, visit):
        assert [row["@data-id"] for row in rows_of(visit())] == ["1"]

    @pytest.mark.usefixtures("captured")
    def test_is_the_same_as_a_poll_brings(self, alice):
        page = alice.get("/chat").text
        polled = alice.get("/chat-poll/0?rows=1").json["msgs"]

        assert all(message["html"] in page for message in polled)

    @pytest.mark.usefixtures("tables")
    def test_escapes_the_poster(self, foreign, visit):
        foreign.execute(
            "INSERT INTO chat(mtime, xfrom, xmsg, fname, file)"
            " VALUES(2461365.5, '<i>\"&', 'x', '\"<u>\"', x'00')"
        )

        page = visit()

        assert rows_of(page)[0]["@data-from"] == '<i>"&'
        assert not page.all("u")


class TestTheHistory:
    @pytest.fixture(autouse=True)
    def messages(self, say):
        for number in range(1, 8):
            say(f"message {number}")

    @pytest.mark.parametrize(
        ("setting", "shown"),
        [
            ("1", [7]),
            ("3", [5, 6, 7]),
            ("7", [1, 2, 3, 4, 5, 6, 7]),
            ("50", [1, 2, 3, 4, 5, 6, 7]),
            ("0", [1, 2, 3, 4, 5, 6, 7]),
            ("garbage", [1, 2, 3, 4, 5, 6, 7]),
        ],
    )
    def test_is_as_long_as_the_setting_says(self, configure, visit, setting, shown):
        configure("chat-initial-history", setting)

        assert [int(row["@data-id"]) for row in rows_of(visit())] == shown

    @pytest.mark.parametrize(("setting", "hidden"), [("3", False), ("7", True)])
    def test_can_be_loaded_if_there_is_more(self, configure, visit, setting, hidden):
        configure("chat-initial-history", setting)

        assert ("@hidden" in visit().one("button", id="chat-older")) is hidden

    def test_is_polled_from_the_last_message_on(self, visit):
        assert boot_of(visit())["last"] == 7

    def test_is_polled_from_behind_a_deletion(self, visit, bob):
        bob.post("/chat-delete/7")

        page = visit()

        assert [int(row["@data-id"]) for row in rows_of(page)] == [1, 2, 3, 4, 5, 6]
        assert boot_of(page)["last"] == 8


class TestTheScripts:
    MOST, MOST_STYLE = 40 * 1024, 15 * 1024

    def test_are_small_together(self, alice):
        (main,) = re.findall(
            r'src="(/static/\w+/)chat/main.js"', alice.get("/chat").text
        )
        folder = resource("static")
        names = [path.relative_to(folder) for path in folder.glob("chat/**/*.js")]

        sizes = [len(alice.get(f"{main}{name}").data) for name in names]

        assert len(sizes) > 10
        assert sum(sizes) <= self.MOST

    def test_are_kept_company_by_small_style_sheets(self, alice):
        (static,) = set(re.findall(r'"(/static/\w+/)', alice.get("/chat").text))
        names = ["web/site.css", "chat/chat.css", "chat/room.css"]

        sizes = [len(alice.get(f"{static}{name}").data) for name in names]

        assert sum(sizes) <= self.MOST_STYLE


class TestTheStartValues:
    def test_are_what_the_script_needs(self, visit):
        of_their_own = {"csrf", "ver", "repo"}
        boot = boot_of(visit()).items()
        assert {k: v for k, v in boot if k not in of_their_own} == {
            "me": "alice",
            "admin": False,
            "readonly": False,
            "users": ["alice", "bob", "dora", "drh"],
            "read": 0,
            "missed": 0,
            "since": "",
            "last": 0,
            "at": 0,
            "gone": "",
            "from": 0,
            "keepDays": 7,
            "keepCount": 50,
            "streams": ["/chat-stream"],
            "history": 50,
            "pollTimeout": 420,
            "maxText": 40_000,
            "to": "/chat-",
            "maxFile": 10 * 1024 * 1024,
        }

    def test_follow_the_settings(self, visit, configure):
        for name, value in {
            "chat-initial-history": "0",
            "chat-poll-timeout": "25",
            "fx-chat-max-text": "1000",
            "fx-chat-max-file": "0.5",
        }.items():
            configure(name, value)

        boot = boot_of(visit())

        assert (boot["history"], boot["pollTimeout"]) == (0, 25)
        assert (boot["maxText"], boot["maxFile"]) == (1000, 524_288)

    @pytest.mark.parametrize(("login", "admin"), [("bob", False), ("dora", True)])
    def test_tell_who_may_delete_everything(self, visit, client_of, login, admin):
        boot = boot_of(visit(client_of(login)))

        assert (boot["me"], boot["admin"]) == (login, admin)

    def test_have_a_token_that_is_good(self, visit, alice):
        token = boot_of(visit())["csrf"]

        answer = alice.post(
            "/chat-send",
            data={"msg": "x"},
            headers={"Origin": "", "X-CSRF-Token": token},
        )

        assert answer.data == b""

    def test_cannot_end_their_element(self, nobody):
        login = "</script><u>"

        answer = nobody.get("/chat", environ_overrides={LOCAL_USER: login})

        page = Document(answer.text)
        assert boot_of(page)["me"] == login
        assert not page.all("u")


class TestThePage:
    @pytest.mark.usefixtures("captured")
    def test_has_no_inline_script_nor_handler_nor_style(self, visit):
        page = visit()

        for script in page.all("script"):
            assert script["@type"] == "application/json" or "@src" in script
        assert not page.all("style")
        for element in page.elements:
            assert not [name for name in element if name.startswith("@on")]
            assert "@style" not in element

    def test_forbids_them_too(self, alice):
        policy = alice.get("/chat").headers["Content-Security-Policy"]

        assert "script-src 'self';" in policy
        assert "unsafe" not in policy

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_has_no_element_that_somebody_typed(self, payload, say, visit, sql):
        empty = {(e["tag"], frozenset(e)) for e in visit().elements}
        say("hello", by="bob")
        usual = {(e["tag"], frozenset(e)) for e in visit().elements} | empty
        sql("UPDATE chat SET xmsg=?, xfrom=?, fname=?", payload, payload, payload)

        page = visit()

        new = {(e["tag"], frozenset(e)) for e in page.elements} - usual
        link = frozenset({"tag", "text", "@href", "@target", "@rel"})
        assert new <= {("a", link)}
        assert page.one("div", id="m1b")["text"] == payload

    def test_has_the_elements_of_the_scripts(self, visit):
        page = visit()

        for name in [
            "chat",
            "chat-bar",
            "chat-title",
            "chat-status",
            "chat-retry",
            "chat-scroll",
            "chat-top",
            "chat-older",
            "chat-log",
            "chat-banner",
            "chat-form",
            "chat-jump",
            "chat-files",
            "chat-attach",
            "chat-file",
            "chat-text",
            "chat-send",
            "chat-hint",
            "chat-live",
            "chat-says",
            "chat-boot",
        ]:
            assert page.one(id=name)

    def test_has_the_roles_of_a_log(self, visit):
        page = visit()

        assert page.one("ol", id="chat-log")["@role"] == "list"
        assert page.one(id="chat-live")["@role"] == "log"
        assert page.one(id="chat-status")["@role"] == "status"
        assert page.one(id="chat-alert")["@role"] == "alert"
        assert page.one("label", for_="chat-text")["text"] == "Message"

    def test_can_be_used_without_scripts(self, visit):
        form = visit().one("form", id="chat-form")

        assert form["@action"] == "/chat-send"
        assert form["@method"] == "post"
        assert form["@enctype"] == "multipart/form-data"

    def test_says_that_nothing_was_said(self, visit):
        assert "No messages yet." in visit().one(id="chat-empty")["text"]

    def test_does_not_say_so_when_there_is_something(self, say, visit):
        say("hello")

        assert not visit().all(id="chat-empty")

    @pytest.mark.parametrize(("login", "links"), [("bob", 0), ("drh", 1)])
    def test_leads_setup_users_to_the_administration(
        self, say, visit, client_of, login, links
    ):
        say()

        page = visit(client_of(login))

        assert len(page.all("a", href="/Admin/Chat")) == links

    def test_lies_under_the_sites_path(self, alice, say):
        say("[/home]")

        answer = alice.get("/chat", environ_overrides={"SCRIPT_NAME": "/repo"})

        page = Document(answer.text)
        assert page.one("form", id="chat-form")["@action"] == "/repo/chat-send"
        for element in page.elements:
            for name in ("@href", "@src", "@action"):
                value = element.get(name, "")
                assert not value.startswith("/") or value.startswith("/repo/")

    def test_is_not_cached(self, alice):
        assert alice.get("/chat").headers["Cache-Control"] == "private, no-store"

    def test_is_compressed_for_who_wants_it(self, alice):
        answer = alice.get("/chat", headers={"Accept-Encoding": "gzip"})

        assert answer.headers["Content-Encoding"] == "gzip"


class TestWhenNobodyCanWrite:
    @pytest.fixture
    def path(self, path, monkeypatch):
        """The file, for whose lock nobody waits long."""
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
        return path

    @pytest.fixture(autouse=True)
    def locked(self, alice, say, age, configure, foreign):
        """There is something to purge, and another program that writes."""
        assert alice.get("/chat").status_code == 200
        configure("chat-keep-count", "0")
        age(say("old"), 30)
        foreign.execute("BEGIN IMMEDIATE")
        yield
        foreign.execute("ROLLBACK")

    def test_the_page_can_be_read(self, visit, caplog):
        assert len(rows_of(visit())) == 1

        assert "locked" in caplog.text

    def test_messages_can_be_polled(self, alice):
        assert len(alice.get("/chat-poll/0").json["msgs"]) == 1

    def test_who_sends_is_told(self, alice):
        answer = alice.post("/chat-send", data={"msg": "hello"})

        assert answer.status_code == 503
        assert answer.json["code"] == "repository"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            Rule(50, 7.0),
            "Messages are kept for 7 days, and at least the newest 50.",
        ),
        (Rule(1, 1.0), "Messages are kept for 1 day, and at least the newest 1."),
        (Rule(0, 0.5), "Messages are kept for 0.5 days."),
        (Rule(50, 0), "Messages are kept for ever."),
        (Rule(0, -1), "Messages are kept for ever."),
        (Rule(0, 365.0), "Messages are kept for 365 days."),
    ],
)
def test_the_page_says_how_long_messages_are_kept(rule, text):
    assert retention(rule) == text


class TestTheTopOfTheList:
    @pytest.fixture
    def top(self, visit, say, configure):
        """What stands above the newest of two messages."""
        configure("chat-keep-days", "2.5")
        configure("chat-keep-count", "20")
        say()
        say()

        def read():
            return visit().one(id="chat-top")["text"].strip()

        return read

    def test_says_how_long_messages_are_kept(self, top, configure):
        configure("chat-initial-history", "1")

        kept = "Messages are kept for 2.5 days, and at least the newest 20."
        assert top().startswith(kept)

    def test_says_that_nothing_stood_before(self, top):
        assert top().startswith(
            "This is the beginning. Messages older than 2.5 days are deleted,"
            " but the newest 20 are always kept."
        )


class TestWhoMayNotChat:
    def test_and_is_nobody_is_asked_to_sign_in(self, nobody, say):
        say("secret")

        answer = nobody.get("/chat")

        page = Document(answer.text)
        assert answer.status_code == 401
        assert "Sign in to use the chat." in answer.text
        assert page.one("a", class_="btn p")["@href"] == "/login?g=chat"
        assert "secret" not in answer.text

    def test_and_is_logged_in_learns_who_can_help(self, client_of, say):
        say("secret")

        answer = client_of("carol").get("/chat")

        assert answer.status_code == 403
        assert "You do not have access to the chat of this repository." in answer.text
        assert re.search(r"can give it to you: dora, drh\.", answer.text)
        assert "secret" not in answer.text

    def test_and_is_nobody_does_not_learn_who_is_there(self, nobody):
        text = nobody.get("/chat").text

        assert not re.search("drh|dora|alice|bob", text)

    @pytest.mark.parametrize("login", [None, "carol"])
    def test_gets_no_script_nor_start_values(self, client_of, login):
        text = client_of(login).get("/chat").text

        assert "chat-boot" not in text
        assert "chat/main.js" not in text

    def test_makes_no_tables(self, nobody, rows):
        nobody.get("/chat")

        assert rows("SELECT 1 FROM sqlite_schema WHERE name='chat'") == []


class TestAnEmptyList:
    def empty(self, page):
        (found,) = page.all(id="chat-empty")
        return found["text"].strip()

    def test_of_a_new_chat_explains_it(self, visit):
        text = self.empty(visit())

        assert "No messages yet." in text
        assert "Text is shown exactly as typed." in text
        assert "Messages are kept for 7 days" in text
        assert "Choose who may chat" not in text

    def test_says_without_a_script_why_a_message_is_gone(self, alice, say):
        say()

        page = parse(alice.get("/chat?m=9").text)

        assert page.by_id("chat-banner").text == "There is no message #9."

    @pytest.mark.parametrize(
        ("login", "links"),
        [("drh", ["/Admin/Users", "/Admin/Chat"]), ("dora", ["/Admin/Users"])],
    )
    def test_of_a_new_chat_leads_administrators_on(
        self, visit, client_of, login, links
    ):
        page = visit(client_of(login))

        inside = page.markup.partition('id="chat-empty"')[2].partition("<ol")[0]
        assert re.findall('href="([^"]*)"', inside) == links

    def test_says_that_all_is_old(self, visit, say, age, configure):
        configure("chat-keep-count", "0")
        age(say(), 8)

        assert self.empty(visit()) == (
            "Nothing in the last 7 days. Older messages are deleted."
        )

    def test_says_that_all_was_deleted(self, visit, bob, configure, say):
        configure("chat-keep-days", "0")
        say()
        bob.post("/chat-delete/1")

        assert self.empty(visit()) == "All messages were deleted."

    def test_is_not_there_with_messages(self, visit, say):
        say()

        assert visit().all(id="chat-empty") == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            Rule(50, 7.0),
            "This is the beginning. Messages older than 7 days are deleted,"
            " but the newest 50 are always kept.",
        ),
        (
            Rule(0, 1.0),
            "This is the beginning. Messages older than 1 day are deleted.",
        ),
        (Rule(50, 0), "This is the beginning. Messages are kept for ever."),
    ],
)
def test_the_page_says_what_stood_before_the_first_message(rule, text):
    assert beginning(rule) == text
