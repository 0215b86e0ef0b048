"""What takes long comes after the page: a browser fills it in."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from repoweb.repository.checkin import check_in
from repoweb.repository.repository import Repository

CODE = b"def f(): return None  # text\n" * 500
FILES = 60
LINES = "".join(f"{n}\n" for n in range(100))


@pytest.fixture
def path(path):
    """The repository under test, with a long file and a large check-in."""
    repository = Repository(path)
    texts = (LINES, LINES.replace("50\n", "fifty\n"))
    for hour, text in enumerate(texts):
        files = {f"f{n:02}": text.encode() for n in range(FILES)} | {"long.py": CODE}
        with repository.writing() as db:
            time = datetime(2099, 3, 1, hour, tzinfo=UTC)
            check_in(db, files, comment="files", user="drh", time=time)
    repository.close()
    return path


@pytest.fixture
def page(people):
    return people.page(people.context())


@pytest.mark.parametrize("address", ["/file/long.py", "/annotate/long.py"])
def test_the_colours_of_a_long_file_arrive(page, address):
    page.goto(f"{address}?ci=tip#ln3")

    expect(page.locator(".c-k", has_text="def")).to_have_count(500)
    expect(page.locator("a[id^=ln]")).to_have_count(500)
    expect(page.locator("#ln3:target")).to_have_count(1)


def test_lines_can_be_marked_without_colours_and_with(page):
    page.route("**whole=1", lambda route: route.abort())
    page.goto("/file/long.py")
    page.click("#ln3")
    expect(page.locator(".mark")).to_have_count(1)
    page.unroute("**whole=1")

    page.reload()
    expect(page.locator(".c-k").first).to_be_visible()
    page.click("#ln5", modifiers=["Shift"])

    expect(page.locator(".mark")).to_have_count(3)


def test_without_scripts_a_link_leads_to_the_colours(people):
    page = people.page(people.context(java_script_enabled=False))
    page.goto("/file/long.py")

    page.get_by_role("link", name="Show it in colours").click()

    expect(page.locator(".c-k", has_text="def")).to_have_count(500)


def test_the_rest_of_a_large_difference_arrives(page):
    page.goto("/info/tip")

    expect(page.locator(".diff")).to_have_count(FILES)
    expect(page.locator(".changes li").last).to_have_text("edited f59 +1 -1")
    expect(page.locator(".rest, [data-later]")).to_have_count(0)


def test_a_link_to_a_file_of_the_rest_leads_there(page):
    page.goto("/info/tip#d60")

    expect(page.locator(".diff")).to_have_count(FILES)
    expect(page.locator("#d60 table")).to_be_in_viewport()


def test_omitted_lines_of_the_rest_can_be_shown(page):
    page.goto("/info/tip")

    page.locator("#d60").get_by_role("button", name="↑ 20 more").click()

    expect(page.locator("#d60 tr")).to_have_count(34)


def test_when_it_cannot_be_loaded_a_link_leads_to_all(page):
    page.route("**whole=1", lambda route: route.abort())
    page.goto("/info/tip")

    expect(page.locator(".rest")).to_contain_text("The rest could not be loaded.")
    page.unroute("**whole=1")
    page.get_by_role("link", name="Show it").click()

    expect(page.locator(".diff")).to_have_count(FILES)
    expect(page.locator(".rest")).to_have_count(0)


def test_what_has_become_another_page_is_not_filled_in(page):
    """As /info/tip, when somebody has just checked in."""
    other = "<title>Check-in</title><section id=d60>other</section>"
    page.route("**whole=1", lambda route: route.fulfill(body=other))
    page.goto("/info/tip")

    expect(page.locator(".rest")).to_contain_text("The rest could not be loaded.")
    expect(page.locator("#d60")).not_to_contain_text("other")


@pytest.mark.parametrize("address", ["/dir?", "/tree?expand=1&"])
def test_who_changed_files_last_arrives(page, sql, address):
    """The history counts as long; of the newest check-in they would be known."""
    sql("INSERT INTO plink(rowid, pid, cid, isprim, mtime) VALUES(9999, 9, 9, 1, 1)")
    page.goto(f"{address}ci=2099-03-01T00:30:00")

    expect(page.locator("[id^='f/']", has_text="2099-03-01")).to_have_count(FILES + 1)
    expect(page.locator("[data-later]")).to_have_count(0)
