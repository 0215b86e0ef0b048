"""What the page weighs, on a phone, without scripts, and to those who may not enter."""

from pathlib import Path

from playwright.sync_api import expect
from talk import body, login, post

MOST_SCRIPT = 40 * 1024
MOST_STYLE = 15 * 1024
MOST_ON_THE_WIRE = 25_100


def test_the_first_visit_is_small(people):
    page = people.page(people.context())
    page.goto("/login?g=chat")
    page.context.clear_cookies()
    login(page, "alice")
    expect(page.locator("#chat[data-conn=live]")).to_be_attached()

    entries = page.evaluate(
        "() => performance.getEntries().filter((entry) => entry.encodedBodySize)"
        ".map((e) => [new URL(e.name).pathname, e.decodedBodySize, e.encodedBodySize])"
    )
    pages = ("/chat", ".js", ".css", ".svg")
    parts = [entry for entry in entries if entry[0].endswith(pages)]
    assert {Path(name).suffix for name, *_ in parts} >= {"", ".js", ".css"}
    assert sum(size for name, size, _ in parts if name.endswith(".js")) <= MOST_SCRIPT
    assert sum(size for name, size, _ in parts if name.endswith(".css")) <= MOST_STYLE
    assert sum(packed for *_, packed in parts) <= MOST_ON_THE_WIRE


def test_without_scripts_one_reads_and_posts(people, rows):
    bob = people.login("bob", java_script_enabled=False)

    bob.fill("#chat-text", "by form")
    bob.click("#chat-send")

    expect(body(bob, "by form")).to_be_visible()
    assert bob.url.endswith("/chat")
    assert rows("SELECT xfrom, xmsg FROM chat") == [("bob", "by form")]


def test_without_scripts_the_newest_fifty_are_there(people):
    alice = people.login("alice", java_script_enabled=False)
    for number in range(60):
        post(alice, f"line {number}.")

    alice.reload()

    expect(alice.locator(".m")).to_have_count(50)
    expect(alice.locator("button:visible")).to_have_text(["Send"])


def test_the_phone_layout_leaves_room_for_messages(people):
    phone = {"width": 390, "height": 700}
    alice = people.login("alice", viewport=phone, has_touch=True, is_mobile=True)
    for number in range(30):
        post(alice, f"line {number}.")
    expect(body(alice, "line 29.")).to_be_visible()

    log = alice.locator("#chat-scroll").bounding_box()
    assert log["y"] <= 100
    assert log["height"] >= 520
    assert alice.evaluate("document.documentElement.scrollWidth") <= 390
    size = alice.locator("#chat-text").evaluate("f => getComputedStyle(f).fontSize")
    assert size == "16px"
    controls = ["search", "bell", "opt", "send", "attach"]
    for control in [*(f"#chat-{name}" for name in controls), ".menu summary"]:
        box = alice.locator(control).first.bounding_box()
        assert min(box["width"], box["height"]) >= 44, control


def test_the_composer_stays_above_the_keyboard_of_a_phone(people):
    phone = {"width": 390, "height": 700}
    alice = people.login("alice", viewport=phone, has_touch=True, is_mobile=True)
    alice.evaluate(
        """() => {
            Object.defineProperty(visualViewport, "height", { get: () => 400 });
            document.getElementById("chat-text").focus();
            visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )

    send = alice.locator("#chat-send").bounding_box()
    assert send["y"] + send["height"] <= 400


def test_touching_a_message_shows_its_actions(people):
    phone = {"width": 390, "height": 700}
    alice = people.login("alice", viewport=phone, has_touch=True, is_mobile=True)
    post(alice, "touch me")

    body(alice, "touch me").tap()

    expect(alice.get_by_role("button", name="Reply")).to_be_visible()


def test_the_first_one_here_is_told_how_it_works(people):
    alice = people.login("alice")
    dora = people.login("dora")

    expect(alice.locator("#chat-empty")).to_contain_text("No messages yet.")
    expect(alice.get_by_role("link", name="Choose who may chat")).to_have_count(0)
    expect(dora.get_by_role("link", name="Choose who may chat")).to_be_visible()


def test_a_page_that_one_may_not_see_says_why(people):
    carol = people.page(people.context())
    carol.goto("/chat")
    expect(carol.locator("#main")).to_contain_text("Sign in to use the chat.")

    login(carol, "carol")

    expect(carol.locator("#main")).to_contain_text("It needs the capability Chat")
    expect(carol.locator("#main")).to_contain_text("dora, drh")
