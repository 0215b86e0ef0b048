"""Fossil's logs of logins (`accesslog`) and of changes (`admin_log`)."""

import sqlite3

from repoweb import settings
from repoweb.accounts.settings import ACCESS_LOG, ADMIN_LOG


def log_login(
    db: sqlite3.Connection, login: str, address: str, *, success: bool
) -> None:
    """Record a login or a failed one, unless the setting `access-log` is off."""
    if not settings.read(db, ACCESS_LOG):
        return
    db.execute(
        "CREATE TABLE IF NOT EXISTS accesslog("
        " uname TEXT, ipaddr TEXT, success BOOLEAN, mtime TIMESTAMP)"
    )
    db.execute(
        "INSERT INTO accesslog(uname, ipaddr, success, mtime)"
        " VALUES(?, ?, ?, julianday('now'))",
        (login, address, success),
    )


def log_change(db: sqlite3.Connection, page: str, who: str, what: str) -> None:
    """Record a change by an administrator, unless the setting `admin-log` is off."""
    if not settings.read(db, ADMIN_LOG):
        return
    db.execute(
        "CREATE TABLE IF NOT EXISTS admin_log("
        " id INTEGER PRIMARY KEY, time INTEGER, page TEXT, who TEXT, what TEXT)"
    )
    db.execute(
        "INSERT INTO admin_log(time, page, who, what)"
        " VALUES(CAST(strftime('%s') AS INTEGER), ?, ?, ?)",
        (page, who, what),
    )
