"""/Admin/Users: who may do what, and who may change it."""

import pytest
from pages import parse

from repoweb.accounts import store
from repoweb.accounts.capabilities import CAPABILITIES

EDIT = "/Admin/Users/edit"
XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "{{ 7*7 }}",
    "&lt;b&gt;",
    "javascript:alert(1)",
]


@pytest.fixture
def dora(client_of):
    """An administrator without the capability Setup."""
    return client_of("dora")


@pytest.fixture
def user(rows):
    """Read columns of a user's row."""

    def read(login, columns="cap"):
        found = rows(f"SELECT {columns} FROM user WHERE login=?", login)
        return found[0] if found else None

    return read


def change(client, login, cap, **fields):
    form = {"login": login, "cap": list(cap), "info": "", "password": "", **fields}
    return client.post(EDIT, data=form)


def create(client, login, cap="", **fields):
    form = {"new-login": login, "cap": list(cap), "password": "secret-1", **fields}
    return client.post(EDIT, data=form)


class TestTheList:
    def test_it_shows_all_users_with_their_letters(self, drh):
        page = parse(drh.get("/Admin/Users").text)

        shown = [
            [e.text.split()[0] if e.text else "" for e in row] for row in rows_of(page)
        ]

        assert [row[:2] for row in shown] == [
            ["alice", "eiop2345C"],
            ["bob", "o23C"],
            ["carol", "o"],
            ["dora", "a"],
            ["drh", "s"],
            ["anonymous", "hz"],
            ["developer", "ei"],
            ["nobody", "gjorz"],
            ["reader", "kptw"],
        ]

    def test_who_cannot_log_in_is_marked(self, drh, sql):
        sql("UPDATE user SET pw='' WHERE login='bob'")

        page = parse(drh.get("/Admin/Users").text)

        marked = [row[0].text.split(maxsplit=1) for row in rows_of(page)]
        assert ["bob", "cannot log in"] in marked
        assert ["nobody", "group"] in marked
        assert ["alice"] in marked

    @pytest.mark.parametrize("login", ["Ünï", "a&b", "a%41", "a+b", "a?b#c"])
    def test_every_name_leads_to_its_form(self, repository, drh, login):
        with repository.writing() as db:
            store.create(db, login, password="x", cap="o", info="found me")

        page = parse(drh.get("/Admin/Users").text)
        (link,) = (e["href"] for e in page.all("a") if e.text == login)

        assert parse(drh.get(link).text).by_id("info")["value"] == "found me"

    @pytest.mark.parametrize("text", XSS)
    def test_contacts_are_escaped(self, drh, sql, text):
        sql("UPDATE user SET info=? WHERE login='bob'", text)

        page = parse(drh.get("/Admin/Users").text)

        assert not page.all("script")
        assert not page.all("img")
        assert text in [row[2].text for row in rows_of(page)]

    def test_passwords_are_not_in_it(self, drh, rows):
        page = drh.get("/Admin/Users").text

        for (stored,) in rows("SELECT pw FROM user WHERE length(pw)>0"):
            assert stored not in page


def rows_of(page):
    cells = page.all("td")
    return [cells[at : at + 4] for at in range(0, len(cells), 4)]


class TestTheForm:
    def test_it_explains_each_letter(self, drh):
        page = parse(drh.get(f"{EDIT}?login=bob").text)

        boxes = [e["value"] for e in page.all("input") if e.get("name") == "cap"]

        assert boxes == [capability.letter for capability in CAPABILITIES]
        for capability in CAPABILITIES:
            assert capability.permits in page.all("form")[1].text

    def test_the_users_letters_are_ticked(self, drh):
        page = parse(drh.get(f"{EDIT}?login=bob").text)

        assert ticked(page) == {"o", "2", "3", "C"}

    def test_inherited_ones_are_marked(self, drh):
        page = parse(drh.get(f"{EDIT}?login=bob").text)

        marked = {
            label.text.strip()[0]
            for label in page.all("label", "check")
            if "has it anyway" in label.text
        }
        assert marked == {"g", "h", "j", "r", "z"}

    @pytest.mark.parametrize("query", ["login=bob", "id=7"])
    def test_it_is_found_by_login_or_by_fossils_number(self, drh, query, user):
        assert user("bob", "uid") == (7,)

        page = parse(drh.get(f"/setup_uedit?{query}").text)

        assert page.all("h1")[0].text == "bob"

    @pytest.mark.parametrize(
        "query",
        [
            *("login=nix", "id=999", "id=-1", "id=x", "id=%C2%B2", "id=7.0"),
            *("id=" + "9" * 18, "id=" + "9" * 30, "login=%00", "id=%D9%A7"),
        ],
    )
    def test_somebody_who_is_not_there_is_not_found(self, drh, query):
        assert drh.get(f"{EDIT}?{query}").status_code == 404

    @pytest.mark.parametrize("query", ["", "?login=", "?id="])
    def test_without_a_name_it_is_for_a_new_user(self, drh, query):
        page = parse(drh.get(EDIT + query).text)

        assert page.all("h1")[0].text == "New user"
        assert ticked(page) == {"u"}

    def test_a_new_user_begins_with_the_default_privileges(self, drh, configure):
        configure("default-perms", "oC")

        assert ticked(parse(drh.get(EDIT).text)) == {"o", "C"}

    def test_a_group_has_no_password_and_cannot_be_deleted(self, drh):
        page = drh.get(f"{EDIT}?login=nobody").text

        assert 'name="password"' not in page
        assert "Delete" not in page

    def test_a_password_is_never_shown(self, drh, user):
        page = drh.get(f"{EDIT}?login=bob").text

        assert user("bob", "pw")[0] not in page

    def test_one_cannot_delete_oneself(self, drh):
        assert "Delete drh" not in drh.get(f"{EDIT}?login=drh").text
        assert "Delete bob" in drh.get(f"{EDIT}?login=bob").text


