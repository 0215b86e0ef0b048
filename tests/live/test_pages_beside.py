"""The pages beside the chat: its administration and its days, in a real browser."""

import pytest
from playwright.sync_api import expect
from talk import login, post

PHONE = {"width": 320, "height": 640}


def is_wider_than_the_screen(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.fixture
def drh(people):
    return people.login("drh")


def test_the_effect_of_other_values_is_told_while_they_are_typed(drh):
    drh.goto("/Admin/Chat")
    line = drh.locator("#keep-effect")
    expect(line).to_have_text("Now 0 messages; these values would delete 0.")

    drh.get_by_label("Days to keep messages").fill("0")
    expect(line).to_contain_text("kept for ever")
    drh.get_by_label("Days to keep messages").fill("a week")
    expect(line).to_have_text("Must be a number.")


def test_a_token_is_made_used_and_revoked(drh, program):
    drh.goto("/Admin/Chat")
    drh.get_by_label("What the new token is for").fill("Build server")
    drh.get_by_role("button", name="Make a token").click()
    header = {"Authorization": f"Bearer {drh.locator('#secret').text_content()}"}

    said = program.post("/chat-send", headers=header, form={"msg": "Built"})
    drh.get_by_role("button", name="Revoke Build server").click()
    expect(drh.get_by_text("Revoked the token “Build server”.")).to_be_visible()
    refused = program.get("/chat-poll?wait=0", headers=header)

    assert (said.status, said.text()) == (200, "")
    assert refused.json()["code"] == "login"


@pytest.fixture
def program(people):
    """A program: it has no cookies and is no browser."""
    return people.context().request


def test_a_day_can_be_read_on_a_phone_without_scripts(people):
    bob = people.login("bob")
    post(bob, "Hello @alice, see [chat:1]\n" + "x" * 500)
    alice = people.page(people.context(viewport=PHONE, java_script_enabled=False))
    login(alice, "alice")

    alice.goto("/chat?d=today")

    expect(alice.locator(".m-b")).to_contain_text("Hello @alice")
    assert not is_wider_than_the_screen(alice)
    alice.emulate_media(media="print")
    expect(alice.get_by_role("navigation", name="Days")).to_be_hidden()


def test_the_menu_has_a_dot_for_those_who_do_not_see_it_too(people):
    alice, bob = people.login("alice"), people.login("bob")
    alice.goto("/home")
    expect(alice.locator(".wide .dot")).to_have_count(0)
    post(bob, "news")

    alice.reload()

    expect(alice.get_by_role("link", name="Chat (unread)")).to_be_visible()
    expect(alice.locator(".wide .dot")).to_be_visible()
