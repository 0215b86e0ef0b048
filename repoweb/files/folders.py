"""The pages /dir, /tree and /fileage: which files there are."""

from collections.abc import Callable, Iterable
from http import HTTPStatus

from flask import abort, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from repoweb.accounts.guard import requires
from repoweb.files import listing, text
from repoweb.files.blueprint import pages
from repoweb.files.listing import Entry
from repoweb.files.place import (
    Checkin,
    asked_checkin,
    asked_path,
    checkin_named,
    files_in,
    no_file,
)
from repoweb.repository.ages import are_at_hand
from repoweb.repository.files import FileList
from repoweb.repository.globs import matches
from repoweb.repository.loading import ArtifactError, load_by_hash
from repoweb.repository.regexp import Regexp, RegexpError
from repoweb.repository.structure import FileCard
from repoweb.web.current import database
from repoweb.web.unchanged import newest, unchanged
from repoweb.web.whole import is_whole

ORDERS = {"0": "name", "1": "age", "2": "size"}
"""Fossil's numbers for the parameter `sort`."""

_READMES = ("readme.md", "readme.wiki", "readme.txt", "readme")
_LARGEST_README = 200_000


@pages.get("/dir", defaults={"path": ""})
@pages.get("/dir/<path:path>")
@requires("o")
def folder(path: str) -> str | Response:
    """List one folder: of a check-in, or of all check-ins if `ci` names none.

    Parameters: `ci` names the check-in, `name` the folder, `re` is a regular
    expression for names, `noreadme` leaves the README out, and `type=tree` leads to
    the page /tree.
    """
    path = asked_path(path, "name")
    if request.args.get("type") == "tree":
        return tree(path)
    if not request.args.get("ci"):
        return _folder_of_all_times(path)
    checkin = asked_checkin()
    if answer := unchanged(checkin.hash, newest(database())):
        return answer
    files = files_in(checkin)
    _require_folder(checkin, files, path)
    ages = _shows_ages(checkin, listing.dated(files, path))
    entries = listing.folder(database(), checkin.rid, files, path, ages=ages)
    return render_template(
        "files/folder.html",
        checkin=checkin,
        path=path,
        entries=_matching(entries, lambda e: e.name),
        ages_follow=not ages,
        has_ids=not ages or is_whole(),
        count=len(files.below(path)),
        readme=_readme(checkin, files, path),
    )


def _folder_of_all_times(path: str) -> str | Response:
    if answer := unchanged(newest(database())):
        return answer
    entries = _matching(listing.all_times(database(), path), lambda e: e.name)
    return render_template("files/all_times.html", path=path, entries=entries)


@pages.get("/tree", defaults={"path": ""})
@pages.get("/tree/<path:path>")
@requires("o")
def tree(path: str) -> str | Response:
    """Show all files of a check-in in their folders, which can be folded.

    Parameters: `ci` names the check-in, `name` the folder, `sort` orders by name
    (0), age (1) or size (2), as `mtime` does by age, `flat` shows one list, `re` only
    files whose names with their folders a regular expression matches, `nofiles` only
    folders, and `expand` opens all folders.
    """
    path = asked_path(path, "name")
    checkin = asked_checkin()
    if answer := unchanged(checkin.hash, newest(database())):
        return answer
    files = files_in(checkin)
    _require_folder(checkin, files, path)
    order = ORDERS.get(request.args.get("sort", ""), "name")
    if "mtime" in request.args:
        order = "age"
    flat = "flat" in request.args
    ages = order == "age" or _shows_ages(checkin, files.below(path))
    entries = listing.everything(
        *(database(), checkin.rid, files, path),
        ages=ages,
        sizes=flat or order == "size",
    )
    entries = listing.sort(_matching(entries, lambda e: e.path), order)
    with_files = "nofiles" not in request.args
    return render_template(
        "files/tree.html",
        checkin=checkin,
        path=path,
        entries=entries,
        root=None if flat else listing.tree(entries, path, with_files=with_files),
        ages_follow=not ages,
        has_ids=not ages or is_whole(),
        order=order,
        expand="expand" in request.args,
        expression=request.args.get("re", ""),
    )


@pages.get("/fileage", defaults={"name": ""})
@pages.get("/fileage/<path:name>")
@requires("o")
def ages(name: str) -> str | Response:
    """List all files of a check-in, the one changed last first.

    Parameters: `name` names the check-in, `glob` patterns of names of files.
    """
    checkin = checkin_named(name or request.args.get("name") or "tip")
    if answer := unchanged(checkin.hash, newest(database())):
        return answer
    files = files_in(checkin)
    entries = listing.everything(
        database(), checkin.rid, files, "", ages=True, sizes=True
    )
    if globs := request.args.get("glob"):
        entries = [entry for entry in entries if matches(entry.path, globs)]
    return render_template(
        "files/tree.html",
        checkin=checkin,
        path="",
        entries=listing.sort(entries, "age"),
        root=None,
        ages_follow=False,
        has_ids=False,
        order="age",
        expand=False,
        expression="",
    )


def _shows_ages(checkin: Checkin, cards: Iterable[FileCard]) -> bool:
    """Whether it is shown at once who changed files last, or after the page."""
    return is_whole() or are_at_hand(database(), checkin.rid, cards)


def _matching(entries: list[Entry], key: Callable[[Entry], str]) -> list[Entry]:
    """Keep those whose names the regular expression `re` matches; all without one."""
    expression = request.args.get("re", "")
    if not expression:
        return entries
    try:
        finds = Regexp(expression).finds
        return [entry for entry in entries if finds(key(entry))]
    except RegexpError as error:
        abort(HTTPStatus.BAD_REQUEST, str(error))


def _require_folder(checkin: Checkin, files: FileList, path: str) -> None:
    if not files.has_folder(path):
        no_file(checkin, path)


def _readme(checkin: Checkin, files: FileList, path: str) -> Markup | None:
    """Render the file that explains a folder, if there is one that can be read."""
    if "noreadme" in request.args:
        return None
    cards = {
        card.name.rpartition("/")[2].lower(): card for card in files.within(path)[1]
    }
    card = next((cards[name] for name in _READMES if name in cards), None)
    if card is None:
        return None
    try:
        content = load_by_hash(database(), card.hash)
    except ArtifactError:
        return None
    if len(content) > _LARGEST_README or text.is_binary(content):
        return None
    return text.rendered(text.decode(content), card.name, checkin)
