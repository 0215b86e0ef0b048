"""The pages /Admin/Users and /Admin/Users/edit."""

import re
import sqlite3
from http import HTTPStatus

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb import settings
from repoweb.accounts import store
from repoweb.accounts.capabilities import CAPABILITIES, LETTERS, effective
from repoweb.accounts.current import current_user
from repoweb.accounts.guard import AccessDenied, requires
from repoweb.accounts.logs import log_change
from repoweb.accounts.settings import DEFAULT_PRIVILEGES
from repoweb.accounts.store import Account, AccountError
from repoweb.admin.views import pages
from repoweb.web.current import database, repository
from repoweb.web.layout import href

PAGE = "Admin/Users"
SETUP = "s"
_UID = re.compile(r"[0-9]{1,18}")


@pages.get("/Admin/Users")
@pages.get("/setup_ulist")
@requires("a s")
def user_list() -> str:
    """List the users with their capabilities."""
    return render_template("admin/users.html", accounts=store.every(database()))


@pages.get("/Admin/Users/edit")
@pages.get("/setup_uedit")
@requires("a s")
def edit() -> str:
    """Show the form for a user (`login`, or Fossil's `id`), or for a new one."""
    return _form(_asked_for())


@pages.post("/Admin/Users/edit")
@pages.post("/setup_uedit")
@requires("a s")
def change() -> Response | tuple[str, int]:
    """Create, change or delete a user."""
    account = _asked_for()
    try:
        with repository().writing() as db:
            what = _apply(db, account)
            log_change(db, PAGE, current_user().login, what)
    except AccountError as error:
        return _form(account, str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(href("/Admin/Users"))


def _asked_for() -> Account | None:
    """Find the user that the request names; None if it is about a new one."""
    login, uid = request.values.get("login", ""), request.args.get("id", "")
    if not login and not uid:
        return None
    account = store.find(database(), login) if login else _find_by_uid(uid)
    if account is None:
        abort(HTTPStatus.NOT_FOUND, "There is no such user.")
    return account


def _find_by_uid(uid: str) -> Account | None:
    return store.find_by_uid(database(), int(uid)) if _UID.fullmatch(uid) else None


def _apply(db: sqlite3.Connection, account: Account | None) -> str:
    """Do what the form asks for, and say what was done."""
    form = request.form
    if account is None:
        return _create(db)
    _protect_setup(account.cap)
    if "delete" in form:
        if account.login == current_user().login:
            message = "you cannot delete yourself"
            raise AccountError(message)
        store.delete(db, account.login)
        return f"deleted user {account.login}"
    letters = _letters(account.cap)
    if account.login == current_user().login and set("as") & set(account.cap):
        _keep_own_power(letters)
    store.set_capabilities(db, account.login, letters)
    store.set_info(db, account.login, form.get("info", "").strip())
    if form.get("password"):
        store.set_password(db, account.login, form["password"])
    return f"changed user {account.login}, capabilities {letters!r}"


def _create(db: sqlite3.Connection) -> str:
    form = request.form
    login, letters = form.get("new-login", "").strip(), _letters("")
    if not form.get("password"):
        message = "a new user needs a password"
        raise AccountError(message)
    info = form.get("info", "").strip()
    store.create(db, login, password=form["password"], cap=letters, info=info)
    return f"created user {login}, capabilities {letters!r}"


def _letters(present: str) -> str:
    """Return the letters that were ticked; those without a box stay as they are."""
    ticked = {letter for letter in request.form.getlist("cap") if letter in LETTERS}
    if SETUP in ticked - set(present):
        _protect_setup(SETUP)
    return "".join(sorted(ticked | (set(present) - LETTERS)))


def _protect_setup(letters: str) -> None:
    """Only a setup user may make or change another one.

    Raises:
        AccessDenied: the current user is only an administrator.
    """
    if SETUP in letters and not current_user().may(SETUP):
        raise AccessDenied(SETUP)


def _keep_own_power(letters: str) -> None:
    if not set("as") & set(letters):
        message = "you cannot take your own administration away"
        raise AccountError(message)


def _form(account: Account | None, problem: str = "") -> str:
    db = database()
    typed = request.form if request.method == "POST" else None
    cap = account.cap if account else str(settings.read(db, DEFAULT_PRIVILEGES))
    _, special = store.find_with_special(db, "")
    chosen = set(typed.getlist("cap")) if typed else set(cap)
    logged_in = account is None or not account.is_special
    inherited = effective("".join(chosen), special, logged_in=logged_in) - chosen
    return render_template(
        "admin/user.html",
        account=account,
        login=typed.get("new-login", "") if typed else "",
        info=typed.get("info", "") if typed else (account.info if account else ""),
        chosen=chosen,
        inherited=inherited,
        capabilities=CAPABILITIES,
        problem=problem,
    )
