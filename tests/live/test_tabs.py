"""Several tabs of one browser: one talks to the server, all show the same."""

import re

import pytest
from playwright.sync_api import expect
from talk import body, come_back, leave, login, post, say

NOTIFICATIONS = """
window.notes = [];
class Note {
  static permission = "granted";
  static async requestPermission() { return "granted"; }
  constructor(title, options) {
    Object.assign(this, { title, ...options });
    window.notes.push({ title, ...options });
  }
  close() { window.notes = window.notes.filter(({ tag }) => tag !== this.tag); }
}
window.Notification = Note;
"""


@pytest.fixture
def hanging():
    """Lists the requests of a browser context that wait for news."""

    def watch(context):
        open_ones = set()

        def begin(request):
            asks = re.search(r"chat-(stream|poll)\?", request.url)
            if asks and "wait=0" not in request.url and "before=" not in request.url:
                open_ones.add(request)

        def end(request):
            open_ones.discard(request)

        context.on("request", begin)
        context.on("requestfinished", end)
        context.on("requestfailed", end)
        return open_ones

    return watch


def test_one_tab_of_eight_waits_at_the_server(people, hanging):
    first = people.login("alice")
    first.goto("about:blank")
    waiting = hanging(first.context)
    tabs = [people.another(first) for _ in range(8)]
    for tab in tabs:
        expect(tab.locator("#chat[data-conn=live]")).to_be_attached()

    people.another(first, "/home")  # a browser opens no more than six connections

    post(people.login("bob"), "for all of you")
    for tab in tabs:
        expect(body(tab, "for all of you")).to_have_count(1)
    assert len(waiting) <= 1


def test_when_the_leading_tab_is_closed_another_one_goes_on(people):
    alice, bob = people.login("alice"), people.login("bob")
    other = people.another(alice)
    expect(other.locator("#chat[data-conn=live]")).to_be_attached()

    alice.close()
    say(bob, "still there?")

    expect(body(other, "still there?")).to_be_visible()


def test_what_is_read_in_one_tab_is_read_in_all(people):
    alice, bob = people.login("alice"), people.login("bob")
    other = people.another(alice)
    leave(other)
    leave(alice)
    post(bob, "hello")
    expect(alice).to_have_title(re.compile(r"^\(1\)"))
    expect(other).to_have_title(re.compile(r"^\(1\)"))

    come_back(alice)

    expect(alice).to_have_title(re.compile("^Chat"))
    expect(other).to_have_title(re.compile("^Chat"))


def test_a_mention_notifies_once_and_only_while_nobody_looks(people):
    alice, bob = people.login("alice"), people.login("bob")
    alice.context.add_init_script(NOTIFICATIONS)
    tabs = [people.another(alice) for _ in range(2)]
    alice.close()
    for tab in tabs:
        expect(tab.locator("#chat[data-conn=live]")).to_be_attached()

    post(bob, "@alice is looking")
    for tab in tabs:
        expect(body(tab, "is looking")).to_be_attached()
        leave(tab)
    post(bob, "hello, everybody")
    post(bob, "hello, @alice")
    for tab in tabs:
        expect(tab).to_have_title(re.compile(r"^\(@\)"))

    # The page asks for locks before it notifies; this comes behind it.
    notes = "async () => (await navigator.locks.query(), window.notes)"
    seen = [note for tab in tabs for note in tab.evaluate(notes)]
    assert [(n["title"], n["body"]) for n in seen] == [("bob in Demo", "hello, @alice")]


def test_a_deleted_message_takes_its_notification_back(people):
    alice, bob = people.login("alice"), people.login("bob")
    alice.context.add_init_script(NOTIFICATIONS)
    alice.reload()
    expect(alice.locator("#chat[data-conn=live]")).to_be_attached()
    leave(alice)
    post(bob, "@alice oops")
    alice.wait_for_function("() => window.notes.length === 1")

    bob.evaluate("fetch('chat-delete/1', { method: 'POST' })")

    alice.wait_for_function("() => window.notes.length === 0")
    expect(alice).to_have_title(re.compile("^Chat"))


def test_the_permission_to_notify_is_asked_for_on_a_click_only(people):
    alice = people.login("alice", permissions=[])
    asked = """
    Notification.requestPermission = async () => { window.asked = true; };
    Object.defineProperty(Notification, "permission", { get: () => "default" });
    """
    alice.context.add_init_script(asked)
    alice.reload()
    alice.click("#chat-bell")
    expect(alice.locator("#chat-ask")).to_be_visible()
    assert not alice.evaluate("window.asked")

    alice.click("#chat-ask")

    assert alice.evaluate("window.asked")


def test_without_streams_and_locks_each_tab_polls(people):
    first = people.login("alice")
    alice = people.page(first.context)
    first.close()
    alice.add_init_script(
        "Object.defineProperty(navigator, 'locks', { value: undefined })"
    )
    alice.route("**/chat-stream?*", lambda route: route.abort())
    alice.goto("/chat")
    expect(alice.locator("#chat[data-conn=live]")).to_be_attached()

    with alice.expect_request(re.compile("chat-poll.*hold=")):
        post(alice, "one")

    expect(body(alice, "one")).to_be_visible()


def test_new_scripts_on_the_server_are_told(people):
    alice = people.login("alice")

    def update(route):
        answer = route.fetch()
        route.fulfill(json={**answer.json(), "ver": "newer"})

    alice.route("**/chat-poll?*", update)
    alice.evaluate("window.dispatchEvent(new Event('online'))")

    expect(alice.locator("#chat-status")).to_contain_text("Updated.")
    alice.unroute_all(behavior="wait")
    alice.get_by_role("link", name="Reload").click()
    expect(alice.locator("#chat-status")).to_contain_text("Connected")


def test_who_is_here_is_told(people):
    alice = people.login("alice")
    bob = people.page(people.context())
    with bob.expect_response("**/chat-stream?**"):  # from then on he is here
        login(bob, "bob")
    alice.evaluate("window.dispatchEvent(new Event('online'))")

    expect(alice.locator("#chat-who")).to_have_text("2 here")
    alice.click("#chat-who")
    expect(alice.locator("#chat-names li")).to_have_text(["alice", "bob"])


def test_many_messages_come_through_one_stream(people):
    alice = people.page(people.login("alice").context)
    alice.context.pages[0].close()
    asked = []
    alice.on("request", lambda request: asked.append(request.url))
    with alice.expect_response(re.compile("chat-stream")):
        alice.goto("/chat")

    for number in range(3):
        post(alice, f"line {number}")

    expect(body(alice, "line 2")).to_be_visible()
    assert len([url for url in asked if "chat-stream" in url]) == 1
    assert [url for url in asked if re.search("poll.*hold=", url)] == []


def test_where_streams_do_not_come_through_the_page_polls(people):
    alice = people.page(people.login("alice").context)
    alice.context.pages[0].close()
    held = []

    def hold(route):
        held.append(route)  # as a proxy that collects an answer to its end

    alice.route("**/chat-stream?*", hold)
    with alice.expect_request(re.compile("chat-poll.*hold=")):
        alice.goto("/chat")

    post(alice, "by a poll")

    expect(body(alice, "by a poll")).to_be_visible()
    assert len(held) == 1
