"""Pages that a browser has already: 304, before anything is rendered."""

import pytest

from repoweb.web import unchanged


@pytest.fixture
def checkin(commit):
    return commit({"a.txt": "one\n", "b.md": "# Two\n"})


@pytest.fixture
def urls(checkin):
    return [
        f"/dir?ci={checkin}",
        f"/tree?ci={checkin}",
        f"/file/a.txt?ci={checkin}",
        f"/annotate/a.txt?checkin={checkin}",
        f"/finfo?name=a.txt&ci={checkin}",
        f"/raw?filename=a.txt&ci={checkin}",
        f"/doc/{checkin}/a.txt",
        f"/doc/{checkin}/b.md",
        f"/zip/{checkin}/x.zip",
        f"/tarball/{checkin}/x.tar.gz",
        f"/sqlar/{checkin}/x.sqlar",
        f"/vpatch?from={checkin}&to={checkin}",
        f"/ci_tags/{checkin}",
    ]


def again(client, url, answer):
    headers = {"If-None-Match": answer.headers["ETag"]}
    return client.get(url, headers=headers, buffered=True)


@pytest.mark.parametrize("login", [None, "alice"])
def test_each_is_answered_without_being_rendered(
    client_of, urls, login, app, monkeypatch
):
    client = client_of(login)
    first = {url: client.get(url, buffered=True) for url in urls}
    assert all(answer.status_code == 200 for answer in first.values())
    monkeypatch.setattr(app.jinja_env, "get_or_select_template", None)
    monkeypatch.setattr("repoweb.repository.loading._follow", None)

    second = {url: again(client, url, first[url]) for url in urls}

    assert {url: a.status_code for url, a in second.items()} == dict.fromkeys(urls, 304)
    assert all(answer.data == b"" for answer in second.values())


def test_a_browser_asks_each_time(nobody, urls):
    for url in urls:
        answer = nobody.get(url, buffered=True)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Cookie" in answer.vary


class TestWhatMakesAnotherPage:
    @pytest.fixture
    def url(self, checkin):
        return f"/file/a.txt?ci={checkin}"

    @pytest.fixture
    def has(self, nobody, url):
        """What a browser has."""
        answer = nobody.get(url)
        assert again(nobody, url, answer).status_code == 304
        return answer

    def test_another_visitor(self, client_of, url, has):
        assert again(client_of("alice"), url, has).status_code == 200

    def test_another_theme(self, client_of, url, has):
        client = client_of()
        client.post("/theme", data={"theme": "dark"})

        assert again(client, url, has).status_code == 200

    @pytest.mark.parametrize("name", ["project-name", "mainmenu"])
    def test_another_configuration(self, nobody, url, has, configure, name):
        configure(name, "Other /home * {}")

        assert again(nobody, url, has).status_code == 200

    def test_other_capabilities(self, nobody, url, has, sql):
        sql("UPDATE user SET cap=cap || 'C' WHERE login='nobody'")

        assert again(nobody, url, has).status_code == 200

    def test_a_new_check_in_for_what_may_speak_of_it(self, nobody, url, has, commit):
        commit({"a.txt": "two\n"})

        assert again(nobody, url, has).status_code == 200

    def test_other_lines(self, nobody, url, has):
        assert again(nobody, f"{url}&ln=1", has).status_code == 200

    def test_lost_capabilities_are_no_304(self, nobody, url, has, sql):
        sql("UPDATE user SET cap='' WHERE login='nobody'")

        assert again(nobody, url, has).status_code == 302

    def test_a_moving_name_moves(self, nobody, commit):
        commit({"a.txt": "one\n"})
        answer = nobody.get("/raw?filename=a.txt&ci=tip")
        commit({"a.txt": "two\n"})

        assert again(nobody, "/raw?filename=a.txt&ci=tip", answer).data == b"two\n"


def test_an_error_is_not_kept(nobody):
    assert "ETag" not in nobody.get("/file/nix?ci=tip").headers


def test_the_state_of_the_artifacts_is_one_query(repository):
    with repository.reading() as db:
        assert unchanged.newest(db) == unchanged.newest(db)
