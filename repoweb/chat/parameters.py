"""The parameters that several endpoints of the chat understand."""

from flask import request

from repoweb.accounts.current import current_user
from repoweb.chat.numbers import integer
from repoweb.chat.render import SEEING, Form


def form_wanted() -> Form:
    """Read in what form the request wants messages."""
    args = request.args
    return Form(
        raw="raw" in args,
        rows="rows" in args,
        base=request.script_root,
        seeing=current_user().letters & SEEING,
    )


def number(name: str) -> int:
    """Read a number as Fossil does; 0 if it is missing."""
    args = request.args  # of which `get` raises an error for what is missing
    return integer(args[name]) if name in args else 0
