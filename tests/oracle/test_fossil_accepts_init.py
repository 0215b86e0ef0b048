"""What `repoweb init` makes is a repository for real fossil."""

from tables import ask, derived, require_same


def test_fossil_informs_about_it(fossil, initialised):
    info = fossil("info", "-R", initialised)

    assert "project-name: Demo" in info
    assert ask(initialised, "SELECT value FROM config WHERE name='project-code'")[0][
        0
    ] in (info)


def test_fossil_finds_it_sound(fossil, initialised):
    report = fossil("test-integrity", "-R", initialised)

    assert "0 errors" in report
    assert fossil("test-is-repo", initialised)


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


def test_fossils_server_shows_it(fossil, serve_fossil, visit, initialised):
    drh = visit(serve_fossil(initialised), "drh")

    for page in ("home", "timeline", "stat", "setup_ulist", "reportlist", "chat"):
        answer = drh.get(page)
        assert answer.status == 200, page
        assert "Server Configuration Error" not in answer.text, page
    assert "initial empty check-in" in drh.get("timeline").text


def test_its_users_have_the_capabilities_of_fossils(fossil, path, initialised):
    query = "SELECT login, cap, info FROM user WHERE login IN ('nobody','reader')"

    assert ask(initialised, query) == ask(path, query)


def test_files_are_committed_into_it(fossil, serve_repoweb, visit, initialised, folder):
    fossil("open", initialised, cwd=folder)
    (folder / "hello.txt").write_text("hello\n")
    fossil("add", "hello.txt", cwd=folder)
    fossil("commit", "-m", "the first file", "--no-warnings", cwd=folder)

    timeline = fossil("timeline", "-R", initialised)
    assert "the first file" in timeline
    assert "initial empty check-in" in timeline
    drh = visit(serve_repoweb(initialised), "drh")
    assert "the first file" in drh.get("home").text
    assert drh.get("stat").status == 200
    assert drh.get("chat").status == 200


def test_it_can_be_cloned(fossil, serve_fossil, initialised, tmp_path):
    url = serve_fossil(initialised).url.replace("//", "//drh:pw-drh@")

    fossil("clone", "--no-open", url, tmp_path / "clone.fossil")

    assert "initial empty check-in" in fossil(
        "timeline", "-R", tmp_path / "clone.fossil"
    )


def test_the_chat_of_repoweb_survives_a_rebuild(
    fossil, serve_repoweb, visit, initialised
):
    bob = visit(serve_repoweb(initialised), "bob")
    bob.send("hello")

    fossil("rebuild", initialised)

    assert bob.poll()[0]["xmsg"] == "hello"
    assert bob.find("hello") == [1]