def ticked(page):
    return {e["value"] for e in page.all("input") if "checked" in e.attributes}


class TestCreating:
    def test_the_new_user_can_log_in(self, drh, client_of, user):
        answer = create(drh, "eve", "oC", info="Eve <eve@x.org>")

        assert (answer.status_code, answer.location) == (302, "/Admin/Users")
        assert user("eve", "cap, info") == ("oC", "Eve <eve@x.org>")
        assert client_of().login("eve", "secret-1").get("/my").status_code == 200

    def test_it_is_logged(self, drh, rows):
        create(drh, "eve", "oC")

        assert rows("SELECT page, who, what FROM admin_log") == [
            ("Admin/Users", "drh", "created user eve, capabilities 'Co'")
        ]

    @pytest.mark.parametrize(
        ("login", "problem"),
        [
            ("bob", "there is a user “bob” already"),
            ("nobody", "one of Fossil&#39;s own users"),
            ("", "a login has 1 to 80 characters"),
            ("a b", "a login has 1 to 80 characters"),
            ("<b>", "a login has 1 to 80 characters"),
            ("x" * 81, "a login has 1 to 80 characters"),
        ],
    )
    def test_a_login_that_is_not_good_says_why(self, drh, rows, login, problem):
        answer = create(drh, login, "oC", info="kept")

        page = parse(answer.text)
        assert answer.status_code == 422
        assert problem in answer.text
        assert page.by_id("new-login")["value"] == login
        assert page.by_id("info")["value"] == "kept"
        assert ticked(page) == {"o", "C"}
        assert rows("SELECT count(*) FROM user") == [(9,)]

    def test_a_password_is_needed(self, drh, user):
        answer = create(drh, "eve", "o", password="")

        assert answer.status_code == 422
        assert "a new user needs a password" in answer.text
        assert user("eve") is None

    def test_what_was_typed_is_escaped(self, drh):
        for text in XSS:
            page = parse(create(drh, f"< {text}", info=text).text)

            assert not page.all("script")
            assert not page.all("img")
            assert page.by_id("info")["value"] == text
            assert page.by_id("new-login")["value"] == f"< {text}"

    def test_letters_that_do_not_exist_are_left_out(self, drh, user):
        create(drh, "eve", ["o", "?", "oo", "é", "", "L"])

        assert user("eve") == ("o",)

    def test_without_fields_nothing_happens(self, drh, rows):
        assert drh.post(EDIT).status_code == 422
        assert rows("SELECT count(*) FROM user") == [(9,)]


class TestChanging:
    def test_letters_are_changed(self, drh, user, rows):
        answer = change(drh, "bob", "oC2")

        assert answer.status_code == 302
        assert user("bob") == ("o2C",)
        assert rows("SELECT what FROM admin_log") == [
            ("changed user bob, capabilities '2Co'",)
        ]

    def test_sessions_end_with_the_old_letters(self, drh, bob, user):
        change(drh, "bob", "o")

        assert bob.get("/my").status_code == 302
        assert user("bob", "cookie, cexpire") == (None, 0)

    def test_the_same_letters_leave_them_open(self, drh, bob):
        change(drh, "bob", "o23C", info="Bob")

        assert bob.get("/my").status_code == 200

    def test_letters_of_another_fossil_stay(self, drh, user, sql):
        sql("UPDATE user SET cap='oE' WHERE login='bob'")

        change(drh, "bob", "j")

        assert user("bob") == ("jE",)

    def test_a_contact_is_changed(self, drh, user):
        change(drh, "bob", "o23C", info="  Bob <bob@x.org> ")

        assert user("bob", "info") == ("Bob <bob@x.org>",)

    def test_a_contact_is_never_null(self, drh, user, sql):
        sql("UPDATE user SET info=NULL WHERE login='bob'")

        change(drh, "bob", "o", info="x")
        change(drh, "bob", "o", info="")

        assert user("bob", "info") == ("",)

    def test_a_password_is_changed(self, drh, client_of, user):
        before = user("bob", "pw")

        change(drh, "bob", "o23C", password="another-1")

        assert user("bob", "pw") != before
        assert client_of().login("bob", "another-1").get("/my").status_code == 200

    def test_an_empty_password_keeps_the_old_one(self, drh, user):
        before = user("bob", "pw")

        change(drh, "bob", "o", password="")

        assert user("bob", "pw") == before

    def test_a_group_is_given_other_letters(self, drh, nobody):
        change(drh, "nobody", "j")

        assert nobody.get("/stat").status_code == 302

    def test_a_group_is_given_no_password(self, drh, user):
        answer = change(drh, "nobody", "j", password="secret-1")

        assert answer.status_code == 422
        assert user("nobody", "cap, pw") == ("gjorz", "")

    def test_what_else_is_in_the_row_stays(self, drh, user, sql):
        """Fossil's own form would lose it."""
        sql("UPDATE user SET photo=x'0102', jx='{\"a\":1}' WHERE login='bob'")

        change(drh, "bob", "o", info="x", password="another-1")

        assert user("bob", "photo, jx") == (b"\x01\x02", '{"a":1}')

    def test_somebody_who_is_not_there_is_not_made(self, drh, rows):
        answer = change(drh, "nix", "o", password="secret-1")

        assert answer.status_code == 404
        assert rows("SELECT count(*) FROM user") == [(9,)]

    def test_fossils_address_does_the_same(self, drh, user):
        form = {"cap": ["o"], "info": "", "password": ""}

        drh.post("/setup_uedit?id=7", data=form)

        assert user("bob") == ("o",)

    def test_without_the_log_nothing_is_logged(self, drh, rows, configure):
        configure("admin-log", "0")

        change(drh, "bob", "o")

        assert rows("SELECT name FROM sqlite_schema WHERE name='admin_log'") == []


