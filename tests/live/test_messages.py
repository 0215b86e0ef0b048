"""Deleting, files: what one does with a message of one's own."""

import re

from playwright.sync_api import expect
from talk import DOT_PNG, attach, body, login, menu, picture, post, row, say

PASTE = """([name, bytes, type]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
    document.getElementById("chat-text").dispatchEvent(event);
}"""
PASTE_TEXT = """(text) => {
    const field = document.getElementById("chat-text");
    const data = new DataTransfer();
    data.setData("text/plain", text);
    field.value = text;
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
    field.dispatchEvent(event);
}"""


def test_a_message_is_deleted_for_everybody_after_six_seconds(people, rows):
    alice, bob = people.login("alice"), people.login("bob")
    say(bob, "oops")
    say(bob, "next")
    expect(body(alice, "next")).to_be_visible()
    bob.clock.install()

    row(bob, "oops").locator("article").focus()
    bob.keyboard.press("Delete")
    bob.keyboard.press("Delete")  # what is gone cannot go again
    expect(row(bob, "oops")).to_contain_text("Deleted. Undo (6)")
    expect(bob.get_by_role("button", name="Undo")).to_have_count(1)
    assert rows("SELECT mdel FROM chat WHERE mdel") == []
    bob.clock.run_for(6000)

    expect(body(alice, "oops")).to_have_count(0)
    expect(body(bob, "oops")).to_have_count(0)
    assert rows("SELECT xfrom, mdel FROM chat WHERE mdel") == [("bob", 1)]
    focused = "document.activeElement.closest('.m').querySelector('.m-b').textContent"
    assert bob.evaluate(focused) == "next"


def test_a_deletion_that_is_undone_does_not_happen(people, rows):
    bob = people.login("bob")
    say(bob, "not oops")
    expect(body(bob, "not oops")).to_be_visible()
    bob.clock.install()

    menu(bob, "not oops", "Delete for everyone")
    bob.clock.run_for(4000)
    bob.get_by_role("button", name="Undo (2)").click()
    bob.clock.run_for(10_000)

    expect(body(bob, "not oops")).to_be_visible()
    assert rows("SELECT count(*) FROM chat") == [(1,)]


def test_a_deletion_happens_at_once_when_one_leaves_the_page(people):
    alice, bob = people.login("alice"), people.login("bob")
    say(bob, "oops")
    expect(body(alice, "oops")).to_be_visible()
    expect(body(bob, "oops")).to_be_visible()

    menu(bob, "oops", "Delete for everyone")
    bob.goto("/home")

    expect(body(alice, "oops")).to_have_count(0)


def test_only_the_author_and_administrators_may_delete(people, rows):
    alice, bob, dora = (people.login(name) for name in ("alice", "bob", "dora"))
    say(alice, "mine")
    expect(body(bob, "mine")).to_be_visible()
    expect(body(dora, "mine")).to_be_visible()

    row(bob, "mine").hover()
    bob.click("#chat-more")
    expect(bob.get_by_role("menuitem", name="Copy text")).to_be_visible()
    expect(bob.get_by_role("menuitem", name="Delete for everyone")).to_be_hidden()
    answer = bob.evaluate(
        "fetch('chat-delete/1', { method: 'POST' }).then((r) => r.json())"
    )
    assert answer["isError"]
    assert rows("SELECT count(*) FROM chat WHERE mdel IS NULL") == [(1,)]

    menu(dora, "mine", "Delete for everyone")
    dora.goto("/home")
    expect(body(bob, "mine")).to_have_count(0)


def test_a_message_is_kept_where_it_stays(people):
    alice = people.login("alice")
    say(alice, "worth keeping")

    menu(alice, "worth keeping", "Keep in forum, wiki or ticket")

    chosen = alice.get_by_role("checkbox", name="worth keeping")
    expect(chosen).to_be_checked()


def test_one_takes_a_message_back_into_the_field(people):
    alice, bob = people.login("alice"), people.login("bob")
    say(bob, "half a")
    expect(body(alice, "half a")).to_be_visible()
    expect(body(bob, "half a")).to_be_visible()

    menu(bob, "half a", "Take back")

    expect(bob.locator("#chat-text")).to_have_value("half a")
    expect(body(alice, "half a")).to_have_count(0)


def test_pictures_are_pasted_and_keep_their_place(people):
    alice, bob = people.login("alice"), people.login("bob")
    alice.evaluate(PASTE, ["dot.png", list(DOT_PNG), "image/png"])
    attach(alice, "notes.txt", b"hello\n")
    expect(alice.locator("#chat-files li")).to_have_count(2)

    say(alice, "two files")

    expect(bob.locator(".m-f img.loaded")).to_have_count(1)
    size = [bob.locator(".m-f img").get_attribute(name) for name in ("width", "height")]
    assert size == ["1", "1"]
    expect(bob.locator(".m-f a", has_text="notes.txt")).to_be_visible()
    expect(body(bob, "two files")).to_be_visible()


