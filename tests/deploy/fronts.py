"""Real web servers in front of repoweb, set up as docs/operators.md says."""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

DEADLINE = 20.0
OPERATORS = Path(__file__).parent.parent.parent / "docs/operators.md"
APACHE_MODULES = Path("/usr/lib/apache2/modules")
NGINX_MODULES = Path("/usr/lib/nginx/modules")

SOMEBODY = [
    "setpriv",
    *("--reuid=65534", "--regid=65534", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
]
"""Apache refuses to serve as root; but the Python under test may lie in root's home."""


def documented(section, kind, **places):
    """Take the block of a kind from a section of the document; put places in."""
    text = OPERATORS.read_text("utf-8")
    (body,) = re.findall(
        rf"^#+ {section}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL
    )
    (block,) = re.findall(rf"```{kind}\n(.*?)```", body, re.DOTALL)
    for old, new in places.items():
        assert old in block, (old, block)
        block = block.replace(old, str(new))
    return block


def until(condition, what="the condition"):
    """Wait for a condition; returns its true value."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    message = f"waited {DEADLINE} s for {what}"
    raise AssertionError(message)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def listens(port):
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


class Front:
    """A web server on a free port; its folder has its configuration and its log."""

    program = ""
    scheme = "http"

    def __init__(self, folder, site):
        if shutil.which(self.program, path="/usr/sbin:/usr/bin:/bin") is None:
            pytest.skip(f"needs {self.program}")
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)  # for an Apache that is not root
        self.folder, self.port = folder, free_port()
        self.log = folder / "log"
        self.config = folder / "config"
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.config.write_text(self.whole(site))
        self.process = None

    def whole(self, site):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def start(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=subprocess.STDOUT
            )
        until(self._is_up, f"{self.program}: {self.log.read_text()}")
        return self

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def kill(self):
        """End it at once, as if its machine had failed."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def _is_up(self):
        assert self.process.poll() is None, self.log.read_text()
        return listens(self.port)


class Nginx(Front):
    program = "nginx"
    modules = ()
    http = ""
    tls = ""

    def whole(self, site):
        site = site.replace("include scgi_params", "include /etc/nginx/scgi_params")
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "scgi", "fastcgi", "uwsgi")
        )
        load = "".join(
            f"load_module {NGINX_MODULES / name};\n" for name in self.modules
        )
        return f"""{load}{"user root;" if os.geteuid() == 0 else ""}
            daemon off;
            master_process off;
            pid {self.folder}/pid;
            error_log {self.log} warn;
            worker_rlimit_nofile 30000;
            events {{ worker_connections 25000; }}
            http {{
                access_log off;
                {temporary}
                {self.http}
                server {{
                    listen 127.0.0.1:{self.port} {self.tls} backlog=4096;
                    {site}
                }}
            }}
            """

    def command(self):
        return ["/usr/sbin/nginx", "-c", self.config, "-p", self.folder]


class NginxWithTls(Nginx):
    scheme = "https"
    tls = "ssl"

    def whole(self, site):
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
                *("-days", "2", *subject, "-keyout", key, "-out", certificate),
            ],
            check=True,
            capture_output=True,
        )
        self.certificate = certificate
        self.http = f"ssl_certificate {certificate}; ssl_certificate_key {key};"
        return super().whole(site)


class Lighttpd(Front):
    program = "lighttpd"

    def whole(self, site):
        return f"""
            server.document-root = "{self.folder}"
            server.port = {self.port}
            server.bind = "127.0.0.1"
            server.errorlog = "{self.log}"
            server.upload-dirs = ("{self.folder}")
            server.modules = ()
            {site}
            """

    def command(self):
        return ["/usr/sbin/lighttpd", "-D", "-f", self.config]


class Caddy(Front):
    program = "caddy"

    def whole(self, site):
        assert "code.example.org {" in site
        return (
            f"{{\nadmin off\nauto_https off\nstorage file_system {self.folder}\n}}\n"
        ) + site.replace("code.example.org", self.url)

    def command(self):
        return ["caddy", "run", "--config", self.config, "--adapter", "caddyfile"]


class Apache(Front):
    program = "apache2"
    modules = ("mpm_event", "authz_core", "authn_core", "setenvif", "proxy")

    def whole(self, site):
        load = "\n".join(
            f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so"
            for name in (*self.modules, *self.more_modules)
        )
        return f"""{load}
            ServerRoot {self.folder}
            ServerName localhost
            Listen 127.0.0.1:{self.port}
            PidFile {self.folder}/pid
            ErrorLog {self.log}
            Mutex sem
            ThreadsPerChild 50
            {site}
            """

    more_modules: tuple = ()

    def command(self):
        apache = ["/usr/sbin/apache2", "-DFOREGROUND", "-f", self.config]
        return apache if os.geteuid() else [*SOMEBODY, *apache]


class ApacheWithScgi(Apache):
    more_modules = ("proxy_scgi",)


class ApacheWithHttp(Apache):
    more_modules = ("proxy_http", "headers")
