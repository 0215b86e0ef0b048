"""The access log: one line a request, in the combined format."""

import logging
import re

import pytest
from raw import request, until

from repoweb.serving.accesslog import LOGIN_KEY

COMBINED = re.compile(
    r"(?P<address>\S+) - (?P<login>\S+) "
    r"\[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    r'"(?P<request>[^"]*)" (?P<status>\d{3}) (?P<size>\d+) '
    r'"(?P<referer>[^"]*)" "(?P<agent>[^"]*)"'
)


def accesses(caplog):
    return [one for one in caplog.records if one.name == "repoweb.access"]


@pytest.fixture
def lines(caplog):
    """The fields of each line that has been written."""
    caplog.set_level(logging.INFO, "repoweb.access")

    def read(count=1):
        until(lambda: len(accesses(caplog)) >= count, f"{count} lines")
        matches = [COMBINED.fullmatch(one.getMessage()) for one in accesses(caplog)]
        assert all(matches)
        return [match.groupdict() for match in matches]

    return read


def test_an_answer_is_logged(client, lines):
    client.get("/", "Referer: http://x/", "User-Agent: test/1")

    line = lines()[0]

    assert line["time"]
    assert {**line, "time": ""} == {
        "address": "127.0.0.1",
        "login": "-",
        "time": "",
        "request": "GET / HTTP/1.1",
        "status": "200",
        "size": "5",
        "referer": "http://x/",
        "agent": "test/1",
    }


def test_a_parked_answer_is_logged_when_it_is_sent(client, house, lines, caplog):
    client.ask("/wait?name=5", "User-Agent: poller")
    guest = house.wait_for(1)
    assert accesses(caplog) == []

    guest.answer(b"news")

    line = lines()[0]
    assert line["request"] == "GET /wait?name=5 HTTP/1.1"
    assert (line["status"], line["size"], line["agent"]) == ("200", "4", "poller")


def test_an_expired_answer_is_logged(client, house, lines):
    house.guest_class = type("Brief", (house.guest_class,), {"seconds": 0})
    client.get("/wait")

    assert lines()[0]["size"] == str(len(b"nothing new"))


def test_who_is_logged_in_is_named(client, house, lines):
    def page(environ, start_response):
        environ[LOGIN_KEY] = 'a "b" c'
        return house.wait(environ, start_response)

    house.pages["/wait"] = page
    client.ask("/wait")
    house.wait_for(1).answer(b"")

    assert lines()[0]["login"] == r"a_\x22b\x22_c"


@pytest.mark.parametrize("path", ["/", "/wait"])
def test_tokens_and_passwords_are_not_logged(client, house, lines, path, caplog):
    query = "?token=secret1&a=b&p=secret2"
    house.guest_class = type("Brief", (house.guest_class,), {"seconds": 0})
    client.get(path + query, f"Referer: http://x/{query}")

    line = lines()[0]

    assert line["request"] == f"GET {path}?token=***&a=b&p=*** HTTP/1.1"
    assert line["referer"] == "http://x/?token=***&a=b&p=***"
    assert "secret" not in caplog.text


def test_nobody_can_forge_a_line(client, lines):
    client.get('/?a="b', 'User-Agent: x" 200 1 "\x9b31m\\')

    line = lines()[0]

    assert line["request"] == r"GET /?a=\x22b HTTP/1.1"
    assert line["agent"] == r"x\x22 200 1 \x22\x9b31m\x5c"


def test_a_request_that_could_not_be_read_is_logged(client, lines):
    client.send(b"nonsense\r\n\r\n")
    client.answer()

    line = lines()[0]

    assert (line["request"], line["status"]) == ("- - HTTP/1.0", "400")


def test_a_failing_page_is_logged_with_its_request(client, house, lines, caplog):
    def page(_environ, _start_response):
        raise RuntimeError

    house.pages["/fails"] = page
    client.get("/fails")

    line = lines()[0]

    assert (line["request"], line["status"]) == ("GET /fails HTTP/1.1", "500")
    caplog.clear()


def test_the_size_of_a_chunked_answer_is_that_of_its_pieces(client, house, lines):
    def page(_environ, start_response):
        start_response("200 OK", [])
        yield b"12345"
        yield b"67890"

    house.pages["/pieces"] = page
    client.get("/pieces")

    assert lines()[0]["size"] == "10"


def test_the_size_of_a_file_is_logged(client, house, lines, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1000)

    def page(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](path.open("rb"))

    house.pages["/file"] = page
    assert len(client.get("/file").body) == 1000

    assert lines()[0]["size"] == "1000"


def test_the_answer_to_head_has_no_size(client, house, lines):
    def page(_environ, start_response):
        start_response("200 OK", [("Content-Length", "5")])
        return []

    house.pages["/head"] = page
    client.ask("/head", method="HEAD")

    assert lines()[0]["size"] == "0"


def test_the_address_is_the_client_s_behind_a_trusted_proxy(serve, lines):
    client = serve(trusted_proxy="127.0.0.1").connect()
    client.get("/", "X-Forwarded-For: 192.0.2.7")

    assert lines()[0]["address"] == "192.0.2.7"


def test_nobody_else_can_claim_an_address(client, lines):
    client.get("/", "X-Forwarded-For: 192.0.2.7")

    assert lines()[0]["address"] == "127.0.0.1"


def test_nothing_is_noted_when_nobody_reads_the_log(client, house, caplog):
    caplog.set_level(logging.WARNING, "repoweb.access")
    client.send(request("/wait") + request("/"))
    house.wait_for(1).answer(b"news")
    client.answer()
    client.answer()

    assert accesses(caplog) == []
