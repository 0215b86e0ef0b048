"""The same error is a page for people and JSON for programs."""

import logging
import sqlite3

import pytest
from flask import Blueprint, abort
from pages import parse

from repoweb.accounts.guard import requires
from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.plugin import Plugin
from repoweb.plugins import BUILT_IN
from repoweb.repository import connection

JSON = {"Accept": "application/json"}
SECRET = "the secret of the traceback"
FAULT = "repoweb made a mistake. The server's log has the details."


@pytest.fixture
def app(repository):
    """The application, with pages that fail."""
    app = create_app(repository, (*BUILT_IN, failing_plugin()))
    yield app
    chat_of(app).hub.close()


def failing_plugin():
    pages = Blueprint("failing", __name__)

    @pages.get("/fault")
    @requires("*")
    def fault():
        raise LookupError(SECRET)

    @pages.get("/sql-fault")
    @requires("*")
    def sql_fault():
        raise sqlite3.OperationalError(SECRET)

    @pages.get("/stop/<int:status>")
    @requires("*")
    def stop(status):
        abort(status, "It is <b>so</b>.")

    return Plugin("failing", blueprint=pages)


class TestPages:
    @pytest.mark.parametrize(
        ("url", "method", "status", "title"),
        [
            ("/nix", "GET", 404, "Not Found"),
            ("/nix", "POST", 404, "Not Found"),
            ("/info/nix", "GET", 404, "Not Found"),
            ("/home", "POST", 405, "Method Not Allowed"),
            ("/logout", "PUT", 405, "Method Not Allowed"),
            ("/my", "POST", 401, "Unauthorized"),
            ("/stop/400", "GET", 400, "Bad Request"),
            ("/stop/410", "GET", 410, "Gone"),
            ("/stop/413", "GET", 413, "Request Entity Too Large"),
            ("/stop/418", "GET", 418, "I'm a Teapot"),
            ("/stop/503", "GET", 503, "Service Unavailable"),
            ("/fault", "GET", 500, "Internal Server Error"),
            ("/sql-fault", "GET", 500, "Internal Server Error"),
        ],
    )
    def test_an_error_is_a_page_and_json(self, nobody, url, method, status, title):
        page = nobody.open(url, method=method)
        answer = nobody.open(url, method=method, headers=JSON)

        assert (page.status_code, page.mimetype) == (status, "text/html")
        assert parse(page.text).all("h1")[0].text == title
        assert (answer.status_code, answer.mimetype) == (status, "application/json")
        assert answer.json.keys() == {"error"}

    @pytest.mark.parametrize(
        ("accept", "mimetype"),
        [
            ("", "text/html"),
            ("*/*", "text/html"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
            ("application/json, text/html", "text/html"),
            ("text/html;q=0.5, application/json", "application/json"),
            ("application/json, text/javascript", "application/json"),
            ("image/png", "text/html"),
            ("nonsense", "text/html"),
        ],
    )
    def test_what_is_accepted_decides(self, nobody, accept, mimetype):
        answer = nobody.get("/nix", headers={"Accept": accept})

        assert answer.mimetype == mimetype

    def test_the_page_has_the_menu_and_a_way_home(self, alice):
        page = parse(alice.get("/nix").text)

        links = {link["href"] for link in page.all("a")}

        assert {"/home", "/chat", "/sitemap", "/my"} <= links

    def test_a_method_that_is_not_allowed_names_those_that_are(self, nobody):
        answer = nobody.post("/home")

        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}

    def test_what_a_page_says_is_escaped(self, nobody):
        page = nobody.get("/stop/400")

        assert "It is &lt;b&gt;so&lt;/b&gt;." in page.text

    def test_a_name_that_is_not_there_is_escaped(self, nobody):
        page = parse(nobody.get("/info/<script>alert(1)<%2fscript>").text)

        assert not page.all("script")


class TestFaults:
    @pytest.mark.parametrize("url", ["/fault", "/sql-fault"])
    @pytest.mark.parametrize("headers", [{}, JSON])
    def test_the_visitor_learns_nothing_of_the_inside(self, nobody, url, headers):
        answer = nobody.get(url, headers=headers)

        assert answer.status_code == 500
        assert SECRET not in answer.text
        assert "Traceback" not in answer.text
        assert ".py" not in answer.text
        assert FAULT in answer.get_data(as_text=True).replace("&#39;", "'")

    def test_the_operator_learns_all(self, nobody, caplog):
        nobody.get("/fault")

        (record,) = (r for r in caplog.records if r.name == "repoweb.web.errors")
        assert record.levelno == logging.ERROR
        assert record.getMessage() == "GET /fault failed"
        assert SECRET in str(record.exc_info[1])
        assert "Traceback" in caplog.text

    def test_the_next_request_is_served(self, nobody):
        nobody.get("/fault")

        assert nobody.get("/home").status_code == 200

    def test_no_connection_is_lost(self, nobody, repository):
        for _ in range(5):
            nobody.get("/fault")

        assert repository.open_connections <= 2

    def test_it_is_a_fault_also_for_who_is_logged_in(self, alice):
        answer = alice.get("/fault")

        assert answer.status_code == 500
        assert "alice" in answer.text


