"""/Admin, /Admin/Access and /Admin/Configuration."""

import pytest
from pages import parse

from repoweb.plugins import all_plugins
from repoweb.web.menu import format_menu

PAGES = ["Admin/Access", "Admin/Configuration"]
PAGE_OF = {s.name: s.page for plugin in all_plugins() for s in plugin.settings}
XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "&lt;b&gt;",
]


def settings_of(page):
    return [s for plugin in all_plugins() for s in plugin.settings if s.page == page]


@pytest.fixture
def save(drh):
    """Submit a page as it is shown, but for some fields; a None leaves one out."""

    def submit(page, **changes):
        fields = parse(drh.get(f"/{page}").text).fields()
        for name, value in changes.items():
            fields[name.replace("_", "-")] = value
        sent = {name: value for name, value in fields.items() if value is not None}
        return drh.post(f"/{page}", data=sent)

    return submit


@pytest.fixture
def stored(rows):
    def read(name):
        found = rows("SELECT value FROM config WHERE name=?", name)
        return found[0][0] if found else None

    return read


class TestTheIndex:
    def test_setup_sees_all_pages(self, drh):
        page = parse(drh.get("/Admin").text)

        assert {e["href"] for e in page.within("dl", "entries", "a")} >= {
            "/Admin/Chat",
            "/Admin/Chat/Rooms",
            "/Admin/Users",
            "/Admin/Access",
            "/Admin/Configuration",
        }

    def test_an_administrator_sees_what_fossil_lets_him(self, client_of):
        page = parse(client_of("dora").get("/Admin").text)

        links = {e["href"] for e in page.within("dl", "entries", "a")}
        assert "/Admin/Users" in links
        assert not {"/Admin/Chat", "/Admin/Access", "/Admin/Configuration"} & links

    def test_every_link_leads_to_a_page(self, drh):
        page = parse(drh.get("/Admin").text)

        for link in page.within("dl", "entries", "a"):
            assert drh.get(link["href"]).status_code == 200


class TestFossilsAddresses:
    @pytest.mark.parametrize(
        ("fossils", "ours"),
        [
            ("/setup", "/Admin"),
            ("/setup_ulist", "/Admin/Users"),
            ("/setup_uedit?login=bob", "/Admin/Users/edit?login=bob"),
            ("/setup_access", "/Admin/Access"),
            ("/setup_config", "/Admin/Configuration"),
        ],
    )
    def test_they_show_the_same_pages(self, drh, fossils, ours):
        def content(url):
            return parse(drh.get(url).text).all("main")[0].text

        assert content(fossils) == content(ours)

    def test_they_take_the_same_forms(self, drh, stored):
        fields = parse(drh.get("/setup_config").text).fields()

        drh.post("/setup_config", data={**fields, "project-name": "New"})

        assert stored("project-name") == "New"


@pytest.mark.parametrize("page", PAGES)
class TestEveryPage:
    def test_each_setting_has_its_name_and_help(self, drh, page):
        shown = parse(drh.get(f"/{page}").text)

        for setting in settings_of(page):
            note = shown.by_id(f"s-{setting.name}-help").text
            assert setting.help in note
            assert note.endswith(f"{setting.name}\n")
            assert shown.by_id(f"s-{setting.name}")["name"] == setting.name

    def test_each_field_has_a_label(self, drh, page):
        shown = parse(drh.get(f"/{page}").text)

        labelled = {label.get("for") for label in shown.all("label")}
        ticked = {label.text.strip() for label in shown.all("label", "check")}
        for setting in settings_of(page):
            assert f"s-{setting.name}" in labelled or setting.label in ticked

    def test_saving_it_as_it_is_changes_nothing(self, save, rows, page):
        query = "SELECT name, value FROM config WHERE name<>'captcha-secret'"
        before = rows(query)

        answer = save(page)

        assert answer.status_code == 200
        assert "Saved." in answer.text
        assert rows(query) == before
        assert rows("SELECT name FROM sqlite_schema WHERE name='admin_log'") == []

    def test_only_setup_may_see_and_save_it(self, client_of, nobody, page):
        for login in ("dora", "alice", "carol"):
            client = client_of(login)
            assert client.get(f"/{page}").status_code == 403
            assert client.post(f"/{page}", data={}).status_code == 403
        assert nobody.get(f"/{page}").status_code == 302
        assert nobody.post(f"/{page}", data={}).status_code == 401


