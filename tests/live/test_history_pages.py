"""The timeline and check-ins in a real browser."""

import re

import history
import pytest
from playwright.sync_api import expect

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
