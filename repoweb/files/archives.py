"""The pages /zip, /tarball and /sqlar: all files of a check-in in one."""

import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, cast

from flask import request, send_file
from werkzeug.wrappers import Response

from repoweb.accounts.guard import requires
from repoweb.files import queries
from repoweb.files.blueprint import pages
from repoweb.files.place import Checkin, archive_name, checkin_named, files_in
from repoweb.files.raw import clean_name
from repoweb.repository.ancestry import main_branch
from repoweb.repository.archive import (
    Member,
    Plan,
    Reading,
    asked_revision,
    is_safe,
    tar_pieces,
    zip_pieces,
)
from repoweb.repository.cache import ByteCache
from repoweb.repository.connection import Reader
from repoweb.repository.files import FileList
from repoweb.repository.globs import matches
from repoweb.repository.loading import load, load_by_hash
from repoweb.repository.sqlar import sqlar_pieces
from repoweb.repository.structure import FileCard
from repoweb.settings import FALSE_WORDS, TRUE_WORDS, read_text
from repoweb.web.current import database, repository
from repoweb.web.headers import RAW_POLICY
from repoweb.web.unchanged import newest, unchanged_bytes

PREPARED = 64 * 1024 * 1024
"""Files of up to so many bytes are packed before the answer begins, so that it has
a length and that no fault can cut it short; more are packed while they are sent."""

_IN_MEMORY = 1024 * 1024
"""Bytes; a larger archive is prepared in a temporary file, and not kept."""

_WEIGHT = 500  # bytes in memory for each archive that is kept, besides what is in it
_EPOCH, _DAY = 2440587.5, 86_400_000  # Julian day of 1970, and milliseconds

Pack = Callable[[Plan, Reading], Iterator[bytes]]


@pages.get("/zip", defaults={"name": ""})
@pages.get("/zip/<path:name>")
@requires("z")
def zip_archive(name: str) -> Response:
    """Send the files of a check-in as a ZIP file.

    Parameters: `name` is that of the file, behind that of a check-in and a slash,
    or `r` names the check-in; `in` and `ex` are globs of names to take, or not to.
    """
    return _archive(name, ".zip", "application/zip", zip_pieces)


@pages.get("/tarball", defaults={"name": ""})
@pages.get("/tarball/<path:name>")
@requires("z")
def tarball(name: str) -> Response:
    """Send the files of a check-in as a compressed tar file.

    Parameters: as on /zip.
    """
    return _archive(name, ".tar.gz", "application/x-compressed", tar_pieces)


@pages.get("/sqlar", defaults={"name": ""})
@pages.get("/sqlar/<path:name>")
@requires("z")
def sqlar(name: str) -> Response:
    """Send the files of a check-in as an SQLite archive, which `sqlite3 -A` unpacks.

    Parameters: as on /zip.
    """
    return _archive(name, ".sqlar", "application/sqlar", sqlar_pieces)


def _archive(name: str, suffix: str, mimetype: str, pack: Pack) -> Response:
    checkin, folder = _asked(name, suffix)
    include, exclude = request.args.get("in", ""), request.args.get("ex", "")
    state = checkin.hash, folder, _manifest_setting(checkin)
    if answer := unchanged_bytes(*state):
        return answer
    key = "archive", *state, mimetype, include, exclude, newest(database())
    kept = _memory().get(key)
    if kept is not None:
        return _named(Response(kept, mimetype=mimetype), folder + suffix)
    files = files_in(checkin)
    sizes = queries.sizes(database(), {card.hash for card in files})
    cards = [
        card
        for card in files
        if card.hash in sizes
        and is_safe(card.name)
        and (not include or matches(card.name, include))
        and not matches(card.name, exclude)
    ]
    members = [*_manifest_files(checkin, files), *(Member(c.name, c) for c in cards)]
    plan = Plan(folder, members, _time(checkin))
    pieces = pack(plan, repository().reading)
    total = sum(sizes[card.hash] for card in cards)
    if total <= PREPARED:
        response = _prepared(pieces, mimetype, key)
    else:
        response = Response(pieces, mimetype=mimetype, direct_passthrough=True)
    return _named(response, folder + suffix)


def _named(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = RAW_POLICY
    return response


def _asked(name: str, suffix: str) -> tuple[Checkin, str]:
    """Read which check-in is wanted, and how the archive and its folder are called."""
    name = name or request.args.get("name", "")
    named = request.args.get("r") or request.args.get("uuid") or ""
    revision, last = asked_revision(name, named)
    checkin = checkin_named(revision or main_branch(database()))
    stem = last.removesuffix(suffix) or archive_name(checkin)
    return checkin, clean_name(stem)


def _time(checkin: Checkin) -> datetime:
    row = database().execute(
        "SELECT coalesce(omtime, mtime) FROM event WHERE objid=?", (checkin.rid,)
    )
    milliseconds = round((row.fetchone()[0] - _EPOCH) * _DAY)
    return datetime.fromtimestamp(max(milliseconds // 1000, 0), UTC)


def _prepared(pieces: Iterator[bytes], mimetype: str, key: object) -> Response:
    """Pack everything first, and keep it if it is small.

    The server closes the file when it has sent it.
    """
    file = cast("IO[bytes]", tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
    try:
        for piece in pieces:
            file.write(piece)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    if size <= _IN_MEMORY:
        with file:
            data = file.read()
        of_key = 4 * len(str(key))  # visitors choose its words
        _memory().put(key, data, size + of_key + _WEIGHT)
        return Response(data, mimetype=mimetype)
    response = send_file(file, mimetype=mimetype)
    response.content_length = size
    return response


def _memory() -> ByteCache[bytes]:
    return cast("Reader", database()).caches.meanings


def _manifest_setting(checkin: Checkin) -> str:
    """Tell which files about the check-in the project wants: of "r", "u" and "t".

    The setting `manifest` may be a file of the check-in, too, which counts more.
    """
    card = files_in(checkin).get(".fossil-settings/manifest")
    if card is None:
        value = read_text(database(), "manifest") or ""
    else:
        value = load_by_hash(database(), card.hash).decode("utf-8", "replace")
    word = value.strip().lower()
    if word in TRUE_WORDS:
        return "ru"
    return "" if word in FALSE_WORDS else "".join(re.findall("[rut]", word))


def _manifest_files(checkin: Checkin, files: FileList) -> Iterator[Member]:
    """Make the files about the check-in that the project wants."""
    wanted = _manifest_setting(checkin)
    contents: dict[str, Callable[[], bytes]] = {
        "manifest": lambda: load(database(), checkin.rid),
        "manifest.uuid": f"{checkin.hash}\n".encode,
        "manifest.tags": lambda: _tags(checkin),
    }
    for letter, name in zip("rut", contents, strict=True):
        if letter in wanted and files.get(name) is None and _is_taken(name):
            yield Member(name, FileCard(name, ""), contents[name]())


def _is_taken(name: str) -> bool:
    include, exclude = request.args.get("in", ""), request.args.get("ex", "")
    return (not include or matches(name, include)) and not matches(name, exclude)


def _tags(checkin: Checkin) -> bytes:
    rows = database().execute(
        "SELECT substr(tagname, 5) FROM tag JOIN tagxref USING(tagid)"
        " WHERE rid=? AND tagtype>0 AND tagname GLOB 'sym-*' ORDER BY tagname",
        (checkin.rid,),
    )
    lines = [f"branch {checkin.branch}", *(f"tag {row[0]}" for row in rows.fetchall())]
    return "".join(f"{line}\n" for line in lines).encode()
