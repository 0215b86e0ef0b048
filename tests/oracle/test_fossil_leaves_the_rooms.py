"""What fossil does to the file leaves the rooms, their messages and their index."""

import urllib.request
from urllib.parse import urlencode

import pytest

from .tables import ask


def get(server, path):
    with urllib.request.urlopen(f"{server.url.rstrip('/')}{path}", timeout=10) as found:
        return found.read().decode()


def post(server, path, **form):
    url = f"{server.url.rstrip('/')}{path}"
    with urllib.request.urlopen(url, urlencode(form).encode(), timeout=10) as found:
        return found.read().decode()


@pytest.fixture
def room(run_repoweb, path):
    run_repoweb("rooms", "create", path, "lobby", "--subject", "Lobby")
    return "lobby"


@pytest.mark.usefixtures("room")
def test_rebuild_and_vacuum_change_nothing(fossil, repoweb, path):
    post(repoweb, "/send/lobby", nick="ann", msg="before the rebuild")
    tables = ask(
        path, "SELECT name FROM sqlite_schema WHERE name LIKE 'fx_chatroom%' ORDER BY 1"
    )

    fossil("rebuild", "--vacuum", path)

    assert tables == ask(
        path, "SELECT name FROM sqlite_schema WHERE name LIKE 'fx_chatroom%' ORDER BY 1"
    )
    assert get(repoweb, "/msg/lobby/1") == "before the rebuild"
    assert "<mark>rebuild</mark>" in get(repoweb, "/chat/lobby/search?q=rebuild")
    assert post(repoweb, "/send/lobby", nick="ann", msg="behind it") == "2\n"


@pytest.mark.usefixtures("room")
def test_fossils_chat_does_not_see_a_room(repoweb, fossil_server, visit):
    post(repoweb, "/send/lobby", nick="ann", msg="for guests")
    bob = visit(fossil_server, "bob")
    bob.send("for insiders")

    (row,) = bob.poll()
    assert "for insiders" in row["xmsg"]
    assert "for insiders" not in get(repoweb, "/chat/lobby/chat-poll?wait=0")
