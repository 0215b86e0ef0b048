"""Every view names the capability it needs, and public pages are a setting."""

import pytest
from flask import Blueprint

from repoweb.accounts.guard import needs_of, requires
from repoweb.app import create_app
from repoweb.plugin import Plugin
from repoweb.plugins import BUILT_IN


def plugin_with(view, methods=("GET",)):
    pages = Blueprint("extra", __name__)
    pages.add_url_rule("/extra", "page", view, methods=methods)
    return Plugin("extra", blueprint=pages)


class TestRegistering:
    def test_a_view_without_a_guard_is_refused(self, repository):
        def page():
            return "open to all"

        with pytest.raises(RuntimeError, match=r"extra\.page lacks @requires"):
            create_app(repository, (*BUILT_IN, plugin_with(page)))

    def test_a_view_with_one_is_not(self, repository):
        @requires("o")
        def page():
            return "hello"

        app = create_app(repository, (*BUILT_IN, plugin_with(page)))

        assert needs_of(app, "extra.page") == "o"

    def test_a_guard_below_another_decorator_is_lost_and_noticed(self, repository):
        @requires("o")
        def page():
            return "hello"

        def wrapper():
            return page()

        with pytest.raises(RuntimeError, match=r"extra\.page"):
            create_app(repository, (*BUILT_IN, plugin_with(wrapper)))

    def test_only_static_files_have_none(self, app):
        unguarded = [name for name in app.view_functions if not needs_of(app, name)]

        assert unguarded == ["static"]


class TestGuarding:
    @pytest.fixture
    def visit(self, repository):
        """Ask for a page that needs something, as nobody."""

        def ask(needs, method="GET", **options):
            ran = []

            @requires(needs)
            def page():
                ran.append(True)
                return "the page"

            app = create_app(
                repository, (*BUILT_IN, plugin_with(page, ("GET", "POST")))
            )
            answer = app.test_client().open("/extra", method=method, **options)
            assert bool(ran) == (answer.text == "the page")
            return answer

        return ask

    @pytest.mark.parametrize("needs", ["*", "o", "o C", "!L", "gjorz"])
    def test_who_has_what_it_needs_sees_the_page(self, visit, needs):
        assert visit(needs).text == "the page"

    @pytest.mark.parametrize("needs", ["C", "s", "a s", "oC", "L", "", "{}"])
    def test_who_has_not_is_led_to_the_login(self, visit, needs):
        answer = visit(needs)

        assert (answer.status_code, answer.location) == (302, "/login?g=extra")

    def test_a_post_is_not_led_anywhere(self, visit):
        answer = visit("C", "POST")

        assert answer.status_code == 401
        assert "Missing permissions or not logged in." in answer.text

    def test_a_robot_gets_json(self, visit):
        answer = visit("C", headers={"Accept": "application/json"})

        assert answer.status_code == 401
        assert answer.json == {"error": "Missing permissions or not logged in."}

    def test_who_is_logged_in_is_told_what_is_missing(self, client_of):
        answer = client_of("carol").get("/Admin")

        assert answer.status_code == 403
        assert "You lack the capability that this page needs (a s)." in answer.text

    def test_a_head_is_guarded_like_a_get(self, nobody):
        assert nobody.head("/Admin").status_code == 302
        assert nobody.head("/home").status_code == 200


class TestPublicPages:
    @pytest.fixture(autouse=True)
    def _closed(self, sql, configure):
        """Nobody may see anything, but for what the default privileges allow."""
        sql("UPDATE user SET cap='' WHERE login IN ('nobody', 'anonymous')")
        sql("UPDATE user SET cap='o' WHERE login='reader'")
        configure("default-perms", "u")

    def test_without_the_setting_there_are_none(self, nobody):
        assert nobody.get("/stat").status_code == 302

    @pytest.mark.parametrize(
        "globs",
        [
            "/stat",
            "/st*",
            "/s?at",
            "/[rst]tat",
            "*",
            "/doc/*,/stat",
            " /doc/* , /stat ",
            "/doc/*\n/stat",
            "/doc/*\r\n/stat\r\n",
            "/doc/* /stat",
        ],
    )
    def test_a_glob_makes_a_page_public(self, nobody, configure, globs):
        configure("public-pages", globs)

        assert nobody.get("/stat").status_code == 200

    @pytest.mark.parametrize("globs", ["", ",", "stat", "/Stat", "/sta", "/doc/*", " "])
    def test_another_glob_does_not(self, nobody, configure, globs):
        configure("public-pages", globs)

        assert nobody.get("/stat").status_code == 302

    def test_other_pages_stay_closed(self, nobody, configure):
        configure("public-pages", "/info/*")

        assert nobody.get("/info/trunk").status_code == 200
        assert nobody.get("/stat").status_code == 302

    def test_the_address_behind_the_question_mark_does_not_count(
        self, nobody, configure
    ):
        configure("public-pages", "*public*")

        assert nobody.get("/stat?public").status_code == 302

    def test_they_give_the_default_privileges_and_no_more(self, nobody, configure):
        configure("public-pages", "*")

        assert nobody.get("/Admin").status_code == 302

    def test_who_is_logged_in_keeps_his_own(self, drh, configure):
        configure("public-pages", "*")

        assert drh.get("/Admin").status_code == 200

    def test_who_is_logged_in_with_less_gets_them_too(self, client_of, sql, configure):
        sql("UPDATE user SET cap='j' WHERE login='carol'")
        configure("public-pages", "/stat")

        assert client_of("carol").get("/stat").status_code == 200
