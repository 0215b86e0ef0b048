"""HTTP Basic, `resid` with `token`, REMOTE_USER: each proves one request."""

import base64

import pytest

from repoweb.accounts import store
from repoweb.repository import password as password_module
from repoweb.repository.obscure import obscure


def basic(login, password):
    pair = base64.b64encode(f"{login}:{password}".encode()).decode()
    return {"headers": {"Authorization": f"Basic {pair}"}}


def token(login, password):
    return {"query_string": {"resid": obscure(login), "token": obscure(password)}}


class TestBasic:
    def test_without_the_setting_it_is_ignored(self, nobody, who):
        assert who(nobody, **basic("alice", "pw-alice")) == ""

    def test_without_the_setting_a_wrong_password_is_ignored_too(self, nobody, rows):
        answer = nobody.get("/home", **basic("alice", "wrong"))

        assert answer.status_code == 200
        assert rows("SELECT * FROM fx_loginfail") == []

    @pytest.fixture
    def _allowed(self, configure):
        configure("http_authentication_ok", "1")

    @pytest.mark.usefixtures("_allowed")
    def test_with_the_setting_it_proves_one_request(self, nobody, who):
        assert who(nobody, **basic("alice", "pw-alice")) == "alice"
        assert who(nobody) == ""

    @pytest.mark.usefixtures("_allowed")
    def test_it_opens_no_session(self, nobody, column):
        answer = nobody.get("/my", **basic("alice", "pw-alice"))

        assert "Set-Cookie" not in answer.headers
        assert column("alice", "cookie") is None

    @pytest.mark.usefixtures("_allowed")
    @pytest.mark.parametrize("page", ["/home", "/my", "/stat", "/nix"])
    def test_a_wrong_password_is_refused_at_once(self, nobody, page):
        answer = nobody.get(page, **basic("alice", "wrong"))

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == (
            'Basic realm="repoweb", charset="UTF-8"'
        )
        assert "You entered an unknown user" in answer.text

    @pytest.mark.usefixtures("_allowed")
    def test_it_is_refused_as_json_to_those_who_ask_for_json(self, nobody):
        options = basic("alice", "wrong")
        options["headers"]["Accept"] = "application/json"

        answer = nobody.get("/home", **options)

        assert answer.status_code == 401
        assert answer.json == {
            "error": "You entered an unknown user or an incorrect password."
        }

    @pytest.mark.usefixtures("_allowed")
    def test_all_scripts_are_good(self, repository, nobody, who):
        with repository.writing() as db:
            store.create(db, "Ünï", password="pä:ss", cap="o")

        assert who(nobody, **basic("Ünï", "pä:ss")) == "Ünï"

    @pytest.mark.usefixtures("_allowed")
    @pytest.mark.parametrize(
        "header", ["", "Basic !!!", "Basic /w==", "Bearer x", "Digest x=y", "x"]
    )
    def test_a_header_that_cannot_be_read_is_no_password(self, nobody, header):
        answer = nobody.get("/home", headers={"Authorization": header})

        assert answer.status_code == 200

    @pytest.mark.usefixtures("_allowed")
    @pytest.mark.parametrize("header", ["Basic", "Basic YWxpY2U=", "basic Og=="])
    def test_a_header_without_a_password_is_a_wrong_one(self, nobody, header):
        answer = nobody.get("/home", headers={"Authorization": header})

        assert answer.status_code == 401

    @pytest.mark.usefixtures("_allowed")
    @pytest.mark.parametrize("login", ["nobody", "anonymous", "reader", "developer"])
    def test_a_group_is_nobody(self, nobody, change_user, login):
        change_user(login, pw="clear", cap="s")

        assert nobody.get("/my", **basic(login, "clear")).status_code == 401

    @pytest.mark.usefixtures("_allowed")
    def test_a_session_comes_first(self, bob, who):
        assert who(bob, **basic("alice", "wrong")) == "bob"

    @pytest.mark.usefixtures("_allowed")
    def test_it_is_not_asked_for_static_files(self, app, nobody):
        version = app.extensions["repoweb.assets"].version
        url = f"/static/{version}/web/site.css"

        assert nobody.get(url, **basic("alice", "wrong")).status_code == 200


