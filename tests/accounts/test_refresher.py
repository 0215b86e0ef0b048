"""Many users are refreshed with one query, and answered as one by one."""

import pytest

from repoweb.accounts import refreshing
from repoweb.accounts import store as accounts
from repoweb.accounts.authentication import refresh
from repoweb.accounts.refreshing import Refresher
from repoweb.accounts.user import Method, User


@pytest.fixture
def users(repository):
    """Users in all ways to be one."""
    with repository.writing() as db:
        secret = accounts.open_session(db, "alice", 1)
    found = [
        User("alice", method=Method.COOKIE, secret=secret),
        User("bob", method=Method.REMOTE_USER),
        User("drh", method=Method.LOCAL),
        User("nix", method=Method.REMOTE_USER),
        User("", method=Method.NONE),
        User("anonymous", method=Method.COOKIE),
    ]
    with repository.reading() as db:
        return [refresh(db, user) for user in found] + found


@pytest.fixture
def asked(monkeypatch):
    """The users that were looked at one by one."""
    asked = []

    def note(db, user):
        asked.append(user)
        return refresh(db, user)

    monkeypatch.setattr(refreshing, "refresh", note)
    return asked


@pytest.fixture
def refreshed(repository):
    """Refresh users, and check that the answer is right."""
    refresher = Refresher()

    def run(users):
        with repository.reading() as db:
            found = refresher.refresh(db, users)
            assert found == {user: refresh(db, user) for user in users}
            return found

    return run


CHANGES = [
    "UPDATE user SET cap='o' WHERE login='bob'",
    "UPDATE user SET cap='' WHERE login='nobody'",
    "UPDATE user SET cap='C' WHERE login='anonymous'",
    "UPDATE user SET cap='vC' WHERE login='bob'",
    "UPDATE user SET cap='jkC' WHERE login='developer'",
    "UPDATE user SET cookie=NULL WHERE login='alice'",
    "UPDATE user SET cexpire=julianday('now')-1 WHERE login='alice'",
    "UPDATE user SET pw='' WHERE login='bob'",
    "UPDATE user SET info='expires 2020-01-01' WHERE login='bob'",
    "DELETE FROM user WHERE login='alice'",
    "INSERT INTO user(login, pw, cap) VALUES('nix', 'x', 'oC')",
    "REPLACE INTO config(name, value) VALUES('public-pages', '/chat*')",
    "REPLACE INTO config(name, value) VALUES('default-perms', 'C')",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(refreshed, users, sql, change):
    refreshed(users)

    sql(change)

    refreshed(users)


def test_one_change_after_the_other_is_seen(refreshed, users, sql):
    for change in CHANGES:
        sql(change)
        refreshed(users)


def test_nobody_is_looked_at_twice_where_nothing_changed(refreshed, users, asked, sql):
    refreshed(users)
    asked.clear()

    sql("INSERT INTO config(name, value) VALUES('x', 'y')")
    refreshed(users)

    assert asked == []


def test_only_he_is_looked_at_whose_account_changed(refreshed, users, asked, sql):
    refreshed(users)
    asked.clear()

    sql("UPDATE user SET cap='oC' WHERE login='bob'")
    refreshed(users)

    assert {user.login for user in asked} == {"bob"}


def test_who_is_no_longer_asked_for_is_forgotten(refreshed, users, asked):
    refreshed(users)
    refreshed(users[:1])
    asked.clear()

    refreshed(users)

    assert users[0] not in asked
    assert set(asked) == set(users) - {users[0]}


def test_it_costs_the_same_queries_for_one_and_for_many(repository, users):
    refresher = Refresher()

    def count(some):
        queries = []
        with repository.reading() as db:
            refresher.refresh(db, some)
            db.set_trace_callback(queries.append)
            refresher.refresh(db, some)
            db.set_trace_callback(None)
        return len(queries)

    assert count(users) == count(users[:1]) == 3
