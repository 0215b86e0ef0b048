"""The pages /Admin/Chat/Rooms: making, changing and deleting rooms."""

import sqlite3
from http import HTTPStatus

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.accounts.logs import log_change
from repoweb.accounts.settings_form import Field, save, stored_fields
from repoweb.chat.numbers import integer
from repoweb.chat.rooms import registry, rules_form
from repoweb.chat.rooms.blueprint import pages, rooms
from repoweb.chat.rooms.room import Room, Rules
from repoweb.chat.rooms.settings import PAGE, SETTINGS
from repoweb.web.current import database, repository
from repoweb.web.layout import href

DELETE = "delete"


@pages.get("/Admin/Chat/Rooms")
@requires("s")
def overview() -> str:
    """List the rooms, and show the settings of all of them."""
    return _overview(stored_fields(database(), SETTINGS))


@pages.post("/Admin/Chat/Rooms")
@requires("s")
def change_settings() -> str | tuple[str, int]:
    """Save the settings of all rooms."""
    fields = save(repository(), PAGE, SETTINGS, request.form)
    if any(field.problem for field in fields):
        page = _overview(fields, problem="Nothing was saved.")
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _overview(fields, done="Saved.")


@pages.get("/Admin/Chat/Rooms/edit")
@requires("s")
def edit() -> str:
    """Show the form for a room, or for a new one."""
    room = _asked_for()
    rules = room.rules if room else Rules("", "")
    return _form(room, rules_form.shown(rules))


@pages.post("/Admin/Chat/Rooms/edit")
@requires("s")
def change() -> Response | tuple[str, int]:
    """Make, change or delete a room."""
    room = _asked_for()
    if request.form.get("action") == DELETE and room is not None:
        return _delete(room)
    fields, rules = rules_form.typed(request.form)
    if rules is None:
        return _refuse(room, fields, "Nothing was saved.")
    try:
        with repository().writing() as db:
            what = _store(db, room, rules)
            log_change(db, PAGE, current_user().login, what)
    except registry.NameTaken as error:
        return _refuse(room, fields, str(error))
    if room is not None:
        rooms().announce(room)  # who may no longer read there is shown out
    return redirect(href("/Admin/Chat/Rooms"))


def _asked_for() -> Room | None:
    """Find the room that the request names; None if it is about a new one."""
    text = request.values.get("room", "")
    if not text:
        return None
    room = registry.by_id(database(), integer(text))
    if room is None:
        abort(HTTPStatus.NOT_FOUND, "There is no such room.")
    return room


def _store(db: sqlite3.Connection, room: Room | None, rules: Rules) -> str:
    if room is None:
        registry.create(db, rules, current_user().login)
        return f"made room {rules.name}"
    registry.change(db, room.id, rules)
    return f"changed room {room.name}" + (
        f", now called {rules.name}" if rules.name != room.name else ""
    )


def _delete(room: Room) -> Response | tuple[str, int]:
    if request.form.get("confirm") != room.name:
        problem = "That is not the name of the room. Nothing was deleted."
        return _refuse(room, rules_form.shown(room.rules), problem)
    with repository().writing() as db:
        registry.delete(db, room.id)
        log_change(db, PAGE, current_user().login, f"deleted room {room.name}")
    rooms().forget(room)
    return redirect(href("/Admin/Chat/Rooms"))


def _refuse(room: Room | None, fields: list[Field], problem: str) -> tuple[str, int]:
    return _form(room, fields, problem), HTTPStatus.UNPROCESSABLE_ENTITY


def _overview(fields: list[Field], *, done: str = "", problem: str = "") -> str:
    found = registry.all_rooms(database())
    counts = {room.id: rooms().clients.count(room.id) for room in found}
    return render_template(
        "rooms/admin.html",
        rooms=found,
        counts=counts,
        fields=fields,
        done=done,
        problem=problem,
    )


def _form(room: Room | None, fields: list[Field], problem: str = "") -> str:
    return render_template("rooms/edit.html", room=room, fields=fields, problem=problem)
