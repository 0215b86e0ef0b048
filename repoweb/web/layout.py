"""What the layout of all pages needs: project name, menu and theme."""

from functools import partial
from urllib.parse import quote

from flask import Flask, request
from jinja2 import StrictUndefined

from repoweb.plugin import MenuEntry
from repoweb.settings import read_text
from repoweb.web import menu
from repoweb.web.current import database
from repoweb.web.menu import has_page, main_menu, menu_marks
from repoweb.web.namelinks import branch_link, hash_link, tag_link, user_link
from repoweb.web.whole import whole_url

THEME_COOKIE = "repoweb-theme"
THEMES = ("auto", "light", "dark")


def project_name() -> str:
    """Return the title of the site."""
    return read_text(database(), "project-name") or "Unnamed Fossil Project"


def theme() -> str:
    """Return the theme that the visitor chose: "light", "dark" or ""."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES[1:] else ""


def init_app(app: Flask) -> None:
    """Give the layout's functions to all templates."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    menu.init_app(app)
    app.template_global("main_menu")(main_menu)
    app.template_global("menu_marks")(menu_marks)
    app.template_global("has_page")(partial(has_page, app))
    app.template_global("project_name")(project_name)
    app.template_global("theme")(theme)
    app.template_global("href")(href)
    app.template_global("here")(here)
    app.template_global("whole_url")(whole_url)
    app.template_global("is_current")(is_current)
    app.template_global("hash_link")(hash_link)
    app.template_global("user_link")(user_link)
    app.template_global("branch_link")(branch_link)
    app.template_global("tag_link")(tag_link)


def href(url: str) -> str:
    """Turn a path within the site into a link; other addresses stay."""
    return request.script_root + url if url.startswith("/") else url


def here() -> str:
    """Return the page that is shown, as the parameter `g` that leads back to it."""
    query = quote(request.query_string, safe="=&%+,;:/?@!$'()*~")
    path = quote(request.path.lstrip("/"), safe="/:@!$&'()*+,;=~")
    return f"{path}?{query}" if query else path


def is_current(entry: MenuEntry) -> bool:
    """Whether a menu entry leads to the page that is shown."""
    path = entry.url.partition("?")[0]
    return request.path == path or request.path.startswith(path + "/")
