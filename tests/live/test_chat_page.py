"""Two people talk in real browsers."""

import re

from playwright.sync_api import expect

NASTY = [
    "#include <stdio.h>",
    "__init__.py",
    r"path\to\new",
    "x*y*z",
    "a | b",
    "\tindented\n    more",
    "<script>alert(1)</script>",
    "&lt;b&gt; &amp;",
    "مرحبا بالعالم",
    "🙂👩‍💻",
]
DOT_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f0005000201a3a0e0a50000000049454e44ae426082"
)


def say(page, text):
    page.fill("#chat-text", text)
    page.press("#chat-text", "Enter")


def post(page, text):
    """Send a message with the cookie of a page, but without using the page."""
    headers = {"Origin": page.url.removesuffix("/chat")}
    assert page.request.post("chat-send", form={"msg": text}, headers=headers).ok


def body(page, text):
    return page.locator(".m[data-id] .m-b").filter(has_text=re.compile(re.escape(text)))


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


def test_a_message_comes_without_a_new_page(people):
    alice, bob = people.login("alice"), people.login("bob")
    visits = []
    alice.on("framenavigated", lambda frame: visits.append(frame.url))

    say(bob, "are you there?")

    expect(body(alice, "are you there?")).to_be_visible()
    assert visits == []


def test_a_draft_survives_a_reload_and_goes_with_the_message(people):
    alice = people.login("alice")
    alice.fill("#chat-text", "half a thought")

    alice.reload()

    expect(alice.locator("#chat-text")).to_have_value("half a thought")
    alice.press("#chat-text", "Enter")
    expect(body(alice, "half a thought")).to_be_visible()
    alice.reload()
    expect(alice.locator("#chat-text")).to_have_value("")


def test_a_retry_is_stored_once(people, rows):
    alice, bob = people.login("alice"), people.login("bob")
    lost = []

    def lose_the_answer(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())  # the server has it, the browser never knows
            route.abort()

    alice.route("**/chat-send", lose_the_answer)
    say(alice, "only once")

    expect(body(bob, "only once")).to_be_visible()
    expect(body(alice, "only once")).to_be_visible()
    expect(alice.locator(".wait")).to_have_count(0)
    assert rows("SELECT xmsg FROM chat") == [("only once",)]


def test_without_network_messages_wait_and_go_in_order(people, rows):
    alice, bob = people.login("alice"), people.login("bob")
    alice.context.set_offline(True)

    for text in ("one", "two", "three"):
        say(alice, text)
    expect(alice.locator("#chat-status")).to_contain_text("offline")
    alice.context.set_offline(False)

    expect(body(bob, "three")).to_be_visible()
    assert rows("SELECT xmsg FROM chat ORDER BY msgid") == [
        ("one",),
        ("two",),
        ("three",),
    ]
    expect(alice.locator("#chat-status")).to_contain_text("Connected")


def test_text_stays_while_signed_out_and_goes_after_signing_in(people, rows):
    alice = people.login("alice")
    alice.context.clear_cookies()

    say(alice, "keep me")
    expect(alice.locator("#chat-banner")).to_contain_text("Signed out")
    other = people.page(alice.context)
    other.goto("/login?g=home")
    other.fill("#u", "alice")
    other.fill("#p", "pw-alice")
    other.click("form.narrow button.p")
    alice.bring_to_front()
    alice.evaluate("window.dispatchEvent(new Event('online'))")

    expect(body(alice, "keep me")).to_be_visible()
    expect(alice.locator("#chat-banner")).to_be_hidden()
    assert rows("SELECT xmsg FROM chat") == [("keep me",)]


def test_what_one_reads_does_not_move(people):
    alice, bob = people.login("alice"), people.login("bob")
    for number in range(40):
        post(bob, f"line {number}\n" * 3)
    expect(body(alice, "line 39")).to_be_visible()
    alice.locator("#chat-scroll").evaluate("box => { box.scrollTop = 300; }")
    expect(alice.locator("#chat-jump")).to_be_visible()
    watched = body(alice, "line 9")
    before = watched.bounding_box()["y"]

    say(bob, "something new")
    expect(alice.locator("#chat-jump")).to_have_text("↓ 1 new")
    alice.fill("#chat-text", "a\nb\nc\nd\ne\nf")

    assert abs(watched.bounding_box()["y"] - before) <= 2
    alice.click("#chat-jump")
    expect(body(alice, "something new")).to_be_in_viewport()


def test_a_message_is_deleted_for_everybody(people, rows):
    alice, bob = people.login("alice"), people.login("bob")
    say(bob, "oops")
    expect(body(alice, "oops")).to_be_visible()
    expect(alice.locator(".m", has_text="oops").locator(".m-a")).to_be_hidden()
    bob.on("dialog", lambda dialog: dialog.accept())

    bob.locator(".m", has_text="oops").hover()
    bob.click("[data-act=delete]")

    expect(body(alice, "oops")).to_have_count(0)
    expect(body(bob, "oops")).to_have_count(0)
    assert rows("SELECT xfrom, mdel FROM chat") == [("bob", 1)]


