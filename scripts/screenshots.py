"""Draws the pictures of README and docs: a real server, a real browser.

Usage: python scripts/screenshots.py [FOLDER]
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from repoweb.demo import make_demo

CHROMIUM = "/usr/bin/chromium"
DESKTOP = {"width": 1200, "height": 760}
PHONE = {"width": 390, "height": 700}


def main() -> None:
    """Make a demo repository, let two people talk in it, and take the pictures."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "demo.fossil"
        words = [line.split() for line in make_demo(path).splitlines()]
        passwords = {word[1]: word[3] for word in words}
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking"],
        )
        with _serve(path) as url:
            _take_pictures(browser, url, passwords, target)
        browser.close()


@contextmanager
def _serve(path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "repoweb", "serve", str(path), "--port", "0"]
    process = subprocess.Popen([*command, "--quiet"], stdout=subprocess.PIPE, text=True)
    try:
        yield str(process.stdout and process.stdout.readline()).split()[-1].rstrip("/")
    finally:
        process.terminate()
        process.wait()


def _take_pictures(
    browser: Browser, url: str, passwords: dict[str, str], target: Path
) -> None:
    alice = _page(browser, DESKTOP, "light")
    bob = _page(browser, PHONE, "dark")
    _login(alice, url, "alice", passwords["alice"])
    _login(bob, url, "bob", passwords["bob"])
    _say(bob, "The poll that waited for this had no thread of its own.")
    alice.set_input_files(
        "#chat-file",
        {"name": "waiting.png", "mimeType": "image/png", "buffer": _chart(alice)},
    )
    _say(alice, "A picture is shown where it was sent:")
    _say(alice, "@bob, look at [trunk] and [chat:3]")
    bob.wait_for_selector(".hit")
    bob.press("#chat-text", "Escape")
    alice.evaluate("window.dispatchEvent(new Event('online'))")
    alice.wait_for_selector("#chat-who:text('2 here')")
    for page, name in ((alice, "chat"), (bob, "chat-phone")):
        page.wait_for_selector(".m-f img.loaded")
        page.wait_for_selector("#chat[data-conn=live]:not(:has(.wait, #chat-new))")
        page.screenshot(path=target / f"{name}.png")


def _page(browser: Browser, size: dict[str, int], theme: str) -> Page:
    context = browser.new_context(viewport=size, color_scheme=theme, locale="en-GB")
    return context.new_page()


def _login(page: Page, url: str, name: str, word: str) -> None:
    page.goto(f"{url}/login?g=chat")
    page.fill("#u", name)
    page.fill("#p", word)
    page.click("form.narrow button.p")
    page.wait_for_selector("#chat[data-conn=live]")


def _say(page: Page, text: str) -> None:
    page.fill("#chat-text", text)
    page.click("#chat-send")


def _chart(page: Page) -> bytes:
    """Let the browser draw a small picture to be attached."""
    scratch = page.context.new_page()
    bars = "".join(
        f"<rect x='{x * 24 + 8}' y='{130 - h}' width='16' height='{h}'/>"
        for x, h in enumerate((20, 46, 88, 120, 96, 60, 34, 18, 9, 5))
    )
    scratch.set_viewport_size({"width": 250, "height": 140})
    scratch.set_content(
        f"<body style='margin:0'><svg width=250 height=140 fill='#0b5cad'>{bars}</svg>"
    )
    picture = scratch.screenshot()
    scratch.close()
    return picture


if __name__ == "__main__":
    main()
