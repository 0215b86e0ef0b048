"""Reading in the chat: the view stays, what is new is marked, links lead somewhere."""

import re

import pytest
from playwright.sync_api import expect
from talk import (
    attach,
    body,
    come_back,
    leave,
    menu,
    picture,
    post,
    row,
    say,
    scroll_to,
    scrolled,
    top,
)

WRITTEN = """
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i<109)
    INSERT INTO chat(mtime, xfrom, xmsg) SELECT julianday('now', '-1 hour'), 'bob',
    CASE WHEN i<50 THEN 'old ' || i ELSE 'line ' || (i-50) END
    || '.' || char(10) || 'more' || char(10) || 'and more' FROM n
"""


@pytest.fixture
def talk(people, sql):
    """Alice, who opens the chat after bob has written 110 messages and she read them.

    The newest 60 are called lines, from 0; of them she sees 50.
    """
    bob = people.login("bob")
    sql(WRITTEN)
    bob.reload()
    expect(bob.locator("#chat[data-conn=live]")).to_be_attached()
    return people.login("alice"), bob


def distance_to_end(page):
    return page.locator("#chat-scroll").evaluate(
        "box => box.scrollHeight - box.scrollTop - box.clientHeight"
    )


def test_what_one_reads_does_not_move(talk):
    alice, bob = talk
    scroll_to(alice, "line 40.")
    scrolled(alice)
    before = top(alice, "line 40.")

    def assert_it_stays():
        scrolled(alice)
        assert abs(top(alice, "line 40.") - before) <= 2

    for number in range(3):
        post(bob, f"new {number}")
    expect(body(alice, "new 2")).to_be_attached()
    assert_it_stays()
    alice.locator("#chat-older").evaluate("button => button.click()")
    expect(alice.locator(".m[data-id]")).to_have_count(103)
    assert_it_stays()
    msgid = row(bob, "line 30.").get_attribute("data-id")
    bob.evaluate("id => fetch(`chat-delete/${id}`, { method: 'POST' })", msgid)
    expect(body(alice, "line 30.")).to_have_count(0)
    assert_it_stays()
    alice.fill("#chat-text", "a\nb\nc\nd\ne\nf")
    assert_it_stays()


def test_a_picture_that_is_loaded_above_moves_nothing(people):
    bob = people.login("bob")
    post(bob, "the first")
    file = {"name": "a.png", "mimeType": "image/png", "buffer": picture(300, 200)}
    post(bob, "", file=file)
    for number in range(30):
        post(bob, f"line {number}.\nmore")
    alice = people.page(people.login("alice").context)
    held = []

    def hold(route):
        held.append(route)

    alice.route("**/chat-download/**", hold)
    alice.goto("/chat")
    expect(alice.locator("#chat[data-conn=live]")).to_be_attached()
    scroll_to(alice, "line 2.")
    scrolled(alice)
    before = top(alice, "line 2.")
    alice.wait_for_function("document.querySelector('.m-f img')")

    while not held:
        alice.wait_for_timeout(20)
    held[0].continue_()

    expect(alice.locator("img.loaded")).to_be_attached()
    scrolled(alice)
    assert abs(top(alice, "line 2.") - before) <= 2


def test_at_the_end_one_stays_there_while_a_picture_is_loaded(people):
    alice, bob = people.login("alice"), people.login("bob")
    for number in range(30):
        post(bob, f"line {number}.\nmore")
    attach(bob, "large.png", picture(400, 300), "image/png")
    bob.click("#chat-send")

    expect(alice.locator("img.loaded")).to_be_visible()
    scrolled(alice)

    assert distance_to_end(alice) <= 1
    assert alice.locator(".m-f img").get_attribute("width") == "400"


def test_each_day_begins_with_its_name(people, sql):
    alice = people.login("alice", locale="en-GB", timezone_id="UTC")
    sql(
        "INSERT INTO chat(mtime, xfrom, xmsg) VALUES"
        " (julianday('2026-11-20 12:00'), 'bob', 'one'),"
        " (julianday('2026-11-20 12:01'), 'bob', 'two'),"
        " (julianday('2026-11-21 12:00'), 'bob', 'three')"
    )

    alice.reload()

    friday = re.compile("^Friday,? 20 November 2026$")
    saturday = re.compile("^Saturday,? 21 November 2026$")
    items = alice.locator("#chat-log :is(.day, .m-b)")
    expect(items).to_have_text([friday, "one", "two", saturday, "three"])


