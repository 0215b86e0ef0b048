"""The login form, the session it opens and the logout that ends it."""

import pytest

from repoweb.accounts import store
from repoweb.repository.password import hash_password

FAILED = "You entered an unknown user or an incorrect password."


def log_in(client, login, password, **fields):
    return client.post("/login", data={"u": login, "p": password, **fields})


def value_of(morsel):
    return morsel.value.replace("%2F", "/").split("/")


class TestTheForm:
    def test_it_leads_to_the_home_page(self, nobody, who):
        answer = log_in(nobody, "alice", "pw-alice")

        assert (answer.status_code, answer.location) == (302, "/")
        assert who(nobody) == "alice"

    def test_it_leads_back_to_where_one_was(self, nobody):
        answer = log_in(nobody, "alice", "pw-alice", g="info/trunk?x=1")

        assert answer.location == "/info/trunk?x=1"

    def test_the_page_keeps_where_one_was(self, nobody):
        page = nobody.get("/login?g=info/trunk%3Fx%3D1")

        assert 'name="g" value="info/trunk?x=1"' in page.text

    @pytest.mark.parametrize(
        ("login", "password"),
        [
            ("alice", "wrong"),
            ("alice", ""),
            ("alice", "pw-bob"),
            ("Alice", "pw-alice"),
            ("nix", "pw-alice"),
            ("", ""),
            ("alice' OR '1'='1", "x"),
            ("%", "pw-alice"),
        ],
    )
    def test_a_wrong_password_or_login_is_refused(self, nobody, who, login, password):
        answer = log_in(nobody, login, password)

        assert answer.status_code == 401
        assert FAILED in answer.text
        assert "Set-Cookie" not in answer.headers
        assert who(nobody) == ""

    def test_without_any_field_it_is_refused(self, nobody):
        assert nobody.post("/login").status_code == 401

    def test_after_a_failure_the_login_stays_and_the_password_does_not(self, nobody):
        answer = log_in(nobody, "alice", "secret-typo", g="stat")

        assert 'value="alice"' in answer.text
        assert 'name="g" value="stat"' in answer.text
        assert "secret-typo" not in answer.text

    def test_blanks_around_a_login_do_not_matter(self, nobody, who):
        log_in(nobody, " alice ", "pw-alice")

        assert who(nobody) == "alice"

    @pytest.mark.parametrize("login", ["nobody", "anonymous", "reader", "developer"])
    def test_nobody_logs_in_as_a_group(self, nobody, change_user, login):
        change_user(login, pw="clear", cap="s")

        assert log_in(nobody, login, "clear").status_code == 401

    @pytest.mark.usefixtures("fossils")
    @pytest.mark.parametrize("login", ["drh", "alice", "bob"])
    def test_passwords_that_fossil_stored_are_good(self, nobody, who, login):
        log_in(nobody, login, f"pw-{login}")

        assert who(nobody) == login

    @pytest.mark.usefixtures("fossils")
    def test_the_stored_hash_is_not(self, nobody, column):
        answer = log_in(nobody, "alice", column("alice", "pw"))

        assert answer.status_code == 401

    def test_a_password_in_clear_text_is_good(self, nobody, who, change_user):
        """Fossil 2.21 stores the first administrator's so."""
        change_user("bob", pw="Eek7oochai")

        log_in(nobody, "bob", "Eek7oochai")

        assert who(nobody) == "bob"

    @pytest.mark.parametrize("column", ["pw", "cap"])
    def test_without_password_or_capabilities_there_is_no_login(
        self, nobody, change_user, column
    ):
        change_user("bob", **{column: ""})

        assert log_in(nobody, "bob", "pw-bob").status_code == 401
        assert log_in(nobody, "bob", "").status_code == 401

    @pytest.mark.parametrize("column", ["pw", "cap", "info", "cookie", "cexpire"])
    def test_null_is_read_as_nothing(self, nobody, change_user, column):
        change_user("bob", **{column: None})

        answer = log_in(nobody, "bob", "pw-bob")

        assert answer.status_code == (401 if column in {"pw", "cap"} else 302)

    @pytest.mark.parametrize(
        "info",
        ["expires 2020-01-31", "Bob, EXPIRES 2020-01-31.", "x\nexpires 2000-01-01"],
    )
    def test_an_account_can_expire(self, nobody, change_user, info):
        change_user("bob", info=info)

        assert log_in(nobody, "bob", "pw-bob").status_code == 401

    @pytest.mark.parametrize(
        "info",
        ["expires 2098-01-31", "expires soon", "expired 2020-01-31", "2020-01-31"],
    )
    def test_before_that_day_it_is_good(self, nobody, change_user, info):
        change_user("bob", info=info)

        assert log_in(nobody, "bob", "pw-bob").status_code == 302

    def test_it_is_over_on_the_day_that_is_named(self, nobody, change_user, rows):
        ((today,),) = rows("SELECT date('now')")
        change_user("bob", info=f"expires {today}")

        assert log_in(nobody, "bob", "pw-bob").status_code == 401

    def test_the_day_before_it_is_not(self, nobody, change_user, rows):
        ((tomorrow,),) = rows("SELECT date('now', '+1 day')")
        change_user("bob", info=f"expires {tomorrow}")

        assert log_in(nobody, "bob", "pw-bob").status_code == 302

    def test_an_expired_account_has_no_session_either(self, bob, who, change_user):
        change_user("bob", info="expires 2020-01-31")

        assert who(bob) == ""

    @pytest.mark.parametrize("typed", ["bob@example.org", "BOB@Example.org"])
    def test_an_email_address_is_a_login(self, nobody, who, change_user, typed):
        change_user("bob", info="Bob <bob@example.org>")

        log_in(nobody, typed, "pw-bob")

        assert who(nobody) == "bob"

    @pytest.mark.parametrize(
        ("info", "typed"),
        [
            ("bob@example.org", "bob@example.org"),
            ("<xbob@example.org>", "bob@example.org"),
            ("<bob@example.org>", "ob@example.org"),
            ("<bob@example.org>", "bob@example%"),
        ],
    )
    def test_another_address_is_not(self, nobody, change_user, info, typed):
        change_user("bob", info=info)

        assert log_in(nobody, typed, "pw-bob").status_code == 401

    def test_an_address_of_two_users_is_nobodys(self, nobody, change_user):
        change_user("bob", info="<both@example.org>")
        change_user("alice", info="<both@example.org>")

        assert log_in(nobody, "both@example.org", "pw-bob").status_code == 401

    def test_a_login_that_looks_like_an_address_comes_first(
        self, nobody, who, change_user
    ):
        change_user("carol", login="bob@example.org", pw="clear")
        change_user("bob", info="<bob@example.org>")

        log_in(nobody, "bob@example.org", "clear")

        assert who(nobody) == "bob@example.org"

    def test_logins_and_passwords_of_all_scripts_are_good(
        self, repository, nobody, who
    ):
        with repository.writing() as db:
            store.create(db, "Ünï✓", password="pä ss", cap="o")

        log_in(nobody, "Ünï✓", "pä ss")

        assert who(nobody) == "Ünï✓"

    def test_one_can_log_in_as_somebody_else(self, alice, who):
        page = alice.get("/login")

        alice.login("bob")

        assert "You are logged in as <b>alice</b>" in page.text
        assert who(alice) == "bob"

    def test_a_foreign_page_cannot_log_one_in(self, nobody):
        answer = nobody.post(
            "/login",
            data={"u": "alice", "p": "pw-alice"},
            headers={"Origin": "http://evil.org"},
        )

        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers


