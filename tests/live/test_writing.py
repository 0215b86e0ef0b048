"""Writing in the chat: text stays as it is, is never lost and never sent twice."""

import re

import pytest
from playwright.sync_api import expect
from talk import body, leave, login, post, say

NASTY = [
    "#include <stdio.h>",
    "__init__.py",
    r"path\to\new",
    "x*y*z",
    "a | b",
    "\tindented\n    more",
    "  leading blanks",
    "<script>alert(1)</script>",
    "&lt;b&gt; &amp;",
    "مرحبا بالعالم",
    "🙂👩‍💻",
]


def test_text_arrives_as_it_was_typed(people):
    alice, bob = people.login("alice"), people.login("bob")

    for text in NASTY:
        say(bob, text)

    expect(alice.locator(".m[data-id] .m-b")).to_have_count(len(NASTY))
    seen = [b.text_content() for b in alice.locator(".m[data-id] .m-b").all()]
    assert seen == NASTY
    assert alice.locator(".m-b :not(a)").count() == 0


def test_links_are_tagged_and_tell_what_they_are(people):
    alice, bob = people.login("alice"), people.login("bob")

    say(bob, "see [trunk] and https://example.org/a?b=1&c=2, or [no such thing]")

    links = body(alice, "see").locator("a")
    expect(links).to_have_count(2)
    assert links.nth(0).get_attribute("title").startswith("Branch trunk: check-in by")
    assert links.nth(1).get_attribute("href") == "https://example.org/a?b=1&c=2"


def test_a_message_comes_soon_and_without_a_new_page(people):
    alice, bob = people.login("alice"), people.login("bob")
    visits = []
    alice.on("framenavigated", lambda frame: visits.append(frame.url))
    alice.evaluate(
        """() => new MutationObserver(([change]) => {
            window.arrived = performance.timeOrigin + performance.now();
        }).observe(document.getElementById("chat-log"), { childList: true })"""
    )

    answered = bob.evaluate(
        """async () => {
            const form = new FormData();
            form.set("msg", "are you there?");
            await fetch("chat-send", { method: "POST", body: form });
            return performance.timeOrigin + performance.now();
        }"""
    )

    expect(body(alice, "are you there?")).to_be_visible()
    assert visits == []
    assert alice.evaluate("window.arrived") - answered < 2000  # a poll without waiting


def test_a_draft_survives_a_reload_and_goes_with_the_message(people):
    alice = people.login("alice")
    alice.fill("#chat-text", "half a thought")

    alice.reload()

    expect(alice.locator("#chat-text")).to_have_value("half a thought")
    alice.press("#chat-text", "Enter")
    expect(body(alice, "half a thought")).to_be_visible()
    alice.reload()
    expect(alice.locator("#chat-text")).to_have_value("")


def test_a_draft_of_a_closed_tab_is_taken_over_and_that_of_an_open_one_is_not(people):
    first = people.login("alice")
    first.fill("#chat-text", "half a thought")
    first.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")

    second = people.another(first)
    expect(second.locator("#chat[data-conn=live]")).to_be_attached()
    assert second.input_value("#chat-text") == ""
    first.close()
    second.wait_for_function(
        "() => navigator.locks.query().then(({ held }) =>"
        " held.filter(({ name }) => name.includes('.tab:')).length === 1)"
    )
    second.reload()

    expect(second.locator("#chat-text")).to_have_value("half a thought")


def test_a_message_that_failed_keeps_its_text_and_can_be_edited(people):
    alice = people.login("alice")
    refusal = '{"isError": true,"xmsg":"No &lt;such&gt; luck.","code":"big"}'
    alice.route("**/chat-send", lambda r: r.fulfill(status=422, body=refusal))

    say(alice, "precious words")

    expect(alice.locator(".fail")).to_contain_text("Not sent: No <such> luck.")
    alice.get_by_role("button", name="Edit").click()
    expect(alice.locator("#chat-text")).to_have_value("precious words")
    expect(alice.locator(".wait")).to_have_count(0)


def test_a_refused_message_does_not_hold_up_the_next_one_and_can_be_tried_again(
    people, rows
):
    alice = people.login("alice")
    tries = []

    def refuse_the_first(route):
        tries.append(route)
        if len(tries) > 1:
            route.continue_()
        else:
            route.fulfill(status=413, body="<h1>Request Entity Too Large</h1>")

    alice.route("**/chat-send", refuse_the_first)
    say(alice, "first")
    expect(alice.locator(".fail")).to_contain_text("A proxy may have a lower limit.")
    say(alice, "second")
    expect(body(alice, "second")).to_be_visible()

    alice.get_by_role("button", name="Try again").click()

    expect(body(alice, "first")).to_be_visible()
    assert rows("SELECT xmsg FROM chat ORDER BY msgid") == [("second",), ("first",)]


