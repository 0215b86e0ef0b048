"""Whoever guesses passwords has to wait, and is written down."""

import pytest

from repoweb.accounts.throttle import LIMIT, WINDOW_SECONDS
from repoweb.repository.obscure import obscure

RIGHT = {"u": "alice", "p": "pw-alice"}


@pytest.fixture
def try_login(nobody):
    """Try to log in from an address, and return the status."""

    def attempt(login="alice", password="wrong", address="192.0.2.1"):
        return nobody.post(
            "/login",
            data={"u": login, "p": password},
            environ_overrides={"REMOTE_ADDR": address},
        ).status_code

    return attempt


@pytest.fixture
def clock_moved(sql):
    """Let time pass for the failures that were counted."""

    def move(seconds):
        sql("UPDATE fx_loginfail SET at=at-?", seconds)

    return move


def test_the_limit_is_ten_in_three_minutes():
    assert (LIMIT, WINDOW_SECONDS) == (10, 180)


class TestTheLimit:
    def test_ten_failures_are_answered_like_one(self, try_login):
        assert [try_login() for _ in range(10)] == [401] * 10

    def test_after_nine_the_right_password_is_good(self, try_login):
        for _ in range(9):
            try_login()

        assert try_login(password="pw-alice") == 302

    def test_after_ten_the_right_one_has_to_wait_too(self, try_login):
        for _ in range(10):
            try_login()

        assert try_login() == 429
        assert try_login(password="pw-alice") == 429

    def test_the_page_says_how_long(self, nobody, try_login):
        for _ in range(10):
            try_login(address="127.0.0.1")

        answer = nobody.post("/login", data=RIGHT)

        assert "Too many failed logins. Try again in three minutes." in answer.text
        assert "Set-Cookie" not in answer.headers

    def test_one_login_is_guarded_against_many_addresses(self, try_login):
        for number in range(10):
            try_login(address=f"192.0.2.{number}")

        assert try_login(password="pw-alice", address="198.51.100.1") == 429

    def test_other_logins_are_not_affected(self, try_login):
        for number in range(10):
            try_login(address=f"192.0.2.{number}")

        assert try_login("bob", "pw-bob", "198.51.100.1") == 302

    def test_one_address_is_slowed_down_for_all_logins(self, try_login):
        for number in range(10):
            try_login(f"user-{number}")

        assert try_login("bob", "pw-bob") == 429

    def test_other_addresses_are_not_affected(self, try_login):
        for number in range(10):
            try_login(f"user-{number}")

        assert try_login("bob", "pw-bob", "198.51.100.1") == 302

    def test_an_email_address_is_no_second_login(self, try_login, change_user):
        change_user("alice", info="<alice@example.org>")
        for number in range(10):
            typed = "ALICE@example.org" if number % 2 else "alice@Example.org"
            try_login(typed, address=f"192.0.2.{number}")

        for login in ("alice", "alice@example.org", "Alice@Example.org"):
            assert try_login(login, "pw-alice", "198.51.100.1") == 429

    def test_a_success_in_between_does_not_start_the_count_anew(self, try_login):
        for _ in range(9):
            try_login()
        try_login(password="pw-alice")
        try_login()

        assert try_login(password="pw-alice") == 429

    def test_sessions_that_are_open_go_on(self, try_login, alice, who):
        for _ in range(11):
            try_login()

        assert who(alice) == "alice"


class TestTheWindow:
    def test_after_three_minutes_one_may_try_again(self, try_login, clock_moved):
        for _ in range(10):
            try_login()
        assert try_login(password="pw-alice") == 429

        clock_moved(WINDOW_SECONDS)

        assert try_login(password="pw-alice") == 302

    def test_shortly_before_one_may_not(self, try_login, clock_moved):
        for _ in range(10):
            try_login()

        clock_moved(WINDOW_SECONDS - 10)

        assert try_login(password="pw-alice") == 429

    def test_a_try_that_was_refused_does_not_make_it_longer(
        self, try_login, clock_moved
    ):
        for _ in range(10):
            try_login()
        clock_moved(WINDOW_SECONDS - 10)
        try_login()

        clock_moved(10)

        assert try_login(password="pw-alice") == 302

    def test_old_failures_are_forgotten(self, try_login, clock_moved, rows):
        for _ in range(5):
            try_login()
        clock_moved(WINDOW_SECONDS)

        try_login("bob")

        assert rows("SELECT uname, ipaddr FROM fx_loginfail") == [("bob", "192.0.2.1")]