class TestResidAndToken:
    def test_they_prove_one_request(self, nobody, who):
        assert who(nobody, **token("alice", "pw-alice")) == "alice"
        assert who(nobody) == ""

    @pytest.mark.parametrize(
        ("resid", "word"),
        [
            ("f036bda870bf", "984fce841adea1d77b"),
            ("alice", "pw-alice"),
            ("f036bda870bf", "pw-alice"),
        ],
    )
    def test_they_are_read_obscured_or_not(self, nobody, who, resid, word):
        query = {"resid": resid, "token": word}

        assert who(nobody, query_string=query) == "alice"

    def test_they_can_stand_in_a_form(self, nobody, column):
        before = column("alice", "pw")
        form = {"resid": obscure("alice"), "token": obscure("pw-alice")}
        form |= {"p": "pw-alice", "n1": "new-secret", "n2": "new-secret"}

        answer = nobody.post("/my", data=form, headers={"Origin": "http://evil.org"})

        assert answer.status_code == 200
        assert column("alice", "pw") != before

    def test_they_open_no_session(self, nobody, column):
        answer = nobody.get("/my", **token("alice", "pw-alice"))

        assert "Set-Cookie" not in answer.headers
        assert column("alice", "cookie") is None

    @pytest.mark.usefixtures("fossils")
    def test_the_stored_hash_is_no_token(self, nobody, column):
        """In Fossil it is one; who has read the file could then log in with it."""
        stored = column("alice", "pw")

        assert nobody.get("/my", **token("alice", stored)).status_code == 401
        assert (
            nobody.get(
                "/my", query_string={"resid": "alice", "token": stored}
            ).status_code
            == 401
        )

    @pytest.mark.parametrize(
        ("login", "word"),
        [("alice", "wrong"), ("nix", "pw-alice"), ("nobody", ""), ("alice", "x" * 999)],
    )
    def test_a_wrong_one_is_refused_without_asking_for_basic(self, nobody, login, word):
        answer = nobody.get(
            "/home", query_string={"resid": login, "token": word or "x"}
        )

        assert answer.status_code == 401
        assert "WWW-Authenticate" not in answer.headers

    @pytest.mark.parametrize("column", ["cap", "pw"])
    def test_an_account_that_cannot_log_in_is_refused(
        self, nobody, change_user, column
    ):
        change_user("alice", **{column: ""})

        assert nobody.get("/my", **token("alice", "pw-alice")).status_code == 401

    def test_an_expired_account_is_refused(self, nobody, change_user):
        change_user("alice", info="expires 2020-01-01")

        assert nobody.get("/my", **token("alice", "pw-alice")).status_code == 401

    @pytest.mark.parametrize("login", ["anonymous", "nobody", "reader", "developer"])
    def test_a_group_is_refused(self, nobody, change_user, login):
        change_user(login, pw="clear", cap="s")

        assert nobody.get("/my", **token(login, "clear")).status_code == 401

    @pytest.mark.parametrize(
        "query",
        [{"resid": "alice"}, {"token": "pw-alice"}, {"resid": "", "token": "pw-alice"}],
    )
    def test_one_of_them_alone_means_nothing(self, nobody, who, query):
        assert who(nobody, query_string=query) == ""

    def test_a_session_comes_first(self, bob, who):
        assert who(bob, **token("alice", "wrong")) == "bob"


class TestRemoteUser:
    def environ(self, login):
        return {"environ_overrides": {"REMOTE_USER": login}}

    def test_without_the_setting_it_means_nothing(self, nobody, who):
        assert who(nobody, **self.environ("alice")) == ""

    def test_with_the_setting_it_is_believed(self, nobody, who, configure):
        configure("remote_user_ok", "1")

        assert who(nobody, **self.environ("alice")) == "alice"

    @pytest.mark.parametrize("header", ["Remote-User", "Remote_User", "X-Remote-User"])
    def test_a_header_is_not_what_the_web_server_says(
        self, nobody, who, configure, header
    ):
        configure("remote_user_ok", "1")

        assert who(nobody, headers={header: "alice"}) == ""

    @pytest.mark.parametrize("login", ["nix", "Alice", "nobody", "anonymous", ""])
    def test_others_are_nobody(self, nobody, who, configure, login):
        configure("remote_user_ok", "1")

        assert who(nobody, **self.environ(login)) == ""

    @pytest.mark.parametrize(
        "change", [{"cap": ""}, {"pw": ""}, {"info": "expires 2020-01-01"}]
    )
    def test_an_account_that_cannot_log_in_is_nobody(
        self, nobody, who, configure, change_user, change
    ):
        configure("remote_user_ok", "1")
        change_user("alice", **change)

        assert who(nobody, **self.environ("alice")) == ""

    def test_a_session_comes_first(self, bob, who, configure):
        configure("remote_user_ok", "1")

        assert who(bob, **self.environ("alice")) == "bob"


class TestTheWorkOfAFailure:
    @pytest.fixture
    def hashed(self, monkeypatch):
        """Count the passwords that are hashed; that is what takes time."""
        calls = []
        original = password_module.hash_password

        def counting(*arguments):
            calls.append(arguments)
            return original(*arguments)

        monkeypatch.setattr(password_module, "hash_password", counting)
        return calls

    @pytest.mark.parametrize(
        "login", ["alice", "nix", "nobody", "expired", "clear", "a@x.org", "", "%"]
    )
    def test_it_is_the_same_for_every_login(self, nobody, hashed, change_user, login):
        change_user("carol", login="expired", info="expires 2020-01-01")
        change_user("dora", login="clear", pw="in clear text")

        nobody.post("/login", data={"u": login, "p": "wrong"})

        assert len(hashed) == 1

    def test_the_answer_is_the_same_for_every_login(self, nobody, change_user):
        change_user("anonymous", cap="")  # without captcha, which varies
        known = nobody.post("/login", data={"u": "alice", "p": "wrong"}).text
        unknown = nobody.post("/login", data={"u": "nix99", "p": "wrong"}).text

        assert known.replace("alice", "nix99") == unknown
