"""Who gets links into the history: robots would follow each of them.

As in Fossil that is who has the capability h, and, as long as the setting
`auto-hyperlink` is not 0, whoever comes with something that looks like a browser
of a person.
"""

import re

from flask import request
from flask_login import current_user

from repoweb.settings import read_text
from repoweb.web.current import database

_ROBOT = re.compile(r"bot|spider|crawl|http|GoogleOther", re.IGNORECASE)
_BROWSER = re.compile(
    r"Mozilla/[4-9].*(?:Firefox|Chrome|AppleWebKit|Trident|PaleMoon)/[1-9]"
    r"|(?:Opera|Safari|Lynx|NetSurf)/"
)


def show_links() -> bool:
    """Whether the current user gets links into the history."""
    if current_user.may("h"):
        return True
    agent = request.user_agent.string
    return is_human(agent) and read_text(database(), "auto-hyperlink") != "0"


def is_human(agent: str) -> bool:
    """Whether a User-Agent is that of a browser, by what Fossil's login.c looks for."""
    return bool(_BROWSER.match(agent)) and not _ROBOT.search(agent)