class TestDeleting:
    def test_the_user_is_gone(self, drh, bob, user, rows):
        answer = change(drh, "bob", "", delete="1")

        assert answer.status_code == 302
        assert user("bob") is None
        assert bob.get("/my").status_code == 302
        assert rows("SELECT who, what FROM admin_log") == [("drh", "deleted user bob")]

    @pytest.mark.parametrize("login", ["nobody", "anonymous", "reader", "developer"])
    def test_a_group_stays(self, drh, user, login):
        assert change(drh, login, "", delete="1").status_code == 422
        assert user(login) is not None

    @pytest.mark.parametrize("login", ["drh", "dora"])
    def test_one_stays_oneself(self, client_of, user, login):
        answer = change(client_of(login), login, "as", delete="1")

        assert answer.status_code == 422
        assert "you cannot delete yourself" in answer.text
        assert user(login) is not None


class TestAnAdministratorWithoutSetup:
    def test_he_changes_ordinary_users(self, dora, user):
        change(dora, "bob", "oC")

        assert user("bob") == ("oC",)

    def test_he_makes_other_administrators(self, dora, user):
        create(dora, "eve", "a")

        assert user("eve") == ("a",)

    @pytest.mark.parametrize(
        "fields",
        [{"cap": ["s"]}, {"cap": []}, {"password": "mine-now-1"}, {"info": "x"}],
    )
    def test_he_cannot_change_a_setup_user(self, dora, user, fields):
        before = user("drh", "cap, pw, info")

        answer = change(dora, "drh", fields.pop("cap", ["s"]), **fields)

        assert answer.status_code == 403
        assert user("drh", "cap, pw, info") == before

    def test_he_cannot_delete_a_setup_user(self, dora, user):
        assert change(dora, "drh", "s", delete="1").status_code == 403
        assert user("drh") == ("s",)

    def test_he_cannot_make_a_setup_user(self, dora, user):
        assert create(dora, "eve", "s").status_code == 403
        assert user("eve") is None

    @pytest.mark.parametrize("login", ["bob", "dora", "nobody", "reader", "developer"])
    def test_he_cannot_make_anybody_one(self, dora, user, login):
        before = user(login)

        assert change(dora, login, "as").status_code == 403
        assert user(login) == before

    def test_the_box_is_out_of_his_reach(self, dora, drh):
        for client, expected in ((dora, True), (drh, False)):
            page = parse(client.get(f"{EDIT}?login=bob").text)
            (box,) = (e for e in page.all("input") if e.get("value") == "s")
            assert ("disabled" in box.attributes) == expected

    def test_a_setup_user_can(self, drh, user):
        create(drh, "eve", "s")
        change(drh, "bob", "s")

        assert (user("eve"), user("bob")) == (("s",), ("s",))


class TestOnesOwnPower:
    @pytest.mark.parametrize(
        ("login", "cap"), [("drh", ""), ("drh", "oC"), ("dora", "")]
    )
    def test_it_cannot_be_given_away(self, client_of, user, login, cap):
        before = user(login)

        answer = change(client_of(login), login, cap)

        assert answer.status_code == 422
        assert "you cannot take your own administration away" in answer.text
        assert user(login) == before

    def test_others_can_take_it(self, drh, user):
        change(drh, "dora", "o")

        assert user("dora") == ("o",)

    def test_setup_can_be_given_up_for_administration(self, drh, user):
        change(drh, "drh", "a")

        assert user("drh") == ("a",)

    def test_ones_own_password_may_be_changed(self, drh, client_of):
        change(drh, "drh", "s", password="another-1")

        assert client_of().login("drh", "another-1").get("/Admin").status_code == 200
