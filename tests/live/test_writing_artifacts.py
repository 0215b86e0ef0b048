"""Posts, pages, tickets and technotes, written by people in a real browser."""

import pytest
from playwright.sync_api import expect

from repoweb.repository.repository import Repository


@pytest.fixture
def path(path):
    """The repository under test: alice may do everything, bob's posts wait."""
    repository = Repository(path)
    with repository.writing() as db:
        db.execute("UPDATE user SET cap='oijfkmrnwbC2345' WHERE login='alice'")
        db.execute("UPDATE user SET cap='ojrC23' WHERE login='bob'")
    repository.close()
    return path


@pytest.fixture
def sign_in(people):
    """Open a page as somebody, in a browser of his own."""

    def run(login, place):
        page = people.page(people.context())
        page.goto(f"/login?g={place}")
        page.fill("#u", login)
        page.fill("#p", f"pw-{login}")
        page.click("form.narrow button.p")
        return page

    return run


def test_two_people_talk_in_the_forum_and_a_moderator_lets_one_in(sign_in):
    alice, bob = sign_in("alice", "forumnew"), sign_in("bob", "forum")
    alice.fill("#title", "When do we meet?")
    alice.fill("#content", "Tomorrow, **at nine**?")
    expect(alice.locator(".preview strong")).to_have_text("at nine")
    alice.click("text=Post")
    expect(alice.locator("article")).to_have_count(1)

    bob.reload()
    expect(bob.locator(".unread")).to_have_count(1)
    bob.click("text=When do we meet?")
    bob.click("text=Quote")
    expect(bob.locator(".preview blockquote")).to_contain_text("nine")
    bob.locator("#content").press("Control+End")
    bob.locator("#content").press_sequentially("Gladly.")
    bob.click("button:has-text('Reply')")
    expect(bob.locator(".wait")).to_contain_text("waits for a moderator")

    alice.reload()
    alice.click("button:has-text('Approve')")
    alice.goto("/forum")
    alice.click("text=When do we meet?")
    expect(alice.locator("article").nth(1)).to_contain_text("Gladly.")


def test_what_was_typed_is_there_again_until_it_is_sent(sign_in):
    alice = sign_in("alice", "forumnew")
    alice.fill("#title", "A draft")
    alice.fill("#content", "Not yet ready")
    expect(alice.locator(".draft")).to_have_text("Draft kept")

    alice.goto("/forumnew")
    expect(alice.locator("#content")).to_have_value("Not yet ready")
    expect(alice.locator("#title")).to_have_value("A draft")
    alice.click("button.p:has-text('Post')")
    expect(alice.locator("article")).to_contain_text("Not yet ready")

    alice.goto("/forumnew")
    expect(alice.locator("#content")).to_have_value("")


def test_no_field_sticks_out_on_a_phone(sign_in):
    alice = sign_in("alice", "forum")
    alice.set_viewport_size({"width": 360, "height": 700})

    alice.goto("/tktnew")

    boxes = "all => all.map(e => e.getBoundingClientRect().right)"
    (room,) = alice.locator("h1").evaluate_all(boxes)
    fields = alice.locator("form.editor :is(input:not([type=hidden]), textarea)")
    assert max(fields.evaluate_all(boxes)) <= room + 1


def test_a_draft_can_be_thrown_away(sign_in):
    alice = sign_in("alice", "forumnew")
    alice.fill("#content", "Not yet ready")
    expect(alice.locator(".draft")).to_have_text("Draft kept")
    alice.goto("/forumnew")

    alice.click("text=Discard it")

    expect(alice.locator("#content")).to_have_value("")
    alice.goto("/forumnew")
    expect(alice.locator("#content")).to_have_value("")


def test_two_people_edit_the_same_page_and_put_both_together(sign_in):
    alice = sign_in("alice", "wikinew")
    alice.fill("#name", "Plan")
    alice.click("button.p")
    alice.fill("#content", "one\n\ntwo\n")
    alice.click("button.p:has-text('Save')")
    drh = sign_in("drh", "wikiedit%3Fname%3DPlan")
    alice.click("text=Edit")
    drh.goto("/wikiedit?name=Plan")

    drh.fill("#content", "one of drh\n\ntwo\n")
    drh.click("button.p:has-text('Save')")
    expect(drh.locator(".markup")).to_contain_text("one of drh")
    alice.fill("#content", "one\n\ntwo of alice\n")
    alice.click("button.p:has-text('Save')")

    expect(alice.locator(".problem")).to_contain_text("changed meanwhile")
    expect(alice.locator(".conflict")).to_contain_text("one of drh")
    alice.fill("#content", "one of drh\n\ntwo of alice\n")
    alice.click("button.p:has-text('Save')")
    expect(alice.locator(".markup")).to_contain_text("two of alice")


def test_a_ticket_goes_from_new_to_closed(sign_in):
    alice = sign_in("alice", "tktnew")
    alice.fill("[name=title]", "The door squeaks")
    alice.select_option("[name=severity]", "Minor")
    alice.fill("#content", "Since *yesterday*")
    alice.click("button.p:has-text('Create')")
    expect(alice.locator(".fields")).to_contain_text("Open")

    alice.click("text=Edit")
    alice.select_option("[name=status]", "Closed")
    alice.select_option("[name=resolution]", "Fixed")
    alice.fill("#content", "Oiled.")
    alice.click("button.p:has-text('Save')")

    expect(alice.locator(".fields")).to_contain_text("Closed")
    expect(alice.locator(".entry")).to_have_count(2)


def test_a_technote_is_written_and_stands_in_the_timeline(sign_in):
    alice = sign_in("alice", "technoteedit")
    alice.fill("#comment", "We have moved")
    alice.fill("[name=time]", "2026-01-02 03:04")
    alice.fill("#content", "To **the new house**")
    alice.click("button.p:has-text('Save')")
    expect(alice.locator("h1")).to_have_text("We have moved")

    alice.goto("/timeline?y=e")

    expect(alice.locator("main")).to_contain_text("We have moved")


def test_messages_are_chosen_with_shift_and_kept_as_a_thread(sign_in):
    alice = sign_in("alice", "chat")
    for number in range(4):
        alice.request.post(
            "/chat-send",
            form={"msg": f"message {number}"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
    alice.goto("/chat-keep")
    boxes = alice.locator(".line input")
    expect(boxes).to_have_count(4)

    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(alice.locator("#count")).to_have_text("3 chosen")
    alice.fill("[name=title]", "The talk")
    alice.click("button.p:has-text('Keep')")

    expect(alice.locator("article blockquote")).to_have_count(3)
    alice.goto("/chat")
    expect(alice.locator("#chat")).to_contain_text("Kept from the chat")
