"""Text is compressed for clients that accept it."""

import gzip

from flask import Flask, Response, request

_LEAST = 700  # bytes; a smaller answer fits into one packet anyway
_LEVEL = 6
_TYPES = frozenset(
    {
        "application/json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)


def init_app(app: Flask) -> None:
    """Compress what is worth it; an answer that waits or streams is left alone."""

    @app.after_request
    def compress(response: Response) -> Response:
        if _is_worth_it(response):
            response.vary.add("Accept-Encoding")
            if request.accept_encodings["gzip"] > 0:
                response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
                response.headers["Content-Encoding"] = "gzip"
        return response


def _is_worth_it(response: Response) -> bool:
    return (
        not response.direct_passthrough
        and response.is_sequence
        and response.mimetype in _TYPES
        and "Content-Encoding" not in response.headers
        and (response.calculate_content_length() or 0) >= _LEAST
    )
