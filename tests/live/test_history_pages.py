"""The timeline and check-ins in a real browser."""

import re

import history
import pytest
from playwright.sync_api import expect

from repoweb.repository.artifacts import receive, store
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


def test_they_are_chosen_on_other_pages_with_a_graph_too(page):
    page.goto("/leaves?all")
    nodes = page.locator("[data-node]")

    nodes.nth(0).click()
    nodes.nth(1).click()

    expect(page).to_have_url(re.compile(r"/vdiff\?from=\w{16}&to=\w{16}$"))


@pytest.mark.parametrize("width", [320, 390])
def test_many_lanes_leave_room_for_the_words_on_a_phone(people, made, sql, width):
    """Beside so many branches the text would be one word wide."""
    with_time = "julianday('2026-06-01', '+' || i || ' minutes')"
    for table, values in (
        ("blob(rid, size, uuid)", "100000+i, 1, printf('%064x', i)"),
        (
            "event(type, mtime, objid, user, comment)",
            f"'ci', {with_time}, 100000+i, 'drh', 'a check-in with some words'",
        ),
        (
            "plink(pid, cid, isprim, mtime)",
            f"{made.rids['one']}, 100000+i, 1, {with_time}",
        ),
        ("tagxref(rid, tagid, tagtype, value)", "100000+i, 8, 2, 'branch' || i"),
    ):
        sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<40)"
            f" INSERT INTO {table} SELECT {values} FROM n"
        )
    page = people.page(people.context(viewport={"width": width, "height": 700}))

    page.goto("/timeline")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    widths = page.evaluate(
        "[...document.querySelectorAll('.said')].map(e => e.parentElement.clientWidth)"
    )
    assert len(widths) == 47
    assert min(widths) > width / 2


@pytest.mark.parametrize("width", [320, 390, 1200])
@pytest.mark.parametrize(
    "address",
    [
        *("/timeline", "/info/tip", "/info/tip?diff=2", "/brlist", "/ci_tags/tip"),
        *("/reports?view=byuser", "/reports?view=lastchng"),
    ],
)
def test_nothing_is_wider_than_the_window(people, made, sql, width, address):  # noqa: ARG001
    sql("UPDATE event SET user='somebody.with.a.long.name@and.a.long.example.com'")
    page = people.page(people.context(viewport={"width": width, "height": 700}))

    page.goto(address)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_names_of_files_leave_room_for_their_bars(people, made, sql, width):  # noqa: ARG001
    sql("UPDATE filename SET name=name || ?", "_and_more" * 20)
    page = people.page(people.context(viewport={"width": width, "height": 700}))

    page.goto("/reports?view=byfile")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bars = page.locator(".length").evaluate_all("all => all.map(e => e.clientWidth)")
    assert min(bars) > width / 6


def test_both_sides_are_as_wide_though_the_first_line_is_new(page, made):
    page.goto(f"/vdiff?from={made['two']}&to={made['three']}&diff=2")

    sides = page.locator(".sbs tr").first.locator(".l")

    old, new = sides.evaluate_all("all => all.map(e => e.clientWidth)")
    assert abs(old - new) <= 1


def test_what_a_click_in_the_graph_does_is_told_where_one_looks(page):
    page.set_viewport_size({"width": 390, "height": 300})

    page.locator("[data-node]").first.click()

    expect(page.get_by_role("status")).to_be_in_viewport(ratio=1)


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


class TestLinesThatADifferenceLeavesOut:
    OLD = "".join(f"line {n}\n" for n in range(1, 201))

    @pytest.fixture
    def difference(self, people, path):
        """Open the difference of two files, in one column or in two."""
        repository = Repository(path)
        with repository.writing() as db:
            receipt = receive(db, "drh")
            changed = self.OLD.replace("line 100\n", "more\nline 100\n")
            hashes = [
                store(db, text.encode(), receipt)[1] for text in (self.OLD, changed)
            ]
        repository.close()

        def show(columns):
            page = people.page(people.context())
            page.goto(f"/fdiff?v1={hashes[0]}&v2={hashes[1]}&diff={columns}")
            return page

        return show

    @pytest.mark.parametrize(("columns", "cells"), [(1, 4), (2, 4)])
    def test_some_or_all_are_shown_on_demand(self, difference, columns, cells):
        page = difference(columns)
        rows = page.locator(".diff tr:not(.skip)")
        expect(rows).to_have_count(11)

        page.get_by_role("button", name="↑ 20 more").first.click()
        expect(rows).to_have_count(31)
        page.get_by_role("button", name="↓ 20 more").last.click()
        expect(rows).to_have_count(51)
        page.get_by_role("button", name="Show all 74 lines").click()
        page.get_by_role("button", name="Show all 76 lines").click()

        expect(page.locator(".skip")).to_have_count(0)
        expect(rows).to_have_count(201)
        expect(rows.nth(0).locator("td")).to_have_count(cells)
        numbers = page.locator(".diff td.n:nth-child(1)").all_inner_texts()
        assert [n for n in numbers if n] == [str(n) for n in range(1, 201)]
        shown = page.locator(".diff td.l:last-child").all_inner_texts()
        assert [text for text in shown if text] == [
            *self.OLD.splitlines()[:99],
            *("more", *self.OLD.splitlines()[99:]),
        ]

    def test_the_keyboard_is_enough_and_keeps_its_place(self, difference):
        page = difference(1)
        page.get_by_role("button", name="↑ 20 more").first.focus()

        page.keyboard.press("Enter")
        expect(page.locator(".diff tr:not(.skip)")).to_have_count(31)
        page.keyboard.press("Enter")

        expect(page.locator(".diff tr:not(.skip)")).to_have_count(51)
        expect(page.locator("button:focus")).to_have_text("↑ 20 more")

    def test_what_cannot_be_loaded_can_be_tried_again(self, difference):
        page = difference(1)
        page.route("**/jchunk/**", lambda route: route.abort())
        page.get_by_role("button", name="Show all").first.click()
        button = page.get_by_role("button", name="could not be loaded")
        expect(button).to_be_focused()
        page.unroute("**/jchunk/**")

        button.click()

        expect(page.locator(".skip")).to_have_count(1)
