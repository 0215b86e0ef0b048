"""A real browser finds nothing to run in what users wrote, even without the policy."""

import pytest
from hostile import lines
from hostile_places import MARKUPS, write_texts
from playwright.sync_api import expect

from repoweb.repository.repository import Repository
from repoweb.web.markup import render, render_comment
from repoweb.web.markup.links import Links

LOOK = """(texts) => {
  const forbidden = "script, style, iframe, object, embed, link, meta, base, form,"
    + "input, button, select, textarea, template, noscript, video, audio, dialog,"
    + "frame, area";
  const leadsAstray = (name, value) => {
    const url = value === null ? null : URL.parse(value, location.href);
    if (!url) return false;
    return name === "src" ? url.origin !== location.origin
      : !["http:", "https:", "ftp:", "mailto:"].includes(url.protocol);
  };
  const bad = (root) => [...root.querySelectorAll("*")].filter((e) =>
    e.matches(forbidden) || e.namespaceURI !== "http://www.w3.org/1999/xhtml"
    || [...e.attributes].some((a) => /^on|^style$|^srcdoc$|^formaction$/i.test(a.name))
    || ["href", "src"].some((name) => leadsAstray(name, e.getAttribute(name))));
  const found = [];
  for (const text of texts) {
    const template = document.createElement("template");
    let html = text;
    for (let turn = 0; turn < 3; turn++) {
      template.innerHTML = html;
      if (bad(template.content).length) found.push([turn, text]);
      const page = new DOMParser().parseFromString(html, "text/html");
      if (bad(page.body).length || page.head.children.length) found.push([turn, text]);
      html = template.innerHTML;
    }
  }
  return found;
}"""
"""Parses as browsers do, and again what that becomes: it may change on the way."""

TOUCH = """() => {
  addEventListener("click", (event) => event.preventDefault(), true);
  addEventListener("submit", (event) => event.preventDefault(), true);
  const kinds = ["mouseover", "mouseenter", "focus", "focusin", "click", "auxclick",
    "toggle", "load", "error", "animationend", "pointerover", "wheel"];
  const theirs = "main :not(form, form *, [data-node])";
  for (const element of document.querySelectorAll(theirs)) {
    for (const kind of kinds) {
      element.dispatchEvent(new Event(kind, { cancelable: true }));
    }
  }
}"""
"""Does with all elements what a visitor could do, but follows no link.

The events do not bubble, and the nodes of the timeline's graph, which lead
elsewhere, get none: what the site's own scripts wait for comes from visitors.
"""

KINDS = ["wiki", "forum", "tickets", "technotes", "check-ins", "documents", "chat"]
MOST_PAGES = 12
"""Of each kind; the others have been parsed in tests/test_hostile_pages.py."""


@pytest.fixture
def addresses(path):
    """Write the texts everywhere, before the server starts."""
    repository = Repository(path)
    found = {kind: write_texts(repository, kind, lines()) for kind in KINDS}
    repository.close()
    return [page for pages in found.values() for page in _some(pages)]


def _some(pages):
    shown = [p for p in pages if not p.startswith(("/forum.atom", "/timeline."))]
    return shown[:: len(shown) // MOST_PAGES + 1]


def test_rendered_texts_have_nothing_active_however_often_they_are_parsed(people):
    evil = '{"base": "javascript:alert(1)//"}'
    links = Links(interwiki={"evil": evil}.get, wiki=True)
    texts = [str(render(t, m, links)) for t in lines() for m in MARKUPS]
    texts += [str(render_comment(text, links)) for text in lines()]
    page = people.page(people.context(bypass_csp=True))  # it would hide what we try
    page.goto("/login")

    assert page.evaluate(LOOK, texts) == []
    for text in (
        "<b onclick=alert(1)>x</b>",
        "<a href='java\nscript:x'>x</a>",
        "<svg>",
    ):
        assert page.evaluate(LOOK, [text]) != []


def test_pages_run_nothing_though_the_policy_is_switched_off(addresses, people):
    happened = []
    page = people.page(people.context(bypass_csp=True))
    page.on("dialog", lambda dialog: (happened.append(page.url), dialog.dismiss()))
    page.on("request", lambda request: _note(request, happened))
    page.goto("/login?g=timeline")
    page.fill("#u", "drh")
    page.fill("#p", "pw-drh")
    page.click("form.narrow button.p")
    expect(page.locator("main")).to_be_visible()

    for address in addresses:
        page.goto(address)
        page.evaluate(TOUCH)

    assert happened == []
    page.evaluate("() => { document.body.innerHTML = '<img src=x onerror=alert(1)>' }")
    page.wait_for_function("() => document.images[0].complete")
    assert happened == [page.url]


def _note(request, happened):
    if "127.0.0.1" not in request.url.split("/")[2]:
        happened.append(request.url)
