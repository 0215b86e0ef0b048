"""Measures the ways to deploy repoweb beside those of real fossil, in the same run.

Usage: python benchmarks/deploy.py [--write docs/benchmarks.md] [--quick]

Pages are counted by wrk, fan-out is timed by fanout.c, both through the web server
that is named. All sites are copies of the same repository.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import run
import servers
from servers import Running
from table import machine, write_table

PLACE = "deploy"
PAGE = "/home"
CROWD = 1000
BIN = Path(sys.executable).parent

NGINX = """daemon off; master_process off; pid {folder}/nginx.pid;
error_log stderr crit;
{user} worker_rlimit_nofile 8192;
events {{ worker_connections 8000; }}
http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
scgi_temp_path {folder}/c; fastcgi_temp_path {folder}/d; uwsgi_temp_path {folder}/e;
server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ {lines} }} }} }}
"""
BY_HTTP = """proxy_pass http://{there}; proxy_http_version 1.1;
proxy_set_header Connection ""; proxy_set_header Host $http_host;
proxy_read_timeout 480s; proxy_buffering off;"""
BY_SCGI = """include /etc/nginx/scgi_params; scgi_param HTTP_HOST $http_host;
scgi_param SCRIPT_NAME ""; scgi_param PATH_INFO $uri;
scgi_pass {there}; scgi_read_timeout 480s; scgi_buffering off;"""
LIGHTTPD = """server.document-root = "{folder}"
server.port = {port}
server.bind = "127.0.0.1"
server.modules = ("mod_alias", "mod_cgi")
alias.url = ("/cgi/" => "{folder}/")
$HTTP["url"] =~ "^/cgi/" {{ cgi.assign = ("" => "") }}
"""
NOTHING = """#!{python} -IS
import posix
posix.write(1, b"Status: 200 OK\\r\\nContent-Type: text/plain\\r\\n\\r\\nnothing\\n")
"""
IMPORTS_FLASK = """#!{python}
import flask
print("Status: 200 OK\\nContent-Type: text/plain\\n\\n" + flask.__name__)
"""
FOSSIL_CGI = "#!/usr/bin/fossil\nrepository: {path}\nsetenv: HOME /tmp\n"


def main() -> None:
    """Measure everything and print, or write, the table."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="repoweb-bench-") as name:
        table = Ways(Path(name), quick=options.quick).table()
    print(table)
    if options.write:
        write_table(options.write, table, PLACE)


