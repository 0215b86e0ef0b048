"""The pages /login, /logout and /my."""

from http import HTTPStatus

from flask import Blueprint, Request, redirect, render_template, request
from werkzeug.wrappers import Response

from repoweb import settings
from repoweb.accounts import captcha, cookie, store, throttle
from repoweb.accounts.authentication import WrongPassword, check_password
from repoweb.accounts.capabilities import ANONYMOUS, CAPABILITIES
from repoweb.accounts.current import current_user
from repoweb.accounts.denial import count_failure
from repoweb.accounts.guard import requires
from repoweb.accounts.logs import log_change, log_login
from repoweb.accounts.returning import return_target
from repoweb.accounts.settings import ANONYMOUS_MINUTES, COOKIE_HOURS
from repoweb.accounts.user import Method
from repoweb.repository.password import password_matches
from repoweb.web.current import database, repository

pages = Blueprint("accounts", __name__)

SECONDS_AN_HOUR = 3600
LEAST_PASSWORD = 6
LONGEST_NAME = 80


@pages.get("/login")
@requires("*")
def login_page() -> str:
    """Show the login form; below it the captcha, where anonymous logins are allowed."""
    return _login_form()


@pages.post("/login")
@requires("*")
def login() -> Response | tuple[str, int]:
    """Log in, as anonymous too, or out; the form's fields are Fossil's."""
    if "out" in request.form:
        return _log_out()
    name = request.form.get("u", "").strip()[:LONGEST_NAME]
    try:
        if name == ANONYMOUS:
            return _log_in_as_anonymous()
        return _log_in(name, request.form.get("p", ""))
    except WrongPassword as error:
        count_failure(error.login)
        return _login_form(name, str(error)), HTTPStatus.UNAUTHORIZED
    except throttle.TooManyFailures as error:
        return _login_form(name, str(error)), HTTPStatus.TOO_MANY_REQUESTS


@pages.get("/logout")
@requires("*")
def logout_page() -> str | Response:
    """Ask whether to log out; a GET changes nothing."""
    if not current_user().is_authenticated:
        return redirect(return_target())
    return render_template("accounts/logout.html")


@pages.post("/logout")
@requires("*")
def logout() -> Response:
    """End the user's sessions in all browsers."""
    return _log_out()


@pages.get("/my")
@requires("L")
def my_page() -> str:
    """Show who is logged in, with what capabilities, and the password form."""
    return _my_page()


@pages.post("/my")
@requires("p")
def change_password() -> str | Response | tuple[str, int]:
    """Change one's own password; other browsers are logged out."""
    user = current_user()
    throttle.check(database(), user.login, request.remote_addr or "")
    problem = _password_problem(user.login)
    if problem:
        return _my_page(problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY
    with repository().writing() as db:
        store.set_password(db, user.login, request.form["n1"])
        log_change(db, "my", user.login, "changed the own password")
        secret = store.open_session(db, user.login, _cookie_hours())
    response = Response(_my_page(done="Password changed."), mimetype="text/html")
    if user.method is Method.COOKIE:
        _set_cookie(response, cookie.for_user(database(), user.login, secret), None)
    return response


def _my_page(*, problem: str = "", done: str = "") -> str:
    return render_template(
        "accounts/my.html", capabilities=CAPABILITIES, problem=problem, done=done
    )


def _log_in(name: str, password: str) -> Response:
    address = request.remote_addr or ""
    account = check_password(database(), name, password, address, Method.COOKIE)
    hours = _cookie_hours()
    with repository().writing() as db:
        secret = store.open_session(db, account.login, hours)
        log_login(db, account.login, address, success=True)
    seconds = int(hours * SECONDS_AN_HOUR) if "remember" in request.form else None
    response = redirect(return_target())
    _set_cookie(response, cookie.for_user(database(), account.login, secret), seconds)
    return response


def _log_in_as_anonymous() -> Response:
    db = database()
    account = store.find(db, ANONYMOUS)
    throttle.check(db, "", request.remote_addr or "")  # others must not be locked out
    solved = captcha.is_solved(
        db, request.form.get("cs", ""), request.form.get("p", "")
    )
    if not (_anonymous_allowed() and account and account.cap and solved):
        raise WrongPassword(ANONYMOUS, Method.COOKIE)
    response = redirect(return_target())
    agent = request.headers.get("User-Agent", "nil")
    minutes = int(settings.read(db, ANONYMOUS_MINUTES))
    _set_cookie(response, cookie.for_anonymous(db, agent), minutes * 60)
    return response


def _log_out() -> Response:
    user = current_user()
    if user.is_authenticated and user.login != ANONYMOUS:
        with repository().writing() as db:
            store.close_sessions(db, user.login)
    response = redirect(return_target())
    response.delete_cookie(cookie.cookie_name(database()), path=_cookie_path(request))
    return response


def _login_form(name: str = "", problem: str = "") -> str:
    seed, drawing = "", ""
    if _anonymous_allowed():
        seed, drawing = _captcha()
    return render_template(
        "accounts/login.html",
        name=name,
        problem=problem,
        seed=seed,
        drawing=drawing,
        g=request.values.get("g", ""),
    )


def _captcha() -> tuple[str, str]:
    if not captcha.secrets(database()):
        with repository().writing() as db:
            captcha.ensure_secret(db)
    seed = captcha.new_seed()
    return str(seed), captcha.draw(captcha.digits(captcha.secrets(database())[0], seed))


def _anonymous_allowed() -> bool:
    account = store.find(database(), ANONYMOUS)
    minutes = int(settings.read(database(), ANONYMOUS_MINUTES))
    return bool(account and account.cap and account.password and minutes)


def _password_problem(login: str) -> str:
    form, db = request.form, database()
    account = store.find(db, login)
    stored = account.password if account and not account.is_special else ""
    code = store.project_code(db)
    if not password_matches(stored, code, login, form.get("p", "")):
        with repository().writing() as writer:
            throttle.note_failure(writer, login, request.remote_addr or "")
        return "The old password is wrong. Your password is unchanged."
    if form.get("n1") != form.get("n2"):
        return "The two new passwords differ. Your password is unchanged."
    if len(form.get("n1", "")) < LEAST_PASSWORD:
        return f"The new password needs at least {LEAST_PASSWORD} characters."
    return ""


def _cookie_hours() -> float:
    return float(settings.read(database(), COOKIE_HOURS))


def _cookie_path(this: Request) -> str:
    return "/" if cookie.is_shared(database()) else this.script_root or "/"


def _set_cookie(
    response: Response, value: cookie.LoginCookie, seconds: int | None
) -> None:
    response.set_cookie(
        cookie.cookie_name(database()),
        str(value),
        max_age=seconds,
        path=_cookie_path(request),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