def test_older_messages_come_when_one_scrolls_up(people):
    bob = people.login("bob")
    for number in range(80):
        post(bob, f"old {number}")
    alice = people.login("alice")
    expect(alice.locator(".m[data-id]")).to_have_count(50)

    alice.locator("#chat-scroll").evaluate("box => { box.scrollTop = 100; }")

    expect(alice.locator(".m[data-id]")).to_have_count(80)
    expect(alice.locator("#chat-older")).to_be_hidden()
    expect(alice.locator("#chat-top")).to_contain_text("This is the beginning.")
    numbers = alice.locator(".m").evaluate_all("rows => rows.map(r => +r.dataset.id)")
    assert numbers == sorted(numbers)


def test_what_came_meanwhile_is_counted_and_marked_and_stays_so(people):
    alice, bob = people.login("alice"), people.login("bob")
    post(bob, "known")
    expect(alice).to_have_title(re.compile(r"^\(1\) Chat"))
    expect(alice).to_have_title(re.compile(r"^Chat"))  # it was read
    leave(alice)
    for text in ("first", "second", "third"):
        post(bob, text)
    expect(alice).to_have_title(re.compile(r"^\(3\) Chat"))
    assert "new.svg" in alice.locator("link[rel=icon]").get_attribute("href")
    expect(alice.locator("#chat-new")).to_have_count(0)

    come_back(alice)

    expect(alice.locator("#chat-new")).to_have_count(1)
    following = "line => line.nextSibling.querySelector('.m-b').textContent"
    assert alice.locator("#chat-new").evaluate(following) == "first"
    post(bob, "fourth")
    expect(body(alice, "fourth")).to_be_visible()
    assert alice.locator("#chat-new").evaluate(following) == "first"
    alice.press("#chat-text", "Escape")
    expect(alice).to_have_title(re.compile(r"^Chat"))
    expect(alice.locator("#chat-new")).to_have_count(0)


def test_the_line_before_what_is_new_survives_a_reload(people):
    alice, bob = people.login("alice"), people.login("bob")
    post(bob, "known")
    expect(alice).to_have_title(re.compile(r"^\(1\) Chat"))
    expect(alice).to_have_title(re.compile(r"^Chat"))
    leave(alice)
    post(bob, "unknown")
    expect(alice).to_have_title(re.compile(r"^\(1\) Chat"))

    alice.reload()

    expect(alice.locator("#chat-new + .m .m-b")).to_have_text("unknown")


def test_what_was_read_here_is_read_on_another_device(people):
    phone, bob = people.login("alice"), people.login("bob")
    post(bob, "known")
    expect(phone).to_have_title(re.compile(r"^\(1\) Chat"))
    with phone.expect_response(re.compile("seen=")):
        expect(phone).to_have_title(re.compile(r"^Chat"))

    desktop = people.login("alice")

    expect(body(desktop, "known")).to_be_visible()
    expect(desktop.locator("#chat-new")).to_have_count(0)


def test_the_pill_counts_what_is_new_and_leads_to_the_end(talk):
    alice, bob = talk
    scroll_to(alice, "line 20.")
    expect(alice.locator("#chat-jump")).to_have_text("↓ Latest")

    post(bob, "something new")
    expect(alice.locator("#chat-jump")).to_have_text("↓ 1 new")
    post(bob, "hello @alice")
    expect(alice.locator("#chat-jump")).to_have_text("↓ 2 new, @you")
    alice.click("#chat-jump")

    expect(body(alice, "something new")).to_be_in_viewport()
    expect(alice.locator("#chat-jump")).to_be_hidden()


@pytest.mark.parametrize(
    ("days", "words"), [(0, r"\d\d:\d\d"), (3, "[A-Z][a-z]+day"), (20, r"\d+ [A-Z]\w+")]
)
def test_who_was_away_is_told_since_when_there_is_news(people, sql, days, words):
    alice, bob = people.login("alice", locale="en-GB"), people.login("bob")
    post(bob, "known")
    with alice.expect_response(re.compile("seen=")):
        expect(body(alice, "known")).to_be_visible()
    alice.goto("about:blank")
    sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<80)"
        " INSERT INTO chat(mtime, xfrom, xmsg)"
        " SELECT julianday('now')-?, 'bob', 'line ' || i || '.' FROM n",
        days,
    )

    alice.goto("/chat")

    pill = alice.locator("#chat-jump")
    expect(pill).to_have_text(re.compile(f"^↑ 80 new since {words}$"))
    pill.click()
    expect(alice.locator("#chat-new")).to_have_text(re.compile(f"^New since {words}$"))
    expect(alice.locator("#chat-new + .m .m-b")).to_have_text("line 1.")
    expect(pill).to_have_text(re.compile("^↓ "))


