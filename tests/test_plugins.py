"""Plugins: values that the house puts in their places."""

import dataclasses
import sqlite3

import pytest
from flask import Blueprint

from repoweb.accounts.guard import requires
from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.plugin import MenuEntry, Plugin, Setting
from repoweb.plugins import BUILT_IN, all_plugins

SCHEMA = """
CREATE TABLE IF NOT EXISTS fx_guests(name TEXT);  -- who came; and went
CREATE INDEX IF NOT EXISTS fx_guests_name ON fx_guests(name);
"""


def guestbook():
    pages = Blueprint("guestbook", __name__)

    @pages.get("/guestbook")
    @requires("o")
    def page():
        return "the guests"

    return Plugin(
        name="guestbook",
        blueprint=pages,
        menu=(MenuEntry("Guests", "/guestbook", "o"),),
        sitemap=(MenuEntry("All guests", "/guestbook?all=1", "C"),),
        admin=(MenuEntry("Guest rules", "/guestbook", "s", "Who may come."),),
        settings=(Setting("fx-guests", "Most guests", "How many.", 5, "Admin/Access"),),
        schema=SCHEMA,
    )


@pytest.fixture
def app(repository):
    app = create_app(repository, (*BUILT_IN, guestbook()))
    yield app
    chat_of(app).hub.close()


class TestWhatAPluginAdds:
    def test_its_pages_are_served(self, nobody):
        assert nobody.get("/guestbook").text == "the guests"

    def test_its_menu_is_behind_those_before_it(self, drh):
        page = drh.get("/home").text

        assert page.index('href="/Admin"') < page.index('href="/guestbook"')

    def test_its_sitemap_is_for_those_who_may(self, alice, nobody):
        assert "All guests" in alice.get("/sitemap").text
        assert "All guests" not in nobody.get("/sitemap").text

    def test_its_admin_entry_is_shown(self, drh, client_of):
        assert "Who may come." in drh.get("/Admin").text
        assert "Who may come." not in client_of("dora").get("/Admin").text

    def test_its_settings_are_on_the_page_they_name(self, drh, rows):
        page = drh.get("/Admin/Access")
        assert 'name="fx-guests"' in page.text

        from_page = {"fx-guests": "7", "cookie-expire": "8766"}
        drh.post("/Admin/Access", data={**from_page, "anon-cookie-lifespan": "480"})

        assert rows("SELECT value FROM config WHERE name='fx-guests'") == [("7",)]

    def test_its_tables_are_made_at_the_first_request(self, nobody, rows):
        query = "SELECT name FROM sqlite_schema WHERE name GLOB 'fx_guests*'"
        assert rows(query) == []

        nobody.get("/home")

        assert rows(query) == [("fx_guests",), ("fx_guests_name",)]

    def test_its_tables_are_made_once(self, nobody, rows, sql):
        nobody.get("/home")
        sql("INSERT INTO fx_guests VALUES('eve')")

        nobody.get("/home")

        assert rows("SELECT name FROM fx_guests") == [("eve",)]

    def test_they_are_made_again_in_a_file_that_comes_anew(
        self, nobody, path, template
    ):
        nobody.get("/home")
        newcomer = path.with_name("newcomer")
        newcomer.write_bytes(template.read_bytes())
        newcomer.replace(path)

        nobody.get("/home")

        db = sqlite3.connect(path)
        assert db.execute("SELECT count(*) FROM fx_guests").fetchone() == (0,)
        db.close()


class TestWithoutAPlugin:
    @pytest.mark.parametrize("missing", [plugin.name for plugin in BUILT_IN[:4]])
    def test_the_site_works_without_a_built_in_one(self, repository, missing):
        left = tuple(plugin for plugin in BUILT_IN if plugin.name != missing)
        app = create_app(repository, left)
        client = app.test_client()

        for url in ("/login", "/", "/home", "/sitemap", "/chat", "/Admin", "/nix"):
            assert client.get(url).status_code in {200, 302, 401, 404}, url
        if "repoweb.chat" in app.extensions:
            chat_of(app).hub.close()

    def test_its_menu_entry_is_gone(self, repository):
        left = tuple(plugin for plugin in BUILT_IN if plugin.name != "home")
        app = create_app(repository, left)

        page = app.test_client().get("/login").text

        assert ">Home</a>" not in page
        chat_of(app).hub.close()


class TestTheContract:
    def test_a_plugin_cannot_be_changed(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            guestbook().name = "other"

    def test_names_are_unique(self):
        names = [plugin.name for plugin in all_plugins()]

        assert len(names) == len(set(names))

    def test_settings_are_unique(self):
        names = [s.name for plugin in all_plugins() for s in plugin.settings]

        assert len(names) == len(set(names))

    def test_every_setting_explains_itself_and_has_a_page(self):
        for setting in (s for plugin in all_plugins() for s in plugin.settings):
            assert setting.label
            assert len(setting.help) > 20
            assert setting.page.startswith("Admin/"), setting.name

    def test_tables_are_named_so_that_fossil_keeps_them(self, nobody, rows):
        before = set(rows("SELECT name FROM sqlite_schema"))
        nobody.get("/home")

        made = set(rows("SELECT name FROM sqlite_schema")) - before

        assert made
        assert all(name.startswith("fx_") for (name,) in made)

    def test_an_installed_package_can_bring_one(self, monkeypatch):
        class Point:
            def load(self):
                return guestbook()

        monkeypatch.setattr("repoweb.plugins.entry_points", lambda **_: [Point()])

        assert [plugin.name for plugin in all_plugins()][-1] == "guestbook"
        assert all_plugins()[: len(BUILT_IN)] == BUILT_IN
