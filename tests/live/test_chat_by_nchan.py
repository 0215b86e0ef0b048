"""A real browser that listens at Nchan; when that fails, at repoweb."""

import pytest
from deploy.test_many_machines import NginxWithNchan, Redis
from playwright.sync_api import expect
from started import Started
from talk import body, login, post

from repoweb.chat.publishing import PULSE_SECONDS

LATEST_MS = (PULSE_SECONDS + 10) * 1000


class AtTheRoot(NginxWithNchan):
    """As the document says, with the site at the root."""

    def whole(self, site):
        for old, new in (
            ("location /code/ ", "location / "),
            ("^/code/chat-subscribe", "^/chat-subscribe"),
            (":/code/chat-subscribe-auth", ":/chat-subscribe-auth"),
        ):
            assert old in site
            site = site.replace(old, new)
        return super().whole(site)


@pytest.fixture
def redis(tmp_path):
    redis = Redis(tmp_path)
    yield redis
    redis.kill()


@pytest.fixture
def url(path, tmp_path, redis):
    place = tmp_path / "http.sock"
    nginx = AtTheRoot(tmp_path / "nginx", redis, place).start()
    channel = f"http://127.0.0.1:{nginx.publisher}/publish"
    repoweb = Started("serve", path, "--unix-socket", place, "--publish", channel)
    try:
        yield nginx.url
    finally:
        nginx.stop()
        repoweb.end()
        errors = repoweb.errors()
        repoweb.clear()
    assert "Traceback" not in errors, errors


@pytest.fixture
def alice(people):
    """A page that has subscribed; `asked` has what it asked for since."""
    page = people.page(people.context())
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    with page.expect_request("**/chat-subscribe/*"):
        login(page, "alice")
    return page


def test_the_page_subscribes(alice, people):
    bob = people.login("bob")
    expect(alice.locator("#chat-who")).to_contain_text("2 here")

    post(bob, "by way of Nchan")

    expect(body(alice, "by way of Nchan")).to_be_visible()
    assert not [url for url in alice.asked if "chat-stream" in url]


def test_what_was_lost_on_the_way_is_asked_for(alice, people, redis):
    bob = people.login("bob")

    redis.kill()
    post(bob, "while there is no Redis")
    redis.start()
    post(bob, "after that")

    # What Nchan took while its Redis was gone is lost; the next pulse tells so.
    expect(body(alice, "after that")).to_be_visible(timeout=LATEST_MS)
    expect(body(alice, "while there is no Redis")).to_be_visible()
