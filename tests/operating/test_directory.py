"""A folder of repositories: which file a path names, the list, and what is missing."""

import shutil

import pytest
from werkzeug.test import Client as WsgiClient

from repoweb.operating.directory import find
from repoweb.operating.options import SiteOptions
from repoweb.operating.site import open_site


@pytest.fixture
def folder(template, tmp_path):
    (folder := tmp_path / "sites").mkdir()
    (folder / "deep/er").mkdir(parents=True)
    for name in ("one", "deep/two", "deep/er/three", "v1.2"):
        shutil.copy(template, folder / f"{name}.fossil")
    (folder / "broken.fossil").write_text("no repository")
    (folder / "_secret.txt").write_text("secret")
    (folder / ".hidden.fossil").write_bytes(template.read_bytes())
    return folder


@pytest.fixture
def serve(folder):
    opened = []

    def begin(**options):
        opened.append(open_site(folder, SiteOptions(poll_seconds=5, **options)))
        return WsgiClient(opened[-1].application)

    yield begin
    for site in opened:
        site.close()


@pytest.mark.parametrize(
    ("path", "file", "rest"),
    [
        ("/one", "one", ""),
        ("/one/home", "one", "/home"),
        ("/one/", "one", "/"),
        ("/deep/two/wiki/x", "deep/two", "/wiki/x"),
        ("/deep/er/three/home", "deep/er/three", "/home"),
        ("/v1.2/home", "v1.2", "/home"),
    ],
)
def test_the_first_words_of_a_path_name_the_repository(folder, path, file, rest):
    found, length = find(folder, path)

    assert (found, path[length:]) == (folder / f"{file}.fossil", rest)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/none",
        "/deep",
        "/deep/none/home",
        "/../sites/one",
        "/deep/../one",
        "/.hidden",
        "//one",
        "/one.fossil",
        "/_secret.txt",
        "/one\0",
        "/ ",
        "/deep" * 50,
    ],
)
def test_other_paths_name_none(folder, path):
    assert find(folder, path) is None


def test_each_repository_is_a_site_of_its_own(serve):
    client = serve()

    page = client.get("/deep/two/home")

    assert page.status_code == 200
    assert 'href="/deep/two/login' in page.text
    assert client.get("/one/home").status_code == 200


def test_a_login_counts_for_its_repository_only(serve):
    client = serve()
    form = {"u": "alice", "p": "pw-alice"}

    answer = client.post(
        "/one/login", data=form, headers={"Origin": "http://localhost"}
    )

    assert answer.status_code == 302
    assert "Path=/one;" in answer.headers["Set-Cookie"]


def test_the_bare_folder_is_no_list_unless_that_is_wanted(serve):
    assert serve().get("/").status_code == 404


def test_the_list_names_what_can_be_served(serve):
    page = serve(lists=True).get("/").text

    for name in ("one", "deep/two", "deep/er/three", "v1.2"):
        assert f'<a href="/{name}/">{name}</a>' in page
    assert "Demo" in page
    assert "broken" not in page
    assert "hidden" not in page


def test_the_list_has_the_policies_of_every_page(serve):
    answer = serve(lists=True).get("/")

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_style_of_the_list_can_be_fetched(serve):
    client = serve(lists=True)
    link = client.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')

    assert client.get(link[0]).mimetype == "text/css"


def test_what_is_missing_may_lead_elsewhere(serve):
    answer = serve(not_found="https://example.org/").get("/none/home")

    assert (answer.status_code, answer.location) == (302, "https://example.org/")


def test_what_is_missing_is_a_page(serve):
    answer = serve().get("/none/<b>")

    assert answer.status_code == 404
    assert "no such repository" in answer.text
    assert "<b>" not in answer.text


def test_a_file_that_is_no_repository_is_unavailable(serve):
    answer = serve().get("/broken/home")

    assert answer.status_code == 503
    assert "not an SQLite database" in answer.text
    assert "/sites/" not in answer.text


def test_a_new_file_is_found_and_a_removed_one_is_not(serve, folder):
    client = serve()
    client.get("/one/home")

    (folder / "one.fossil").rename(folder / "uno.fossil")

    assert client.get("/one/home").status_code == 404
    assert client.get("/uno/home").status_code == 200
