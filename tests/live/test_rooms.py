"""A room in a real browser, beside clients of Chaton and of hchatd."""

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from repoweb.chat.rooms import registry
from repoweb.chat.rooms.room import Rules
from repoweb.repository.repository import Repository

sys.path.insert(0, str(Path(__file__).parent.parent))

from chat.rooms.chaton import ChatonClient, said
from chat.rooms.hchatd import HchatdClient
from deploy.fronts import Nginx, documented
from started import Started

LIVE = "#chat[data-conn=live]"
AT_THE_ROOT = {"location /code/": "location /", '"/code"': '""'}


@pytest.fixture
def room(path):
    """The room is there before the server is."""
    repository = Repository(path)
    with repository.writing() as db:
        registry.make_tables(db)
        made = registry.create(db, Rules("lobby", "The Lobby"), "drh")
    repository.close()
    return made


@pytest.fixture(params=["HTTP", "SCGI"])
def url(request, room, path, tmp_path):
    """The address of a server, or of nginx, which speaks SCGI with one."""
    assert room
    place, nginx = tmp_path / "scgi.sock", None
    by_scgi = ("--scgi", "--unix-socket", place)
    options = by_scgi if request.param == "SCGI" else ("--port", "0")
    repoweb = Started("serve", path, *options, "--quiet")
    try:
        if request.param == "SCGI":
            places = {"/run/repoweb/scgi.sock": place, **AT_THE_ROOT}
            site = documented("nginx, SCGI", "nginx", **places)
            nginx = Nginx(tmp_path / "nginx", site).start()
        yield nginx.url if nginx else repoweb.address.rstrip("/")
    finally:
        if nginx:
            nginx.stop()
        repoweb.end()
        errors = repoweb.errors()
        repoweb.clear()
    assert "Traceback" not in errors, errors


@pytest.fixture
def enter(people):
    """Open the room as a guest, in a browser of his own."""

    def enter(name="", **options):
        page = people.page(people.context(**options))
        page.goto("/chat/lobby")
        expect(page.locator(LIVE)).to_be_attached()
        if name:
            page.fill("#chat-nick", name)
        return page

    return enter


def say(page, text):
    page.fill("#chat-text", text)
    page.press("#chat-text", "Enter")


def test_all_clients_in_a_room_see_the_same(enter, url):
    ann, ben = enter("Ann"), enter("Ben")
    scripts = [ChatonClient(f"{url}/chat/lobby/", style=s) for s in ("sexpr", "json")]
    number = HchatdClient(url, "lobby")

    say(ann, "from a browser")
    expect(ben.locator(".m-b", has_text="from a browser")).to_be_visible()
    scripts[0].talk("sam", "from Chaton")
    number.send("from hchatd", nick="hal")

    expect(ann.locator(".m-b")).to_have_text(
        ["from a browser", "from Chaton", "from hchatd"]
    )
    expect(ben.locator(".m-from")).to_have_text(["~Ann", "~sam", "~hal"])
    expected = [
        ("Ann", "from a browser"),
        ("sam", "from Chaton"),
        ("hal", "from hchatd"),
    ]
    for script in scripts:
        found = []
        while len(found) < len(expected):
            found += said(script.observe())
        assert found == expected
    assert [number.message(n).text for n in (1, 2, 3)] == [text for _, text in expected]


def test_nobody_is_taken_for_an_insider(enter, people, url):
    drh = people.page(people.context())
    drh.goto("/login?g=/chat/lobby")
    drh.fill("[name=u]", "drh")
    drh.fill("[name=p]", "pw-drh")
    drh.click("[name=in]")
    expect(drh.locator(LIVE)).to_be_attached()
    eve, script = enter("drh"), ChatonClient(f"{url}/chat/lobby/")

    say(drh, "I am drh")
    expect(eve.locator(".m-b")).to_have_text(["I am drh"])
    say(eve, "No, I am")

    for page in (drh, eve):
        expect(page.locator(".m-from")).to_have_text(["drh", "~drh"])
    expect(drh.locator(".m.me .m-from")).to_have_text(["drh"])
    expect(eve.locator(".m.me .m-from")).to_have_text(["~drh"])
    assert said(script.observe()) == [("drh", "I am drh"), ("drh", "No, I am")]


def test_a_nickname_is_remembered(enter):
    page = enter("Zoë")
    say(page, "one")
    expect(page.locator(".m.me .m-from")).to_have_text("~Zoë")

    page.reload()

    expect(page.locator("#chat-nick")).to_have_value("Zoë")
    expect(page.locator(".m.me")).to_have_count(1)


def test_a_guest_without_a_name_has_one(enter):
    page = enter()
    say(page, "anonymous")
    expect(page.locator(".m:not(.wait) .m-from")).to_have_text(
        re.compile("^~guest-[0-9a-f]{4}$")
    )
    expect(page.locator(".m.me")).to_have_count(1)


def test_links_to_messages_stay_in_the_room(enter, url):
    page = enter("Ann")
    say(page, "look here")
    row = page.locator(".m:not(.wait)")
    expect(row).to_have_count(1)
    address = row.locator(".m-time").get_attribute("href")
    assert address == "/chat/lobby?m=1"

    page.goto(url + address)

    expect(page.locator("#m1.flash")).to_be_attached()


def test_who_is_here_is_counted_but_not_named(enter):
    ann = enter("Ann")
    ben = enter("Ben")
    say(ben, "hello")
    expect(ann.locator("#chat-who")).to_have_text("2 here")
    expect(ann.locator("#chat-names li")).to_have_count(0)


def test_the_search_leads_to_a_message(enter):
    page = enter("Ann")
    say(page, "a needle")
    expect(page.locator(".m:not(.wait)")).to_have_count(1)
    page.click("#chat-search")
    page.fill("#chat-find", "needle")
    expect(page.locator("#chat-found a")).to_have_attribute("href", "/chat/lobby?m=1")
    page.click("#chat-found a")
    expect(page.locator("#m1.flash")).to_be_attached()


def test_without_scripts_a_guest_reads_and_writes(people, rows, room):
    page = people.page(people.context(java_script_enabled=False))
    page.goto("/chat/lobby")
    page.fill("#chat-nick", "Old browser")
    page.fill("#chat-text", "by form")
    page.click("#chat-send")

    expect(page.locator(".m-b")).to_have_text("by form")
    assert page.url.endswith("/chat/lobby")
    query = f"SELECT xfrom, xmsg FROM {room.tables.messages}"
    assert rows(query) == [("~Old browser", "by form")]


def test_a_badge_is_shown_by_another_page(browser, url, tmp_path):
    page = browser.new_page()
    html = tmp_path / "page.html"
    html.write_text(f'<p>See: <script src="{url}/chat/lobby/b"></script></p>')
    page.goto(html.as_uri())
    expect(page.locator("a.chaton-badge")).to_have_attribute(
        "href", f"{url}/chat/lobby"
    )
    expect(page.locator("a.chaton-badge")).to_contain_text("The Lobby")
    page.close()


@pytest.mark.parametrize("address", ["/chatrooms", "/chat/lobby/a/today"])
def test_the_pages_fit_a_phone(people, enter, address):
    say(enter("Ann"), "x" * 200)
    page = people.page(people.context(viewport={"width": 320, "height": 700}))
    page.goto(address)
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 320