class TestTheSession:
    def test_its_secret_is_in_the_users_row(self, nobody, set_cookie, column):
        name, morsel = set_cookie(log_in(nobody, "alice", "pw-alice"))

        secret, code, login = value_of(morsel)
        assert secret == column("alice", "cookie")
        assert login == "alice"
        assert name == f"fossil-{code}"
        assert "/" not in morsel.value

    def test_its_secret_is_fifty_capital_hex_digits(self, nobody, column):
        log_in(nobody, "alice", "pw-alice")

        assert len(column("alice", "cookie")) == 50
        assert set(column("alice", "cookie")) <= set("0123456789ABCDEF")

    def test_it_lasts_as_long_as_the_setting_says(self, nobody, rows, configure):
        configure("cookie-expire", "48")

        log_in(nobody, "alice", "pw-alice")

        assert rows(
            "SELECT round((cexpire-julianday('now'))*24) FROM user WHERE login='alice'"
        ) == [(48,)]

    @pytest.mark.parametrize("hours", ["", "x", "-1", "0", "1e308", "inf", "nan"])
    def test_a_setting_that_makes_no_sense_counts_as_a_year(
        self, nobody, rows, configure, hours
    ):
        configure("cookie-expire", hours)

        log_in(nobody, "alice", "pw-alice", remember="1")

        assert rows(
            "SELECT round((cexpire-julianday('now'))*24) FROM user WHERE login='alice'"
        ) == [(8766,)]

    def test_the_browser_forgets_it_at_the_end(self, nobody, set_cookie):
        _, morsel = set_cookie(log_in(nobody, "alice", "pw-alice"))

        assert (morsel["max-age"], morsel["expires"]) == ("", "")

    def test_the_browser_remembers_it_if_asked_to(self, nobody, set_cookie):
        _, morsel = set_cookie(log_in(nobody, "alice", "pw-alice", remember="1"))

        assert morsel["max-age"] == "31557600"

    def test_no_script_and_no_other_site_gets_its_cookie(self, nobody, set_cookie):
        _, morsel = set_cookie(log_in(nobody, "alice", "pw-alice"))

        assert morsel["httponly"]
        assert morsel["samesite"] == "Lax"
        assert morsel["path"] == "/"
        assert not morsel["secure"]

    def test_over_https_its_cookie_is_only_sent_over_https(self, nobody, set_cookie):
        answer = nobody.post(
            "/login",
            data={"u": "alice", "p": "pw-alice"},
            base_url="https://localhost",
            headers={"Origin": "https://localhost"},
        )

        assert set_cookie(answer)[1]["secure"]

    def test_below_a_prefix_its_cookie_stays_there(self, nobody, set_cookie):
        answer = nobody.post(
            "/login",
            data={"u": "alice", "p": "pw-alice", "g": "stat"},
            base_url="http://localhost/code",
        )

        assert set_cookie(answer)[1]["path"] == "/code"
        assert answer.location == "/code/stat"

    def test_a_login_group_shares_one_cookie(self, nobody, set_cookie, configure):
        configure("login-group-code", "fedcba9876543210ffff")

        answer = nobody.post(
            "/login",
            data={"u": "alice", "p": "pw-alice"},
            base_url="http://localhost/code",
        )

        name, morsel = set_cookie(answer)
        assert name == "fossil-fedcba9876543210"
        assert morsel["path"] == "/"

    def test_a_second_browser_shares_the_secret(self, client_of, who, column):
        first = client_of("alice")
        secret = column("alice", "cookie")

        second = client_of("alice")

        assert column("alice", "cookie") == secret
        assert (who(first), who(second)) == ("alice", "alice")

    def test_sharing_it_makes_it_last_longer(self, client_of, change_user, rows):
        client_of("alice")
        change_user("alice", cexpire=rows("SELECT julianday('now')+1")[0][0])

        client_of("alice")

        assert rows("SELECT cexpire>julianday('now')+300 FROM user WHERE uid=6") == [
            (1,)
        ]

    def test_an_expired_secret_is_not_shared(self, client_of, change_user, column):
        client_of("alice")
        secret = column("alice", "cookie")
        change_user("alice", cexpire=0)

        client_of("alice")

        assert column("alice", "cookie") != secret

    def test_a_secret_that_is_too_short_is_not_shared(
        self, client_of, change_user, column
    ):
        change_user("alice", cookie="A" * 30, cexpire=9_999_999)

        client_of("alice")

        assert len(column("alice", "cookie")) == 50

    def test_it_ends_when_its_time_has_come(self, alice, who, change_user, rows):
        assert who(alice) == "alice"

        change_user("alice", cexpire=rows("SELECT julianday('now')-0.001")[0][0])

        assert who(alice) == ""

    @pytest.mark.parametrize("column", ["cookie", "cap", "pw"])
    def test_it_ends_when_the_row_loses_what_it_needs(
        self, alice, who, change_user, column
    ):
        change_user("alice", **{column: ""})

        assert who(alice) == ""

    def test_it_ends_when_the_user_is_deleted(self, alice, who, sql):
        sql("DELETE FROM user WHERE login='alice'")

        assert who(alice) == ""

    def test_a_new_password_ends_it(self, repository, alice, bob, who):
        with repository.writing() as db:
            store.set_password(db, "alice", "another")

        assert who(alice) == ""
        assert who(bob) == "bob"

    def test_other_capabilities_end_it(self, repository, alice, who, column):
        secret = column("alice", "cookie")
        with repository.writing() as db:
            store.set_capabilities(db, "alice", "o")

        assert who(alice) == ""
        alice.login("alice")
        assert column("alice", "cookie") != secret

    def test_the_same_capabilities_do_not(self, repository, alice, who):
        with repository.writing() as db:
            store.set_capabilities(db, "alice", "C5432poie")

        assert who(alice) == "alice"

    def test_fossils_own_change_of_the_letters_counts_at_once(self, alice, change_user):
        assert alice.get("/Admin").status_code == 403

        change_user("alice", cap="a")

        assert alice.get("/Admin").status_code == 200


