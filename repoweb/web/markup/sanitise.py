"""The last step of all renderers: nothing but harmless HTML leaves it."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    import nh3

CODE_PREFIX = "c-"
"""Of the classes of highlighted code, which are no others of the site."""


def _words(text: str) -> set[str]:
    return set(text.split())


_TAGS = _words(
    """a abbr address article aside b big blockquote br caption center cite code col
    colgroup dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5
    h6 header hr i img ins kbd li mark ol p pre q s samp section small span strike
    strong sub summary sup table tbody td tfoot th thead tr tt u ul var"""
)
_WITHOUT_CONTENT = {"script", "style", "template", "noscript", "xmp", "title"}
_ATTRIBUTES = {
    "*": {"id", "title", "dir", "lang"},
    "a": {"href", "name"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "col": {"span", "align", "width"},
    "colgroup": {"span", "align", "width"},
    "del": {"datetime"},
    "details": {"open"},
    "div": {"align"},
    "h1": {"align"},
    "h2": {"align"},
    "h3": {"align"},
    "img": {"src", "alt", "width", "height", "align"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "type"},
    "p": {"align"},
    "table": {"align", "border", "width"},
    "td": {"align", "valign", "colspan", "rowspan", "width"},
    "th": {"align", "valign", "colspan", "rowspan", "width", "scope"},
    "tr": {"align", "valign"},
}
_CLASSES = {
    "span": {"broken", "task", "done", "notescope", "note-class"},
    "a": {"missing", "footnote-backref"},
    "div": {"plain", "code"},
    "li": {"footnote-item", "misref", "stray"},
    "ol": {"footnotes-list"},
    "pre": {"pikchr", "verbatim"},
    "section": {"footnotes"},
    "sup": {"footnote-ref", "misref"},
}
_LENGTH = re.compile(r"[0-9]{1,4}%?")
_NUMBER = re.compile(r"-?[0-9]{1,6}")
_COUNT = re.compile(r"[1-9][0-9]{0,2}")
_FORMS = {
    **dict.fromkeys(("width", "height", "border"), _LENGTH),
    **dict.fromkeys(("colspan", "rowspan", "span"), _COUNT),
    **dict.fromkeys(("start", "value"), _NUMBER),
}
_OUTSIDE = re.compile(r"[\x00-\x20]*(?:[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2})")
_SCHEMES = {"http", "https", "ftp", "mailto"}


def sanitise(html: str, prefix: str = "u-") -> Markup:
    """Keep harmless tags and attributes, balance them, and drop the rest.

    Pictures come from this site alone: the Content-Security-Policy allows no
    others, and who looks at a page should not be told of to other servers.

    Args:
        html: of any renderer, with whatever users put into it.
        prefix: put before every id, and every link to one, within the text.
    """
    cleaner = _cleaner(prefix, with_code=CODE_PREFIX in html)
    return Markup(cleaner.clean(html))  # noqa: S704 - this makes it safe


@lru_cache(maxsize=64)
def _cleaner(prefix: str, *, with_code: bool) -> "nh3.Cleaner":
    """Make a sanitiser ready; a page has many short texts with the same prefix."""
    import nh3

    def keep(_tag: str, name: str, value: str) -> str | None:
        return _attribute(name, value, prefix)

    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_WITHOUT_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        allowed_classes=_with_code() if with_code else _CLASSES,
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow",
        strip_comments=True,
    )


@cache
def _with_code() -> dict[str, set[str]]:
    """Add the classes of highlighted code to those that a tag may have."""
    from pygments.token import STANDARD_TYPES

    code = {CODE_PREFIX + name for name in STANDARD_TYPES.values() if name}
    return {**_CLASSES, "span": _CLASSES["span"] | code}


def _attribute(name: str, value: str, prefix: str) -> str | None:
    if name in {"id", "name"}:
        return prefix + value if value and not re.search(r"\s", value) else None
    if name == "href" and value.startswith("#"):
        return f"#{prefix}{value[1:]}" if len(value) > 1 else value
    if name == "src" and _OUTSIDE.match(value):
        return None
    form = _FORMS.get(name)
    return value if form is None or form.fullmatch(value) else None
