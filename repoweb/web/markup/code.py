"""Highlighted code: Pygments' tokens as classes, which markup.css colours."""

from markupsafe import escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from repoweb.web.markup.sanitise import CODE_PREFIX

LONGEST = 200_000
"""Characters; longer code is shown without colours."""

_FORMATTER = HtmlFormatter(nowrap=True, classprefix=CODE_PREFIX)


def highlighted(code: str, language: str) -> str:
    """Return the HTML of code in a language; one that is unknown has no colours."""
    lexer = _lexer(language)
    if lexer is None or len(code) > LONGEST:
        return str(escape(code))
    return str(highlight(code, lexer, _FORMATTER))


def _lexer(language: str) -> Lexer | None:
    if not language or len(language) > 40:  # noqa: PLR2004 - no name is so long
        return None
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None
