"""Deleting over HTTP: by the poster or an administrator, with proof of origin."""

import pytest

NO_ORIGIN = {"Origin": ""}
OWN_PAGE = {"Referer": "http://localhost/chat"}


@pytest.fixture(autouse=True)
def message(say):
    """Message 1, by bob."""
    return say("hello", by="bob")


@pytest.fixture
def is_deleted(rows):
    """Whether message 1 went and row 2 tells of it."""

    def ask(by="bob"):
        return rows("SELECT msgid, xfrom, xmsg, mdel FROM chat") == [(2, by, None, 1)]

    return ask


@pytest.fixture
def is_there(rows):
    return lambda: rows("SELECT msgid, xmsg FROM chat") == [(1, "hello")]


@pytest.mark.parametrize(
    ("method", "address", "headers"),
    [
        ("POST", "/chat-delete/1", {}),
        ("POST", "/chat-delete?name=1", {}),
        ("POST", "/chat-delete/1x", {}),
        ("GET", "/chat-delete/1", OWN_PAGE),
        ("GET", "/chat-delete?name=1", OWN_PAGE),
        ("GET", "/chat-delete/1", {"Sec-Fetch-Site": "same-origin"}),
        ("GET", "/chat-delete/1", {**OWN_PAGE, "Sec-Fetch-Dest": "empty"}),
    ],
)
def test_the_poster_deletes(bob, method, address, headers, is_deleted):
    answer = bob.open(address, method=method, headers=headers)

    assert (answer.status_code, answer.data) == (200, b"")
    assert is_deleted()


def test_the_poster_names_it_in_a_form(bob, is_deleted):
    bob.post("/chat-delete", data={"name": "1"})

    assert is_deleted()


def test_the_form_token_is_proof_enough(bob, is_deleted):
    page = bob.get("/chat").text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]

    bob.post("/chat-delete/1", headers={**NO_ORIGIN, "X-CSRF-Token": token})

    assert is_deleted()


@pytest.mark.parametrize("login", ["dora", "drh"])
def test_an_administrator_deletes_in_his_own_name(client_of, login, is_deleted):
    answer = client_of(login).post("/chat-delete/1")

    assert (answer.status_code, answer.data) == (200, b"")
    assert is_deleted(by=login)


def test_somebody_else_may_not(alice, is_there):
    answer = alice.post("/chat-delete/1")

    assert answer.status_code == 403
    assert answer.data.startswith(b'{"isError": true,')
    assert answer.json["xmsg"] == (
        "Only the author or an administrator can delete this message."
    )
    assert answer.json["code"] == "perm"
    assert is_there()


def test_an_administrator_who_lost_the_capability_may_not(client_of, sql, is_there):
    dora = client_of("dora")
    sql("UPDATE user SET cap='oC' WHERE login='dora'")

    assert dora.post("/chat-delete/1").status_code == 403

    assert is_there()


@pytest.mark.parametrize("login", [None, "carol"])
def test_who_may_not_chat_may_not_delete(client_of, login, is_there):
    client_of(login).post("/chat-delete/1")

    assert is_there()


def test_a_poster_who_lost_the_capability_may_not(bob, sql, is_there):
    sql("UPDATE user SET cap='o' WHERE login='bob'")

    bob.post("/chat-delete/1")

    assert is_there()


@pytest.mark.parametrize("kind", ["document", "image", "iframe", "audio"])
def test_a_link_or_picture_in_a_message_deletes_nothing(bob, kind, is_there):
    headers = {**OWN_PAGE, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": kind}

    answer = bob.get("/chat-delete/1", headers=headers)

    assert answer.json["xmsg"] == "CSRF validation failure."
    assert is_there()


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("GET", {"Referer": "https://evil.example/chat"}),
        ("GET", {"Referer": "http://localhost.evil.example/"}),
        ("GET", {**OWN_PAGE, "Sec-Fetch-Site": "cross-site"}),
        ("POST", NO_ORIGIN),
        ("POST", {"Origin": "https://evil.example"}),
        ("POST", {**NO_ORIGIN, "X-CSRF-Token": "guessed"}),
    ],
)
def test_no_proof_of_origin_is_a_csrf_error(bob, method, headers, is_there):
    answer = bob.open("/chat-delete/1", method=method, headers=headers)

    assert answer.status_code == 200
    assert answer.json["xmsg"] == "CSRF validation failure."
    assert is_there()


def test_the_attachment_goes_with_its_message(bob, rows, sql):
    sql("UPDATE chat SET file=x'0102', fname='a', fmime='b'")

    bob.post("/chat-delete/1")

    assert rows("SELECT file, fname, fmime FROM chat") == [(None, None, None)]


@pytest.mark.parametrize("number", ["2", "0", "-1", "garbage", "9" * 40, ""])
def test_what_is_not_there_needs_no_deletion(bob, number, is_there):
    answer = bob.post(f"/chat-delete/{number}" if number else "/chat-delete")

    assert (answer.status_code, answer.data) == (200, b"")
    assert is_there()


def test_deleting_twice_tells_it_once(bob, is_deleted):
    bob.post("/chat-delete/1")

    answer = bob.post("/chat-delete/1")

    assert answer.status_code == 200
    assert is_deleted()


def test_a_deletion_cannot_be_deleted(bob, drh, is_deleted):
    bob.post("/chat-delete/1")

    for client in (bob, drh):
        assert client.post("/chat-delete/2").status_code == 200

    assert is_deleted()
