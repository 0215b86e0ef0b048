"""The command line: `repoweb init | serve | ui`, and the groups of the plugins."""

import gc
import logging
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import click

from repoweb import __version__
from repoweb.accounts import store
from repoweb.app import create_app
from repoweb.commands import FILE
from repoweb.errors import RepowebError
from repoweb.plugins import all_plugins
from repoweb.repository.create import create_repository
from repoweb.repository.repository import Repository
from repoweb.serving.server import Options, Server
from repoweb.serving.sockets import bind_tcp, bind_unix
from repoweb.ui import LocalUser

LARGEST_BODY = 100 * 1024 * 1024
LONGEST_POLL = 420
LONGEST_POLL_BEHIND_PROXY = 50
"""Less than the 60 seconds after which nginx gives up by default."""

COLLECTOR = (20_000, 20, 20)
"""How many new objects set Python's collector of cycles off, by generation."""

PORT = click.IntRange(0, 65535)


def _prefix(_context: object, _option: object, value: str | None) -> str:
    """Write a path as the server expects it: with one slash, before its words."""
    words = [word for word in (value or "").split("/") if word]
    return "".join("/" + word for word in words)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def repoweb(context: click.Context) -> None:
    """Serve a Fossil repository as a web site with an insiders' chat."""
    context.obj = all_plugins()


@repoweb.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--project-name", default="", help="The title of the site.")
@click.option("--admin", help="Login of the administrator (default: you).")
def init(path: Path, project_name: str, admin: str | None) -> None:
    """Make a new repository, and print its administrator's password."""
    login = admin or os.environ.get("FOSSIL_USER") or os.environ.get("USER") or "root"
    store.check_login(login)
    new = create_repository(path, admin=login, project_name=project_name)
    click.echo(f"created {new.path}")
    click.echo(f"administrator {new.admin}, password {new.password}")


@repoweb.command()
@FILE
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen here.")
@click.option(
    "--port", type=PORT, default=8080, show_default=True, help="0 takes a free one."
)
@click.option("--unix-socket", type=click.Path(path_type=Path), help="Listen here.")
@click.option(
    "--threads",
    type=click.IntRange(1, 1000),
    default=8,
    show_default=True,
    help="Requests at once.",
)
@click.option(
    "--prefix", callback=_prefix, help="Path under which the site lies: /code."
)
@click.option("--trusted-proxy", metavar="ADDRESS", help="Believe its X-Forwarded-….")
@click.option("--poll-seconds", type=click.IntRange(1, 3600), help="Longest poll.")
@click.option("--hsts", is_flag=True, help="Tell browsers to use https only.")
@click.option("--quiet", is_flag=True, help="Write no access log.")
def serve(  # noqa: PLR0913, PLR0917 - one for each option
    repository: Repository,
    host: str,
    port: int,
    unix_socket: Path | None,
    threads: int,
    prefix: str,
    trusted_proxy: str | None,
    poll_seconds: int | None,
    hsts: bool,
    quiet: bool,
) -> None:
    """Serve a repository until the program is told to end (SIGTERM, Ctrl-C)."""
    behind_proxy = bool(trusted_proxy or unix_socket)
    app = create_app(repository)
    app.config["HSTS"] = hsts
    app.config["POLL_SECONDS"] = poll_seconds or (
        LONGEST_POLL_BEHIND_PROXY if behind_proxy else LONGEST_POLL
    )
    sockets = [bind_unix(unix_socket)] if unix_socket else bind_tcp(host, port)
    options = Options(threads, prefix, trusted_proxy, most_body=LARGEST_BODY)
    server = Server(app, sockets, options)
    _log_to_stderr(quiet=quiet)
    _warn_about(repository)
    where = str(unix_socket) if unix_socket else _url(sockets[0], prefix)
    _end_by_signal(server)
    _calm_collector()
    click.echo(f"serving {repository.path} at {where}")
    server.run()


@repoweb.command()
@FILE
@click.option("--port", type=PORT, default=0, help="Default: a free one.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def ui(repository: Repository, port: int, no_browser: bool) -> None:
    """Open a repository in the browser, signed in as its administrator."""
    with repository.reading() as db:
        admins = store.administrators(db)
    login = admins[0] if admins else os.environ.get("USER", "root")
    local = LocalUser(create_app(repository), login)
    sockets = bind_tcp("127.0.0.1", port)
    server = Server(local, sockets, Options())
    _log_to_stderr(quiet=True)
    address = _url(sockets[0], "").rstrip("/") + local.start_path
    _end_by_signal(server)
    click.echo(f"serving {repository.path} at {address}")
    if not no_browser:
        webbrowser.open(address)
    server.run()


def _calm_collector() -> None:
    """Let Python look for cycles seldom, and never in what has been loaded by now.

    Thousands of connections are many objects to look through, and a message on its
    way to all of them makes enough new ones to set that off.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR)


def _end_by_signal(server: Server) -> None:
    """Let the first signal stop the server; a second one ends the program at once."""

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        server.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _url(sock: socket.socket, prefix: str) -> str:
    host, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{prefix}/"


def _warn_about(repository: Repository) -> None:
    if not repository.is_writable():
        click.echo(f"{repository.path} is read-only: nobody can write", err=True)


def _log_to_stderr(*, quiet: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    access = logging.getLogger("repoweb.access")
    access.addHandler(handler)
    access.propagate = False
    access.setLevel(logging.WARNING if quiet else logging.INFO)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


for _plugin in all_plugins():
    for _command in _plugin.commands:
        repoweb.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; what a user can understand is one line and status 1."""
    try:
        repoweb.main(arguments, prog_name="repoweb", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except RepowebError as error:
        click.echo(f"repoweb: {error}", err=True)
        sys.exit(1)
