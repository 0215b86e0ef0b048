"""One request of a CGI script, served by this process.

It is on the way of every request where no server may stay, so it imports no more
than it needs.
"""

import os
import sys
from pathlib import Path
from wsgiref.handlers import CGIHandler

from repoweb.errors import RepowebError
from repoweb.operating.control import options_of, read_control, set_environment
from repoweb.operating.logs import log_to
from repoweb.operating.site import open_site
from repoweb.serving.cgi_path import NoSuchPlace, locate


def main(control: str) -> None:
    """Serve by a control file, and end at once.

    Taking all modules apart in order takes Python longer than the request.
    """
    serve_one(Path(control))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def serve_one(path: Path) -> None:
    """Serve the request of the environment, which the web server has set."""
    try:
        control = read_control(path)
        set_environment(control)
        log_to(None, control.error_log, quiet=True)
        _correct(os.environ)
        wanted = os.environ["PATH_INFO"]
        site = open_site(control.site, options_of(control), wanted)
    except (RepowebError, NoSuchPlace) as error:
        sys.stderr.write(f"repoweb: {error}\n")
        sys.stdout.write(_UNAVAILABLE)
        return
    CGIHandler().run(site.application)
    site.close()


def _correct(environ: "os._Environ[str]") -> None:
    """Set what a web server leaves out or does in a way of its own."""
    variables = {"PATH_INFO": "", **environ}
    place = locate(variables)
    environ["SCRIPT_NAME"], environ["PATH_INFO"] = place
    environ.pop("HTTP_PROXY", None)  # a header that programs take for their own


_UNAVAILABLE = """\
Status: 503 Service Unavailable\r
Retry-After: 10\r
Content-Type: text/plain\r
\r
The site cannot be served just now. The web server's error log has the details.
"""
