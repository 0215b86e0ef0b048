"""What may stand in the `user` table, and what changing it does."""

import pytest

from repoweb.accounts import store
from repoweb.accounts.store import AccountError


@pytest.fixture
def write(repository):
    """Call a function of the store in a transaction."""

    def call(function, *arguments, **options):
        with repository.writing() as db:
            return function(db, *arguments, **options)

    return call


class TestCreating:
    def test_the_row_is_as_fossil_likes_it(self, write, rows):
        write(store.create, "eve", password="pw", cap="Coi")

        assert rows(
            "SELECT cap, info, cookie, cexpire, photo, jx, length(pw),"
            " typeof(mtime), abs(mtime-strftime('%s'))<60 FROM user WHERE login='eve'"
        ) == [("ioC", "", None, None, None, "{}", 40, "integer", 1)]

    @pytest.mark.parametrize(
        "login", ["a", "Ünï✓", "a.b-c_d", "a@b.org", "a" * 80, "%", "a\\b", "名前"]
    )
    def test_many_logins_are_good(self, write, rows, login):
        write(store.create, login, password="pw", cap="")

        assert rows("SELECT count(*) FROM user WHERE login=?", login) == [(1,)]

    @pytest.mark.parametrize(
        "login",
        [
            *("", " ", "a b", " a", "a ", "a\tb", "a\nb", "a\0b", "a\x7f"),
            *("a/b", 'a"b', "a'b", "a<b", "a>b", "a" * 81, "a\u00a0b", "a\u3000b"),
            *("nobody", "anonymous", "reader", "developer"),
        ],
    )
    def test_others_are_refused(self, write, rows, login):
        with pytest.raises(AccountError):
            write(store.create, login, password="pw", cap="")

        assert rows("SELECT count(*) FROM user") == [(9,)]

    def test_there_is_only_one_of_a_name(self, write):
        with pytest.raises(AccountError, match="there is a user “bob” already"):
            write(store.create, "bob", password="pw", cap="")

    def test_capitals_make_another_name(self, write, rows):
        write(store.create, "Bob", password="pw", cap="")

        assert rows("SELECT count(*) FROM user WHERE lower(login)='bob'") == [(2,)]


class TestChanging:
    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            (store.set_password, ("x",)),
            (store.set_capabilities, ("o",)),
            (store.set_info, ("x",)),
            (store.delete, ()),
            (store.open_session, (1.0,)),
        ],
    )
    def test_of_somebody_who_is_not_there_is_refused(self, write, function, arguments):
        with pytest.raises(AccountError, match="there is no user “nix”"):
            write(function, "nix", *arguments)

    @pytest.mark.parametrize("login", ["nobody", "anonymous", "reader", "developer"])
    @pytest.mark.parametrize(
        ("function", "arguments"), [(store.set_password, ("x",)), (store.delete, ())]
    )
    def test_a_group_has_no_password_and_stays(self, write, function, arguments, login):
        with pytest.raises(AccountError):
            write(function, login, *arguments)

    def test_a_group_may_have_other_letters(self, write, rows):
        write(store.set_capabilities, "nobody", "ojo")

        assert rows("SELECT cap FROM user WHERE login='nobody'") == [("jo",)]

    def test_an_empty_password_is_refused(self, write):
        with pytest.raises(AccountError, match="the password is empty"):
            write(store.set_password, "bob", "")

    @pytest.mark.parametrize(
        ("function", "argument"),
        [(store.set_password, "x"), (store.set_capabilities, "j")],
    )
    def test_a_change_that_matters_ends_the_session(
        self, write, rows, function, argument
    ):
        write(store.open_session, "bob", 1.0)

        write(function, "bob", argument)

        assert rows("SELECT cookie, cexpire FROM user WHERE login='bob'") == [(None, 0)]

    @pytest.mark.parametrize(
        ("function", "argument"),
        [(store.set_info, "new"), (store.set_capabilities, "32Co2")],
    )
    def test_a_change_that_does_not_matter_leaves_it_open(
        self, write, rows, function, argument
    ):
        secret = write(store.open_session, "bob", 1.0)

        write(function, "bob", argument)

        assert rows("SELECT cookie FROM user WHERE login='bob'") == [(secret,)]

    def test_what_else_is_in_the_row_stays(self, write, sql, rows):
        sql("UPDATE user SET photo=x'00', jx='{\"a\":1}' WHERE login='bob'")

        write(store.set_capabilities, "bob", "o")
        write(store.set_info, "bob", "Bob")
        write(store.set_password, "bob", "x")

        assert rows("SELECT photo, jx FROM user WHERE login='bob'") == [
            (b"\0", '{"a":1}')
        ]


class TestListing:
    def test_groups_come_last(self, repository):
        with repository.reading() as db:
            logins = [account.login for account in store.every(db)]

        assert logins == [
            *("alice", "bob", "carol", "dora", "drh"),
            *("anonymous", "developer", "nobody", "reader"),
        ]

    def test_those_who_may_chat_have_the_letter_or_inherit_it(self, repository, sql):
        sql("UPDATE user SET cap='v' WHERE login='carol'")
        sql("UPDATE user SET cap='eC' WHERE login='developer'")
        sql("UPDATE user SET pw='' WHERE login='bob'")

        with repository.reading() as db:
            logins = [account.login for account in store.chatters(db)]

        assert logins == ["alice", "carol", "dora", "drh"]

    def test_the_logins_of_those_who_may_chat_are_the_same(self, repository, sql):
        sql("UPDATE user SET info='expires 2020-01-01' WHERE login='alice'")
        sql("UPDATE user SET info='expires 2090-01-01' WHERE login='dora'")
        sql("UPDATE user SET cap='v' WHERE login='carol'")
        sql("UPDATE user SET cap='eC' WHERE login='developer'")
        sql("INSERT INTO user(login, pw, cap) VALUES('eve', 'x', NULL)")

        with repository.reading() as db:
            everybody = [account.login for account in store.chatters(db)]
            logins = store.chatter_logins(db, 500)

        assert logins == everybody == ["bob", "carol", "dora", "drh"]

    def test_of_the_logins_of_those_who_may_chat_the_first_are_listed(self, repository):
        with repository.reading() as db:
            assert store.chatter_logins(db, 2) == ["alice", "bob"]

    def test_administrators_have_a_or_s(self, repository):
        with repository.reading() as db:
            assert store.administrators(db) == ["dora", "drh"]

    def test_secrets_are_not_shown_by_accident(self, repository):
        with repository.reading() as db:
            account = store.find(db, "alice")

        assert account.password not in repr(account)
