"""The site as visitors see it: asked through its public address."""

import ipaddress
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from repoweb.errors import RepowebError
from repoweb.operating.doctor.finding import Finding, bad, good, hint

_PATIENCE = 15
_SLACK = 2
_CLOCK_TOLERANCE = 120
_PORTS = {"http": 80, "https": 443}


class BadUrl(RepowebError):
    """The public address is none."""


class _Reply(NamedTuple):
    status: int
    headers: "Message[str, str]"
    body: bytes


def check_site(url: str, token: str, poll_seconds: int) -> Iterator[Finding]:
    """Ask the site what it understands, and whether a poll may hang.

    Args:
        url: its public address, such as "https://example.org/code".
        token: what it knows the doctor by.
        poll_seconds: how long polls are to hang.

    Raises:
        BadUrl: it is not an address of the web.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        message = f"{url}: not an address that begins with http:// or https://"
        raise BadUrl(message)
    base = url.rstrip("/")
    try:
        reply = _get(f"{base}/health/probe?token={token}", _PATIENCE)
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        yield bad(f"{base} cannot be reached: {reason}", "is everything started?")
        return
    seen = _parse(reply)
    if seen is None:
        yield bad(
            f"{base} is another site, or of another repository (status {reply.status})",
            "check the path that the web server passes on, and --prefix",
        )
        return
    yield from _understanding(parts, seen)
    yield from _headers(parts, reply)
    yield _hang(base, token, poll_seconds)


def _understanding(parts: SplitResult, seen: dict[str, object]) -> Iterator[Finding]:
    if seen["scheme"] == parts.scheme:
        yield good(f"the site knows that it is seen by {parts.scheme}")
    else:
        yield bad(
            f"visitors come by {parts.scheme}, the site believes {seen['scheme']}:"
            " cookies lack Secure, or are not sent",
            "let the web server set X-Forwarded-Proto (HTTPS for SCGI), and start"
            " repoweb with --trusted-proxy or on a Unix socket",
        )
    if _origin(parts.scheme, str(seen["host"])) == _origin(parts.scheme, parts.netloc):
        yield good(f"the site knows its host, {seen['host']}")
    else:
        yield bad(
            f"visitors come to {parts.netloc}, the site believes {seen['host']}: forms"
            " of some browsers are refused",
            "let the web server pass on the host with its port, as $http_host in nginx",
        )
    if seen["root"] != parts.path.rstrip("/"):
        yield bad(
            f"the site lies below {parts.path or '/'}, it believes {seen['root']!r}",
            f"start repoweb with --prefix {parts.path}",
        )
    yield from _address(str(seen["address"]), parts.hostname or "")


def _address(address: str, host: str) -> Iterator[Finding]:
    try:
        is_here = ipaddress.ip_address(address).is_loopback
    except ValueError:
        yield bad(
            f"all visitors have the address {address!r}",
            "let the web server set X-Forwarded-For",
        )
        return
    if is_here and host not in {"localhost", "127.0.0.1", "::1"}:
        yield hint(
            f"this visit came from {address}; if others' do too, ten failed logins lock"
            " everybody out for minutes",
            "let the web server set X-Forwarded-For, and see --trusted-proxy",
        )


def _headers(parts: SplitResult, reply: _Reply) -> Iterator[Finding]:
    if "default-src 'none'" not in reply.headers.get("Content-Security-Policy", ""):
        yield bad(
            "the web server removes or changes the Content-Security-Policy",
            "let it pass on the headers as they are",
        )
    if parts.scheme == "http":
        yield hint(
            "passwords travel in the clear", "let the web server speak https (TLS)"
        )
    elif "Strict-Transport-Security" not in reply.headers:
        yield hint("browsers may still try http", "start repoweb with --hsts")
    date = reply.headers.get("Date")
    if date and abs(parsedate_to_datetime(date).timestamp() - time.time()) > (
        _CLOCK_TOLERANCE
    ):
        yield bad("the clocks of here and there differ by minutes", "use NTP on both")


def _hang(base: str, token: str, seconds: int) -> Finding:
    """Let a request hang as long as a poll may."""
    begun = time.monotonic()
    address = f"{base}/health/hang?seconds={seconds}&token={token}"
    try:
        reply = _get(address, seconds + _PATIENCE)
        ok, how = reply.body == b"done\n", f"status {reply.status}"
    except (OSError, HTTPException) as error:
        ok, how = False, str(getattr(error, "reason", error))
    took = time.monotonic() - begun
    if ok and took >= seconds:
        return good(f"a poll may hang for {seconds} seconds")
    if ok:
        return bad(
            f"a poll of {seconds} seconds was ended after {took:.0f}",
            "it is served by CGI or another server; see --poll-seconds",
        )
    return bad(
        f"the web server gave a poll up after {took:.0f} seconds ({how})",
        f"raise its timeout above {seconds} seconds, or start repoweb with"
        f" --poll-seconds {max(1, int(took) - _SLACK)}",
    )


def _get(url: str, seconds: float) -> _Reply:
    request = urllib.request.Request(url, headers={"User-Agent": "repoweb-doctor"})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
            return _Reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return _Reply(error.code, error.headers, error.read())


def _parse(reply: _Reply) -> dict[str, object] | None:
    try:
        seen = json.loads(reply.body)
    except ValueError:
        return None
    return seen if isinstance(seen, dict) and "scheme" in seen else None


def _origin(scheme: str, netloc: str) -> tuple[str | None, int]:
    parts = urlsplit(f"{scheme}://{netloc}")
    return parts.hostname, parts.port or _PORTS[scheme]
