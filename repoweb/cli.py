"""The command line: `repoweb init | serve | ui`, and the groups of the plugins."""

import os
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
from repoweb.operating.backup import backup
from repoweb.operating.cgi import cgi
from repoweb.operating.doctor.command import doctor
from repoweb.operating.listening import PORT, url_of
from repoweb.operating.logs import log_to_stderr
from repoweb.operating.serve import serve
from repoweb.operating.signals import end_by_signal
from repoweb.plugin import load
from repoweb.plugins import all_plugins
from repoweb.repository.create import create_repository
from repoweb.repository.repository import Repository
from repoweb.serving.server import Options, Server
from repoweb.serving.sockets import bind_tcp
from repoweb.ui import LocalUser
from repoweb.web.warmup import warm_up


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
@click.option("--port", type=PORT, default=0, help="Default: a free one.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def ui(repository: Repository, port: int, no_browser: bool) -> None:
    """Open a repository in the browser, signed in as its administrator."""
    with repository.reading() as db:
        admins = store.administrators(db)
    login = admins[0] if admins else os.environ.get("USER", "root")
    app = create_app(repository)
    local = LocalUser(app, login)
    sockets = bind_tcp("127.0.0.1", port)
    server = Server(local, sockets, Options())
    log_to_stderr(quiet=True)
    address = url_of(sockets[0], "").rstrip("/") + local.start_path
    end_by_signal(server)
    click.echo(f"serving {repository.path} at {address}")
    if not no_browser:
        webbrowser.open(address)
    warm_up(app)
    server.run()


repoweb.add_command(serve)
repoweb.add_command(backup)
repoweb.add_command(doctor)
repoweb.add_command(cgi)
for _plugin in all_plugins():
    for _command in _plugin.commands:
        repoweb.add_command(load(_command))


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
