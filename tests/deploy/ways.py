"""The ways from a browser to repoweb, each as docs/operators.md has it."""

from typing import NamedTuple

from .fronts import ApacheWithHttp, ApacheWithScgi, Caddy, Lighttpd, Nginx

PREFIX = "/code"


class Way(NamedTuple):
    """One way from a browser to repoweb."""

    section: str
    front: type
    arguments: tuple
    socket: str = ""
    """What the document has in place of our Unix socket; "" if it has a port."""

    port: str = ""


SCGI, HTTP = "/run/repoweb/scgi.sock", "/run/repoweb/http.sock"
WAYS = {
    "nginx-scgi": Way("nginx, SCGI", Nginx, ("--scgi",), SCGI),
    "apache-scgi": Way(
        "Apache, SCGI", ApacheWithScgi, ("--scgi",), port="127.0.0.1:9000"
    ),
    "lighttpd-scgi": Way("lighttpd, SCGI", Lighttpd, ("--scgi",), SCGI),
    "nginx-http": Way("nginx, HTTP", Nginx, ("--prefix", PREFIX), HTTP),
    "apache-http": Way(
        "Apache, HTTP",
        ApacheWithHttp,
        ("--prefix", PREFIX, "--trusted-proxy", "127.0.0.1"),
        port="127.0.0.1:8080",
    ),
    "caddy-http": Way("Caddy, HTTP", Caddy, ("--prefix", PREFIX), HTTP),
}
KINDS = {"nginx": "nginx", "apach": "apache", "light": "lighttpd", "caddy": "caddy"}


class Site(NamedTuple):
    way: Way
    repoweb: object
    front: object

    @property
    def url(self):
        return self.front.url + PREFIX
