"""An application for one request has few pages, and answers as the whole one does."""

import dataclasses
import shutil
import sys
from types import ModuleType

import pytest
from browser import password_of
from flask import Blueprint, url_for
from jinja2 import FileSystemBytecodeCache
from test_routes import EXAMPLES, TABLE, Site

from repoweb.accounts.guard import requires
from repoweb.app import create_app
from repoweb.plugin import LateBlueprint, MenuEntry, Plugin
from repoweb.plugins import BUILT_IN
from repoweb.web.menu import has_page

ROWS = [row.split(" ", 1) for row in TABLE]
MADE_UP = {"/login", "/chat/<room>", "/Admin/Chat/Rooms"}
"""With a captcha, a name for a guest, and what a process remembers."""

NO_PAGES = [
    *(
        "/nix",
        "/info",
        "/theme",
        "/chat/a/b/c",
        "/help/",
        "//evil.example",
        "/Admin/Nix",
    ),
    *("/Admin/", "/winfo/a/b", "/static/x", "/%2e", "/<path:name>", ""),
]
MODULE = "late_pages_of_a_plugin"


@pytest.fixture
def one_for(repository):
    """Make the application of one request."""

    def make(path, plugins=BUILT_IN):
        return create_app(repository, plugins, path)

    return make


@pytest.fixture
def notes(monkeypatch):
    """The plugin of a third party, whose blueprint is imported late."""
    pages = Blueprint("notes", __name__)

    @pages.get("/notes")
    @requires("*")
    def page():
        return url_for("timeline.timeline", n=3)

    @pages.post("/notes/new")
    @requires("*")
    def new():
        return "new"

    module = ModuleType(MODULE)
    module.pages = pages
    monkeypatch.setitem(sys.modules, MODULE, module)
    late = LateBlueprint(f"{MODULE}:pages", "/notes", takes="/notes/new")
    return Plugin("notes", late, menu=(MenuEntry("Notes", "/notes"),))


def families(app):
    """Name those whose pages an application has."""
    return {name.partition(".")[0] for name in app.view_functions} - {"static"}


def ask(app, method, url, login):
    """Use a page; who has a password shows it each time."""
    options = {} if login == "nobody" else {"auth": (login, password_of(login))}
    return app.test_client().open(url, method=method, buffered=True, **options)


@pytest.fixture(scope="module")
def site(template, tmp_path_factory):
    """A site where something was said, and passwords are taken by HTTP Basic."""
    site = Site(shutil.copy(template, tmp_path_factory.mktemp("families")))
    with site.repository.writing() as db:
        db.execute("INSERT INTO config VALUES('http_authentication_ok', 1, 0)")
    site.compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))
    site.app.jinja_env.bytecode_cache = site.compiled
    yield site
    site.close()


@pytest.mark.parametrize(("method", "rule"), ROWS, ids=TABLE)
def test_each_page_is_the_same_as_of_the_whole_application(site, method, rule):
    url = EXAMPLES.get(rule, rule)
    one = create_app(site.repository, path=url.partition("?")[0])
    one.jinja_env.bytecode_cache = site.compiled

    for login in ("nobody", "drh"):
        shown, whole = ask(one, method, url, login), ask(site.app, method, url, login)

        assert (shown.status, shown.location) == (whole.status, whole.location)
        if (method, whole.mimetype) == ("GET", "text/html") and rule not in MADE_UP:
            assert shown.text == whole.text


def test_links_are_made_to_the_same_pages(app, one_for):
    partial = one_for("/home")
    paths = [EXAMPLES.get(rule, rule) for _, rule in ROWS] + NO_PAGES

    found = [path for path in paths if has_page(app, path) != has_page(partial, path)]

    assert found == []


def test_other_families_are_left_out(one_for):
    assert families(one_for("/wiki")) == {"wiki"}


@pytest.mark.parametrize("url", ["/Admin/Chat", "/Admin"])
def test_families_that_share_a_first_word_are_there_together(one_for, url):
    assert families(one_for(url)) == {"admin", "chat", "search"}


def test_a_family_that_works_with_another_one_has_it(one_for):
    assert families(one_for("/chat-keep")) == {"keep", "chat"}


def test_the_help_explains_all_pages(app, one_for):
    assert set(one_for("/help").view_functions) == set(app.view_functions)


def test_a_late_blueprint_of_another_plugin_is_there_when_it_is_asked_for(
    one_for, notes
):
    plugins = (*BUILT_IN, notes)

    assert "notes" in families(one_for("/notes/new", plugins))
    assert "notes" not in families(one_for("/home", plugins))
    assert ">Notes</a>" in one_for("/home", plugins).test_client().get("/home").text


def test_the_address_of_a_page_that_is_left_out_can_be_written(one_for, notes):
    app = one_for("/notes", (*BUILT_IN, notes))

    answer = app.test_client().get("/notes", base_url="http://localhost/code")

    assert answer.text == "/code/timeline?n=3"


def test_of_a_page_that_is_nowhere_it_cannot(one_for, notes):
    plugins = tuple(p for p in BUILT_IN if p.name != "timeline")
    app = one_for("/notes", (*plugins, notes))

    assert app.test_client().get("/notes").status_code == 500


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"shows": "/notes /more"}, "/more"),
        ({"takes": ""}, "/notes/new"),
        ({"shows": "/notes /notes/new", "takes": ""}, "their methods"),
    ],
)
def test_rules_that_are_not_those_of_the_blueprint_are_refused(
    repository, notes, wrong, named
):
    plugin = dataclasses.replace(
        notes, blueprint=dataclasses.replace(notes.blueprint, **wrong)
    )

    with pytest.raises(RuntimeError, match=f"the plugin notes .*: {named}$"):
        create_app(repository, (*BUILT_IN, plugin))


def test_a_view_without_a_guard_is_refused_in_it_too(one_for, notes):
    @sys.modules[MODULE].pages.get("/notes/open")
    def unguarded():
        return "open to all"

    late = dataclasses.replace(notes.blueprint, shows="/notes /notes/open")
    plugin = dataclasses.replace(notes, blueprint=late)

    with pytest.raises(RuntimeError, match=r"notes\.unguarded lacks @requires"):
        one_for("/notes", (*BUILT_IN, plugin))
