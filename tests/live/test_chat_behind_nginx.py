"""Two real browsers, which talk through nginx and SCGI."""

import pytest
from deploy.fronts import Nginx, documented
from started import Started


@pytest.fixture
def url(path, tmp_path):
    """The address of nginx, with the site at its root."""
    place = tmp_path / "scgi.sock"
    repoweb = Started("serve", path, "--scgi", "--unix-socket", place, "--quiet")
    at_the_root = {
        "/run/repoweb/scgi.sock": place,
        "location /code/": "location /",
        '"/code"': '""',
    }
    site = documented("nginx, SCGI", "nginx", **at_the_root)
    nginx = Nginx(tmp_path / "nginx", site)
    try:
        yield nginx.start().url
    finally:
        nginx.stop()
        repoweb.end()
        errors = repoweb.errors()
        repoweb.clear()
    assert "Traceback" not in errors, errors


def test_what_one_says_the_other_one_sees(people):
    alice, bob = people.login("alice"), people.login("bob")

    alice.fill("#chat-text", "from one browser")
    alice.click("#chat-send")
    bob.wait_for_selector("text=from one browser")
    bob.fill("#chat-text", "from the other one")
    bob.click("#chat-send")

    alice.wait_for_selector("text=from the other one")
