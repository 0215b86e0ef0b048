"""The page /Admin/Chat."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import render_template, request

from repoweb.accounts import store as accounts
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.accounts.logs import log_change
from repoweb.accounts.settings_form import Field, save, stored_fields
from repoweb.chat import overview, purge, robot, schema
from repoweb.chat.blueprint import chat, pages
from repoweb.chat.settings import PAGE, SETTINGS
from repoweb.web.current import database, repository
from repoweb.web.layout import project_name

SAVE, PURGE, REINDEX, CLEAR = "save", "purge", "reindex", "clear"


@pages.get("/Admin/Chat")
@pages.get("/setup_chat")
@requires("s")
def admin() -> str:
    """Show the settings, who may chat, and what can be done about the messages."""
    return _page(stored_fields(database(), SETTINGS))


@pages.post("/Admin/Chat")
@pages.post("/setup_chat")
@requires("s")
def change() -> str | tuple[str, int]:
    """Save the settings, or purge, reindex or delete the messages."""
    action = request.form.get("action", SAVE)
    if action == SAVE:
        return _save()
    if action == CLEAR and request.form.get("name") != project_name():
        fields = stored_fields(database(), SETTINGS)
        problem = "That is not the name of the project. Nothing was deleted."
        return _page(fields, problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY
    done = _act(action)
    return _page(stored_fields(database(), SETTINGS), done=done)


def _save() -> str | tuple[str, int]:
    fields = save(repository(), PAGE, SETTINGS, request.form)
    if any(field.problem for field in fields):
        problem = "Nothing was saved."
        return _page(fields, problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY
    if robot.catch_up(repository()):  # if it was switched on, it begins now
        chat().hub.announce()
    return _page(fields, done=f"Saved {datetime.now(UTC):%H:%M} UTC")


def _act(action: str) -> str:
    """Do what a button asks for, and say what was done."""
    with repository().writing() as db:
        schema.make_ready(db)
        if action == PURGE:
            done = f"Deleted {purge.purge(db, purge.Rule.read(db))} old messages."
        elif action == REINDEX:
            schema.rebuild_index(db)
            done = "The search index was rebuilt."
        elif action == CLEAR:
            done = f"Deleted all {overview.clear(db)} messages."
        else:
            return ""
        log_change(db, PAGE, current_user().login, done)
    chat().hub.announce()
    return done


def _page(fields: list[Field], *, done: str = "", problem: str = "") -> str:
    db = database()
    rule = purge.Rule.read(db)
    ready = schema.is_ready(db)
    return render_template(
        "chat/admin.html",
        fields=fields,
        done=done,
        problem=problem,
        summary=overview.summarise(db) if ready else None,
        old=purge.count_old(db, rule) if ready else 0,
        in_step=ready and schema.index_is_in_step(db),
        chatters=accounts.chatters(db),
        waiting=chat().hub.present(),
    )