class TestSaving:
    @pytest.mark.parametrize(
        ("name", "value", "row"),
        [
            ("project-name", "Neu & <schön>", "Neu & <schön>"),
            ("project-description", "a\r\nb", "a\nb"),
            ("index-page", "/chat", "/chat"),
            ("mainmenu", "Home /home * {}", "Home /home * {}"),
            ("cookie-expire", "12.5", "12.5"),
            ("anon-cookie-lifespan", "0", "0"),
            ("public-pages", "/doc/*", "/doc/*"),
            ("http_authentication_ok", "1", "1"),
            ("access-log", None, "0"),
        ],
    )
    def test_a_value_is_stored(self, drh, stored, name, value, row):
        url = f"/{PAGE_OF[name]}"
        fields = parse(drh.get(url).text).fields() | {name: value}
        sent = {key: value for key, value in fields.items() if value is not None}

        answer = drh.post(url, data=sent)

        assert answer.status_code == 200
        assert stored(name) == row

    def test_it_is_shown_afterwards(self, save):
        page = parse(save("Admin/Configuration", project_name="Another").text)

        assert page.by_id("s-project-name")["value"] == "Another"

    def test_it_counts_at_once(self, save, nobody):
        save("Admin/Configuration", project_name="Another")

        assert "<h1>Another</h1>" in nobody.get("/home").text

    def test_it_is_logged_with_who_did_it(self, save, rows):
        save("Admin/Configuration", project_name="Another", index_page="/chat")

        assert rows("SELECT page, who, what FROM admin_log ORDER BY id") == [
            ("Admin/Configuration", "drh", "set project-name to 'Another'"),
            ("Admin/Configuration", "drh", "set index-page to '/chat'"),
        ]

    def test_the_log_shows_only_the_beginning(self, save, rows):
        save("Admin/Configuration", project_description="x" * 500)

        assert len(rows("SELECT what FROM admin_log")[0][0]) < 100

    def test_without_the_log_nothing_is_logged(self, save, rows, configure):
        configure("admin-log", "0")

        save("Admin/Configuration", project_name="Another")

        assert rows("SELECT name FROM sqlite_schema WHERE name='admin_log'") == []

    def test_turning_the_log_off_is_its_last_line(self, save, rows):
        save("Admin/Access", admin_log=None, cookie_expire="5")
        save("Admin/Access", cookie_expire="6")

        assert ("set cookie-expire to '5'",) in rows("SELECT what FROM admin_log")
        assert ("set cookie-expire to '6'",) not in rows("SELECT what FROM admin_log")

    @pytest.mark.parametrize(
        ("name", "default"),
        [
            ("index-page", "/home"),
            ("project-name", ""),
            ("cookie-expire", "8766"),
            ("default-perms", "u"),
        ],
    )
    def test_the_default_needs_no_row(self, save, rows, name, default):
        page, field = PAGE_OF[name], name.replace("-", "_")
        query = "SELECT value FROM config WHERE name=?"
        save(page, **{field: "7"})
        assert rows(query, name) == [("7",)]

        save(page, **{field: default})

        assert rows(query, name) == []

    def test_other_rows_are_left_alone(self, save, rows, configure):
        configure("ckout:/home/drh/demo/", "x")
        before = rows("SELECT * FROM config WHERE name NOT LIKE 'project-name'")

        save("Admin/Configuration", project_name="Another")

        assert rows("SELECT * FROM config WHERE name NOT LIKE 'project-name'") == before


