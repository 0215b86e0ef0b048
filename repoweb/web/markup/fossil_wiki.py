"""Fossil's wiki markup as HTML: lists, indented text, links, verbatim, HTML tags.

The tokens are those of Fossil's src/wikiformat.c (www/wikitheory.wiki tells the
rules). What is written here need neither be balanced nor safe: `sanitise` sees
to both, as it does with Markdown.
"""

import re
from html import unescape

from markupsafe import escape

from repoweb.web.markup.links import NEW_PAGE, Links

_TAG = re.compile(
    r"</?(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"(?P<rest>(?:\s(?:\"[^\"<>]*\"|'[^'<>]*'|[^<>\"'])*)?)/?>"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BREAK = re.compile(r"\n[ \t\r\f\v]*\n\s*(?=(?P<indent>[ \t]*))")
_BLANKS = r"(?:[ \t]*\t[ \t]*| {2,})"
_ITEM = re.compile(
    rf"{_BLANKS}(?:(?P<sign>[*#])|(?P<number>\d{{1,6}})\.?){_BLANKS}(?=\S)"
)
_INDENT = re.compile(rf"{_BLANKS}(?=\S)")
_TEXT = re.compile(r"[^<&\[\n]+")
_INLINE_TEXT = re.compile(r"[^<&\[]+")
_ATTRIBUTE = re.compile(r"([A-Za-z]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_HREF = re.compile(r"(\bhref\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_SOURCE = re.compile(r"(\bsrc\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FONT = _words(
    """a abbr b big cite code del dfn em font i ins kbd mark nobr q s samp small span
    strike strong sub sup tt u var"""
)
_BLOCK = _words(
    """address article aside blockquote caption center col colgroup dd details div dl dt
    figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li nav ol p pre section summary
    table tbody td tfoot th thead title tr ul"""
)
_SINGLE = _words("br img")
_SPECIAL = _words("nowiki verbatim")
_KNOWN = _FONT | _BLOCK | _SINGLE | _SPECIAL


def html(text: str, links: Links) -> str:
    """Turn a wiki text into HTML, which is not sanitised yet."""
    return _Renderer(text, links).run()


def inline(text: str, links: Links) -> str:
    """Turn a comment into HTML within a line."""
    return _Renderer(text, links, inline=True).run()


class _Renderer:
    """One pass over a text; `_at` only ever grows."""

    def __init__(self, text: str, links: Links, *, inline: bool = False) -> None:
        self._text = _without_comments(text)
        self._links = links
        self._inline = inline
        self._text_run = _INLINE_TEXT if inline else _TEXT
        self._at = 0
        self._out: list[str] = []
        self._list = ""  # the open list: "ul", "ol", "blockquote" or ""
        self._wiki = True  # outside of <nowiki>
        self._wants_paragraph = not inline
        self._line_starts = not inline
        self._last_bracket = self._text.rfind("]")

    def run(self) -> str:
        while self._at < len(self._text):
            starts, self._line_starts = self._line_starts, False
            if starts and self._wiki and self._begin_line():
                continue
            self._token()
        return "".join(self._out)

    def _token(self) -> None:
        match self._text[self._at]:
            case "<":
                self._tag()
            case "&":
                self._entity()
            case "[":
                self._link()
            case "\n":
                self._newline()
            case _:
                self._plain()

    def _take(self, end: int) -> str:
        piece, self._at = self._text[self._at : end], end
        return piece

    def _begin_line(self) -> bool:
        """Open a list item or an indented paragraph, if the line is one."""
        if item := _ITEM.match(self._text, self._at):
            self._at = item.end()
            self._open_list("ul" if item["sign"] == "*" else "ol")
            number = f' value="{item["number"]}"' if item["number"] else ""
            self._out.append(f"<li{number}>")
            return True
        if self._list or not self._wants_paragraph:
            return False
        if indent := _INDENT.match(self._text, self._at):
            self._at = indent.end()
            self._open_list("blockquote")
            return True
        return False

    def _open_list(self, tag: str) -> None:
        if self._list != tag:
            self._close_list()
            self._out.append(f"<{tag}>")
            self._list = tag
        self._wants_paragraph = False

    def _close_list(self) -> None:
        if self._list:
            self._out.append(f"</{self._list}>")
        self._list = ""

    def _newline(self) -> None:
        breaks = _BREAK.match(self._text, self._at) if self._wiki else None
        if breaks is None or self._inline:
            self._out.append(self._take(self._at + 1))
            self._line_starts = not self._inline
            return
        # Blanks before the first word belong to the next line, whose indent they are.
        self._at = self._text.rfind("\n", self._at, breaks.end()) + 1
        self._close_list()
        self._out.append("\n\n")
        self._wants_paragraph = self._line_starts = True

    def _plain(self) -> None:
        found = self._text_run.match(self._text, self._at)
        piece = self._take(found.end() if found else self._at + 1)
        if piece.strip():
            self._paragraph()
        self._out.append(escape(piece))

    def _paragraph(self) -> None:
        if self._wants_paragraph:
            self._out.append("<p>")
            self._wants_paragraph = False

    def _entity(self) -> None:
        self._paragraph()
        found = _ENTITY.match(self._text, self._at)
        if found:
            self._out.append(self._take(found.end()))
        else:
            self._at += 1
            self._out.append("&amp;")

    def _tag(self) -> None:
        found = _TAG.match(self._text, self._at)
        name = found["name"].lower() if found else ""
        if found is None or name not in _KNOWN:
            self._paragraph()
            self._at += 1
            self._out.append("&lt;")
            return
        tag = self._take(found.end())
        closing = tag.startswith("</")
        if name == "nowiki":
            self._wiki = closing
        elif name == "verbatim":
            if not closing:
                self._verbatim(found["rest"])
        elif name in _FONT or name in _SINGLE:
            self._paragraph()
            self._out.append(self._led(tag))
        elif not self._inline:
            self._block(name, tag)

    def _block(self, name: str, tag: str) -> None:
        self._wants_paragraph = False
        if name == "title":
            tag = "</h1>" if tag.startswith("</") else "<h1>"
        self._out.append(tag)

    def _led(self, tag: str) -> str:
        """Put the site's path before addresses that begin with a slash."""
        return _SOURCE.sub(self._own, _HREF.sub(self._own, tag))

    def _own(self, found: re.Match[str]) -> str:
        address = unescape(found[2].strip("\"'"))
        if address.startswith("/") and not address.startswith(("//", "/\\")):
            address = self._links.base + address
        return f'{found[1]}"{escape(address)}"'

    def _verbatim(self, attributes: str) -> None:
        """Show everything up to the closing tag as it is."""
        given = {k.lower(): v.strip("\"'") for k, v in _ATTRIBUTE.findall(attributes)}
        mark = given.get("id")
        same = rf"\s+id\s*=\s*[\"']?{re.escape(mark)}[\"']?\s*" if mark else r"\s*"
        end = re.compile(rf"</verbatim{same}>", re.IGNORECASE).search(
            self._text, self._at
        )
        text = self._text[self._at : end.start() if end else len(self._text)]
        self._at = end.end() if end else len(self._text)
        language = given.get("type", "").partition(" ")[0]
        css = "pikchr" if language == "pikchr" else "verbatim"
        if self._inline:
            self._out.append(f"<code>{escape(text)}</code>")
        else:
            from repoweb.web.markup.code import highlighted

            self._out.append(f'<pre class="{css}">{highlighted(text, language)}</pre>')
        self._wants_paragraph = False

    def _link(self) -> None:
        self._paragraph()
        if not self._wiki or self._at > self._last_bracket:
            self._at += 1
            self._out.append("[")
            return
        inside = self._take(self._text.index("]", self._at) + 1)[1:-1]
        target, bar, label = inside.partition("|")
        name = target.rstrip() if bar else target
        self._out.append(self._anchor(name, label.lstrip() if bar else None))

    def _anchor(self, name: str, label: str | None) -> str:
        found = self._links.destination(name)
        if found is None:
            shown = str(escape(f"[{name if label is None else label}]"))
            broken = self._links.wiki and not self._inline
            return f'<span class="broken">{shown}</span>' if broken else shown
        is_hash = bool(re.fullmatch(r"[0-9a-f]{4,64}", name))
        shown = name.removeprefix("wiki:") if label is None else label
        inner = inline(shown, _NO_LINKS) if label else str(escape(shown))
        title = f' title="{escape(found.title)}"' if found.title else ""
        title += ' class="missing"' if found.title == NEW_PAGE else ""
        text = f"[{inner}]" if is_hash else inner
        return f'<a href="{escape(found.url)}"{title}>{text}</a>'


_NO_LINKS = Links()


def _without_comments(text: str) -> str:
    """Leave out `<!-- … -->`; one that does not end stays, as text."""
    pieces, at = [], 0
    while (begin := text.find("<!--", at)) >= 0:
        end = text.find("-->", begin + 4)
        if end < 0:
            break
        pieces.append(text[at:begin])
        at = end + 3
    return "".join([*pieces, text[at:]])
