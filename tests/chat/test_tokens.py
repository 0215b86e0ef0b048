"""Tokens let programs into the chat, and nowhere else, until they are revoked."""

import hashlib
import re

import pytest
from click.testing import CliRunner
from pages import parse

from repoweb.accounts import store
from repoweb.accounts.throttle import LIMIT
from repoweb.chat import schema, tokens
from repoweb.cli import repoweb

from .forms import file, multipart
from .live import until


@pytest.fixture
def make(repository):
    """Make a token that speaks as somebody."""
    with repository.writing() as db:
        schema.make_ready(db)

    def make(login="bob", label="robot"):
        with repository.writing() as db:
            return tokens.make(db, label, login, "drh")

    return make


@pytest.fixture
def program(app, make):
    """A program without cookies that shows a token."""

    def program(secret=None, *, address="127.0.0.1", scheme="Bearer"):
        client = app.test_client(use_cookies=False)
        client.environ_base["HTTP_AUTHORIZATION"] = f"{scheme} {secret or make()}"
        client.environ_base["REMOTE_ADDR"] = address
        return client

    return program


class TestTheTokenOfADeletedUser:
    @pytest.fixture(params=["page", "command", "fossil"])
    def delete(self, request, drh, path, sql):
        """Delete bob in one of the ways that there are."""

        def delete():
            if request.param == "page":
                form = {"login": "bob", "delete": "1"}
                assert drh.post("/setup_uedit", data=form).status_code < 400
            elif request.param == "command":
                words = ["user", "delete", str(path), "bob"]
                assert CliRunner().invoke(repoweb, words).exit_code == 0
            else:
                sql("DELETE FROM user WHERE login='bob'")

        return delete

    def create(self, repository):
        with repository.writing() as db:
            store.create(db, "bob", password="another", cap="C")

    def test_is_not_that_of_a_new_one_with_his_login(
        self, request, program, delete, repository
    ):
        client = program()
        client.post("/chat-send", data={"msg": "before"})
        delete()
        if "fossil" in request.node.name:
            client.get("/chat")
        self.create(repository)

        answer = client.post("/chat-send", data={"msg": "after"})

        assert answer.json["code"] == "login"

    def test_is_revoked_when_somebody_enters(self, program, delete, alice, rows):
        program()
        delete()
        alice.get("/chat")

        assert rows("SELECT revoked_at IS NULL FROM fx_chattoken") == [(0,)]

    def test_others_go_on(self, make, program, delete, repository):
        client = program(make("alice"))
        delete()
        self.create(repository)

        assert client.post("/chat-send", data={"msg": "here"}).data == b""


def test_tokens_of_before_get_the_numbers_of_their_users(program, sql, alice):
    client = program()
    sql("ALTER TABLE fx_chattoken DROP COLUMN uid")

    alice.get("/chat")

    assert client.post("/chat-send", data={"msg": "hello"}).data == b""


@pytest.fixture
def act(drh):
    def act(action, **fields):
        return drh.post("/Admin/Chat", data={"action": action, **fields})

    return act


def secret_in(answer):
    assert answer.status_code == 200, answer.text
    return parse(answer.text).by_id("secret").text