def test_files_are_attached_by_button_and_by_pasting(people):
    alice, bob = people.login("alice"), people.login("bob")
    picture = {"name": "dot.png", "mimeType": "image/png", "buffer": DOT_PNG}
    alice.set_input_files("#chat-file", picture)
    alice.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["hello\\n"], "notes.txt", { type: "text/plain" }));
            const options = { clipboardData: data, bubbles: true };
            const event = new ClipboardEvent("paste", options);
            document.getElementById("chat-text").dispatchEvent(event);
        }"""
    )
    expect(alice.locator("#chat-files li")).to_have_count(2)

    say(alice, "two files")

    expect(bob.locator(".m-f img.loaded")).to_have_count(1)
    expect(bob.locator(".m-f a", has_text="notes.txt")).to_be_visible()
    expect(body(bob, "two files")).to_be_visible()


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(people):
    alice = people.login("alice")
    sent = []
    alice.on("request", lambda r: sent.append(r.url) if "chat-send" in r.url else None)
    large = {"name": "trace.log", "mimeType": "text/plain", "buffer": b"x" * 11_000_000}

    alice.set_input_files("#chat-file", large)

    expect(alice.locator("#chat-files")).to_contain_text(
        "trace.log is 10.5 MB; the limit is 10 MB."
    )
    assert sent == []


def test_older_messages_are_loaded_without_moving_the_view(people):
    bob = people.login("bob")
    for number in range(80):
        post(bob, f"old {number}")

    alice = people.login("alice")
    expect(alice.locator(".m[data-id]")).to_have_count(50)
    alice.locator("#chat-scroll").evaluate("box => { box.scrollTop = 100; }")

    expect(alice.locator(".m[data-id]")).to_have_count(80)
    expect(alice.locator("#chat-older")).to_be_hidden()
    numbers = alice.locator(".m").evaluate_all("rows => rows.map(r => +r.dataset.id)")
    assert numbers == sorted(numbers)


def test_enter_makes_a_line_where_it_should_not_send(people):
    alice = people.login("alice")

    alice.fill("#chat-text", "a")
    alice.press("#chat-text", "Shift+Enter")
    alice.type("#chat-text", "```")
    alice.press("#chat-text", "Enter")
    alice.type("#chat-text", "code")

    expect(alice.locator("#chat-text")).to_have_value("a\n```\ncode")
    alice.press("#chat-text", "Control+Enter")
    expect(body(alice, "code")).to_be_visible()


def test_the_keyboard_goes_through_the_messages_and_back(people):
    alice = people.login("alice")
    for text in ("first", "second"):
        say(alice, text)
    expect(body(alice, "second")).to_be_visible()

    alice.press("#chat-text", "ArrowUp")
    alice.keyboard.press("ArrowUp")

    focused = "document.activeElement.closest('.m').querySelector('.m-b').textContent"
    assert alice.evaluate(focused) == "first"
    alice.keyboard.press("x")
    expect(alice.locator("#chat-text")).to_have_value("x")
    expect(alice.locator("#chat-text")).to_be_focused()


def test_without_scripts_one_reads_and_posts(people, rows):
    bob = people.login("bob", java_script_enabled=False)

    bob.fill("#chat-text", "by form")
    bob.click("#chat-send")

    expect(body(bob, "by form")).to_be_visible()
    assert bob.url.endswith("/chat")
    assert rows("SELECT xfrom, xmsg FROM chat") == [("bob", "by form")]


def test_who_lost_the_capability_is_shown_out_at_once(people, sql):
    alice, bob = people.login("alice"), people.login("bob")
    say(alice, "a secret")
    expect(body(bob, "a secret")).to_be_visible()

    sql("UPDATE user SET cap='o' WHERE login='bob'")

    expect(bob.locator("#chat-status")).to_contain_text("No access")
    expect(bob.locator(".m")).to_have_count(0)


def test_a_page_that_one_may_not_see_says_why(people):
    carol = people.page(people.context())
    carol.goto("/chat")
    expect(carol.locator("#main")).to_contain_text("Sign in to use the chat.")

    carol.goto("/login?g=chat")
    carol.fill("#u", "carol")
    carol.fill("#p", "pw-carol")
    carol.click("form.narrow button.p")

    expect(carol.locator("#main")).to_contain_text("It needs the capability Chat")
    expect(carol.locator("#main")).to_contain_text("dora, drh")


def test_the_first_visit_is_small(people):
    page = people.page(people.context())
    page.goto("/login?g=chat")
    page.fill("#u", "alice")
    page.fill("#p", "pw-alice")
    sizes = {"script": 0, "stylesheet": 0}
    wire = []

    def weigh(response):
        if response.request.resource_type in sizes:
            sizes[response.request.resource_type] += len(response.body())

    page.on("response", weigh)
    page.on("requestfinished", lambda r: wire.append(r.sizes()["responseBodySize"]))
    page.click("form.narrow button.p")
    expect(page.locator("#chat[data-conn=live]")).to_be_attached()

    assert 0 < sizes["script"] <= 40_000
    assert 0 < sizes["stylesheet"] <= 15_000
    assert sum(wire) <= 25_000


def test_the_phone_layout_leaves_room_for_messages(people):
    alice = people.login(
        "alice", viewport={"width": 390, "height": 700}, has_touch=True
    )
    for number in range(30):
        post(alice, f"line {number}")
    expect(body(alice, "line 29")).to_be_visible()

    log = alice.locator("#chat-scroll").bounding_box()
    assert log["y"] <= 100
    assert log["height"] >= 520
    assert alice.evaluate("document.documentElement.scrollWidth") <= 390
    assert (
        alice.locator("#chat-text").evaluate("f => getComputedStyle(f).fontSize")
        == "16px"
    )
    for control in ("#chat-send", "#chat-attach", "summary[aria-label=Menu]"):
        assert alice.locator(control).bounding_box()["height"] >= 44
