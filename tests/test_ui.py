"""`repoweb ui`: whoever has the secret is the local administrator."""

import re
import socket
import stat

import pytest
from started import Started, fetch

from repoweb.ui import LocalUser

COOKIE = "repoweb-ui"


@pytest.fixture
def local(app):
    """The middleware of `repoweb ui`, put before the application."""
    return put_before(app, "drh")


def put_before(app, login):
    app.wsgi_app = LocalUser(app.wsgi_app, login)
    return app.wsgi_app


@pytest.fixture
def visitor(local, client_of):
    """A browser that keeps cookies."""
    assert local
    return client_of()


@pytest.fixture
def signed_in(visitor, local):
    assert visitor.get(local.start_path).status_code == 303
    return visitor


class TestTheStart:
    def test_the_secret_leads_to_the_site(self, visitor, local):
        answer = visitor.get(local.start_path)

        assert (answer.status_code, answer.location) == (303, "/")

    def test_the_browser_keeps_it_for_itself(self, visitor, local):
        cookie = visitor.get(local.start_path).headers["Set-Cookie"]

        assert cookie.startswith(f"{COOKIE}=")
        assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")

    def test_each_start_has_its_own(self, app):
        assert LocalUser(app, "drh").start_path != LocalUser(app, "drh").start_path

    def test_it_is_long(self, local):
        assert len(local.start_path.partition("secret=")[2]) >= 32

    @pytest.mark.parametrize(
        "query", ["", "secret=", "secret=x", "secret=%ff", "x=1&secret=%00", "secret"]
    )
    def test_a_wrong_one_opens_nothing(self, visitor, query):
        answer = visitor.get(f"/ui-start?{query}")

        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers
        assert visitor.get("/Admin").status_code == 302


class TestWhoIsSignedIn:
    def test_he_is_the_administrator(self, signed_in):
        assert signed_in.get("/Admin/Access").status_code == 200
        assert "<b>drh</b>" in signed_in.get("/my").text

    def test_he_may_do_even_more(self, signed_in):
        page = signed_in.get("/my").text

        for letter in "sxyC":
            assert f"<code>{letter}</code>" in page

    def test_he_may_change_things(self, signed_in, rows):
        form = {"new-login": "eve", "password": "secret-1", "info": ""}

        answer = signed_in.post("/Admin/Users/edit", data=form)

        assert answer.status_code == 302
        assert rows("SELECT count(*) FROM user WHERE login='eve'") == [(1,)]
        assert rows("SELECT who FROM admin_log") == [("drh",)]

    @pytest.mark.parametrize(
        "origin", ["http://evil.org", "http://localhost:1", "", "null"]
    )
    def test_a_foreign_page_may_not(self, signed_in, rows, origin):
        form = {"new-login": "eve", "password": "x", "csrf": "X4NxUm8fHjwVYdN"}

        answer = signed_in.post(
            "/Admin/Users/edit", data=form, headers={"Origin": origin}
        )

        assert answer.status_code == 403
        assert rows("SELECT count(*) FROM user WHERE login='eve'") == [(0,)]

    def test_he_need_not_be_in_the_table(self, app, client_of):
        visitor = client_of()
        visitor.get(put_before(app, "somebody").start_path)

        page = visitor.get("/my")

        assert "<b>somebody</b>" in page.text
        assert visitor.get("/Admin/Users").status_code == 200


class TestWhoIsNot:
    def test_without_the_cookie_one_is_nobody(self, visitor):
        assert visitor.get("/Admin").status_code == 302

    def test_the_site_can_be_used_all_the_same(self, visitor):
        assert visitor.get("/home").status_code == 200
        assert visitor.login("alice").get("/my").status_code == 200

    @pytest.mark.parametrize("value", ["", "x", '"', "%ff", "a;b", "\xff", '"\\377"'])
    @pytest.mark.usefixtures("local")
    def test_a_wrong_cookie_is_none(self, app, value):
        answer = app.test_client(use_cookies=False).get(
            "/Admin", environ_overrides={"HTTP_COOKIE": f"{COOKIE}={value}"}
        )

        assert answer.status_code == 302

    def test_the_environment_cannot_be_set_from_outside(self, visitor):
        headers = {"repoweb.local_user": "drh", "Repoweb-Local-User": "drh"}

        assert visitor.get("/Admin", headers=headers).status_code == 302


class TestTheProgram:
    @pytest.fixture
    def start(self, path):
        started = []

        def call(*options, **environment):
            started.append(Started("ui", path, *options, **environment))
            return started[-1]

        yield call
        for one in started:
            one.clear()

    def test_it_prints_an_address_with_the_secret(self, start, path):
        server = start("--no-browser")

        assert re.fullmatch(
            rf"serving {path} at http://127\.0\.0\.1:\d+/ui-start\?secret=[\w-]+\n",
            server.line,
        )

    def test_the_address_signs_the_browser_in(self, start):
        server = start("--no-browser")
        first = fetch(server.address)
        cookie = first.headers["Set-Cookie"].partition(";")[0]
        site = server.address.partition("/ui-start")[0]

        page = fetch(f"{site}/Admin/Access", headers={"Cookie": cookie})

        assert first.status == 303
        assert page.status == 200

    def test_without_it_nobody_is_signed_in(self, start):
        server = start("--no-browser")
        site = server.address.partition("/ui-start")[0]

        assert fetch(f"{site}/Admin").status == 302
        assert fetch(f"{site}/ui-start?secret=x").status == 403

    def test_it_listens_on_this_machine_only(self, start):
        server = start("--no-browser")
        port = int(re.search(r":(\d+)/", server.address)[1])

        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own_address(), port), timeout=5)

    def test_it_opens_the_browser(self, start, tmp_path):
        opened = tmp_path / "opened"
        browser = tmp_path / "browser"
        browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
        browser.chmod(browser.stat().st_mode | stat.S_IXUSR)

        server = start(BROWSER=f"{browser} %s")
        server.get("", url=server.address)

        assert opened.read_text().strip() == server.address

    def test_a_signal_ends_it(self, start):
        status, seconds = start("--no-browser").end()

        assert (status, seconds < 2) == (0, True)


def own_address():
    """An address of this machine that is not the loopback's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            pytest.skip("this machine has no network")
        address = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this machine has no network")
    return address