def test_a_file_that_is_too_large_or_empty_is_refused_before_it_is_sent(people):
    alice = people.login("alice")
    sent = []
    alice.on("request", lambda r: sent.append(r.url) if "chat-send" in r.url else None)

    attach(alice, "trace.log", b"x" * 11_000_000)
    attach(alice, "notes.txt", b"")

    expect(alice.locator("#chat-files li")).to_contain_text(
        [
            "trace.log is 10.5 MB; the limit is 10 MB.",
            "notes.txt is empty and was not attached.",
        ],
        use_inner_text=True,
    )
    assert sent == []


def test_an_upload_shows_how_far_it_is_and_can_be_cancelled(people, rows):
    alice = people.login("alice")
    slow = alice.context.new_cdp_session(alice)
    slow.send("Network.enable")
    rate = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    slow.send("Network.emulateNetworkConditions", {"offline": False, **rate})
    attach(alice, "large.bin", b"x" * 4_000_000)

    alice.click("#chat-send")
    expect(alice.locator(".wait progress")).to_be_visible()
    alice.get_by_role("button", name="Cancel").click()

    expect(alice.locator(".wait")).to_have_count(0)
    expect(alice.locator("#chat-files li")).to_contain_text("large.bin")
    assert rows("SELECT count(*) FROM chat") == [(0,)]


def test_the_first_lines_of_a_patch_are_shown_escaped_and_in_colours(people):
    alice, bob = people.login("alice"), people.login("bob")
    lines = ["--- a/x", "+++ b/x", "-<b>old</b>", "+<script>new</script>"]
    patch = "\n".join([*lines, *(f" {number}" for number in range(20))])
    attach(bob, "fix.patch", patch.encode())
    bob.click("#chat-send")

    alice.get_by_role("button", name="Show the first 12 of 24 lines").click()

    expect(alice.locator("pre")).to_contain_text("<script>new</script>")
    expect(alice.locator("pre del")).to_contain_text(["--- a/x", "-<b>old</b>"])
    assert alice.locator("pre b, pre script").count() == 0


def test_an_attached_page_is_a_download(people):
    alice = people.login("alice")
    page = {"name": "x.html", "mimeType": "text/html", "buffer": b"<script>1</script>"}
    post(alice, "", file=page)

    answer = alice.request.get("/chat-download/1")

    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_huge_paste_can_become_a_file(people):
    alice = people.login("alice")
    alice.evaluate(PASTE_TEXT, "\n".join(map(str, range(312))))

    alice.get_by_role("button", name="Attach as paste.txt instead (312 lines)").click()

    expect(alice.locator("#chat-text")).to_have_value("")
    expect(alice.locator("#chat-files li")).to_contain_text("paste.txt")


def test_files_are_dropped_anywhere_on_the_page(people):
    alice = people.login("alice")
    alice.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "dropped.txt"));
            const options = { dataTransfer: data, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new DragEvent("drop", options));
        }"""
    )

    expect(alice.locator("#chat-files li")).to_contain_text("dropped.txt")


def test_a_picture_that_cannot_be_shown_is_a_link(people):
    alice, bob = people.login("alice"), people.login("bob")
    broken = picture(300, 200)[:8] + b"nothing of a picture"
    file = {"name": "broken.png", "mimeType": "image/png", "buffer": broken}
    post(bob, "", file=file)

    expect(alice.locator(".m-f")).to_contain_text("broken.png")
    expect(alice.locator(".m-f img")).to_have_count(0)
    expect(alice.locator("#chat-status")).to_have_text(re.compile("Connected"))


def test_a_file_can_be_attached_without_a_connection(people):
    alice = people.login("alice")
    with alice.expect_response(re.compile("later/writing")):
        pass
    alice.context.set_offline(True)

    attach(alice, "notes.txt", b"hello")

    expect(alice.locator("#chat-files li")).to_contain_text("notes.txt")


def test_who_sends_at_once_sends_the_file_that_was_just_chosen(people, rows):
    context, held = people.context(), []

    def hold(route):
        held.append(route)

    context.route("**/later/writing.js", hold)
    alice = people.page(context)
    login(alice, "alice")
    expect(alice.locator("#chat[data-conn=live]")).to_be_attached()

    attach(alice, "notes.txt", b"hello")
    alice.fill("#chat-text", "quick")
    alice.click("#chat-send")
    expect(alice.locator("#chat-text")).to_have_value("quick")
    while not held:
        alice.wait_for_timeout(20)
    held[0].continue_()

    expect(body(alice, "quick")).to_be_visible()
    assert rows("SELECT xmsg, fname FROM chat") == [("quick", "notes.txt")]


def test_who_sends_too_fast_has_his_messages_sent_later_and_once(
    people, configure, rows
):
    configure("fx-chat-per-minute", "2")
    bob = people.login("bob")
    for text in ("one", "two", "three"):
        say(bob, text)

    waiting = bob.locator("[data-wait]", has_text="three")
    expect(waiting.locator(".m-s")).to_contain_text(
        re.compile(r"Too many messages\. Sending again in")
    )
    assert rows("SELECT xmsg FROM chat") == [("one",), ("two",)]
    configure("fx-chat-per-minute", "0")
    bob.evaluate("dispatchEvent(new Event('online'))")  # it need not wait for so long

    expect(row(bob, "three")).to_have_attribute("data-id", "3")
    assert rows("SELECT xmsg FROM chat") == [("one",), ("two",), ("three",)]