class Ways:
    """Each way from a browser to a repository."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self._folder = folder
        self._bench = run.Bench(folder, quick=quick)
        self._ways: dict[str, Callable[[], Running]] = {
            "repoweb, HTTP": self._repoweb,
            "repoweb, HTTP behind nginx": lambda: self._nginx(self._repoweb_unix, 0),
            "repoweb, SCGI behind nginx": lambda: self._nginx(self._repoweb_scgi, 1),
            "fossil server": self._fossil,
            "fossil server --scgi behind nginx": lambda: self._nginx(
                self._fossil_scgi, 1
            ),
            "Python CGI script that does nothing, lighttpd": lambda: self._script(
                NOTHING
            ),
            "repoweb, CGI with a resident, lighttpd": lambda: self._cgi(""),
            "Python CGI script that imports Flask, lighttpd": lambda: self._script(
                IMPORTS_FLASK
            ),
            "repoweb, CGI without one, lighttpd": lambda: self._cgi("resident: no\n"),
            "fossil cgi, lighttpd": self._cgi_fossil,
        }
        self._stack = ExitStack()

    def table(self) -> str:
        """Measure each way, and write a line for it."""
        lines = [
            machine(),
            "",
            f"| | `{PAGE}` a second, 1 / 8 at once | milliseconds, 1 at once"
            f" | 1 message to {CROWD:,} waiting: p50 / p99 |",
            "|---|---|---|---|",
        ]
        for name, start in self._ways.items():
            print(f"\r{name} …\033[K", end="", file=sys.stderr, flush=True)
            with ExitStack() as self._stack:
                server = start()
                self._bench.look_at(server)
                rates = [self._bench.rate(server, server.page, n) for n in (1, 8)]
                waits = self._fan_out(name, server)
            shown = " / ".join(f"{r:,.1f}" if r < _FEW else f"{r:,.0f}" for r in rates)
            alone = f"{1000 / rates[0]:,.1f}" if rates[0] else "-"
            lines.append(f"| {name} | {shown} | {alone} | {waits} |")
        print("\r\033[K", end="", file=sys.stderr)
        return "\n".join(lines)

    def _fan_out(self, name: str, server: Running) -> str:
        """Time a message on its way, where a waiter is not a process each."""
        if name.endswith("lighttpd"):
            return "-"
        try:
            return run.times(self._bench.fan(server, CROWD))
        except (RuntimeError, subprocess.SubprocessError):
            return "not all could wait"

    # -- the ways ----------------------------------------------------------

    def _copy(self) -> Path:
        return servers.copy_of(self._bench.repository, "deploy")

    def _enter(self, started: object) -> Running:
        return self._stack.enter_context(started)  # type: ignore[arg-type, no-any-return]

    def _repoweb(self) -> Running:
        return self._enter(servers.repoweb_server(self._copy()))

    def _fossil(self) -> Running:
        return self._enter(servers.fossil_server(self._copy()))

    def _repoweb_unix(self) -> str:
        return self._repoweb_at("http.sock", [])

    def _repoweb_scgi(self) -> str:
        return self._repoweb_at("scgi.sock", ["--scgi"])

    def _repoweb_at(self, name: str, more: list[str]) -> str:
        place = self._folder / name
        command = [*_PYTHON, "serve", str(self._copy()), "--quiet", *more]
        process = subprocess.Popen(
            [*command, "--unix-socket", str(place)], stdout=subprocess.PIPE
        )
        self._stack.callback(_end, process)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        return f"unix:{place}"

    def _fossil_scgi(self) -> str:
        port = servers.free_port()
        command = ["fossil", "server", "--scgi", "--nojail", "--port", str(port)]
        self._enter(servers.started([*command, str(self._copy())], port))
        return f"127.0.0.1:{port}"

    def _nginx(self, start: Callable[[], str], scgi: int) -> Running:
        there, port = start(), servers.free_port()
        lines = (BY_HTTP, BY_SCGI)[scgi].format(there=there)
        user = "user root;" if os.geteuid() == 0 else ""
        text = NGINX.format(folder=self._folder, port=port, lines=lines, user=user)
        return self._front(["/usr/sbin/nginx", "-c"], text, port)

    def _script(self, text: str) -> Running:
        return self._lighttpd(text.format(python=sys.executable))

    def _cgi(self, more: str) -> Running:
        control = f"#!{BIN}/repoweb-cgi\nrepository: {self._copy()}\nidle: 20\n"
        return self._lighttpd(control + more)

    def _cgi_fossil(self) -> Running:
        return self._lighttpd(FOSSIL_CGI.format(path=self._copy()))

    def _lighttpd(self, script: str) -> Running:
        file, port = self._folder / "site", servers.free_port()
        file.unlink(missing_ok=True)  # what runs cannot be written to
        file.write_text(script)
        file.chmod(0o755)
        text = LIGHTTPD.format(folder=self._folder, port=port)
        return self._front(["/usr/sbin/lighttpd", "-D", "-f"], text, port, "/cgi/site")

    def _front(
        self, command: list[str], text: str, port: int, base: str = ""
    ) -> Running:
        config = self._folder / "front.conf"
        config.write_text(text)
        pid = self._stack.enter_context(servers.started([*command, str(config)], port))
        return Running("front", port, pid, keeps_alive=True, page=base + PAGE)


_FEW = 20
_PYTHON = [sys.executable, "-m", "repoweb"]


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="put the table into this document")
    parser.add_argument("--quick", action="store_true", help="short runs")
    options = parser.parse_args()
    if not (BIN / "repoweb-cgi").exists():
        parser.error("repoweb is not installed beside this Python")
    return options


if __name__ == "__main__":
    main()
