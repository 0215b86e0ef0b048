"""Security headers of every answer (SERVING.md, 5)."""

from flask import Flask, Response, current_app, request
from flask_login import current_user
from werkzeug.datastructures import Headers

PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ]
)
RAW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For what users uploaded: it may be looked at, but nothing in it runs."""

DOCUMENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "img-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "media-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-same-origin allow-popups"
        " allow-top-navigation-by-user-activation",
    ]
)
"""For pages that are files of the project: they have their look, but run nothing."""

_HEADERS = [
    ("Content-Security-Policy", PAGE_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),  # Fossil takes the Referer as proof of origin
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)"),
]
_NAMES = frozenset(name.lower() for name, _ in _HEADERS)
_BY_DEFAULT = "no-cache"
"""What flask's send_file says too; nobody who is logged in should have only that."""
_YEAR = 31536000


def add_policies(response: Response) -> Response:
    """Add the headers that every answer has; what a view set itself stays."""
    _add(response.headers, _names_in(response.headers))
    return response


def _names_in(headers: Headers) -> set[str]:
    return {name.lower() for name, _ in headers}


def _add(headers: Headers, present: set[str]) -> None:
    missing = _HEADERS
    if not present.isdisjoint(_NAMES):
        missing = [header for header in _HEADERS if header[0].lower() not in present]
    headers.extend(missing)


def init_app(app: Flask) -> None:
    """Add the headers after every request, and say who may keep the answer."""

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        present = _names_in(headers)  # asked once: a name that is missing takes long
        _add(headers, present)
        if "cache-control" not in present or headers["Cache-Control"] == _BY_DEFAULT:
            private = current_user.is_authenticated
            headers["Cache-Control"] = "private, no-store" if private else _BY_DEFAULT
            if "vary" in present:
                response.vary.add("Cookie")
            else:
                headers.add("Vary", "Cookie")
        if current_app.config.get("HSTS") and request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
        return response
