"""What the address of a page of files names: a check-in, and a path in it."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import quote, urlencode

from flask import abort, request

from repoweb.files.blueprint import pages
from repoweb.files.queries import Release
from repoweb.repository import names
from repoweb.repository.files import FileList, files_of
from repoweb.repository.structure import FileCard
from repoweb.web.current import database
from repoweb.web.layout import href, project_name

MOVING = "tip"
"""The check-in that is shown if none is named."""
_LINKED = 16
_SHOWN = 10


@dataclass(frozen=True)
class Checkin:
    """A check-in, and the name by which it was asked for."""

    rid: int
    hash: str
    name: str
    time: str
    user: str
    comment: str
    branch: str

    @property
    def is_fixed(self) -> bool:
        """Whether the name will always be that of this check-in."""
        return self.hash.startswith(self.name)

    @property
    def permanent(self) -> str:
        """A name that will always be that of this check-in."""
        return self.hash[:_LINKED]

    def url(self, page: str, path: str = "", **more: str) -> str:
        """Make the address of a page on a path in this check-in, by its name."""
        return url(page, path, ci=self.name, **more)

    def links(self, page: str) -> Callable[[str], str]:
        """Return what makes the links to a page on many paths in this check-in."""
        return links_to(page, ci=self.name)

    def permanent_url(self, page: str, path: str = "", **more: str) -> str:
        """Make an address that will always show the same."""
        return url(page, path, ci=self.permanent, **more)


def url(page: str, path: str = "", **parameters: str) -> str:
    """Make the address of a page about a path; parameters follow in their order.

    A path with a line feed becomes a parameter, for no route would match it.
    """
    if "\n" in path:
        path, parameters = "", {"name": path, **parameters}
    place = f"/{page}/{quote(path)}" if path else f"/{page}"
    query = urlencode({k: v for k, v in parameters.items() if v}, safe="/:")
    return f"{place}?{query}" if query else place


def links_to(page: str, **parameters: str) -> Callable[[str], str]:
    """Return what makes links as `href` and `url` do, out of ready parts."""
    start = href(f"/{page}/")
    end = url("", **parameters).removeprefix("/")

    def make(path: str) -> str:
        if not path or "\n" in path:
            return href(url(page, path, **parameters))
        return f"{start}{quote(path)}{end}"

    return make


pages.add_app_template_global(url, "place_url")


@pages.app_template_global("archive_name")
def archive_name(checkin: Checkin | Release) -> str:
    """Return the name of an archive of a check-in, as Fossil suggests it."""
    project = re.sub(r"[^A-Za-z0-9]+", "-", project_name()).strip("-") or "files"
    return f"{project}-{checkin.hash[:_SHOWN]}"


def checkin_named(name: str) -> Checkin:
    """Find a check-in, or answer that there is none."""
    rid = names.find(database(), name, "ci")
    if rid is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no check-in called “{name}” here.")
    return describe(database(), rid, name)


def describe(db: sqlite3.Connection, rid: int, name: str = "") -> Checkin:
    """Read what is known of a check-in."""
    row = db.execute(
        "SELECT uuid, strftime('%Y-%m-%d %H:%M', mtime) AS time,"
        " coalesce(euser, user, '') AS user, coalesce(ecomment, comment, '') AS text,"
        " (SELECT value FROM tagxref t WHERE t.rid=objid AND tagid=8 AND tagtype>0)"
        " AS branch FROM event JOIN blob ON blob.rid=objid WHERE objid=?",
        (rid,),
    ).fetchone()
    return Checkin(
        rid,
        row["uuid"],
        name or row["uuid"][:_LINKED],
        row["time"],
        row["user"],
        row["text"],
        row["branch"] or "",
    )


def asked_checkin(default: str = MOVING) -> Checkin:
    """Find the check-in that the parameter `ci` (or `checkin`) names."""
    args = request.args
    return checkin_named(args.get("ci") or args.get("checkin") or default)


def asked_path(path: str = "", *parameters: str) -> str:
    """Return the path that the address or a parameter names, without odd slashes."""
    found = path or next((v for p in parameters if (v := request.args.get(p))), "")
    return found.strip("/")


def file_in(checkin: Checkin, path: str) -> FileCard:
    """Find a file of a check-in, or answer that there is none."""
    card = files_in(checkin).get(path)
    if card is None:
        no_file(checkin, path)
    return card


def files_in(checkin: Checkin) -> FileList:
    """List all files of a check-in."""
    return files_of(database(), checkin.rid)


def no_file(checkin: Checkin, path: str) -> NoReturn:
    """Answer that a check-in has no such file or folder."""
    place = f"check-in {checkin.name}"
    abort(HTTPStatus.NOT_FOUND, f"There is no file called “{path}” in {place}.")
