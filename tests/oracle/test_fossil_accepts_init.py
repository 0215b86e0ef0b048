"""What `repoweb init` makes is a repository for real fossil."""

import re

import pytest

from .developer import Developer
from .tables import ask, derived, require_same


@pytest.fixture
def init(run_repoweb, tmp_path):
    """Make a repository; returns its path and the password that is printed."""

    def make(*options):
        path = tmp_path / "another.fossil"
        said = run_repoweb("init", path, *options)
        return path, re.search(r"password (\S+)", said)[1]

    return make


def test_fossil_informs_about_it(fossil, initialised):
    info = fossil("info", "-R", initialised)

    assert "project-name: Demo" in info
    [(code,)] = ask(initialised, "SELECT value FROM config WHERE name='project-code'")
    assert code in info


def test_fossil_finds_it_sound(fossil, initialised):
    report = fossil("test-integrity", "-R", initialised)

    assert "0 errors" in report
    assert fossil("test-is-repo", initialised)


def test_its_tables_have_fossils_columns_and_indexes(path, initialised):
    """In Fossil's order; keys and types differ between its own versions."""
    layout = (
        "SELECT t.name, (SELECT group_concat(name) FROM pragma_table_info(t.name)),"
        " (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_list(t.name)"
        "  WHERE origin='c' ORDER BY 1))"
        " FROM sqlite_schema AS t WHERE type='table' AND name NOT GLOB 'sqlite_*'"
    )
    made_by_fossil = {row for row in ask(path, layout) if row[0] != "accesslog"}

    assert made_by_fossil <= set(ask(initialised, layout))
    assert len(made_by_fossil) > 20


@pytest.mark.parametrize("admin", ["jörg", "a.b-c_d", "back\\slash"])
def test_the_administrator_may_have_any_name(fossil, init, serve_fossil, visit, admin):
    path, password = init("--admin", admin, "--project-name", "Größe & <x>")

    assert "0 errors" in fossil("test-integrity", "-R", path)
    fossil("rebuild", path)
    assert ask(path, "SELECT user FROM event") == [(admin,)]
    assert visit(serve_fossil(path)).log_in(admin, password)


def test_a_rebuild_changes_no_row_that_a_reader_sees(fossil, initialised):
    before = derived(initialised)
    assert before[0]["event"]

    fossil("rebuild", initialised)

    require_same(before, derived(initialised))


def test_a_rebuild_changes_no_configuration(fossil, initialised):
    query = "SELECT name, value FROM config WHERE name<>'rebuilt' ORDER BY name"
    before = ask(initialised, query)

    fossil("rebuild", initialised)

    assert ask(initialised, query) == before
    assert ask(initialised, "PRAGMA journal_mode") == [("wal",)]


def test_fossils_server_shows_it(serve_fossil, visit, initialised):
    drh = visit(serve_fossil(initialised), "drh")

    for page in ("home", "timeline", "stat", "setup_ulist", "reportlist", "chat"):
        answer = drh.get(page)
        assert answer.status == 200, page
        assert "Server Configuration Error" not in answer.text, page
    assert "initial empty check-in" in drh.get("timeline").text


def test_its_users_have_the_capabilities_of_fossils(path, initialised):
    query = "SELECT login, cap, info FROM user WHERE login IN ('nobody','reader')"

    assert ask(initialised, query) == ask(path, query)


def test_files_are_committed_into_it(fossil, serve_repoweb, visit, initialised, folder):
    Developer(fossil, initialised, folder).commit("hello.txt", "the first file")

    timeline = fossil("timeline", "-R", initialised)
    assert "the first file" in timeline
    assert "initial empty check-in" in timeline
    drh = visit(serve_repoweb(initialised), "drh")
    assert "the first file" in drh.get("home").text
    assert drh.get("stat").status == 200
    assert drh.get("chat").status == 200


def test_it_can_be_cloned(fossil, serve_fossil, initialised, clone):
    url = serve_fossil(initialised).url.replace("//", "//drh:pw-drh@")

    copy = clone(url).path

    assert "initial empty check-in" in fossil("timeline", "-R", copy)


def test_the_chat_of_repoweb_survives_a_rebuild(
    fossil, serve_repoweb, visit, initialised
):
    bob = visit(serve_repoweb(initialised), "bob")
    bob.send("hello")

    fossil("rebuild", initialised)

    assert bob.poll()[0]["xmsg"] == "hello"
    assert bob.find("hello") == [1]
