"""Static files are kept for ever, under a name that changes with their content."""

import gzip
import shutil

import pytest
from pages import parse

from repoweb.resources import resource
from repoweb.web.assets import Assets

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def version(app):
    return app.extensions["repoweb.assets"].version


@pytest.fixture
def folder(tmp_path):
    """A copy of the static folder that a test may change."""
    return shutil.copytree(resource("static"), tmp_path / "static")


class TestServing:
    @pytest.mark.parametrize(
        ("name", "mimetype"),
        [
            ("web/site.css", "text/css"),
            ("web/icon.svg", "image/svg+xml"),
            ("chat/main.js", "text/javascript"),
        ],
    )
    def test_a_file_has_its_type(self, nobody, version, name, mimetype):
        answer = nobody.get(f"/static/{version}/{name}")

        assert (answer.status_code, answer.mimetype) == (200, mimetype)

    def test_a_picture_is_sent_as_it_is(self, nobody, version):
        answer = nobody.get(f"/static/{version}/web/icon.svg")

        assert answer.data == (resource("static") / "web/icon.svg").read_bytes()

    @pytest.mark.parametrize("name", ["web/site.css", "chat/main.js"])
    def test_comments_and_blanks_stay_here(self, nobody, version, name):
        answer = nobody.get(f"/static/{version}/{name}")

        source = (resource("static") / name).read_text("utf-8")
        assert "/*" not in answer.text
        assert "\n  " not in answer.text
        assert 0 < len(answer.text) < len(source)

    def test_under_the_present_version_it_is_kept_for_ever(self, nobody, version):
        answer = nobody.get(f"/static/{version}/web/site.css")

        assert answer.headers["Cache-Control"] == FOR_EVER

    @pytest.mark.parametrize("other", ["0123456789ab", "x", "0"])
    def test_under_another_version_it_is_not(self, nobody, other):
        answer = nobody.get(f"/static/{other}/web/site.css")

        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, no-cache"

    def test_nobody_gets_a_cookie_with_it(self, nobody, version):
        answer = nobody.get(f"/static/{version}/web/site.css")

        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"

    @pytest.mark.parametrize(
        "name",
        [
            *("nix.css", "web", "web/", "", "../setup.py", "..%2f..%2fsetup.py"),
            *("web/../../setup.py", "%2e%2e/%2e%2e/setup.py", "/etc/passwd"),
            *("web\\site.css", "web/site.css\0", "web/site.css/", "WEB/SITE.CSS"),
        ],
    )
    def test_nothing_else_is_served(self, nobody, version, name):
        answer = nobody.get(f"/static/{version}/{name}")

        assert answer.status_code in {308, 404}
        assert b"setup(" not in answer.data

    def test_nothing_can_be_written(self, nobody, version):
        assert nobody.post(f"/static/{version}/web/site.css").status_code == 405


class TestCompression:
    def test_it_is_compressed_for_who_accepts_that(self, nobody, version):
        plain = nobody.get(f"/static/{version}/web/site.css")
        answer = nobody.get(
            f"/static/{version}/web/site.css", headers={"Accept-Encoding": "br, gzip"}
        )

        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == plain.data
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert len(answer.data) < len(plain.data) / 2

    @pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0"])
    def test_it_is_not_for_who_does_not(self, nobody, version, accepted):
        answer = nobody.get(
            f"/static/{version}/web/site.css", headers={"Accept-Encoding": accepted}
        )

        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"


class TestTheVersion:
    def test_the_same_files_have_the_same(self, folder):
        assert Assets(folder).version == Assets(folder).version

    def test_it_changes_with_the_content_of_a_file(self, folder):
        before = Assets(folder).version

        with (folder / "web" / "site.css").open("a") as file:
            file.write("a{}")

        assert Assets(folder).version != before

    def test_it_changes_with_the_name_of_a_file(self, folder):
        before = Assets(folder).version

        (folder / "web" / "site.css").rename(folder / "web" / "other.css")

        assert Assets(folder).version != before

    def test_pages_link_to_the_present_one(self, nobody, version):
        page = parse(nobody.get("/home").text)

        links = [link["href"] for link in page.all("link")]

        assert links == [
            f"/static/{version}/web/icon.svg",
            f"/static/{version}/web/site.css",
            f"/static/{version}/web/pages.css",
        ]

    @pytest.mark.parametrize("url", ["/home", "/chat", "/login", "/nix", "/Admin"])
    def test_what_pages_link_to_is_there(self, drh, url):
        page = parse(drh.get(url).text)

        for element in [*page.all("link"), *page.all("script")]:
            link = element.get("href") or element.get("src")
            if link is not None:
                answer = drh.get(link)
                assert answer.status_code == 200
                assert answer.headers["Cache-Control"] == FOR_EVER
