"""What repoweb keeps beside Fossil's chat survives what Fossil does to the file."""

import pytest

from .tables import ask

SIDE_TABLES = ("fx_chatkey", "fx_chatfile", "fx_chatread", "fx_chattoken")


@pytest.fixture
def drh(serve_repoweb, visit, path):
    """An administrator who has left something in each table."""
    drh = visit(serve_repoweb(path), "drh")
    page = drh.post("chat-send", ("a.txt", "text/plain", b"a\nb\n"), msg="x", k="k-1")
    assert page.json == {"msgid": 1}
    assert drh.get("chat-poll", name=1, wait=0, seen=1).json["read"] == 1
    page = drh.post("Admin/Chat", action="token", label="robot", login="bob")
    assert page.status == 200
    return drh


@pytest.fixture
def beside(path):
    return lambda: {name: ask(path, f"SELECT * FROM {name}") for name in SIDE_TABLES}


@pytest.mark.parametrize("command", ["rebuild", "rebuild --vacuum --cluster"])
@pytest.mark.usefixtures("drh")
def test_a_rebuild_leaves_them(fossil, path, beside, command):
    before = beside()
    assert all(len(rows) == 1 for rows in before.values()), before

    fossil(*command.split(), path)

    assert beside() == before


def test_a_message_that_fossil_sent_is_read_and_measured(
    drh, fossil_server, visit, beside
):
    bob = visit(fossil_server, "bob")
    bob.send("hello", ("b.txt", "text/plain", b"a\nb\nc\n"))

    assert drh.get("chat").status == 200

    assert beside()["fx_chatfile"] == [(1, None, None, 2), (2, None, None, 3)]
