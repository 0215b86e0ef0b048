"""Nothing that a user can write becomes active content, in any markup."""

import re
from urllib.parse import unquote

import pytest
from hostile import lines
from hypothesis import given
from hypothesis import strategies as st
from pages import parse

from repoweb.repository.targets import Target
from repoweb.web.markup import FOSSIL_WIKI, MARKDOWN, PLAIN, render, render_comment
from repoweb.web.markup.links import Links

KNOWN = {"known": Target("/info/1", '"><script>alert(1)</script>')}
INTERWIKI = {
    "tag": '{"base": "https://w.example/", "wiki": "w/"}',
    "evil": '{"base": "javascript:alert(1)//", "wiki": "w/"}',
}
HARMLESS = {
    *("href", "src", "alt", "title", "id", "name", "class", "rel", "align", "open"),
    *("width", "height", "value", "colspan", "rowspan", "start", "valign", "dir"),
    *("lang", "cite", "datetime", "span", "border", "scope", "type"),
}
FORBIDDEN = {
    *("script", "style", "iframe", "object", "embed", "link", "meta", "base", "form"),
    *("input", "button", "select", "textarea", "svg", "math", "video", "audio"),
    *("template", "noscript", "main", "body", "html", "marquee", "xmp", "plaintext"),
}


@pytest.fixture(scope="module")
def links():
    return Links(KNOWN.get, INTERWIKI.get, wiki=True)


def require_harmless(html):
    for element in parse(str(html)).elements:
        assert element.tag not in FORBIDDEN, html
        assert set(element.attributes) <= HARMLESS, html
        for name in ("href", "src"):
            require_harmless_address(element.get(name) or "", html)
        if element.tag == "img":
            assert not re.match(
                r"\s*(?:[a-z]+:|[/\\]{2})", element.get("src") or "", re.IGNORECASE
            )
        if identity := element.get("id"):
            assert identity.startswith("u-"), html
        assert not {"btn", "vh", "problem"} & set(element.classes), html


def require_harmless_address(address, html):
    address = re.sub(r"[\x00-\x20]", "", address)
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", address)
    assert not scheme or scheme[1].lower() in {"http", "https", "ftp", "mailto"}, html
    assert not unquote(address).lower().startswith(("javascript:", "data:")), html


MARKUPS = [MARKDOWN, FOSSIL_WIKI, PLAIN, "", "text/html", "nonsense"]


@pytest.mark.parametrize("mimetype", MARKUPS)
@pytest.mark.parametrize("text", lines())
def test_a_line_of_the_corpus_stays_passive(text, mimetype, links):
    require_harmless(render(text, mimetype, links))


@pytest.mark.parametrize("text", lines())
def test_as_a_comment_too(text, links):
    require_harmless(render_comment(text, links))


def test_the_whole_corpus_at_once_is_well_formed_and_passive(links):
    text = "\n\n".join(lines())

    for mimetype in MARKUPS:
        require_harmless(render(text, mimetype, links))


@given(
    st.lists(
        st.sampled_from(
            [
                *"<>[]()|&;\"'`*_#!/\\ \n\t:=-",
                *("  *  ", "</", "<a href=", "<img src=", "onerror=", "javascript:"),
                *("<verbatim>", "```", "[^1]", "<!--", "-->", "<table>", "<td>"),
                *("<svg>", "<style>", "<script>", "known", "&#x3c;"),
                *("(^", "[^", "](^", ".x: ", "[^1]: ", "\n  "),
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_so_does_whatever_is_put_together_from_its_pieces(text):
    links = Links(KNOWN.get, INTERWIKI.get, wiki=True)

    for mimetype in (MARKDOWN, FOSSIL_WIKI, PLAIN):
        require_harmless(render(text, mimetype, links))
