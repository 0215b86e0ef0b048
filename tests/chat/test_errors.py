"""What is refused: Fossil's JSON for its clients, pages for people."""

import re

import pytest

from repoweb.chat.errors import PROTOCOL
from repoweb.repository.obscure import obscure

TIME = rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
ERROR = (
    rb'{"isError": true, "xfrom": null,"mtime": "%b", "lmtime": "%b",'
    rb'"xmsg": "%b","code":"%b"}'
)
MISSING = (
    b"Missing permissions or not logged in. Try <a href='/login?g=chat'>logging in</a>."
)
CSRF = b"CSRF validation failure."
LISTS = ["/chat-poll/0", "/chat-poll?name=-5", "/chat-query?q=x", "/chat-query"]
SINGLES = ["/chat-fetch-one/1", "/chat-delete/1", "/chat-backup?msgid=0"]
FOREIGN = {"Origin": "https://evil.example"}
FOSSIL = {"User-Agent": "Fossil/2.29 (2026-08-21 16:59:42 [40c12262fa])"}


def is_error(body, text, code):
    """Whether it is Fossil's error byte for byte, with our code at the end."""
    return re.fullmatch(
        b"%b".join(map(re.escape, ERROR.split(b"%b")))
        % (TIME, TIME, re.escape(text), code),
        body,
    )


def is_listed_error(body, text, code):
    """The same in a list, with our code once more behind it."""
    head, tail = b'{"msgs":[', b'],"code":"' + code + b'"}'
    inner = body.removeprefix(head).removesuffix(tail)
    return body == head + inner + tail and is_error(inner, text, code)


class TestWhoLacksTheCapability:
    @pytest.mark.parametrize("address", LISTS)
    def test_gets_an_error_in_a_list(self, nobody, address):
        answer = nobody.get(address)

        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert is_listed_error(answer.data, MISSING, b"login")

    @pytest.mark.parametrize("address", SINGLES)
    def test_gets_an_error_alone(self, nobody, address):
        answer = nobody.get(address)

        assert answer.status_code == 200
        assert is_error(answer.data, MISSING, b"login")

    def test_cannot_send(self, nobody, rows):
        answer = nobody.post("/chat-send", data={"msg": "hello"})

        assert answer.status_code == 200
        assert is_error(answer.data, MISSING, b"login")
        assert rows("SELECT 1 FROM sqlite_schema WHERE name='chat'") == []

    @pytest.mark.parametrize("address", [*LISTS, *SINGLES])
    def test_learns_that_logging_in_does_not_help(self, client_of, address):
        body = client_of("carol").get(address).data

        check = is_listed_error if address in LISTS else is_error
        assert check(body, MISSING, b"perm")

    def test_cannot_send_though_logged_in(self, client_of, rows):
        answer = client_of("carol").post("/chat-send", data={"msg": "hello"})

        assert is_error(answer.data, MISSING, b"perm")
        assert rows("SELECT 1 FROM sqlite_schema WHERE name='chat'") == []

    def test_is_led_to_the_login_page_under_the_sites_path(self, nobody):
        answer = nobody.get("/chat-poll/0", environ_overrides={"SCRIPT_NAME": "/repo"})

        assert b"Try <a href='/repo/login?g=chat'>" in answer.data

    def test_is_asked_to_sign_in_for_the_page(self, nobody):
        answer = nobody.get("/chat")

        assert answer.status_code == 401
        assert "Sign in to use the chat." in answer.text

    def test_is_led_to_the_login_page_for_an_attachment(self, nobody):
        answer = nobody.get("/chat-download/1/a.png")

        assert answer.status_code == 302
        assert answer.location == "/login?g=chat-download/1/a.png"

    def test_may_not_have_an_attachment_though_logged_in(self, client_of):
        answer = client_of("carol").get("/chat-download/1/a.png")

        assert answer.status_code == 403
        assert answer.mimetype == "text/html"

    def test_gets_a_page_for_a_form_without_scripts(self, nobody):
        answer = nobody.post("/chat-send", data={"msg": "hello", "back": "1"})

        assert answer.status_code == 401
        assert answer.mimetype == "text/html"

    def test_is_led_to_the_login_page_for_the_administration(self, nobody):
        answer = nobody.get("/Admin/Chat")

        assert answer.status_code == 302
        assert answer.location == "/login?g=Admin/Chat"

    @pytest.mark.parametrize("login", ["bob", "dora"])
    def test_may_not_see_the_administration(self, client_of, login):
        answer = client_of(login).get("/Admin/Chat")

        assert answer.status_code == 403
        assert answer.mimetype == "text/html"

    def test_may_not_fetch_a_backup_with_chat_alone(self, bob, say):
        say("hello")

        answer = bob.get("/chat-backup?msgid=0")

        assert is_error(answer.data, MISSING, b"perm")