class TestAProgram:
    def test_sends_as_its_user_without_proof_of_origin(self, program, rows):
        answer = program().post("/chat-send", data={"msg": "Build passed"})

        assert (answer.status_code, answer.data) == (200, b"")
        assert rows("SELECT xfrom, xmsg FROM chat") == [("bob", "Build passed")]

    def test_sends_a_file(self, program, rows):
        program().post("/chat-send", **multipart(msg="log", file=file(b"content")))

        assert rows("SELECT xmsg, CAST(file AS TEXT) FROM chat") == [("log", "content")]

    def test_reads_searches_and_downloads(self, program, bob):
        bob.post("/chat-send", **multipart(msg="hello", file=file(b"content")))
        robot = program()

        assert robot.get("/chat-poll/0?raw=1").json["msgs"][0]["xmsg"] == "hello"
        assert robot.get("/chat-query?q=hello").json["msgs"][0]["msgid"] == 1
        assert robot.get("/chat-fetch-one/1").json["msgid"] == 1
        assert robot.get("/chat-download/1/a", buffered=True).data == b"content"
        assert b"hello" in robot.get("/chat-stream/0?wait=0").data

    def test_may_delete_what_it_said_and_nothing_else(self, program, make, say, rows):
        robot = program(make("drh"))  # who may delete everything himself
        say("of bob")
        robot.post("/chat-send", data={"msg": "of drh"})

        robot.post("/chat-delete/1")
        robot.post("/chat-delete/2")

        assert rows("SELECT xmsg FROM chat WHERE mdel IS NULL") == [("of bob",)]

    @pytest.mark.parametrize(
        "address", ["/Admin/Chat", "/setup_chat", "/chat-backup", "/Admin/Chat/effect"]
    )
    def test_does_not_administrate_the_chat(self, program, make, address):
        answer = program(make("drh")).get(address)

        assert answer.status_code == 403 or answer.json["code"] == "perm"

    @pytest.mark.parametrize("address", ["/my", "/Admin", "/Admin/Users"])
    def test_is_nobody_elsewhere(self, program, make, address):
        answer = program(make("drh")).get(address)

        assert answer.status_code == 302
        assert answer.location.startswith("/login")

    def test_may_not_see_what_its_user_may_not(self, program, make, say, history, sql):
        history.event("abcdef1234", "ci", "a check-in")
        say("[abcdef1234]")
        sql("UPDATE user SET cap='' WHERE login='nobody'")
        sql("UPDATE user SET cap='C' WHERE login='bob'")

        assert "href" not in program(make("bob")).get("/chat-fetch-one/1").text
        assert "href" in program(make("drh")).get("/chat-fetch-one/1").text

    def test_comes_before_a_cookie(self, bob, make, rows):
        header = {"Authorization": f"Bearer {make('alice')}"}

        bob.post("/chat-send", data={"msg": "x"}, headers=header)

        assert rows("SELECT xfrom FROM chat") == [("alice",)]

    @pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
    def test_may_write_the_word_as_it_likes(self, program, scheme):
        assert "msgs" in program(scheme=scheme).get("/chat-poll/0?wait=0").json


class TestWhoLosesWhat:
    @pytest.fixture
    def robot(self, program):
        robot = program()
        assert "code" not in robot.get("/chat-poll/0?wait=0").json
        return robot

    @pytest.mark.parametrize(
        "change", ["cap='o'", "cap=''", "pw=''", "info='expires 2020-01-01'"]
    )
    def test_a_user_who_may_not_chat_silences_his_programs(self, robot, sql, change):
        sql(f"UPDATE user SET {change} WHERE login='bob'")

        assert robot.get("/chat-poll/0?wait=0").json["code"] in {"perm", "login"}
        assert robot.post("/chat-send", data={"msg": "x"}).json["isError"] is True

    def test_a_user_who_was_deleted_silences_them_too(self, robot, sql):
        sql("DELETE FROM user WHERE login='bob'")

        assert robot.get("/chat-poll/0?wait=0").json["code"] == "login"

    def test_another_password_does_not(self, robot, sql):
        sql("UPDATE user SET pw='other' WHERE login='bob'")

        assert "code" not in robot.get("/chat-poll/0?wait=0").json

    def test_a_revoked_token_is_good_for_nothing(self, robot, act):
        act("revoke", id=1)

        assert robot.get("/chat-poll/0?wait=0").json["code"] == "login"
        assert robot.get("/chat-download/1/a").status_code == 401

    @pytest.fixture
    def waiting(self, live, make, hub):
        """A program that waits."""
        header = {"Authorization": f"Bearer {make('alice')}"}
        waiting = live.visitor().ask("/chat-poll/0", **header)
        until(lambda: len(hub) == 1, "the poll")
        return waiting

    @pytest.fixture
    def take_away(self, act, sql):
        """Take something away from the program, or from its user."""
        return {
            "token": lambda: act("revoke", id=1),
            "capability": lambda: sql("UPDATE user SET cap='' WHERE login='alice'"),
        }

    @pytest.mark.parametrize("what", ["token", "capability"])
    def test_a_program_that_waits_is_shown_out(self, waiting, take_away, what, bob):
        take_away[what]()
        bob.post("/chat-send", data={"msg": "secret"})

        answer = waiting.answer()
        assert answer.msgs[0]["code"] in {"login", "perm"}
        assert b"secret" not in answer.body

    def test_a_program_that_waits_gets_its_message(self, waiting, bob):
        bob.post("/chat-send", data={"msg": "hello"})

        assert waiting.answer().texts == ["hello"]


