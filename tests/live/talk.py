"""What people do on the chat page, as the tests say it."""

import re
import struct
import zlib

AWAY = """
window.isAway = false;
Object.defineProperty(document, "hidden", { get: () => window.isAway });
document.hasFocus = () => !window.isAway;
window.go = (isAway) => {
  window.isAway = isAway;
  document.dispatchEvent(new Event("visibilitychange"));
  window.dispatchEvent(new Event(isAway ? "blur" : "focus"));
};
"""
"""A browser under test shows all of its pages at once; this lets one be left."""

DOT_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f0005000201a3a0e0a50000000049454e44ae426082"
)


def say(page, text):
    page.fill("#chat-text", text)
    page.press("#chat-text", "Enter")


def post(page, text, **more):
    """Send a message with the cookie of a page, but without using the page."""
    headers = {"Origin": page.url.partition("/chat")[0]}
    answer = page.request.post(
        "/chat-send", multipart={"msg": text, "k": "", **more}, headers=headers
    )
    assert answer.ok, answer.text()
    return answer


def body(page, text):
    """The stored messages that contain a text."""
    pattern = re.compile(re.escape(text))
    return page.locator(".m[data-id] .m-b").filter(has_text=pattern)


def row(page, text):
    return page.locator(".m[data-id]").filter(has=body_in(page, text))


def body_in(page, text):
    return page.locator(".m-b").filter(has_text=re.compile(re.escape(text)))


def menu(page, text, item):
    """Choose something from the menu of a message."""
    row(page, text).hover()
    page.click("#chat-more")
    page.get_by_role("menuitem", name=item).click()


def login(page, name):
    page.goto("/login?g=chat")
    page.fill("#u", name)
    page.fill("#p", f"pw-{name}")
    page.click("form.narrow button.p")


def attach(page, name, content, mimetype="text/plain"):
    file = {"name": name, "mimeType": mimetype, "buffer": content}
    page.set_input_files("#chat-file", file)


def leave(page):
    page.evaluate("go(true)")


def come_back(page):
    page.evaluate("go(false)")


def top(page, text):
    """How far from the upper edge of the list a message is."""
    return row(page, text).first.evaluate("row => row.getBoundingClientRect().top")


def scroll_to(page, text):
    row(page, text).first.evaluate("row => row.scrollIntoView({ block: 'start' })")


def scrolled(page):
    """Wait until the page has seen that it was scrolled."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() =>"
        " requestAnimationFrame(done)))"
    )


def picture(width, height):
    """A PNG of one colour."""

    def chunk(kind, data):
        whole = kind + data
        size, check = len(data), zlib.crc32(whole)
        return struct.pack(">I", size) + whole + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x60\x90\xd0" * width) * height)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