class TestOtherWaysIn:
    def test_tokens_are_counted_too(self, nobody):
        query = {"resid": obscure("alice"), "token": obscure("wrong")}

        statuses = [nobody.get("/home", query_string=query).status_code] * 10
        statuses = [
            nobody.get("/home", query_string=query).status_code for _ in range(10)
        ]

        assert statuses == [401] * 9 + [429]

    def test_the_answer_to_robots_says_when_to_come_again(self, nobody):
        query = {"resid": obscure("alice"), "token": obscure("wrong")}
        for _ in range(10):
            nobody.get("/home", query_string=query)

        answer = nobody.get(
            "/home", query_string=query, headers={"Accept": "application/json"}
        )

        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "180"
        assert answer.json == {
            "error": "Too many failed logins. Try again in three minutes."
        }

    def test_basic_is_counted_too(self, nobody, configure):
        configure("http_authentication_ok", "1")
        statuses = [
            nobody.get("/home", auth=("alice", "wrong")).status_code for _ in range(11)
        ]

        assert statuses == [401] * 10 + [429]
        assert nobody.get("/home", auth=("alice", "pw-alice")).status_code == 429

    def test_the_captcha_is_counted_too(self, nobody):
        form = {"u": "anonymous", "p": "00000000", "cs": "1"}
        statuses = [nobody.post("/login", data=form).status_code for _ in range(11)]

        assert statuses == [401] * 10 + [429]

    def test_all_ways_share_one_count(self, nobody, try_login):
        for _ in range(5):
            try_login(address="127.0.0.1")
            nobody.get("/home", query_string={"resid": "alice", "token": "wrong"})

        assert try_login(password="pw-alice", address="198.51.100.1") == 429


class TestTheAccessLog:
    LOG = "SELECT uname, ipaddr, success FROM accesslog ORDER BY rowid"

    def test_each_login_is_written_down(self, try_login, rows):
        try_login()
        try_login("nix")
        try_login(password="pw-alice")

        assert rows(self.LOG) == [
            ("alice", "192.0.2.1", 0),
            ("nix", "192.0.2.1", 0),
            ("alice", "192.0.2.1", 1),
        ]

    def test_with_the_time_as_fossil_writes_it(self, try_login, rows):
        try_login()

        assert rows(
            "SELECT typeof(mtime), abs(mtime-julianday('now'))<0.01 FROM accesslog"
        ) == [("real", 1)]

    def test_never_with_the_password(self, try_login, rows):
        try_login(password="my-secret")

        assert "my-secret" not in str(rows("SELECT * FROM accesslog"))
        assert "my-secret" not in str(rows("SELECT * FROM fx_loginfail"))

    @pytest.mark.parametrize("value", ["0", "off", "no", "FALSE"])
    def test_the_setting_turns_it_off(self, try_login, rows, configure, value):
        configure("access-log", value)

        try_login()

        assert rows("SELECT name FROM sqlite_schema WHERE name='accesslog'") == []

    @pytest.mark.parametrize("value", [None, "1", "on"])
    def test_it_is_on_by_default(self, try_login, rows, configure, value):
        configure("access-log", value)

        try_login()

        assert len(rows(self.LOG)) == 1

    def test_tokens_that_failed_are_in_it(self, nobody, rows):
        nobody.get("/home", query_string={"resid": "alice", "token": "wrong"})

        assert rows(self.LOG) == [("alice", "127.0.0.1", 0)]

    def test_the_throttle_works_without_it(self, try_login, configure):
        configure("access-log", "0")
        for _ in range(10):
            try_login()

        assert try_login(password="pw-alice") == 429
