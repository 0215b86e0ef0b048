"""Markdown: CommonMark with tables, footnotes, struck text and task lists.

Beyond that, as in Fossil: `[name]` and `[name|label]` link to what they name
(an artifact, a wiki page, a ticket, a path of this site), and so do `[](name)`
and `[label](name)`. Code is highlighted; pikchr is shown as code.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import escape
from mdit_py_plugins.anchors import anchors_plugin

from repoweb.web.markup.code import highlighted
from repoweb.web.markup.footnotes import footnotes
from repoweb.web.markup.links import Links

_LINKS = "links"
_BRACKET = re.compile(r"\[([^\[\]\n|]{1,200})(?:\|([^\[\]\n]{0,300}))?\](?![(\[:])")
_BLANKS = re.compile(r"\[([^\[\]\n]{0,300})\]\(([^()<>\"'\s]+(?: [^()<>\"'\s]+)*)\)")
_TASK = re.compile(r"\[([ xX])\] ")
_OUTSIDE = re.compile(r"[a-z]+:|//", re.IGNORECASE)
_ALIGNED = "text-align:"
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


def html(text: str, links: Links) -> str:
    """Turn a Markdown text into HTML, which is not sanitised yet."""
    named = links.within(links.prefix, wiki=False)
    return str(_parser().render(text, {_LINKS: named}))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": True})
    parser.enable(["table", "strikethrough", "linkify"])
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    parser.use(footnotes)
    parser.use(anchors_plugin, max_level=6, slug_func=_anchor)
    parser.inline.ruler.before("link", "named_link", _named_link)
    parser.core.ruler.push("destinations", _destinations)
    parser.core.ruler.push("tasks", _tasks)
    for name, rule in _RENDER_RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _anchor(title: str) -> str:
    """Name the anchor of a heading as the plugin does, with a pattern that is ready."""
    return _NOT_IN_ANCHORS.sub("", title.strip().lower().replace(" ", "-"))


def _named_link(state: StateInline, silent: bool) -> bool:
    """Link `[name]`, `[name|label]`, and `[label](name of several words)`."""
    if state.src[state.pos] != "[" or state.linkLevel:
        return False
    links: Links = state.env[_LINKS]
    found = _BRACKET.match(state.src, state.pos)
    if found:
        name = found[1].rstrip()
        label = name if found[2] is None else found[2].lstrip()
        if _is_reference(state, name) or (found[2] is None and name[:1] in "^#.!"):
            return False
        target = links.destination(name)
    else:
        found = _BLANKS.match(state.src, state.pos)
        if found is None or (found[1] and " " not in found[2]):
            return False
        label, target = found[1] or found[2], links.address(found[2])
    if target is None:
        return False
    if not silent:
        _push_link(state, target.url, target.title, label)
    state.pos = found.end()
    return True


def _is_reference(state: StateInline, label: str) -> bool:
    return " ".join(label.upper().split()) in state.env.get("references", {})


def _push_link(state: StateInline, url: str, title: str, label: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": url, **({"title": title} if title else {})}
    opening.meta = {"resolved": True}
    state.push("text", "", 0).content = label
    state.push("link_close", "a", -1)


def _destinations(state: StateCore) -> None:
    """Lead links to what their addresses name; align cells without a style."""
    links: Links = state.env[_LINKS]
    for block in state.tokens:
        style = str(block.attrs.pop("style", ""))
        if style.startswith(_ALIGNED):
            block.attrs["align"] = style.removeprefix(_ALIGNED)
        for token in block.children or []:
            if token.type == "link_open" and not token.meta.get("resolved"):
                _lead(token, "href", links)
            elif token.type == "image":
                _lead(token, "src", links)


def _lead(token: Token, name: str, links: Links) -> None:
    target = links.address(str(token.attrs.get(name, "")))
    if target is not None:
        token.attrs[name] = target.url
        if target.title and "title" not in token.attrs:
            token.attrs["title"] = target.title


def _tasks(state: StateCore) -> None:
    """Draw the box of `[ ] task` and `[x] task` at the start of a list item."""
    tokens = state.tokens
    for item, paragraph, block in zip(tokens, tokens[1:], tokens[2:], strict=False):
        kinds = (item.type, paragraph.type, block.type)
        if kinds != ("list_item_open", "paragraph_open", "inline"):
            continue
        found = _TASK.match(block.content)
        first = block.children[0] if block.children else None
        if found and first is not None and first.type == "text":
            first.content = first.content[found.end() :]
            box = Token("html_inline", "", 0)
            done = found[1] != " "
            css, sign = ("task done", "☑") if done else ("task", "☐")
            box.content = f'<span class="{css}">{sign}</span> '
            block.children = [box, *(block.children or [])]


def _fence(
    _self: RendererHTML, tokens: Sequence[Token], at: int, *_rest: object
) -> str:
    token = tokens[at]
    language = (token.info or "").strip().partition(" ")[0].lower()
    css = ' class="pikchr"' if language == "pikchr" else ""
    return f"<pre{css}><code>{highlighted(token.content, language)}</code></pre>\n"


def _image(
    self: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """Draw a picture of this site; one from elsewhere is a link to it."""
    token = tokens[at]
    source = str(token.attrs.get("src", ""))
    if not _OUTSIDE.match(source):
        return RendererHTML.image(self, tokens, at, options, env)
    label = self.renderInlineAsText(token.children, options, env) or source
    return f'<a href="{escape(source)}">{escape(label)}</a>'


_RENDER_RULES: dict[str, Any] = {"fence": _fence, "image": _image}