class TestACookieWithoutProofOfOrigin:
    @pytest.mark.usefixtures("tables")
    def test_sends_nothing(self, bob, rows):
        answer = bob.post("/chat-send", data={"msg": "hello"}, headers=FOREIGN)

        assert answer.status_code == 200
        assert is_error(answer.data, CSRF, b"csrf")
        assert rows("SELECT * FROM chat") == []

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": ""},
            {"Origin": "null"},
            {"Origin": "http://localhost.evil.example"},
            {"Origin": "", "Referer": "http://evil.example/chat"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
    )
    @pytest.mark.usefixtures("tables")
    def test_is_refused_whatever_else_it_says(self, bob, headers, rows):
        answer = bob.post("/chat-send", data={"msg": "hello"}, headers=headers)

        assert is_error(answer.data, CSRF, b"csrf")
        assert rows("SELECT * FROM chat") == []

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": "", "Referer": "http://localhost/chat"},
            {"Origin": "", "Sec-Fetch-Site": "same-origin"},
        ],
    )
    def test_is_needed_only_once(self, bob, headers, rows):
        answer = bob.post("/chat-send", data={"msg": "hello"}, headers=headers)

        assert answer.data == b""
        assert rows("SELECT xmsg FROM chat") == [("hello",)]

    def test_is_refused_with_a_page_for_a_form_without_scripts(self, bob):
        form = {"msg": "hello", "back": "1"}

        answer = bob.post("/chat-send", data=form, headers=FOREIGN)

        assert answer.status_code == 403
        assert answer.mimetype == "text/html"

    def test_changes_nothing_at_the_administration(self, drh, say, rows):
        say("hello")
        form = {"action": "clear", "name": "Demo"}

        answer = drh.post("/Admin/Chat", data=form, headers=FOREIGN)

        assert answer.status_code == 403
        assert answer.mimetype == "text/html"
        assert rows("SELECT xmsg FROM chat") == [("hello",)]


class TestAWrongPassword:
    def wrong(self, password="wrong"):
        return {"msg": "hi", "resid": obscure("bob"), "token": obscure(password)}

    def test_is_told_in_the_words_that_fossil_looks_for(self, nobody, rows):
        answer = nobody.post("/chat-send", data=self.wrong(), headers=FOSSIL)

        assert answer.status_code == 200
        assert answer.data.startswith(b'{"isError": true,')
        assert b"not logged in" in answer.data
        assert rows("SELECT uname, success FROM accesslog") == [("bob", 0)]

    def test_is_told_in_a_list_where_one_is_expected(self, nobody):
        query = {name: value for name, value in self.wrong().items() if name != "msg"}

        answer = nobody.get("/chat-poll/0", query_string=query)

        assert is_listed_error(answer.data, MISSING, b"login")

    def test_is_asked_for_again_by_the_page(self, nobody, configure):
        configure("http_authentication_ok", "1")

        answer = nobody.get("/chat", auth=("bob", "wrong"))

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")

    @pytest.mark.parametrize(
        ("headers", "status"), [(FOSSIL, 200), ({"User-Agent": "curl"}, 429)]
    )
    def test_too_often_must_wait(self, nobody, headers, status):
        for _ in range(10):
            nobody.post("/chat-send", data=self.wrong())

        answer = nobody.post("/chat-send", data=self.wrong("pw-bob"), headers=headers)

        assert answer.status_code == status
        assert answer.data.startswith(b'{"isError": true,')
        assert answer.json["code"] == "login"
        assert int(answer.headers["Retry-After"]) > 0

    def test_too_often_is_a_page_for_people(self, nobody, configure):
        configure("http_authentication_ok", "1")
        for _ in range(10):
            nobody.post("/chat-send", data=self.wrong())

        answer = nobody.get("/chat", auth=("bob", "pw-bob"))

        assert answer.status_code == 429
        assert answer.mimetype == "text/html"


class TestARepositoryThatIsGone:
    @pytest.fixture(autouse=True)
    def gone(self, alice, path, tmp_path):
        alice.get("/chat")
        path.rename(tmp_path / "elsewhere")

    @pytest.mark.parametrize("address", ["/chat", "/chat-download/1/a", "/Admin/Chat"])
    def test_is_a_page_for_people(self, alice, address):
        answer = alice.get(address)

        assert answer.status_code == 503
        assert answer.mimetype == "text/html"
        assert "project.fossil: no such file" in answer.text
        assert int(answer.headers["Retry-After"]) > 0

    def test_is_json_for_programs(self, alice):
        answer = alice.get("/chat-poll/0")

        assert answer.status_code == 503
        assert is_listed_error(
            answer.data, b"project.fossil: no such file", b"repository"
        )
        assert int(answer.headers["Retry-After"]) > 0

    @pytest.mark.parametrize("address", ["/chat", "/chat-poll/0"])
    def test_is_told_in_the_log(self, alice, address, path, caplog):
        alice.get(address)

        assert caplog.messages == [f"{path}: no such file"]

    def test_has_status_200_for_fossil(self, alice):
        answer = alice.post("/chat-send", data={"msg": "x"}, headers=FOSSIL)

        assert answer.status_code == 200
        assert answer.data.startswith(b'{"isError": true,')

    def test_does_not_tell_the_folder(self, alice, tmp_path):
        for address in ("/chat", "/chat-poll/0"):
            assert str(tmp_path).encode() not in alice.get(address).data


def test_every_address_of_the_chat_is_either_protocol_or_page(app):
    endpoints = {r.endpoint for r in app.url_map.iter_rules()}

    of_chat = {name for name in endpoints if name.startswith("chat.")}
    chat = {name for name in of_chat if not name.startswith("chat.rooms.")}
    administration = {"chat.admin", "chat.change", "chat.effect"}
    asked_by_nginx = {"chat.authorize"}
    pages = {"chat.page", "chat.download"} | administration | asked_by_nginx
    assert chat == PROTOCOL | pages


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/chat-send"),
        ("POST", "/chat-poll/0"),
        ("POST", "/chat"),
        ("PUT", "/chat-send"),
        ("POST", "/chat-backup"),
    ],
)
def test_another_method_is_not_allowed(drh, method, address):
    assert drh.open(address, method=method).status_code == 405
