"""Who waits in the chat is looked at again before he gets something."""

import pytest
from flask import request

from repoweb.accounts import store
from repoweb.accounts.authentication import authenticate, refresh
from repoweb.accounts.user import Method, User
from repoweb.web.current import database


@pytest.fixture
def again(repository):
    """Look again at a user."""

    def look(user):
        with repository.reading() as db:
            return refresh(db, user)

    return look


@pytest.fixture
def alice_in_session(repository):
    with repository.writing() as db:
        secret = store.open_session(db, "alice", 1.0)
    return User("alice", frozenset("C"), method=Method.COOKIE, secret=secret)


class TestAUserWithASession:
    def test_he_is_himself_with_the_letters_of_now(
        self, again, alice_in_session, change_user
    ):
        change_user("alice", cap="oE")

        found = again(alice_in_session)

        assert found.login == "alice"
        assert found.may("o")
        assert not found.may("C")

    @pytest.mark.parametrize(
        "change",
        [
            {"cookie": None, "cexpire": 0},
            {"cookie": "F" * 50},
            {"cexpire": 2_400_000.5},
            {"cap": ""},
            {"pw": ""},
            {"info": "expires 2020-01-01"},
        ],
    )
    def test_he_is_nobody_when_it_has_ended(
        self, again, alice_in_session, change_user, change
    ):
        change_user("alice", **change)

        found = again(alice_in_session)

        assert (found.login, found.name) == ("", "nobody")
        assert not found.may("C")

    def test_he_is_nobody_when_he_was_deleted(self, again, alice_in_session, sql):
        sql("DELETE FROM user WHERE login='alice'")

        assert again(alice_in_session).login == ""

    def test_a_new_session_is_not_his(self, again, alice_in_session, repository):
        with repository.writing() as db:
            store.close_sessions(db, "alice")
            store.open_session(db, "alice", 1.0)

        assert again(alice_in_session).login == ""


class TestOthers:
    @pytest.mark.parametrize("method", [Method.BASIC, Method.TOKEN, Method.REMOTE_USER])
    def test_a_user_without_a_session_has_the_letters_of_now(
        self, again, change_user, method
    ):
        user = User("alice", frozenset("C"), method=method)
        assert again(user).may("C")

        change_user("alice", cap="o")

        assert not again(user).may("C")

    def test_one_who_was_deleted_is_nobody(self, again, sql):
        sql("DELETE FROM user WHERE login='alice'")

        assert again(User("alice", method=Method.TOKEN)).login == ""

    def test_anonymous_has_the_letters_of_now(self, again, change_user):
        user = User("anonymous", method=Method.COOKIE, secret="x")
        change_user("anonymous", cap="C")

        assert again(user).may("C")

    def test_nobody_stays_nobody(self, again):
        assert again(User()).login == ""
        assert again(User()).may("o")

    def test_the_local_administrator_stays_it(self, again):
        assert again(User("drh", method=Method.LOCAL)).may("sxy")

    @pytest.mark.parametrize("method", [Method.BASIC, Method.TOKEN])
    @pytest.mark.parametrize(
        "change", [{"pw": "other"}, {"pw": ""}, {"info": "expires 2020-01-01"}]
    )
    def test_one_who_showed_a_password_is_nobody_with_another(
        self, again, proved, change_user, method, change
    ):
        user = proved(method)
        assert again(user).login == "alice"

        change_user("alice", **change)

        assert again(user).login == ""

    @pytest.fixture
    def proved(self, app, configure):
        """Let a request prove alice's password, and say who made it."""
        configure("http_authentication_ok", "1")

        def prove(method):
            basic = {"auth": ("alice", "pw-alice")}
            token = {"query_string": {"resid": "alice", "token": "pw-alice"}}
            with app.test_request_context(
                "/home", **(basic if method is Method.BASIC else token)
            ):
                user = authenticate(database(), request)
            assert user.method is method
            return user

        return prove


class TestAPublicPage:
    @pytest.fixture
    def visitor(self, app, configure, change_user):
        """Nobody, on a page that is public for him."""
        configure("public-pages", "/doc/*,/stat")
        configure("default-perms", "jC")
        change_user("nobody", cap="")
        with app.test_request_context("/stat"):
            user = authenticate(database(), request)
        assert user.may("C")
        return user

    def test_stays_public_while_somebody_waits(self, again, visitor):
        assert again(visitor).may("C")
        assert again(again(visitor)).may("C")

    def test_gives_the_privileges_of_now(self, again, visitor, configure):
        configure("default-perms", "j")

        assert again(visitor).may("j")
        assert not again(visitor).may("C")

    @pytest.mark.parametrize("globs", [None, "", "/doc/*"])
    def test_may_be_public_no_more(self, again, visitor, configure, globs):
        configure("public-pages", globs)

        assert not again(visitor).may("C")

    @pytest.mark.usefixtures("visitor")
    def test_gives_nothing_to_other_pages(self, app):
        with app.test_request_context("/home"):
            assert not authenticate(database(), request).may("C")
