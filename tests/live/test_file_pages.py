"""The pages of files in a real browser: lines, the way to the chat, no scripts run."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from repoweb.repository.attachments import Upload, attach
from repoweb.repository.checkin import check_in
from repoweb.repository.repository import Repository
from repoweb.repository.writing.put import Author

EVIL = "<script>document.title = 'run'</script><h1>Evil</h1><img src=a.png>"
STYLED = (
    "<link rel=stylesheet href=style.css><img id=pic src=dot.png>"
    "<p id=text>styled</p><script>document.title = 'run'</script>"
)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='document.title = 1'/>"
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c636060606000000005000146f2cd1d0000000049454e44ae426082"
)


@pytest.fixture
def path(path):
    """The repository under test, with a few files."""
    repository = Repository(path)
    files = {
        "long.txt": "".join(f"line {n}\n" for n in range(1, 801)).encode(),
        "evil.html": EVIL.encode(),
        "evil.svg": SVG,
        "doc/page.html": STYLED.encode(),
        "doc/style.css": b"p { color: rgb(1, 2, 3) }",
        "doc/dot.png": DOT,
    }
    with repository.writing() as db:
        time = datetime(2099, 3, 1, tzinfo=UTC)
        check_in(db, files, comment="files", user="drh", time=time)
        upload = Upload("long.txt", files["long.txt"], "")
        attach(db, "Home", upload, Author("drh"))
    repository.close()
    return path


def is_seen(page, selector):
    box = page.locator(selector).bounding_box()
    return 0 <= box["y"] < page.viewport_size["height"]


class TestLines:
    def test_a_link_to_lines_jumps_there(self, people):
        page = people.page(people.context())

        page.goto("/file/long.txt?ln=500-503")

        expect(page.locator(".mark")).to_have_count(4)
        assert is_seen(page, "#ln500")

    def test_also_without_scripts(self, people):
        page = people.page(people.context(java_script_enabled=False))

        page.goto("/file/long.txt?ln=500-503")

        assert is_seen(page, "#ln500")

    def test_clicks_choose_lines_and_the_address_follows(self, people):
        page = people.page(people.context())
        page.goto("/file/long.txt?ci=tip")

        page.click("#ln3")
        page.click("#ln6", modifiers=["Shift"])

        expect(page.locator(".mark")).to_have_count(4)
        assert page.url.endswith("/file/long.txt?ci=tip&ln=3-6#ln3")

    @pytest.mark.parametrize(
        "address",
        ["/file/long.txt", "/annotate/long.txt", "/attachview?page=Home&file=long.txt"],
    )
    def test_the_keyboard_need_not_pass_all_numbers(self, people, address):
        page = people.page(people.context())
        page.goto(address)
        expect(page.locator("a[id^=ln]:not([tabindex='-1'])")).to_have_count(1)

        page.focus("#ln1")
        for key, number in [("ArrowDown", 2), ("PageDown", 22), ("ArrowUp", 21)]:
            page.keyboard.press(key)
            expect(page.locator(f"#ln{number}")).to_be_focused()
        page.keyboard.press("Tab")

        expect(page.locator("a[id^=ln]:focus")).to_have_count(0)
        page.keyboard.press("Shift+Tab")
        expect(page.locator("#ln21")).to_be_focused()
        page.keyboard.press("Home")
        expect(page.locator("#ln1")).to_be_focused()

    def test_lines_are_marked_by_keyboard(self, people):
        page = people.page(people.context())
        page.goto("/file/long.txt?ln=7")
        expect(page.locator("#ln7")).to_be_focused()

        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

        expect(page.locator(".mark > #ln8")).to_be_focused()
        expect(page.locator(".mark")).to_have_count(1)

    def test_lines_are_talked_about_in_the_chat_and_found_again(self, people):
        page = people.login("alice")
        page.goto("/file/long.txt?ci=tip")
        page.click("#ln300")
        page.click("#ln302", modifiers=["Shift"])
        link = page.get_by_text("Discuss in chat").get_attribute("href")
        (text,) = parse_qs(urlsplit(link).query)["text"]
        assert text.endswith("&ln=300-302] ")

        page.get_by_text("Discuss in chat").click()
        expect(page.locator("#chat-text")).to_have_value(text)
        page.locator("#chat-text").press("End")
        page.locator("#chat-text").press("Enter")
        sent = page.locator("#chat-log a[href*='long.txt']").last
        expect(sent).to_be_visible()
        page.goto(sent.get_attribute("href"))

        expect(page.locator(".mark")).to_have_count(3)
        assert is_seen(page, "#ln300")


class TestActiveContent:
    @pytest.mark.parametrize(
        "document",
        ["/doc/tip/evil.html", "/raw?filename=evil.html", "/doc/tip/evil.svg"],
    )
    def test_nothing_of_it_runs(self, people, document):
        context = people.context()
        page = context.new_page()  # the browser itself complains of what it blocks

        page.goto(document)

        page.wait_for_load_state()
        assert page.title() not in {"run", "1"}

    def test_a_document_has_its_styles_and_pictures(self, people):
        page = people.context().new_page()

        page.goto("/doc/tip/doc/page.html")

        expect(page.locator("#text")).to_have_css("color", "rgb(1, 2, 3)")
        assert page.locator("#pic").evaluate("e => e.naturalWidth") == 1
        assert page.title() != "run"
