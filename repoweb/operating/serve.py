"""`repoweb serve`: one program that serves, by HTTP or SCGI, until it is ended."""

import gc
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from repoweb.errors import RepowebError
from repoweb.operating import listening, offering
from repoweb.operating.listening import PORT, Sockets
from repoweb.operating.logs import log_to
from repoweb.operating.options import SiteOptions
from repoweb.operating.ready import SYSTEMD, tell_systemd
from repoweb.operating.signals import end_by_signal
from repoweb.operating.site import LARGEST_BODY, OpenSite, open_site
from repoweb.operating.takeover import Handover, Takeover
from repoweb.serving.server import Options, Server
from repoweb.serving.sockets import InUse

LONGEST_POLL = 420
LONGEST_POLL_BEHIND_PROXY = 50
"""Less than the 60 seconds after which nginx gives up by default."""

COLLECTOR = (20_000, 20, 20)
"""How many new objects set Python's collector of cycles off, by generation."""

UNIX_PEER = "localhost"
"""What waitress calls whoever connects to a Unix socket."""

Decorated = Callable[..., Any]


class BadOptions(RepowebError):
    """Two options exclude one another; says why."""


@dataclass(frozen=True)
class Chosen:
    """The options of `repoweb serve`."""

    host: str
    port: int
    unix_socket: Path | None
    scgi: bool
    allow_remote_scgi: bool
    threads: int
    prefix: str
    trusted_proxy: str | None
    poll_seconds: int | None
    hsts: bool
    access_log: Path | None
    error_log: Path | None
    quiet: bool
    repolist: bool
    notfound: str
    publish: str
    subscribe: str


def _prefix(_context: object, _option: object, value: str | None) -> str:
    """Write a path as the server expects it: with one slash, before its words."""
    words = [word for word in (value or "").split("/") if word]
    return "".join("/" + word for word in words)


FILE_PATH = click.Path(path_type=Path, dir_okay=False)
OPTIONS = (
    click.option("--host", default="127.0.0.1", show_default=True, help="Listen here."),
    click.option(
        "--port", type=PORT, default=8080, show_default=True, help="0 takes a free one."
    ),
    click.option("--unix-socket", type=FILE_PATH, help="Listen here."),
    click.option("--scgi", is_flag=True, help="Speak SCGI, with a web server."),
    click.option(
        "--allow-remote-scgi", is_flag=True, help="Speak it with any machine."
    ),
    click.option(
        "--threads",
        type=click.IntRange(1, 1000),
        default=8,
        show_default=True,
        help="Requests at once.",
    ),
    click.option(
        "--prefix", callback=_prefix, help="Path under which the site lies: /code."
    ),
    click.option(
        "--trusted-proxy", metavar="ADDRESS", help="Believe its X-Forwarded-…."
    ),
    click.option("--poll-seconds", type=click.IntRange(1, 3600), help="Longest poll."),
    click.option("--hsts", is_flag=True, help="Tell browsers to use https only."),
    click.option("--access-log", type=FILE_PATH, help="Write it to this file."),
    click.option("--error-log", type=FILE_PATH, help="Write it to this file."),
    click.option("--repolist", is_flag=True, help="List the repositories of a folder."),
    click.option(
        "--notfound", metavar="URL", default="", help="Go there for what is not there."
    ),
    click.option(
        "--publish", metavar="URL", default="", help="Publish the chat to this Nchan."
    ),
    click.option(
        "--subscribe",
        metavar="URL",
        default="",
        help="Where pages subscribe to it (default: chat-subscribe of the site).",
    ),
    click.option("--quiet", is_flag=True, help="Write no access log."),
)


