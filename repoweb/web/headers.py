"""Security headers of every answer (SERVING.md, 5)."""

from flask import Flask, Response, current_app, request
from flask_login import current_user

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
_BY_DEFAULT = "no-cache"
"""What flask's send_file says too; nobody who is logged in should have only that."""
_YEAR = 31536000


def init_app(app: Flask) -> None:
    """Add the headers after every request; what a view set itself stays."""

    @app.after_request
    def secure(response: Response) -> Response:
        present = {name.lower() for name, _ in response.headers}
        response.headers.extend(
            [header for header in _HEADERS if header[0].lower() not in present]
        )
        control = response.headers.get("Cache-Control", _BY_DEFAULT)
        if control == _BY_DEFAULT:
            private = current_user.is_authenticated
            response.headers["Cache-Control"] = (
                "private, no-store" if private else _BY_DEFAULT
            )
            response.vary.add("Cookie")
        if current_app.config.get("HSTS") and request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
        return response
