"""The chat page for everybody: by keyboard, by ear, large, and by the rules of WCAG."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from talk import attach, body, come_back, leave, post, row, say

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
RUN = "tags => axe.run({ runOnly: tags }).then(({ violations }) => violations)"


def violations(page):
    page.evaluate(AXE.read_text("utf-8"))
    return [
        (found["id"], [node["html"] for node in found["nodes"]])
        for found in page.evaluate(RUN, RULES)
    ]


@pytest.fixture(params=["light", "dark"])
def alice(request, people):
    """The page of alice with messages of all kinds, in both schemes."""
    bob = people.login("bob")
    post(bob, "see [trunk], @alice")
    post(bob, "\n".join(f"line {number}" for number in range(60)))
    attach(bob, "fix.diff", b"-old\n+new\n same\n")
    bob.click("#chat-send")
    alice = people.login("alice", color_scheme=request.param)
    say(alice, "of my own")
    expect(body(alice, "of my own")).to_be_visible()
    alice.get_by_role("button", name="Show 3 lines").click()
    expect(alice.locator("pre")).to_be_visible()
    return alice


def test_the_page_keeps_the_rules(alice):
    assert violations(alice) == []


@pytest.mark.parametrize("button", ["#chat-bell", "#chat-opt", "#chat-search"])
def test_what_the_buttons_open_keeps_the_rules(alice, button):
    alice.click(button)

    assert violations(alice) == []


def test_the_actions_and_the_menu_keep_the_rules(alice):
    row(alice, "see [trunk]").locator("article").focus()
    alice.keyboard.press("Enter")
    expect(alice.get_by_role("menuitem", name="Copy text")).to_be_focused()

    assert violations(alice) == []


def test_a_search_its_results_and_the_keyboard_help_keep_the_rules(alice):
    alice.click("#chat-search")
    alice.fill("#chat-find", "line")
    expect(alice.locator("#chat-found a")).to_have_count(1)
    assert violations(alice) == []
    alice.keyboard.press("Escape")

    alice.keyboard.press("Control+/")
    expect(alice.locator("#chat-help")).to_be_visible()
    assert violations(alice) == []


def test_what_is_wrong_keeps_the_rules(alice):
    refusal = '{"isError": true,"xmsg":"No.","code":"big"}'
    alice.route("**/chat-send", lambda r: r.fulfill(status=422, body=refusal))
    say(alice, "refused")
    attach(alice, "empty.txt", b"")
    alice.context.clear_cookies()
    alice.evaluate("window.dispatchEvent(new Event('online'))")
    expect(alice.locator("#chat-alert")).to_be_visible()

    assert violations(alice) == []


def test_every_control_is_reached_by_tab_and_has_a_name(people):
    alice = people.login("alice")
    say(alice, "one")
    say(alice, "two")
    expect(body(alice, "two")).to_be_visible()
    alice.locator("body").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    reached = []
    for _ in range(40):
        alice.keyboard.press("Tab")
        reached.append(
            alice.evaluate(
                "() => document.activeElement.id || document.activeElement.tagName"
            )
        )
        if reached[-1] == "chat-send":
            break

    expected = ["chat-search", "chat-bell", "chat-opt", "ARTICLE", "chat-attach"]
    positions = [reached.index(name) for name in [*expected, "chat-text", "chat-send"]]
    assert positions == sorted(positions)
    assert reached.count("ARTICLE") == 1
    named = alice.evaluate(
        "() => [...document.querySelectorAll('#chat :is(button, input, textarea)')]"
        ".filter(n => n.checkVisibility() && !(n.ariaLabel || n.textContent"
        " || n.labels?.length)).map(n => n.outerHTML)"
    )
    assert named == []


def test_the_keyboard_goes_through_the_messages_and_back(people):
    alice = people.login("alice")
    for text in ("first", "second"):
        say(alice, text)
    expect(body(alice, "second")).to_be_visible()

    alice.press("#chat-text", "ArrowUp")
    alice.keyboard.press("ArrowUp")

    focused = "document.activeElement.closest('.m').querySelector('.m-b').textContent"
    assert alice.evaluate(focused) == "first"
    alice.keyboard.press("j")
    assert alice.evaluate(focused) == "second"
    alice.keyboard.press("x")
    expect(alice.locator("#chat-text")).to_have_value("x")
    expect(alice.locator("#chat-text")).to_be_focused()


@pytest.mark.parametrize("text", ["the first", "the last"])
def test_the_menu_lies_within_a_low_window(people, text):
    low = {"width": 700, "height": 260}
    alice = people.login("alice", viewport=low)
    for words in ("the first", *map(str, range(3)), "the last"):
        say(alice, words)

    article = row(alice, text).locator("article")
    article.scroll_into_view_if_needed()
    article.press("Enter")

    menu = alice.locator("#chat-menu")
    expect(menu).to_be_visible()
    box = menu.bounding_box()
    assert 0 <= box["y"] < box["y"] + box["height"] <= low["height"]
    item = alice.get_by_role("menuitem", name="Delete for everyone")
    item.scroll_into_view_if_needed()
    expect(item).to_be_in_viewport(ratio=0.9)


def test_a_menu_is_walked_by_arrows_and_gives_the_focus_back(people):
    alice = people.login("alice")
    say(alice, "one")
    expect(body(alice, "one")).to_be_visible()
    alice.press("#chat-text", "ArrowUp")

    alice.keyboard.press("Enter")
    expect(alice.get_by_role("menuitem", name="Copy text")).to_be_focused()
    alice.keyboard.press("End")
    expect(alice.get_by_role("menuitem", name="Delete for everyone")).to_be_focused()
    alice.keyboard.press("ArrowDown")
    expect(alice.get_by_role("menuitem", name="Copy text")).to_be_focused()
    alice.keyboard.press("Escape")

    expect(alice.locator("#chat-menu")).to_be_hidden()
    expect(alice.locator(".m article")).to_be_focused()


def test_each_new_message_of_somebody_else_is_announced_once(people):
    bob = people.login("bob")
    post(bob, "history")
    alice = people.login("alice")
    say(alice, "own")
    expect(body(alice, "own")).to_be_visible()

    post(bob, "news")
    post(bob, "more news")

    lines = alice.locator("#chat-live p")
    expect(lines).to_have_text(["bob: news", "bob: more news"])


def test_many_messages_are_announced_as_a_number(people):
    alice, bob = people.login("alice"), people.login("bob")

    for number in range(6):
        post(bob, f"line {number}")

    lines = alice.locator("#chat-live p")
    expect(lines).to_have_count(4)
    expect(lines.last).to_have_text(re.compile(r"^\d new messages?$"))


def test_announcements_can_be_switched_off(people):
    alice, bob = people.login("alice"), people.login("bob")
    alice.click("#chat-opt")
    alice.locator("[name=announce]").select_option("nothing")

    post(bob, "quiet")

    expect(body(alice, "quiet")).to_be_visible()
    expect(alice.locator("#chat-live p")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 600])  # 600: 1200 pixels at 200 %
def test_nothing_is_wider_than_the_page(people, width):
    alice = people.login("alice", viewport={"width": width, "height": 600})
    post(alice, "x" * 3000)
    post(alice, "https://example.org/" + "y" * 300)
    expect(body(alice, "example.org")).to_be_visible()

    for button in (None, "#chat-bell", "#chat-opt", "#chat-search"):
        if button:
            alice.click(button)
        assert alice.evaluate("document.documentElement.scrollWidth") <= width
        box = alice.locator("#chat-scroll")
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
        if button:
            alice.keyboard.press("Escape")


def test_who_wants_less_motion_gets_none(people):
    alice = people.login("alice", reduced_motion="reduce")
    post(alice, "one")
    expect(body(alice, "one")).to_be_visible()

    smooth = alice.evaluate(
        "() => [...document.querySelectorAll('*')].filter(node =>"
        " getComputedStyle(node).scrollBehavior === 'smooth').length"
    )
    moving = alice.evaluate("document.getAnimations().length")
    assert (smooth, moving) == (0, 0)


def test_right_to_left_text_begins_at_the_right(people):
    alice = people.login("alice")
    say(alice, "مرحبا بالعالم")
    say(alice, "hello")
    expect(body(alice, "hello")).to_be_visible()

    direction = "node => getComputedStyle(node).direction"
    assert body(alice, "مرحبا").evaluate(direction) == "rtl"
    assert body(alice, "hello").evaluate(direction) == "ltr"


def test_the_focus_stays_where_it_is_when_messages_come(people):
    alice, bob = people.login("alice"), people.login("bob")
    say(bob, "one")
    expect(body(alice, "one")).to_be_visible()
    row(alice, "one").locator("article").focus()
    leave(alice)

    post(bob, "two")

    expect(body(alice, "two")).to_be_attached()
    expect(row(alice, "one").locator("article")).to_be_focused()


@pytest.fixture
def forced(people):
    """The page of alice in the few colours that her system allows."""
    bob = people.login("bob")
    post(bob, "read long ago")
    alice = people.login("alice", forced_colors="active")
    expect(alice).to_have_title(re.compile("^Chat"))
    leave(alice)
    post(bob, "for everybody")
    post(bob, "for you, @alice")
    expect(body(alice, "for you")).to_be_attached()
    come_back(alice)
    return alice


def drawn(locator):
    """The edges of an element, which are left where its colours are not."""
    return locator.evaluate(
        "node => { const style = getComputedStyle(node);"
        " return [style.borderWidth, style.borderRadius, style.borderColor]; }"
    )


def test_without_colours_a_mention_differs_from_other_messages(forced):
    edges = [drawn(row(forced, text))[0] for text in ("for you", "for everybody")]

    assert edges == ["0px 0px 0px 3px", "0px"]


def test_without_colours_the_line_before_what_is_new_has_words(forced):
    expect(forced.locator("#chat-new")).to_have_text(re.compile("^New since"))


def test_without_colours_states_have_words_and_forms(forced):
    connected = drawn(forced.locator("#chat-status i"))
    expect(forced.locator("#chat-words")).to_have_text("Connected")

    forced.context.set_offline(True)
    expect(forced.locator("#chat-words")).to_have_text(re.compile("You are offline"))

    assert drawn(forced.locator("#chat-status i")) != connected


def test_without_colours_ones_own_messages_and_failures_have_words(forced):
    refusal = '{"isError": true,"xmsg":"No.","code":"big"}'
    forced.route("**/chat-send", lambda r: r.fulfill(status=422, body=refusal))

    say(forced, "refused")

    expect(forced.locator(".me .m-from")).to_have_text("alice")
    expect(forced.locator(".fail")).to_contain_text("Not sent: No.")


def test_without_colours_the_menu_shows_which_page_this_is(forced):
    here = forced.locator(".wide a[aria-current]")
    other = forced.locator(".wide a:not([aria-current])").first

    assert drawn(here)[2] != drawn(other)[2]