class TestAWrongToken:
    @pytest.mark.parametrize(
        "token", ["x", "rwc_", "rwc_" + "A" * 43, "rwc_ä", "Bearer", "rwc_x y", "="]
    )
    def test_is_refused_in_the_form_of_the_chat(self, program, token):
        answer = program(token).get("/chat-poll/0?wait=0")

        assert answer.json["code"] == "login"

    def test_is_counted_like_a_wrong_password(self, program, make, rows):
        right = make()
        for _ in range(LIMIT):
            program("rwc_wrong").get("/chat-poll/0?wait=0")

        answer = program(right).get("/chat-poll/0?wait=0")

        assert answer.status_code == 429
        assert rows("SELECT count(*) FROM fx_loginfail") == [(LIMIT,)]

    def test_slows_down_nobody_at_another_address(self, program, make):
        right = make()
        for _ in range(LIMIT):
            program("rwc_wrong").get("/chat-poll/0?wait=0")

        answer = program(right, address="192.0.2.7").get("/chat-poll/0?wait=0")

        assert "code" not in answer.json

    def test_gives_no_hint_on_other_pages(self, program, rows):
        assert program("rwc_wrong").get("/home").status_code == 200
        assert rows("SELECT count(*) FROM fx_loginfail") == [(0,)]

    def test_before_the_chat_was_used_is_refused(self, app):
        client = app.test_client(use_cookies=False)
        headers = {"Authorization": "Bearer rwc_x"}

        assert client.get("/chat-poll/0", headers=headers).json["code"] == "login"


class TestMaking:
    def test_shows_the_secret_this_once(self, act, drh, program):
        secret = secret_in(act("token", label="Build server", login="bob"))

        assert "msgs" in program(secret).get("/chat-poll/0?wait=0").json
        assert secret not in drh.get("/Admin/Chat").text

    def test_keeps_the_answer_out_of_caches(self, act):
        answer = act("token", label="x", login="bob")

        assert "no-store" in answer.headers["Cache-Control"]

    def test_stores_a_digest(self, act, rows, path):
        secret = secret_in(act("token", label="x", login="bob"))

        digest = hashlib.sha256(secret.encode()).hexdigest()
        assert rows("SELECT hash FROM fx_chattoken") == [(digest,)]
        assert secret.encode() not in path.read_bytes()

    def test_takes_256_bits(self, make):
        secrets = {make(label=str(n)) for n in range(20)}

        assert len(secrets) == 20
        assert all(re.fullmatch(r"rwc_[\w-]{43}", secret) for secret in secrets)

    def test_is_logged_without_the_secret(self, act, configure, rows):
        configure("admin-log", "1")

        secret = secret_in(act("token", label="Build server", login="bob"))

        ((who, page, what),) = rows("SELECT who, page, what FROM admin_log")
        assert (who, page) == ("drh", "Admin/Chat")
        assert what == "made the token “Build server” of bob"
        assert secret not in what

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"label": "", "login": "bob"}, "label"),
            ({"label": "  ", "login": "bob"}, "label"),
            ({"label": "x" * 81, "login": "bob"}, "label"),
            ({"login": "bob"}, "label"),
            ({"label": "x", "login": "carol"}, "login"),
            ({"label": "x", "login": "nobody"}, "login"),
            ({"label": "x", "login": "<b>"}, "login"),
            ({"label": "x"}, "login"),
        ],
    )
    @pytest.mark.usefixtures("tables")
    def test_says_beside_the_field_what_is_wrong(self, act, rows, fields, wrong):
        answer = act("token", **fields)

        assert answer.status_code == 422
        page = parse(answer.text)
        assert page.by_id(wrong)["aria-invalid"] == "true"
        assert page.by_id(page.by_id(wrong)["aria-describedby"]).text
        assert "“<b>”" not in answer.text
        assert rows("SELECT * FROM fx_chattoken") == []

    @pytest.mark.parametrize("login", ["bob", "carol", "dora", None])
    @pytest.mark.usefixtures("tables")
    def test_is_for_setup_users(self, client_of, login, rows):
        form = {"action": "token", "label": "x", "login": "bob"}

        assert client_of(login).post("/Admin/Chat", data=form).status_code in {401, 403}

        assert rows("SELECT * FROM fx_chattoken") == []