class TestMistakes:
    def test_nothing_is_saved_if_one_field_is_wrong(self, save, stored):
        answer = save(
            "Admin/Access", cookie_expire="soon", public_pages="/doc/*", access_log=None
        )

        assert answer.status_code == 422
        assert "Nothing was saved." in answer.text
        assert stored("cookie-expire") is None
        assert stored("public-pages") is None
        assert stored("access-log") == "1"

    def test_what_is_wrong_stands_beside_the_field(self, save):
        page = parse(save("Admin/Access", cookie_expire="soon").text)

        field = page.by_id("s-cookie-expire")
        assert field["aria-invalid"] == "true"
        assert field["aria-describedby"] == "s-cookie-expire-help"
        assert "Must be a number from 0.01 to 876,600." in (
            page.by_id("s-cookie-expire-help").text
        )
        assert len([e for e in page.elements if "aria-invalid" in e.attributes]) == 1

    def test_what_was_typed_is_kept(self, save):
        page = parse(save("Admin/Access", cookie_expire="soon", public_pages="/x").text)

        assert page.by_id("s-cookie-expire")["value"] == "soon"
        assert page.by_id("s-public-pages")["value"] == "/x"

    @pytest.mark.parametrize("value", ["-1", "1.5", "", "x", "9" * 40, "1e3", "0x1"])
    def test_a_number_has_its_limits(self, save, stored, value):
        answer = save("Admin/Access", anon_cookie_lifespan=value)

        assert answer.status_code == 422
        assert stored("anon-cookie-lifespan") is None

    def test_a_field_that_is_missing_counts_as_empty(self, drh, stored):
        answer = drh.post("/Admin/Configuration", data={"project-name": "Another"})

        assert answer.status_code == 200
        assert stored("project-name") == "Another"
        assert stored("index-page") == ""

    def test_fields_that_do_not_belong_there_are_ignored(self, save, stored):
        save("Admin/Configuration", project_code="x", cookie_expire="5", nix="y")

        assert len(stored("project-code")) == 40
        assert stored("cookie-expire") is None
        assert stored("nix") is None


class TestTheMenu:
    DEFAULT = format_menu([entry for p in all_plugins() for entry in p.menu])

    def test_at_first_the_default_is_shown(self, drh):
        page = parse(drh.get("/Admin/Configuration").text)

        assert page.by_id("s-mainmenu").text.strip() == self.DEFAULT

    def test_saving_that_does_not_fix_it(self, drh, stored):
        drh.post(
            "/Admin/Configuration",
            data={"mainmenu": self.DEFAULT.replace("\n", "\r\n") + "\r\n"},
        )

        assert stored("mainmenu") is None

    def test_ones_own_is_stored_and_shown(self, save, stored, nobody):
        page = save("Admin/Configuration", mainmenu="Start /home * {}\n")

        assert stored("mainmenu") == "Start /home * {}\n"
        assert parse(page.text).by_id("s-mainmenu").text.strip() == "Start /home * {}"
        assert ">Start</a>" in nobody.get("/home").text

    @pytest.mark.parametrize("text", ["", DEFAULT])
    def test_one_can_go_back_to_the_default(self, save, stored, configure, text):
        configure("mainmenu", "Start /home * {}")

        save("Admin/Configuration", mainmenu=text)

        assert stored("mainmenu") is None

    def test_fossils_empty_menu_survives_saving_other_things(
        self, save, stored, configure
    ):
        configure("mainmenu", "")

        save("Admin/Configuration", project_name="Another")

        assert stored("mainmenu") == ""


class TestEscaping:
    FIELDS = [
        ("Admin/Configuration", setting.name)
        for setting in settings_of("Admin/Configuration")
        if isinstance(setting.default, str)
    ] + [("Admin/Access", "public-pages"), ("Admin/Access", "default-perms")]

    @pytest.mark.parametrize("text", XSS)
    @pytest.mark.parametrize(("page", "name"), FIELDS)
    def test_every_field_shows_what_is_stored_as_text(
        self, drh, configure, page, name, text
    ):
        configure(name, text)

        for url in (f"/{page}", "/home", "/sitemap"):
            shown = parse(drh.get(url).text)
            assert not shown.all("script")
            assert not [e for e in shown.all("img") if e.get("src") == "x"]
            assert not [
                a for e in shown.elements for a in e.attributes if a[:2] == "on"
            ]
        field = parse(drh.get(f"/{page}").text).by_id(f"s-{name}")
        assert (field.get("value") or field.text.removeprefix("\n")) == text

    @pytest.mark.parametrize("text", XSS)
    def test_so_does_the_page_after_a_mistake(self, save, text):
        page = parse(save("Admin/Access", cookie_expire=text).text)

        assert not page.all("script")
        assert page.by_id("s-cookie-expire")["value"] == text