def test_a_retry_is_stored_once(people, rows):
    alice, bob = people.login("alice"), people.login("bob")
    lost = []

    def lose_the_answer(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())  # the server has it, the browser never knows
            route.abort()

    alice.evaluate(
        """() => new MutationObserver((changes) => {
            const added = changes.flatMap((change) => [...change.addedNodes]);
            window.waited ||= added.some((row) => row.matches(".wait"));
        }).observe(document.getElementById("chat-log"), { childList: true })"""
    )
    alice.route("**/chat-send", lose_the_answer)
    say(alice, "only once")

    expect(body(bob, "only once")).to_be_visible()
    expect(body(alice, "only once")).to_be_visible()
    expect(alice.locator(".wait")).to_have_count(0)
    assert alice.evaluate("window.waited")
    assert rows("SELECT xmsg FROM chat") == [("only once",)]


def test_without_network_messages_wait_and_go_in_order(people, rows):
    alice, bob = people.login("alice"), people.login("bob")
    alice.context.set_offline(True)

    for text in ("one", "two", "three"):
        say(alice, text)
    expect(alice.locator("#chat-status")).to_contain_text("You are offline.")
    expect(alice.locator("#chat-status")).to_contain_text("3 waiting")
    alice.context.set_offline(False)

    expect(body(bob, "three")).to_be_visible()
    assert rows("SELECT xmsg FROM chat ORDER BY msgid") == [
        ("one",),
        ("two",),
        ("three",),
    ]
    expect(alice.locator("#chat-status")).to_contain_text("Connected")


def test_messages_wait_for_the_network_in_a_closed_page(people, rows):
    alice, bob = people.login("alice"), people.login("bob")
    alice.context.set_offline(True)
    for text in ("one", "two", "three"):
        say(alice, text)
    expect(alice.locator(".wait")).to_have_count(3)
    expect(alice.locator("#chat-status")).to_contain_text("You are offline.")
    context = alice.context
    alice.close()

    context.set_offline(False)
    again = people.page(context)
    again.goto("/chat")

    expect(body(bob, "three")).to_be_visible()
    texts = again.locator(".m[data-id] .m-b")
    expect(texts).to_have_text(["one", "two", "three"])
    expect(again.locator(".wait")).to_have_count(0)
    assert rows("SELECT count(*) FROM chat") == [(3,)]


def test_what_a_closed_tab_did_not_send_goes_by_another_one(people, rows):
    other = people.login("alice")
    alice = people.another(other)
    expect(alice.locator("#chat[data-conn=live]")).to_be_attached()
    held = []

    def hold(route):
        held.append(route)

    alice.route("**/chat-send", hold)
    say(alice, "left behind")
    expect(alice.locator(".wait")).to_have_count(1)

    alice.close()

    expect(body(other, "left behind")).to_be_visible()
    assert rows("SELECT xmsg FROM chat") == [("left behind",)]


def test_what_was_stored_before_the_page_was_closed_is_not_shown_twice(people, rows):
    alice = people.login("alice")
    held = []

    def lose_the_answer(route):
        route.fetch()
        held.append(route)  # and the page is closed before anything else

    alice.route("**/chat-send", lose_the_answer)
    alice.route("**/chat-stream?*", lambda route: route.abort())
    with alice.expect_request("**/chat-send"):
        say(alice, "only once")
    context = alice.context
    alice.wait_for_function("() => Object.keys(localStorage).some(k => /q:/.test(k))")
    alice.close()

    again = people.page(context)
    again.goto("/chat")

    expect(body(again, "only once")).to_be_visible()
    expect(again.locator(".wait")).to_have_count(0)
    assert rows("SELECT xmsg FROM chat") == [("only once",)]


def test_text_stays_while_signed_out_and_goes_after_signing_in(people, rows):
    alice = people.login("alice")
    visits = []
    alice.on("framenavigated", lambda frame: visits.append(frame.url))
    alice.context.clear_cookies()

    say(alice, "keep me")
    alice.fill("#chat-text", "and me")
    expect(alice.locator("#chat-alert")).to_contain_text("You are signed out.")
    login(people.page(alice.context), "alice")

    expect(body(alice, "keep me")).to_be_visible()
    expect(alice.locator("#chat-alert")).to_be_hidden()
    assert alice.input_value("#chat-text") == "and me"
    assert rows("SELECT xmsg FROM chat") == [("keep me",)]
    assert visits == []


def test_somebody_else_who_signs_in_is_asked_before_he_sends_what_waits(people, rows):
    alice = people.login("alice")
    alice.context.clear_cookies()
    say(alice, "from alice")
    expect(alice.locator("#chat-alert")).to_contain_text("You are signed out.")

    login(people.page(alice.context), "bob")
    alice.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(alice.locator("#chat-alert")).to_contain_text("Signed in as bob.")
    assert rows("SELECT * FROM chat") == []
    alice.get_by_role("button", name="Send 1 waiting").click()

    expect(body(alice, "from alice")).to_be_visible()
    assert rows("SELECT xfrom, xmsg FROM chat") == [("bob", "from alice")]