def test_what_is_missing_after_a_long_absence_is_loaded_on_demand(people):
    alice, bob = people.login("alice"), people.login("bob")
    post(bob, "before")
    expect(body(alice, "before")).to_be_visible()
    alice.context.set_offline(True)
    expect(alice.locator("#chat[data-conn=offline]")).to_be_attached()
    for number in range(230):
        post(bob, f"line {number}.")

    alice.context.set_offline(False)

    expect(body(alice, "line 229.")).to_be_visible()
    expect(alice.locator(".gap")).to_contain_text("30 messages not shown.")
    expect(body(alice, "line 10.")).to_have_count(0)
    alice.locator(".gap").get_by_role("button", name="Load").click()
    expect(alice.locator(".gap")).to_have_count(0)
    numbers = alice.locator(".m").evaluate_all("rows => rows.map(r => +r.dataset.id)")
    assert numbers == list(range(1, 232))


def test_a_long_list_is_cut_where_one_does_not_look(people, sql):
    bob = people.login("bob")
    sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<900)"
        " INSERT INTO chat(mtime, xfrom, xmsg)"
        " SELECT julianday('now', '-1 hour'), 'bob', 'line ' || i || '.' FROM n"
    )
    alice = people.login("alice")
    older = alice.locator("#chat-older")
    for count in range(100, 601, 50):
        older.evaluate("button => button.click()")
        expect(alice.locator(".m")).to_have_count(count)

    older.evaluate("button => button.click()")

    expect(alice.locator(".gap")).to_contain_text("50 messages not shown.")
    expect(alice.locator(".m")).to_have_count(600)
    alice.press("#chat-text", "Escape")
    post(bob, "one more")
    expect(body(alice, "one more")).to_be_in_viewport()
    expect(alice.locator(".m")).to_have_count(600)


def test_a_new_table_is_told_and_shown_from_its_beginning(people, sql):
    alice, bob = people.login("alice"), people.login("bob")
    for number in range(5):
        post(bob, f"line {number}.")
    expect(body(alice, "line 4.")).to_be_visible()

    sql("DELETE FROM chat")
    sql("DELETE FROM sqlite_sequence WHERE name='chat'")
    post(bob, "a new beginning")

    expect(body(alice, "a new beginning")).to_be_visible()
    expect(alice.locator(".gap")).to_contain_text("The chat was reset")
    expect(body(alice, "line 4.")).to_have_count(0)


def test_a_copied_link_leads_to_the_message_with_what_is_around_it(talk, people):
    alice, bob = talk
    alice.context.grant_permissions(["clipboard-read", "clipboard-write"])
    scroll_to(alice, "line 20.")
    scrolled(alice)
    row(alice, "line 21.").hover()
    row(alice, "line 20.").hover()
    alice.get_by_role("button", name="Copy link").click()
    expect(alice.locator("#chat-status")).to_contain_text("Copied")
    address = alice.evaluate("navigator.clipboard.readText()")
    for number in range(60, 130):
        post(bob, f"line {number}.")

    other = people.another(alice, address)

    expect(row(other, "line 20.")).to_have_class(re.compile("flash"))
    expect(body(other, "line 20.")).to_be_in_viewport()
    expect(body(other, "line 19.")).to_be_visible()
    expect(body(other, "line 129.")).to_be_attached()  # what follows comes by itself
    numbers = other.locator(".m").evaluate_all("rows => rows.map(r => +r.dataset.id)")
    assert numbers == sorted(numbers)


def test_a_search_marks_the_words_and_jumps_to_the_message(talk):
    alice, bob = talk
    post(bob, "the release is <b>out</b>")
    for number in range(60, 130):
        post(bob, f"line {number}.")
    expect(body(alice, "line 129.")).to_be_visible()
    alice.reload()
    expect(body(alice, "release")).to_have_count(0)

    alice.click("#chat-search")
    alice.fill("#chat-find", "from:bob relea")
    expect(alice.locator("#chat-found mark")).to_have_text(["release"])
    expect(alice.locator("#chat-found b")).to_have_text(["bob"])
    expect(alice.locator("#chat-count")).to_have_text("1 of 1")
    alice.locator("#chat-found a").click()

    expect(row(alice, "release")).to_have_class(re.compile("flash"))
    expect(body(alice, "release")).to_be_in_viewport()
    alice.press("#chat-find", "Escape")
    expect(alice.locator("#chat-side")).to_be_hidden()
    expect(alice.locator("#chat-search")).to_be_focused()