class TestARepositoryThatCannotBeUsed:
    REASONS = {  # noqa: RUF012
        "_vanished": "project.fossil: no such file",
        "_replaced": "project.fossil: not an SQLite database",
        "_locked": "project.fossil: locked by another program",
    }

    @pytest.fixture(params=REASONS)
    def reason(self, request, clients):
        """Make the repository unusable; what the visitors are told about it."""
        assert clients
        request.getfixturevalue(request.param)
        return self.REASONS[request.param]

    @pytest.fixture
    def _vanished(self, path):
        path.rename(path.with_name("away"))

    @pytest.fixture
    def _replaced(self, path):
        path.rename(path.with_name("away"))
        path.write_text("something else")

    @pytest.fixture
    def _locked(self, path, repository, monkeypatch):
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.02)
        repository.close()
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA journal_mode=DELETE")
        db.execute("BEGIN EXCLUSIVE")
        yield
        db.close()

    @pytest.fixture
    def clients(self, client_of):
        """Visitors who came while all was well."""
        return client_of(), client_of("drh")

    @pytest.mark.parametrize(
        "url", ["/", "/home", "/login", "/stat", "/nix", "/Admin", "/sitemap"]
    )
    def test_every_page_says_so(self, clients, reason, url):
        for client in clients:
            answer = client.get(url)

            assert (answer.status_code, answer.mimetype) == (503, "text/html")
            assert reason in answer.text
            assert answer.headers["Retry-After"] == "10"

    @pytest.mark.parametrize("url", ["/login", "/logout", "/theme", "/Admin/Access"])
    def test_every_form_says_so(self, clients, reason, url):
        for client in clients:
            answer = client.post(url, data={"u": "alice", "p": "pw-alice"})

            assert answer.status_code == 503
            assert reason in answer.text

    def test_programs_are_told_in_json(self, clients, reason):
        answer = clients[0].get("/home", headers=JSON)

        assert answer.status_code == 503
        assert answer.json == {"error": reason}

    @pytest.mark.parametrize("url", ["/chat-poll?wait=0", "/chat-query"])
    def test_a_family_of_pages_may_say_it_in_its_own_form(self, clients, reason, url):
        answer = clients[1].get(url)

        assert (answer.status_code, answer.mimetype) == (503, "application/json")
        assert reason in answer.text
        assert '"isError": true' in answer.text

    def test_the_folder_stays_a_secret(self, clients, reason, path):
        answer = clients[0].get("/home")

        assert reason in answer.text
        assert str(path.parent) not in answer.text

    @pytest.mark.usefixtures("reason")
    def test_the_page_is_as_safe_as_any(self, clients):
        answer = clients[0].get("/home")

        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "max-age" not in answer.headers["Cache-Control"]

    @pytest.mark.usefixtures("reason")
    def test_the_page_has_its_looks(self, clients):
        page = parse(clients[0].get("/home").text)

        for link in page.all("link"):
            assert clients[0].get(link["href"]).status_code == 200

    @pytest.mark.usefixtures("reason")
    def test_a_wrong_password_is_no_fault_of_ours(self, clients):
        answer = clients[0].get("/home?resid=alice&token=wrong")

        assert answer.status_code == 503

    @pytest.mark.usefixtures("reason")
    def test_it_is_logged_in_one_line(self, clients, caplog):
        clients[0].get("/home")

        (message,) = (r for r in caplog.records if r.name == "repoweb.web.errors")
        assert message.levelno == logging.WARNING
        assert message.exc_info is None

    def test_while_another_program_writes_the_first_visitor_is_asked_to_wait(
        self, nobody, path, monkeypatch
    ):
        """The plugins' tables are still to be made."""
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.02)
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("BEGIN IMMEDIATE")

        refused = nobody.get("/home")
        db.execute("COMMIT")
        db.close()

        assert refused.status_code == 503
        assert "locked by another program" in refused.text
        assert nobody.get("/home").status_code == 200

    def test_while_another_program_writes_later_ones_read(
        self, nobody, path, monkeypatch
    ):
        nobody.get("/home")
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.02)
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("BEGIN IMMEDIATE")

        assert nobody.get("/home").status_code == 200
        db.close()

    def test_when_it_is_back_all_goes_on(self, client_of, path):
        client = client_of("drh")
        path.rename(path.with_name("away"))
        assert client.get("/Admin").status_code == 503
        path.with_name("away").rename(path)

        assert client.get("/Admin").status_code == 200

    def test_another_repository_in_its_place_is_served(self, client_of, path, template):
        client = client_of("drh")
        assert client.get("/Admin").status_code == 200
        newcomer = path.with_name("newcomer")
        newcomer.write_bytes(template.read_bytes())
        newcomer.replace(path)

        assert client.get("/Admin").status_code == 302  # its drh has no session
        assert client.get("/home").status_code == 200