class TestLoggingOut:
    def test_it_ends_the_sessions_of_all_browsers(self, client_of, who, column):
        first, second = client_of("alice"), client_of("alice")

        answer = first.post("/logout", data={"out": "1"})

        assert (answer.status_code, answer.location) == (302, "/")
        assert (who(first), who(second)) == ("", "")
        assert (column("alice", "cookie"), column("alice", "cexpire")) == (None, 0)

    def test_it_does_not_end_those_of_others(self, alice, bob, who):
        alice.post("/logout")

        assert who(bob) == "bob"

    def test_the_browser_forgets_the_cookie(self, alice, set_cookie):
        _, morsel = set_cookie(alice.post("/logout"))

        assert (morsel.value, morsel["max-age"]) == ("", "0")

    def test_fossils_form_on_the_login_page_does_it_too(self, alice, who):
        alice.post("/login", data={"out": "Logout", "u": "alice", "p": "pw-alice"})

        assert who(alice) == ""

    def test_asking_for_the_page_changes_nothing(self, alice, who):
        page = alice.get("/logout?out=1")

        assert page.status_code == 200
        assert "Logging out ends your sessions in all browsers." in page.text
        assert who(alice) == "alice"

    def test_nobody_is_led_home(self, nobody):
        assert nobody.get("/logout").location == "/"
        assert nobody.post("/logout").location == "/"

    def test_the_next_login_gets_another_secret(self, alice, column):
        secret = column("alice", "cookie")
        alice.post("/logout")

        alice.login("alice")

        assert column("alice", "cookie") not in {secret, None, ""}

    def test_a_kept_cookie_is_worth_nothing_afterwards(self, client_of, who):
        thief, owner = client_of("alice"), client_of("alice")
        owner.post("/logout")
        owner.login("alice")

        assert who(thief) == ""
        assert who(owner) == "alice"


