"""The page /Admin/Chat."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Response, render_template, request

from repoweb import settings
from repoweb.accounts import store as accounts
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.accounts.logs import log_change
from repoweb.accounts.settings_form import Field, save, stored_fields
from repoweb.chat import overview, purge, robot, schema, tokens
from repoweb.chat.blueprint import chat, pages
from repoweb.chat.numbers import integer
from repoweb.chat.settings import KEEP_COUNT, KEEP_DAYS, PAGE, SETTINGS
from repoweb.settings import BadSetting
from repoweb.web.current import database, repository
from repoweb.web.layout import project_name

SAVE, PURGE, REINDEX, CLEAR = "save", "purge", "reindex", "clear"
MAKE_TOKEN, REVOKE = "token", "revoke"

Page = str | tuple[str, int]


@dataclass(frozen=True)
class Outcome:
    """What the page tells about what was just asked for.

    Args:
        done: what was done.
        problem: why nothing was done.
        wrong: what is wrong, by the field of a form.
        secret: the token that was made, which is shown this once.
    """

    done: str = ""
    problem: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    secret: str = ""


@pages.get("/Admin/Chat")
@pages.get("/setup_chat")
@requires("s")
def admin() -> Page:
    """Show the settings, who may chat, and what can be done about the messages."""
    return _page(Outcome())


@pages.post("/Admin/Chat")
@pages.post("/setup_chat")
@requires("s")
def change() -> Page:
    """Save the settings, look after the messages, make or revoke a token."""
    action = request.form.get("action", SAVE)
    if action == SAVE:
        return _save()
    if action == MAKE_TOKEN:
        return _page(_make_token())
    if action == CLEAR and request.form.get("name") != project_name():
        problem = "That is not the name of the project. Nothing was deleted."
        return _page(Outcome(problem=problem, wrong={"name": problem}))
    return _page(Outcome(_act(action)))


@pages.get("/Admin/Chat/effect")
@requires("s")
def effect() -> Response:
    """Say in a sentence what values of the two keep settings would do."""
    try:
        count = settings.parse(KEEP_COUNT, request.args.get(KEEP_COUNT.name, ""))
        days = settings.parse(KEEP_DAYS, request.args.get(KEEP_DAYS.name, ""))
    except BadSetting as error:
        return Response(f"Must be {error}.", 422, mimetype="text/plain")
    text = overview.describe_effect(database(), purge.Rule(int(count), float(days)))
    return Response(text, mimetype="text/plain")


def _save() -> Page:
    fields = save(repository(), PAGE, SETTINGS, request.form)
    if any(field.problem for field in fields):
        return _page(Outcome(problem="Nothing was saved."), fields)
    if robot.catch_up(repository()):  # if it was switched on, it begins now
        chat().hub.announce()
    return _page(Outcome(f"Saved {datetime.now(UTC):%H:%M} UTC"), fields)


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
        elif action == REVOKE:
            label = tokens.revoke(db, integer(request.form.get("id", "")))
            done = "" if label is None else f"Revoked the token “{label}”."
        else:
            return ""
        if done:
            log_change(db, PAGE, current_user().login, done)
    chat().hub.announce()
    return done


def _make_token() -> Outcome:
    label, login = request.form.get("label", ""), request.form.get("login", "")
    maker = current_user().login
    try:
        with repository().writing() as db:
            schema.make_ready(db)
            secret = tokens.make(db, label, login, maker)
            log_change(db, PAGE, maker, f"made the token “{label}” of {login}")
    except tokens.BadToken as error:
        return Outcome(problem="No token was made.", wrong={error.field: str(error)})
    return Outcome(secret=secret)


def _page(outcome: Outcome, fields: list[Field] | None = None) -> Page:
    db = database()
    rule = purge.Rule.read(db)
    ready = schema.is_ready(db)
    fields = fields or stored_fields(db, SETTINGS)
    chatters = accounts.chatters(db)
    behind_keep = 1 + [field.setting for field in fields].index(KEEP_DAYS)
    page = render_template(
        "chat/admin.html",
        outcome=outcome,
        fields=(fields[:behind_keep], fields[behind_keep:]),
        typed=request.form,
        summary=overview.summarise(db) if ready else None,
        effect=overview.describe_effect(db, rule),
        old=purge.count_old(db, rule) if ready else 0,
        in_step=ready and schema.index_is_in_step(db),
        chatters=chatters,
        logins={account.login for account in chatters},
        tokens=tokens.every(db) if ready else [],
        waiting=chat().hub.present(),
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if outcome.problem else page
