"""The page /Admin/Search."""

from http import HTTPStatus

from flask import render_template, request

from repoweb.accounts.guard import requires
from repoweb.accounts.settings_form import Field, save, stored_fields
from repoweb.search.settings import PAGE, SETTINGS
from repoweb.search.views import pages
from repoweb.web.current import database, repository


@pages.get("/Admin/Search")
@pages.get("/srchsetup")
@requires("a s")
def admin() -> str:
    """Show what may be searched."""
    return _page(stored_fields(database(), SETTINGS))


@pages.post("/Admin/Search")
@pages.post("/srchsetup")
@requires("a s")
def change() -> str | tuple[str, int]:
    """Save what may be searched."""
    fields = save(repository(), PAGE, SETTINGS, request.form)
    if any(field.problem for field in fields):
        answer = _page(fields, problem="Nothing was saved.")
        return answer, HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(fields, done="Saved.")


def _page(fields: list[Field], *, done: str = "", problem: str = "") -> str:
    return render_template(
        "admin/settings.html",
        title="Search",
        action="/" + PAGE,
        fields=fields,
        done=done,
        problem=problem,
    )
