"""repoweb behind nginx, Apache and lighttpd, by SCGI and by HTTP, below /code.

Every configuration is the one that docs/operators.md shows.
"""

import http.client
import secrets
import threading

import pytest

from .fronts import NginxWithTls, listens, until
from .ways import PREFIX, WAYS

MIB = 1024 * 1024


@pytest.fixture(params=WAYS)
def site(request, open_site):
    return open_site(request.param)


class Waiting:
    """A poll in a thread of its own."""

    def __init__(self, guest, cursor):
        self.messages = None
        self._thread = threading.Thread(target=self._poll, args=(guest, cursor))
        self._thread.start()

    def _poll(self, guest, cursor):
        self.messages = guest.poll(cursor)

    def texts(self):
        self._thread.join(30)
        assert not self._thread.is_alive()
        return [message["xmsg"] for message in self.messages]


def test_somebody_who_waits_gets_what_another_one_says(site, visit):
    alice, bob = visit(site.url, "alice"), visit(site.url, "bob")
    alice.send("first")
    (first,) = bob.poll()

    waiting = Waiting(bob, first["msgid"])
    alice.send("second")

    assert waiting.texts() == ["second"]


def test_five_megabytes_arrive_as_they_were_sent(site, visit):
    alice, content = visit(site.url, "alice"), secrets.token_bytes(5 * MIB)

    alice.send("look", file=("big.bin", "application/octet-stream", content))

    (message,) = alice.poll()
    assert message["fsize"] == len(content)
    assert alice.get(f"chat-download/{message['msgid']}").body == content


def test_links_stay_below_the_prefix(site, visit):
    guest = visit(site.url)

    page, denied = guest.get("home"), guest.get("chat")

    assert page.status == 200
    assert f'href="{PREFIX}/login' in page.text
    assert f'href="{PREFIX}/static/' in page.text
    assert f'href="{PREFIX}/login?g=chat"' in denied.text


def test_the_cookie_is_valid_below_the_prefix_only_and_not_secure(site, visit):
    page = visit(site.url).post("login", u="alice", p="pw-alice")

    assert f"; Path={PREFIX};" in page.headers["set-cookie"]
    assert "Secure" not in page.headers["set-cookie"]


def test_the_visitors_address_is_logged_and_not_what_he_claims(site, visit):
    site_log = site.repoweb
    guest = visit(site.url)

    guest._ask("GET", "/home", headers={"X-Forwarded-For": "6.6.6.6"})

    site_log.end()
    lines = [line for line in site_log.errors().splitlines() if "/home" in line]
    assert [line.split()[0] for line in lines] == ["127.0.0.1"]


def test_names_with_spaces_and_umlauts_reach_the_application(site, visit):
    page = visit(site.url).get("no%20such%2Fp%C3%A4ge")

    assert page.status == 404
    assert "<html" in page.text


def test_a_request_from_another_site_is_refused(site, visit):
    alice = visit(site.url, "alice")
    own, foreign = site.front.url, "http://evil.example"

    answers = [
        alice._ask(
            "POST",
            "/chat-send",
            b"msg=x",
            {
                "Referer": "",
                "Origin": origin,
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        for origin in (own, foreign)
    ]

    assert answers[0].body == b""
    assert b"isError" in answers[1].body or answers[1].status == 403


@pytest.mark.parametrize("name", ["nginx-scgi", "nginx-http"])
def test_who_leaves_is_forgotten(name, open_site, visit):
    site = open_site(name)
    bob = visit(site.url, "bob")
    cookie = "; ".join(f"{name}={value}" for name, value in bob.cookies.items())
    connection = http.client.HTTPConnection("127.0.0.1", site.front.port)
    connection.request("GET", f"{PREFIX}/chat-poll", headers={"Cookie": cookie})
    until(lambda: site.repoweb.connections() == 1, "somebody who waits")

    connection.close()

    until(lambda: not site.repoweb.connections(), "nobody who waits")


@pytest.mark.parametrize("name", ["nginx-scgi", "nginx-http"])
def test_https_is_seen_through_nginx(name, open_site, visit):
    site = open_site(name, "--hsts", front_class=NginxWithTls)
    guest = visit(site.url, certificate=site.front.certificate)

    page = guest.post("login", u="alice", p="pw-alice")

    assert "Secure" in page.headers["set-cookie"]
    assert "strict-transport-security" in page.headers
    guest.send("by TLS")
    assert [message["xmsg"] for message in guest.poll()] == ["by TLS"]


@pytest.mark.parametrize("name", ["nginx-scgi", "apache-scgi", "lighttpd-scgi"])
def test_a_stopped_repoweb_is_a_bad_gateway_and_comes_back(name, open_site, visit):
    site = open_site(name)
    site.repoweb.end()

    assert visit(site.url).get("home").status in {502, 503}
    assert listens(site.front.port)
