"""Where the site lies, and which page is asked for, from the variables of CGI.

Web servers tell it differently, and some not at all. What each of them sends was
captured: lighttpd sends what CGI means; nginx sends neither SCRIPT_NAME nor
PATH_INFO unless it is told to; Apache's mod_proxy_scgi puts the whole path into
SCRIPT_NAME, and the rest behind the prefix, still percent-encoded, into PATH_INFO
(with proxy-scgi-pathinfo) or only into SCRIPT_FILENAME.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

_APACHE = "proxy:scgi://"


class Place(NamedTuple):
    """Both parts are decoded, in Latin-1 as WSGI has them."""

    script: str
    """The prefix under which the site lies, without a slash at its end."""

    path: str
    """The page within the site: empty, or with a slash at its beginning."""


class NoSuchPlace(Exception):
    """The variables contradict one another, or the path is not below the prefix."""


def locate(variables: Mapping[str, str], prefix: str = "") -> Place:
    """Tell prefix and page apart.

    Args:
        variables: those of CGI or SCGI.
        prefix: what the operator has said, such as "/code"; it decides.

    Raises:
        NoSuchPlace: says why.
    """
    script = variables.get("SCRIPT_NAME", "").rstrip("/")
    info = variables.get("PATH_INFO", "")
    whole = _whole_path(variables)
    if whole is None:
        return _cut(script + info, prefix) if prefix else Place(script, info)
    if prefix:
        return _cut(whole, prefix)
    if not script:
        return _behind(whole, info) if info else Place("", whole)
    if script != whole.rstrip("/"):
        return Place(script, info) if "PATH_INFO" in variables else _cut(whole, script)
    return _below_apache(variables, whole, info) or _cut(whole, script)


def _whole_path(variables: Mapping[str, str]) -> str | None:
    """Return the decoded path of REQUEST_URI, if there is one."""
    uri = variables.get("REQUEST_URI", "")
    if not uri:
        return None
    path = uri.partition("?")[0]
    if not path.startswith("/"):  # as in "GET http://host/path"
        path = urlsplit(path).path or "/"
    return "/" + _decoded(path).lstrip("/")


def _decoded(text: str) -> str:
    return unquote_to_bytes(text.encode("latin-1")).decode("latin-1")


def _cut(whole: str, prefix: str) -> Place:
    """Cut a prefix off, at a slash."""
    rest = whole.removeprefix(prefix)
    if not whole.startswith(prefix) or (rest and not rest.startswith("/")):
        message = f"the path is not below {prefix}"
        raise NoSuchPlace(message)
    return Place(prefix, rest)


def _behind(whole: str, info: str) -> Place:
    """Take what stands before the page for the prefix, as Fossil does."""
    if whole.endswith(info):
        return Place(whole.removesuffix(info), info)
    return Place("", info)


def _below_apache(variables: Mapping[str, str], whole: str, info: str) -> Place | None:
    """Find the prefix where SCRIPT_NAME is the whole path, as Apache has it."""
    name = variables.get("SCRIPT_FILENAME", "")
    if not info and name.startswith(_APACHE):
        info = "/" + name.removeprefix(_APACHE).partition("/")[2].partition("?")[0]
    rest = _decoded(info)
    if not rest or not whole.endswith(rest):
        return None
    return Place(whole.removesuffix(rest).rstrip("/"), rest)
