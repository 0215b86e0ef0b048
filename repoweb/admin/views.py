"""The pages /Admin, /Admin/Access and /Admin/Configuration."""

from http import HTTPStatus

from flask import Blueprint, render_template, request

from repoweb.accounts.guard import requires
from repoweb.accounts.settings_form import Field, save, stored_fields
from repoweb.plugin import Setting
from repoweb.web.current import database, repository, site
from repoweb.web.menu import MENU, default_menu, format_menu, visible

pages = Blueprint("admin", __name__)

ACCESS, CONFIGURATION = "Admin/Access", "Admin/Configuration"
TITLES = {ACCESS: "Access", CONFIGURATION: "Configuration"}


@pages.get("/Admin")
@pages.get("/setup")
@requires("a s")
def index() -> str:
    """List the administration pages that the user may see."""
    entries = [entry for plugin in site().plugins for entry in plugin.admin]
    return render_template("admin/index.html", entries=visible(entries))


@pages.get("/Admin/Access")
@pages.get("/setup_access")
@requires("s")
def access() -> str:
    """Show the settings of who may log in and how."""
    return _page(ACCESS, stored_fields(database(), _settings(ACCESS)))


@pages.post("/Admin/Access")
@pages.post("/setup_access")
@requires("s")
def change_access() -> str | tuple[str, int]:
    """Save the settings of who may log in and how."""
    return _save(ACCESS)


@pages.get("/Admin/Configuration")
@pages.get("/setup_config")
@requires("s")
def configuration() -> str:
    """Show the name of the project, its index page and its menu."""
    return _page(CONFIGURATION, stored_fields(database(), _settings(CONFIGURATION)))


@pages.post("/Admin/Configuration")
@pages.post("/setup_config")
@requires("s")
def change_configuration() -> str | tuple[str, int]:
    """Save the name of the project, its index page and its menu."""
    return _save(CONFIGURATION)


def _settings(page: str) -> list[Setting]:
    """Collect the settings that any plugin shows on a page."""
    every = (setting for plugin in site().plugins for setting in plugin.settings)
    return [setting for setting in every if setting.page == page]


def _save(page: str) -> str | tuple[str, int]:
    fields = save(repository(), page, _settings(page), _typed())
    if any(field.problem for field in fields):
        answer = _page(page, fields, problem="Nothing was saved.")
        return answer, HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(page, fields, done="Saved.")


def _typed() -> dict[str, str]:
    """Return the form; the default menu counts as none of the repository's own."""
    typed = request.form.to_dict()
    menu = typed.get(MENU, "").replace("\r\n", "\n").strip()
    return {**typed, MENU: ""} if menu == format_menu(default_menu()) else typed


def _page(page: str, fields: list[Field], *, done: str = "", problem: str = "") -> str:
    return render_template(
        "admin/settings.html",
        title=TITLES[page],
        action="/" + page,
        fields=[_with_default_menu(field) for field in fields],
        done=done,
        problem=problem,
    )


def _with_default_menu(field: Field) -> Field:
    """Show the menu that counts while the repository has none of its own."""
    if field.setting.name != MENU or field.text:
        return field
    return Field(field.setting, format_menu(default_menu()), field.problem)
