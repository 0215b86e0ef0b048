"""The pages /help."""

from http import HTTPStatus

from flask import Blueprint, abort, current_app, render_template, request

from repoweb.accounts.capabilities import CAPABILITIES
from repoweb.accounts.guard import requires
from repoweb.help.topics import page_topics, setting_topics
from repoweb.web.current import site

pages = Blueprint("help", __name__)


@pages.get("/help", defaults={"name": ""})
@pages.get("/help/<path:name>")
@requires("*")
def help_page(name: str) -> str:
    """Explain the pages of the site and its settings.

    Parameters: `name` (or `cmd`) is a page such as `/timeline`, or a setting;
    without it everything that can be explained is listed.
    """
    name = name or request.args.get("cmd", "") or request.args.get("name", "")
    topics, settings = page_topics(current_app), setting_topics(site().plugins)
    if not name:
        return render_template("help/index.html", topics=topics, settings=settings)
    wanted = name.removeprefix("www/").strip("/")
    topic, setting = topics.get("/" + wanted), settings.get(wanted)
    if topic is None and setting is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no page or setting called “{name}”.")
    return render_template(
        "help/topic.html", topic=topic, setting=setting, capabilities=CAPABILITIES
    )
