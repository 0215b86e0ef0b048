"""The texts of the timeline robot, which are Fossil wiki and not plain text.

Only what Fossil's robot itself writes is understood (FOSSIL.md 7.8): links
into the site, `[hash|label]` and <i>. All other markup is shown as text.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape

from markupsafe import Markup, escape

_TOKEN = re.compile(
    r"<a href=(?P<q>['\"])(?P<url>/[^'\"<>\\]*)(?P=q)>(?P<label>.{0,300}?)</a>"
    r"|\[(?P<target>[/0-9a-f][^\[\]|]*)\|(?P<shown>[^\[\]]*)\]"
    r"|(?P<open><i>)|(?P<close></i>)",
    re.DOTALL,
)
_TAG = re.compile(r"<[^<>]*>")
_HASH = re.compile(r"[0-9a-f]{4,64}")
_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f]*")  # to browsers, /\ is //


def robot_html(text: str, has_page: Callable[[str], bool], base: str = "") -> Markup:
    """Turn a robot's text into HTML.

    Args:
        text: what Fossil or `repoweb.chat.robot` wrote.
        has_page: whether a path within the site leads to a page; to others,
            which only Fossil has, there are no links.
        base: the path under which the site lies.
    """
    return Markup("").join(_pieces(text, has_page, base))


def _pieces(text: str, has_page: Callable[[str], bool], base: str) -> Iterator[Markup]:
    at = 0
    for found in _TOKEN.finditer(text):
        yield _plain(text[at : found.start()])
        link = _destination(found)
        if link is None:
            yield _other(found)
        elif has_page(link[0]):
            yield Markup('<a href="{}">{}</a>').format(base + link[0], link[1])
        else:
            yield escape(link[1])
        at = found.end()
    yield _plain(text[at:])


def _destination(found: re.Match[str]) -> tuple[str, str] | None:
    """Return the path and the label of a link, or None for what is none."""
    if found["url"]:
        url, label = unescape(found["url"]), found["label"]
    elif found["target"]:
        url, label = found["target"], found["shown"]
        url = f"/info/{url}" if _HASH.fullmatch(url) else url
    else:
        return None
    return (url, unescape(_TAG.sub("", label))) if _PATH.fullmatch(url) else None


def _other(found: re.Match[str]) -> Markup:
    if found["open"] or found["close"]:
        return Markup(found[0])  # noqa: S704 - <i> or </i>
    return _plain(found[0])


def _plain(text: str) -> Markup:
    return escape(unescape(text))
