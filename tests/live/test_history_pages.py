"""The timeline and check-ins in a real browser."""

import re

import history
import pytest
from playwright.sync_api import expect

from repoweb.repository.content import artifact_hash
from repoweb.repository.repository import Repository


@pytest.fixture
def made(path):
    repository = Repository(path)
    made = history.make(repository)
    repository.close()
    return made


@pytest.fixture
def page(made, people):  # noqa: ARG001 - what is shown
    page = people.page(people.context())
    page.goto("/timeline")
    return page


def test_clicking_two_check_ins_shows_what_differs(page, made):
    nodes = page.locator("[data-node]")

    nodes.nth(5).click()
    expect(page.get_by_role("status")).to_contain_text("Click another check-in")
    nodes.nth(2).click()

    expect(page).to_have_url(
        re.compile(rf"/vdiff\?from={made['one'][:16]}&to={made['four'][:16]}$")
    )
    expect(page.locator(".changes li")).to_have_count(2)


def test_clicking_the_same_one_again_chooses_nothing(page):
    node = page.locator("[data-node]").first

    node.click()
    node.click()

    expect(page.locator(".chosen")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/timeline$"))


def test_lines_of_the_graph_meet_from_row_to_row(page):
    gaps = page.evaluate(
        """() => [...document.querySelectorAll("td.g")].map(cell =>
            cell.getBoundingClientRect().height
            - cell.querySelector("svg").getBoundingClientRect().height)"""
    )

    assert all(gap <= 0.5 for gap in gaps), gaps


@pytest.mark.parametrize("width", [320, 390, 1200])
@pytest.mark.parametrize(
    "address", ["/timeline", "/info/tip", "/info/tip?diff=2", "/brlist"]
)
def test_nothing_is_wider_than_the_window(people, made, width, address):  # noqa: ARG001
    page = people.page(people.context(viewport={"width": width, "height": 700}))

    page.goto(address)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_script_all_of_it_can_be_read(people, made):
    page = people.page(people.context(java_script_enabled=False))

    page.goto("/timeline")
    page.get_by_role("link", name=made["four"][:10]).click()

    expect(page.locator("h1")).to_have_text(f"Check-in {made['four'][:10]}")


def test_hovering_a_check_in_tells_its_hash(page, made):
    node = page.locator("[data-node]").nth(2)

    node.hover()

    expect(node.locator("title")).to_have_text(made["four"][:10])
    assert node.evaluate("e => getComputedStyle(e).cursor") == "pointer"


@pytest.mark.parametrize("kind", ["check-in", "artifact"])
def test_what_is_shown_is_talked_about_in_the_chat(people, made, kind):
    page = people.login("alice")
    if kind == "check-in":
        address = f"/info/{made['four']}"
    else:
        address = f"/artifact/{artifact_hash(history.FILES['six']['src/b.py'])}"
    page.goto(address)

    page.get_by_role("link", name="Discuss in chat").click()
    expect(page.locator("#chat-text")).to_have_value(re.compile(r"^\[\S+\] $"))
    page.locator("#chat-text").press("End")
    page.locator("#chat-text").type("look")
    page.locator("#chat-text").press("Enter")
    link = page.locator(
        "#chat-log article a[href*='/info/'], #chat-log a[href*='/artifact/']"
    ).last
    expect(link).to_be_visible()
    page.goto(link.get_attribute("href"))

    expect(page.locator("h1")).to_contain_text(address.rpartition("/")[2][:10])


def test_a_visitor_with_scripts_passes_where_robots_do_not(people, made, sql):  # noqa: ARG001
    sql(
        "REPLACE INTO config(name, value, mtime)"
        " VALUES('robot-restrict', 'tree,timelineX', 0)"
    )
    page = people.page(people.context())
    answer = page.request.get("/tree?ci=tip")
    assert (answer.status, "not for robots" in answer.text()) == (403, True)

    page.goto("/tree?ci=tip")
    expect(page).to_have_url(re.compile(r"/tree\?ci=tip$"))
    expect(page.locator("h1")).to_have_text("All files")
    page.goto("/timeline?p=tip")

    expect(page.locator("h1")).to_have_text("Ancestors of tip")
