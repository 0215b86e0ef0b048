"""Where to go after the login: the parameter `g`, never to another site."""

import re

from flask import request

_WITHIN = re.compile(r"/?(?:[A-Za-z0-9_.~%!$&'()*+,;=@?#-][^\\\x00-\x20\x7f]*)?")
"""At most one slash, and then something that is none; no backslashes, no blanks."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def return_target() -> str:
    """Return the link to go to: the page named by `g`, or the home page.

    `g` is a path within the site, with or without a leading slash, as Fossil
    writes it. Anything that a browser could read as another site is ignored.
    """
    wanted = request.values.get("g", "")
    if not is_within(wanted):
        wanted = ""
    return f"{request.script_root}/{wanted.lstrip('/')}"


def is_within(target: str) -> bool:
    """Whether a target is a path within the site, and nothing else."""
    path = target.partition("?")[0].partition("#")[0]
    return bool(_WITHIN.fullmatch(target)) and not _SCHEME.match(path)