def _with_options(command: Decorated) -> Decorated:
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("site", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@_with_options
def serve(site: Path, **options: Any) -> None:  # noqa: ANN401 - click's
    """Serve a repository, or a folder of them, until the program is told to end.

    SIGTERM and Ctrl-C tell it so. SIGHUP starts it anew, with nobody cut off; so does
    the same command in another place, at the same address.
    """
    chosen = Chosen(**options)
    _check(chosen)
    former = Handover.take(os.environ)
    given = former.sockets if former else _from_systemd(chosen)
    opened = open_site(site, _site_options(chosen, given))
    sockets = given
    if sockets is None:
        sockets, former = _listen(opened.path, chosen)
    listening.check_scgi(sockets, allow_remote=chosen.allow_remote_scgi)
    log_to(chosen.access_log, chosen.error_log, quiet=chosen.quiet)
    server = Server(
        opened.application,
        sockets.http,
        _server_options(chosen, sockets),
        sockets.scgi,
    )
    _warn_about(opened)
    end_by_signal(server)
    Takeover(server, sockets, _offer(opened.path, sockets, former))
    _calm_collector()
    click.echo(f"serving {opened.path} at {sockets.addresses(chosen.prefix)}")
    tell_systemd(os.environ, "READY=1")
    if former:
        former.tell()
    opened.warm_up()
    server.run()
    opened.close()


def _calm_collector() -> None:
    """Let Python look for cycles seldom, and never in what has been loaded by now.

    Thousands of connections are many objects to look through, and a message on its
    way to all of them makes enough new ones to set that off.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR)


def _check(chosen: Chosen) -> None:
    if chosen.scgi and chosen.trusted_proxy:
        message = (
            "--trusted-proxy is for HTTP: by SCGI the web server itself tells the"
            " visitor's address"
        )
        raise BadOptions(message)


def _from_systemd(chosen: Chosen) -> Sockets | None:
    return listening.inherited(os.environ, os.getpid(), scgi=chosen.scgi)


def _listen(site: Path, chosen: Chosen) -> tuple[Sockets, Handover | None]:
    """Bind, or have the sockets of the server that is to be replaced."""
    try:
        return _bind(chosen), None
    except InUse:
        place = listening.place_of(chosen.host, chosen.port, chosen.unix_socket)
        former = Handover.ask(site, listening.kind_of(scgi=chosen.scgi), place)
        if former is None:
            raise
        return former.sockets, former


def _offer(
    site: Path, sockets: Sockets, former: Handover | None
) -> socket.socket | None:
    """Wait for a successor, unless systemd watches over who serves."""
    if os.environ.get(SYSTEMD):
        return None
    return (former and former.offer) or offering.offer(site, sockets)


def _bind(chosen: Chosen) -> Sockets:
    bound = listening.bind(chosen.host, chosen.port, chosen.unix_socket)
    return Sockets(scgi=bound) if chosen.scgi else Sockets(http=bound)


def _site_options(chosen: Chosen, given: Sockets | None) -> SiteOptions:
    return SiteOptions(
        poll_seconds=chosen.poll_seconds or _longest_poll(chosen, given),
        hsts=chosen.hsts,
        lists=chosen.repolist,
        not_found=chosen.notfound,
        publish=chosen.publish,
        subscribe=chosen.subscribe.rstrip("/") or f"{chosen.prefix}/chat-subscribe",
        prefix=chosen.prefix,
    )


def _longest_poll(chosen: Chosen, given: Sockets | None) -> int:
    behind = bool(chosen.trusted_proxy or chosen.scgi or chosen.unix_socket)
    if given is not None:
        behind = behind or bool(given.scgi) or given.are_unix()
    return LONGEST_POLL_BEHIND_PROXY if behind else LONGEST_POLL


def _server_options(chosen: Chosen, sockets: Sockets) -> Options:
    """Over a Unix socket only a proxy connects, whose headers are believed."""
    proxy = chosen.trusted_proxy
    if proxy is None and sockets.http and sockets.are_unix():
        proxy = UNIX_PEER
    return Options(
        chosen.threads,
        chosen.prefix,
        proxy,
        shares_sockets=sockets.are_shared,
        most_body=LARGEST_BODY,
    )


def _warn_about(site: OpenSite) -> None:
    if not site.is_writable():
        click.echo(f"{site.path} is read-only: nobody can write", err=True)