def test_who_lost_the_capability_is_shown_out_at_once(people, sql):
    alice, bob = people.login("alice"), people.login("bob")
    say(alice, "a secret")
    expect(body(bob, "a secret")).to_be_visible()
    bob.fill("#chat-text", "my words")

    sql("UPDATE user SET cap='o' WHERE login='bob'")

    expect(bob.locator("#chat-status")).to_contain_text("No access")
    expect(bob.locator(".m")).to_have_count(0)
    expect(bob.locator("#chat-alert")).to_contain_text("Copy text")
    assert bob.input_value("#chat-text") == "my words"


def test_enter_makes_a_line_where_it_should_not_send(people):
    alice = people.login("alice")

    alice.fill("#chat-text", "a")
    alice.press("#chat-text", "Shift+Enter")
    alice.locator("#chat-text").press_sequentially("```")
    alice.press("#chat-text", "Enter")
    alice.locator("#chat-text").press_sequentially("code")

    expect(alice.locator("#chat-text")).to_have_value("a\n```\ncode")
    alice.press("#chat-text", "Control+Enter")
    expect(body(alice, "code")).to_be_visible()


@pytest.mark.parametrize(
    "writing", [{"isComposing": True}, {"keyCode": 229}], ids=["composing", "229"]
)
def test_enter_belongs_to_an_input_method_while_that_is_at_work(people, writing):
    alice = people.login("alice")
    alice.fill("#chat-text", "にほn")

    alice.locator("#chat-text").dispatch_event("keydown", {"key": "Enter", **writing})

    assert alice.locator(".m").count() == 0
    expect(alice.locator("#chat-text")).to_have_value("にほn")


def test_on_a_phone_enter_makes_a_line_and_the_button_sends(people):
    alice = people.login("alice", is_mobile=True, has_touch=True)
    alice.fill("#chat-text", "one")

    alice.press("#chat-text", "Enter")
    expect(alice.locator("#chat-text")).to_have_value("one\n")
    alice.locator("#chat-text").press_sequentially("two")
    alice.tap("#chat-send")

    assert body(alice, "one").text_content() == "one\ntwo"


def test_enter_makes_a_line_if_one_wants_it_so(people):
    alice = people.login("alice")
    alice.click("#chat-opt")
    alice.get_by_label("Enter sends").uncheck()
    alice.keyboard.press("Escape")

    alice.reload()
    say(alice, "one")

    expect(alice.locator("#chat-text")).to_have_value("one\n")
    hint = alice.locator("#chat-hint")
    expect(hint).to_have_text("Ctrl+Enter sends", use_inner_text=True)


def test_a_message_that_is_too_long_can_become_a_file(people):
    alice = people.login("alice")
    alice.fill("#chat-text", "x" * 40_001)
    hint = alice.locator("#chat-hint")
    expect(hint).to_have_text("40,001 of 40,000 characters", use_inner_text=True)

    alice.press("#chat-text", "Enter")
    expect(alice.locator("#chat-alert")).to_contain_text(
        "This message has 40,001 characters; the limit is 40,000."
    )
    alice.get_by_role("button", name="Attach as a file").click()
    alice.click("#chat-send")

    expect(alice.locator(".m[data-id] .m-f a")).to_have_text("paste.txt")


def test_a_login_is_completed_and_marked(people):
    alice, bob = people.login("alice"), people.login("bob")

    bob.locator("#chat-text").press_sequentially("hello @al")
    expect(bob.get_by_role("option")).to_have_text(["alice"])
    bob.press("#chat-text", "Enter")
    expect(bob.locator("#chat-text")).to_have_value("hello @alice ")
    bob.press("#chat-text", "Enter")

    expect(alice.locator(".hit .at")).to_have_text("@alice")
    expect(bob.locator(".hit")).to_have_count(0)


def test_the_words_tell_how_the_connection_is(people):
    alice = people.login("alice")
    alice.route("**/chat-poll?*", lambda route: route.fulfill(status=503, body="busy"))
    alice.route("**/chat-stream?*", lambda route: route.abort())

    alice.evaluate("window.dispatchEvent(new Event('online'))")

    expect(alice.locator("#chat-status")).to_contain_text(
        "The server had a problem (503). Trying again in"
    )
    alice.unroute_all(behavior="wait")
    alice.get_by_role("button", name="Try now").click()
    expect(alice.locator("#chat-status")).to_contain_text("Connected")


def test_other_devices_and_programs_are_heard_while_away(people):
    alice, bob = people.login("alice"), people.login("bob")
    leave(alice)

    post(bob, "while you were away")

    expect(body(alice, "while you were away")).to_be_attached()


def test_a_logout_leaves_no_text_behind(people):
    alice = people.login("alice")
    alice.fill("#chat-text", "for nobody's eyes")
    alice.click(".who summary")

    alice.click(".who button")
    expect(alice).to_have_url(re.compile("/home|/login|/$"))

    kept = alice.evaluate("() => JSON.stringify([localStorage, sessionStorage])")
    assert "nobody" not in kept
