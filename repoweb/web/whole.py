"""What takes long comes after the page: a script asks for the whole, and fills in.

A view shows at once what can be made fast, and marks what is missing. The same
address with the parameter `whole` shows everything, also to those without scripts.
"""

from urllib.parse import urlencode

from flask import request

PARAMETER = "whole"


def is_whole() -> bool:
    """Whether everything is asked for at once."""
    return PARAMETER in request.args


def whole_url() -> str:
    """Return the address of this page with everything in it, relative to itself."""
    return "?" + urlencode([*request.args.items(multi=True), (PARAMETER, "1")])
