"""No page of the site runs anything that users wrote, wherever they wrote it."""

import re
import shutil
from contextlib import closing
from xml.etree import ElementTree as ET

import pytest
from browser import Client
from hostile import lines
from hostile_places import KINDS, MARKUPS, write_texts
from pages import parse

from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.repository.repository import Repository

HARMLESS = [f"harmless {number}" for number in range(3)]
"""What a page has besides these is the site's own."""

ACTIVE = {
    *("script", "style", "iframe", "object", "embed", "link", "meta", "base", "form"),
    *("input", "button", "select", "textarea", "svg", "math", "video", "audio", "use"),
    *("template", "noscript", "marquee", "xmp", "plaintext", "animate", "applet"),
    *("frame", "frameset", "area", "map", "dialog", "source", "picture", "slot"),
}
_ADDRESS = re.compile(r"[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.-]*):")
_SCHEMES = {"http", "https", "ftp", "mailto"}
_NUMBERS = re.compile(r"[0-9a-f]{8,64}|\d+")


@pytest.fixture
def shown(template, tmp_path):
    """Write texts, and look at them as drh: pairs of address and answer."""

    def run(kind, texts):
        path = shutil.copy(template, tmp_path / f"{len(texts)}.fossil")
        with closing(Repository(path)) as repository:
            addresses = write_texts(repository, kind, texts)
            app = create_app(repository)
            app.test_client_class = Client
            with closing(chat_of(app).hub):
                client = app.test_client().login("drh")
                return [(url, client.get(url)) for url in addresses]

    return run


@pytest.mark.parametrize("kind", KINDS)
def test_pages_have_nothing_active_but_their_own(shown, kind):
    own = {}
    for url, answer in shown(kind, HARMLESS):
        own.setdefault(_name(url), set()).update(active(_page(answer)))

    for url, answer in shown(kind, lines()):
        found = active(_page(answer))
        assert found <= own[_name(url)], (url, found - own[_name(url)])


@pytest.mark.parametrize("mimetype", MARKUPS)
def test_previews_have_nothing_active(alice, mimetype):
    for text in lines():
        form = {"content": text, "mimetype": mimetype, "wiki": "1"}
        answer = alice.post("/preview", data=form)

        assert answer.status_code == 200
        assert active(parse(answer.text)) == set(), text


def active(page):
    """What could do something: elements with their names, forbidden attributes."""
    return {what for element in page.elements for what in _of(element)}


def _of(element):
    if element.tag in ACTIVE:
        kept = {
            n: v for n, v in element.attributes.items() if not n.startswith("data-")
        }
        names = ("action", "src", "href", "rel", "name", "type")
        values = tuple(_NUMBERS.sub("0", kept.get(name) or "") for name in names)
        yield element.tag, frozenset(kept), values
    for name, value in element.attributes.items():
        if name.startswith("on") or name in {"style", "srcdoc", "formaction", "ping"}:
            yield name, value
        if name in {"href", "src", "action", "xlink:href", "data", "poster"}:
            scheme = _ADDRESS.match(value or "")
            if scheme and scheme[1].lower() not in _SCHEMES:
                yield name, value


def _name(url):
    """The kind of a page: its address without what tells one from another."""
    path, _, query = url.partition("?")
    return path.split("/")[1], query.partition("=")[0]


def _page(answer):
    assert answer.status_code == 200, answer.request.url
    if answer.mimetype == "text/html":
        return parse(answer.text)
    if "attachment" in answer.headers.get("Content-Disposition", ""):
        return parse("")  # a document with a NUL is none, and is not shown
    texts = [
        element.text or ""
        for element in ET.fromstring(answer.text).iter()
        if element.tag.endswith(("content", "description"))
    ]
    return parse("\n".join(texts))