class TestMyAccount:
    def change(self, client, old, new, again=None):
        form = {"p": old, "n1": new, "n2": again or new}
        return client.post("/my", data=form)

    def test_it_lists_what_one_may_do(self, alice):
        page = alice.get("/my").text

        assert "<code>C</code>" in page
        assert "Read and write in the chat" in page
        assert "<code>a</code>" not in page

    def test_a_password_can_be_changed(self, alice, who, client_of):
        answer = self.change(alice, "pw-alice", "new-secret")

        assert answer.status_code == 200
        assert "Password changed." in answer.text
        assert who(alice) == "alice"
        assert who(client_of().login("alice", "new-secret")) == "alice"

    def test_the_old_one_is_good_no_more(self, alice, nobody):
        self.change(alice, "pw-alice", "new-secret")

        assert log_in(nobody, "alice", "pw-alice").status_code == 401

    def test_other_browsers_are_logged_out(self, client_of, who):
        here, elsewhere = client_of("alice"), client_of("alice")

        self.change(here, "pw-alice", "new-secret")

        assert who(elsewhere) == ""

    def test_it_is_stored_in_fossils_form(self, alice, column, rows):
        self.change(alice, "pw-alice", "new-secret")

        ((code,),) = rows("SELECT value FROM config WHERE name='project-code'")
        assert column("alice", "pw") == hash_password(code, "alice", "new-secret")

    def test_it_is_noted_in_the_log_without_the_password(self, alice, rows):
        self.change(alice, "pw-alice", "new-secret")

        assert rows("SELECT page, who, what FROM admin_log") == [
            ("my", "alice", "changed the own password")
        ]

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            (("wrong", "new-secret", "new-secret"), "The old password is wrong."),
            (("", "new-secret", "new-secret"), "The old password is wrong."),
            (("pw-alice", "new-secret", "other"), "The two new passwords differ."),
            (("pw-alice", "short", "short"), "needs at least 6 characters"),
            (("pw-alice", "", ""), "needs at least 6 characters"),
        ],
    )
    def test_a_mistake_changes_nothing(self, alice, column, typed, problem):
        before = column("alice", "pw")

        answer = alice.post(
            "/my", data=dict(zip(("p", "n1", "n2"), typed, strict=True))
        )

        assert answer.status_code == 422
        assert problem in answer.text
        assert column("alice", "pw") == before

    def test_without_fields_nothing_happens(self, alice):
        assert alice.post("/my").status_code == 422

    def test_it_needs_the_capability_password(self, client_of, column):
        before = column("carol", "pw")
        carol = client_of("carol")

        answer = self.change(carol, "pw-carol", "new-secret")

        assert answer.status_code == 403
        assert 'name="n1"' not in carol.get("/my").text
        assert column("carol", "pw") == before

    def test_a_group_has_no_password_to_change(self, nobody, change_user, rows):
        """Even if a group may change passwords, and its own is known."""
        change_user("nobody", cap="p")
        ((before,),) = rows("SELECT pw FROM user WHERE login='nobody'")

        answer = self.change(nobody, before, "new-secret")

        assert answer.status_code == 422
        assert rows("SELECT pw FROM user WHERE login='nobody'") == [(before,)]
