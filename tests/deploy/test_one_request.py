"""A request that a process serves alone: it is answered right, and little is loaded."""

import base64
import re
import subprocess

import pytest

from .fronts import DEADLINE
from .test_cgi import DOOR

AS_DRH = "Basic " + base64.b64encode(b"drh:pw-drh").decode()
FAMILIES = {
    "home": "/home",
    "timeline": "/timeline",
    "files": "/dir",
    "info": "/info/tip",
    "forum": "/forum",
    "wiki": "/wiki",
    "tickets": "/reportlist",
    "chat": "/chat",
    "rooms": "/chatrooms",
    "technotes": "/technoteedit",
    "amend": "/ci_edit",
    "keep": "/chat-keep",
    "editing": "/md_rules",
    "attachments": "/attachlist",
    "moderation": "/modreq",
    "search": "/search",
    "help": "/help",
    "admin": "/Admin",
    "accounts": "/my",
    "health": "/health",
    "none": "/nix",
}
MOST = 135
"""Modules of repoweb that the home page may need."""


@pytest.fixture
def control(path, tmp_path, configure):
    """A control file by which each request is served alone; passwords are believed."""
    configure("http_authentication_ok", "1")
    control = tmp_path / "control"
    control.write_text(f"repository: {path}\nresident: no\n")
    return control


@pytest.fixture
def ask(control):
    """Start the door for a request; gives status, body, and what Python said."""

    def run(url, body=None, **environment):
        done = subprocess.run(
            [DOOR, control],
            env={
                "REQUEST_METHOD": "GET" if body is None else "POST",
                "CONTENT_LENGTH": str(len(body or "")),
                "CONTENT_TYPE": "application/x-www-form-urlencoded",
                "SCRIPT_NAME": "/x",
                "PATH_INFO": url,
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                **environment,
            },
            input=body or "",
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=True,
        )
        head, _, text = done.stdout.replace("\r\n", "\n").partition("\n\n")
        return int(head.split()[1]), text, done.stderr

    return run


@pytest.fixture
def loaded(ask):
    """Tell what modules a request loads."""

    def find(url, **environment):
        said = ask(url, PYTHONPROFILEIMPORTTIME="1", **environment)[2]
        return set(re.findall(r"import time:.*\| +(\S+)", said))

    return find


@pytest.mark.parametrize("family", FAMILIES)
def test_a_page_of_each_family_is_as_a_server_shows_it(app, ask, family):
    url = FAMILIES[family]
    app.config.update(POLL_SECONDS=20, STREAMS=False)
    shown = app.test_client().get(
        url, base_url="http://localhost/x", headers={"Authorization": AS_DRH}
    )

    status, text, errors = ask(url, HTTP_AUTHORIZATION=AS_DRH)

    assert (status, text) == (shown.status_code, shown.text)
    assert errors == ""


def test_a_message_is_kept(ask, rows):
    status, text, errors = ask("/chat-send", "msg=hello", HTTP_AUTHORIZATION=AS_DRH)

    assert (status, text, errors) == (200, "", "")
    assert rows("SELECT xmsg FROM chat") == [("hello",)]


def test_the_home_page_loads_what_it_needs(loaded):
    found = loaded("/home")

    assert len([name for name in found if name.startswith("repoweb")]) <= MOST
    unused = {"pygments", "markdown_it", "linkify_it", "waitress", "rcssmin", "tarfile"}
    assert not found & {*unused, "repoweb.chat.views", "repoweb.wiki.views"}
    assert {"flask", "repoweb.home.queries"} <= found


def test_another_page_loads_its_own(loaded):
    found = loaded("/chat", HTTP_AUTHORIZATION=AS_DRH)

    assert "repoweb.chat.views" in found
    assert not found & {"repoweb.home.queries", "repoweb.wiki.views", "waitress"}


def test_a_repository_of_a_folder_loads_its_own_pages_too(ask, loaded, control, path):
    control.write_text(f"directory: {path.parent}\nrepolist\nresident: no\n")

    status, text, errors = ask(f"/{path.stem}/brlist")

    assert (status, errors) == (200, "")
    assert f'href="/x/{path.stem}/login' in text
    assert f'href="/x/{path.stem}/"' in ask("/")[1]
    assert "repoweb.chat.views" not in loaded(f"/{path.stem}/brlist")
    assert ask("/none/brlist")[0] == 404
