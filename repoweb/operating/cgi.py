"""`repoweb cgi`: a CGI script's control file, and the request that has no server."""

import shutil
import sys
from pathlib import Path

import click

from repoweb.errors import RepowebError
from repoweb.operating.control import Control, options_of, write_control
from repoweb.operating.one_request import serve_one
from repoweb.operating.resident import serve_for_doors
from repoweb.operating.site import open_site

DOOR = "repoweb-cgi"
PATH = click.Path(path_type=Path, readable=False)


class NoDoor(RepowebError):
    """The program that a control file names cannot be found."""


@click.command()
@click.argument("path", metavar="FILE", type=PATH)
@click.argument("script", required=False, type=PATH)
@click.option("--init", "init", is_flag=True, help="Write SCRIPT, which serves FILE.")
@click.option("--resident", is_flag=True, help="Stay; only repoweb-cgi starts this.")
def cgi(path: Path, script: Path | None, *, init: bool, resident: bool) -> None:
    """Serve one request as a CGI program, by the control file FILE.

    A web server does not start this, but a control file whose first line names
    repoweb-cgi. With --init, FILE is a repository or a folder of repositories, and
    SCRIPT is written, which is such a control file.
    """
    if init:
        _init(path, script)
    elif resident:
        serve_for_doors(path)
    else:
        serve_one(path)


def _init(site: Path, script: Path | None) -> None:
    if script is None:
        message = "where to write the script?"
        raise click.UsageError(message)
    open_site(site, options_of(Control())).close()  # it must be something to serve
    write_control(script, _find_door(), site)
    click.echo(f"wrote {script.absolute()}, which serves {site.absolute()}")


def _find_door() -> Path:
    """Find the program beside this Python, or where programs are.

    Raises:
        NoDoor: it was not installed.
    """
    beside = Path(sys.executable).parent / DOOR
    found = beside if beside.exists() else shutil.which(DOOR)
    if found is None:
        message = f"there is no {DOOR}; install repoweb with pip"
        raise NoDoor(message)
    return Path(found).absolute()
