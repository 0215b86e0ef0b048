"""Static files: one name for each content, so that browsers may keep them for ever.

The folder's digest is a part of the path, and JavaScript modules import one
another by relative names, so that a page never mixes two versions. Comments and
blanks of scripts and style sheets stay here.
"""

import gzip
import hashlib
import mimetypes
from functools import cached_property
from pathlib import Path
from typing import cast

from flask import Flask, Response, abort, request

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"
_DIGEST_LENGTH = 12
_KEY = "repoweb.assets"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Asset:
    """A static file, as it lies there, as it is sent, and compressed."""

    def __init__(self, path: Path) -> None:
        self.original = path.read_bytes()
        self._path = path

    @property
    def mimetype(self) -> str:
        """The type of the content."""
        kind = _TYPES.get(self._path.suffix) or mimetypes.guess_type(self._path.name)[0]
        return kind or "application/octet-stream"

    @cached_property
    def content(self) -> bytes:
        """The content without what only those need who write it."""
        from rcssmin import cssmin
        from rjsmin import jsmin

        shorten = {".js": jsmin, ".css": cssmin}.get(self._path.suffix, bytes)
        return cast("bytes", shorten(self.original))

    @cached_property
    def compressed(self) -> bytes:
        """The content, compressed as well as can be."""
        return gzip.compress(self.content, 9, mtime=0)


class Assets:
    """All files of the static folder, read once."""

    def __init__(self, folder: Path) -> None:
        names = sorted(p for p in folder.rglob("*") if p.is_file())
        self.files = {str(p.relative_to(folder)): Asset(p) for p in names}
        digest = hashlib.sha256()
        for name, asset in self.files.items():
            digest.update(f"{name}\0{len(asset.original)}\0".encode())
            digest.update(asset.original)
        self.version = digest.hexdigest()[:_DIGEST_LENGTH]

    def serve(self, version: str, name: str) -> Response:
        """Answer with a file; under an old version with the present one, uncached."""
        asset = self.files.get(name)
        if asset is None:
            abort(404)
        response = Response(asset.content, mimetype=asset.mimetype)
        if request.accept_encodings["gzip"] > 0:
            response.set_data(asset.compressed)
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        current = version == self.version
        response.headers["Cache-Control"] = _FOR_EVER if current else _ASK_AGAIN
        return response


def version_of(app: Flask) -> str:
    """Return what changes whenever a static file does."""
    return cast("Assets", app.extensions[_KEY]).version


def init_app(app: Flask, folder: Path) -> None:
    """Serve /static/VERSION/NAME and give templates `asset(name)`."""
    assets = Assets(folder)
    app.extensions[_KEY] = assets
    app.add_url_rule("/static/<version>/<path:name>", "static", assets.serve)

    @app.template_global("asset")
    def asset(name: str) -> str:
        return f"{request.script_root}/static/{assets.version}/{name}"

    @app.template_global("modules")
    def modules(folder: str) -> list[str]:
        """List the JavaScript modules of a folder, to be fetched all at once."""
        return [
            name
            for name in assets.files
            if name.startswith(f"{folder}/") and name.endswith(".js")
        ]