class TestTheList:
    def test_tells_what_a_token_is_for(self, make, drh):
        make(label="<b>Build</b>")

        row = parse(drh.get("/Admin/Chat").text).by_id("tokens").text

        assert "<b>Build</b>" in row
        assert "as bob" in row
        assert "by drh" in row
        assert "never used" in row

    def test_tells_that_a_user_may_not_chat_any_more(self, make, drh, sql):
        make()
        assert "who may not chat" not in drh.get("/Admin/Chat").text

        sql("UPDATE user SET cap='o' WHERE login='bob'")

        assert "who may not chat" in drh.get("/Admin/Chat").text

    def test_tells_the_hour_of_the_last_use(self, program, drh, rows):
        program().get("/chat-poll/0?wait=0")

        ((used,),) = rows("SELECT used_at FROM fx_chattoken")

        assert used % 3600 == 0
        assert "never used" not in drh.get("/Admin/Chat").text

    def test_is_written_once_an_hour(self, program, rows, sql):
        robot = program()
        robot.get("/chat-poll/0?wait=0")
        before = rows("PRAGMA data_version")
        robot.get("/chat-poll/0?wait=0")
        assert rows("PRAGMA data_version") == before

        sql("UPDATE fx_chattoken SET used_at=used_at-7200")
        robot.get("/chat-poll/0?wait=0")

        assert rows("SELECT used_at>strftime('%s')-7200 FROM fx_chattoken") == [(1,)]

    def test_has_a_button_that_revokes(self, make, drh, act, configure, rows):
        configure("admin-log", "1")
        make(label="Build")
        button = next(
            e
            for e in parse(drh.get("/Admin/Chat").text).all("button")
            if e.text == "Revoke"
        )

        page = act("revoke", id=button["value"]).text

        assert "Revoked the token “Build”." in page
        assert "revoked 20" in page
        assert "Revoke Build" not in page
        assert rows("SELECT what FROM admin_log") == [("Revoked the token “Build”.",)]

    @pytest.mark.parametrize("token_id", ["1", "99", "x", ""])
    def test_revokes_nothing_twice(self, make, act, rows, token_id):
        make()
        act("revoke", id="1")
        before = rows("SELECT * FROM fx_chattoken")

        answer = act("revoke", id=token_id)

        assert answer.status_code == 200
        assert "Revoked the token" not in answer.text
        assert rows("SELECT * FROM fx_chattoken") == before


def test_a_deleted_message_leaves_the_tokens_alone(make, act, rows):
    make()

    act("clear", name="Demo")

    assert rows("SELECT count(*) FROM fx_chattoken") == [(1,)]
