"""A real server and a real browser: Debian's Chromium, driven by Playwright."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from talk import AWAY, login

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-quic"]
DESKTOP = {"width": 1200, "height": 800}
PHONE = {"width": 390, "height": 700}


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def url(path: Path) -> Iterator[str]:
    """The address of a server of its own process, with the repository of `path`."""
    command = [sys.executable, "-m", "repoweb", "serve", str(path), "--port", "0"]
    log = path.with_suffix(".log").open("w+")
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        yield server.stdout.readline().split()[-1].rstrip("/")
    finally:
        server.terminate()
        server.wait(timeout=10)
        server.stdout.close()
        log.seek(0)
        written = log.read()
        log.close()
    assert server.returncode == 0
    assert "Traceback" not in written, written


class People:
    """Makes browsers of their own for people; no page may have a script error."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self.faults: list[str] = []

    def context(self, **options) -> BrowserContext:
        context = self._browser.new_context(
            **{"viewport": DESKTOP, "base_url": self._url, **options}
        )
        context.add_init_script(AWAY)
        return context

    def page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._note)
        return page

    def login(self, name: str, **options) -> Page:
        """Open the chat as somebody, in a browser of his own."""
        page = self.page(self.context(**options))
        login(page, name)
        if options.get("java_script_enabled", True):
            expect(page.locator("#chat[data-conn=live]")).to_be_attached()
        return page

    def another(self, page: Page, path: str = "/chat") -> Page:
        """Open one more page in the browser of a page."""
        other = self.page(page.context)
        other.goto(path)
        return other

    def _note(self, message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)


@pytest.fixture
def people(browser: Browser, url: str) -> Iterator[People]:
    people = People(browser, url)
    yield people
    for context in browser.contexts:
        context.close()
    assert people.faults == []