@pytest.mark.parametrize("words", ['"', "from:", "AND OR", "*", "#", "a:b(", "%"])
def test_no_words_break_the_search(talk, words):
    alice, _bob = talk
    alice.click("#chat-search")

    with alice.expect_response(re.compile("chat-query")) as answer:
        alice.fill("#chat-find", words)

    assert answer.value.status == 200
    expect(alice.locator("#chat-count")).to_have_text(re.compile(r"^\d+ of \d+$"))


def test_a_link_to_a_message_that_is_gone_says_so(people, sql):
    alice, bob = people.login("alice"), people.login("bob")
    post(bob, "old")
    post(bob, "young")
    expect(body(alice, "young")).to_be_visible()
    sql("DELETE FROM chat WHERE msgid=1")

    alice.goto("/chat?m=1")

    expect(alice.locator("#chat-alert")).to_contain_text(
        "Message #1 is no longer kept (older than 7 days)."
    )
    expect(body(alice, "young")).to_be_visible()


def test_a_reply_quotes_and_links(people):
    alice, bob = people.login("alice"), people.login("bob")
    say(bob, "does it build?\nyes or no")
    expect(body(alice, "does it build")).to_be_visible()

    row(alice, "does it build").hover()
    alice.get_by_role("button", name="Reply").click()
    expect(alice.locator("#chat-text")).to_have_value(
        "> bob [chat:1]: does it build?\n"
    )
    alice.locator("#chat-text").press_sequentially("yes")
    alice.press("#chat-text", "Enter")

    link = body(bob, "> bob").locator("a")
    expect(link).to_have_text("[chat:1]")
    link.click()
    expect(row(bob, "does it build").first).to_have_class(re.compile("flash"))


def test_a_message_is_hidden_here_only_and_shown_again(people):
    alice, bob = people.login("alice"), people.login("bob")
    say(bob, "silence")
    say(bob, "noise")
    expect(body(alice, "noise")).to_be_visible()

    menu(alice, "noise", "Hide here")
    expect(row(alice, "noise")).to_be_hidden()
    expect(row(alice, "silence").locator("article")).to_be_focused()
    expect(body(bob, "noise")).to_be_visible()
    alice.click("#chat-opt")
    expect(alice.locator("#chat-hidden")).to_contain_text("1 hidden.")
    alice.locator("#chat-hidden").get_by_role("button").click()

    expect(body(alice, "noise")).to_be_visible()


def test_one_may_look_at_the_messages_of_one_poster(people):
    alice, bob = people.login("alice"), people.login("bob")
    say(bob, "from bob")
    expect(body(alice, "from bob")).to_be_visible()
    say(alice, "from alice")
    expect(body(alice, "from alice")).to_be_visible()

    menu(alice, "from bob", "Show only bob")
    expect(row(alice, "from alice")).to_be_hidden()
    alice.locator("#chat-filter").get_by_role("button").click()

    expect(row(alice, "from alice")).to_be_visible()


def test_a_long_message_is_clamped_until_one_wants_all(people):
    alice, bob = people.login("alice"), people.login("bob")
    post(bob, "\n".join(f"line {number}" for number in range(213)))
    long = row(alice, "line 0")
    low = long.bounding_box()["height"]

    alice.get_by_role("button", name="Show all 213 lines").click()

    expect(alice.get_by_role("button", name="Show less")).to_have_attribute(
        "aria-expanded", "true"
    )
    assert long.bounding_box()["height"] > low * 3


def test_code_is_set_in_a_fixed_font_and_other_text_on_demand(people):
    alice = people.login("alice")
    say(alice, "just text")
    expect(body(alice, "just text")).to_be_visible()
    alice.fill("#chat-text", "def f():\n    return 1")
    alice.press("#chat-text", "Enter")
    expect(body(alice, "def f")).to_have_class(re.compile("mono"))
    expect(body(alice, "just text")).not_to_have_class(re.compile("mono"))

    menu(alice, "just text", "Fixed font")

    expect(body(alice, "just text")).to_have_class(re.compile("mono"))


def test_the_hours_are_counted_as_one_wants(people):
    alice = people.login("alice", locale="en-US", timezone_id="Europe/Berlin")
    say(alice, "what time is it?")
    time = alice.locator(".m[data-id] time")
    expect(time).to_have_text(re.compile(r"^\d?\d:\d\d\s[AP]M$"))

    alice.click("#chat-opt")
    alice.locator("[name=clock]").select_option("24 hours")

    expect(time).to_have_text(re.compile(r"^\d\d:\d\d$"))
