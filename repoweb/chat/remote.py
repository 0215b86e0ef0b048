"""Talking to the chat of another server, as `fossil chat` does."""

import json
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from html import unescape
from http.client import HTTPResponse
from pathlib import Path
from typing import cast
from urllib.parse import SplitResult, unquote, urlencode, urlsplit, urlunsplit

from repoweb.chat.files import clean_name
from repoweb.errors import RepowebError
from repoweb.repository.obscure import obscure

TIMEOUT_SECONDS = 60
_LONGEST_ERROR = 10_000
_FAILURE = b'{"isError": true,'


class RemoteError(RepowebError):
    """The other server refused, or is not there."""


@dataclass(frozen=True)
class Remote:
    """A Fossil or repoweb server, with the login and password of its URL."""

    base: str
    login: str
    password: str

    @classmethod
    def parse(cls, url: str) -> "Remote":
        """Take `http://login:password@host/path` apart.

        Raises:
            RemoteError: not an http or https URL.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"{url}: not an http or https address"
            raise RemoteError(message)
        return cls(
            _without_login(parts),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )

    @property
    def chat_url(self) -> str:
        """Return the address of the chat page."""
        return f"{self.base}/chat"

    def send(self, text: str, file: Path | None, local_time: str) -> None:
        """Send a message, with an attachment if there is one.

        Raises:
            RemoteError: says what the server answered.
        """
        fields = {"msg": text, "lmtime": local_time, **self._credentials()}
        body, kind = _multipart(fields, file)
        request = urllib.request.Request(  # noqa: S310 - http or https, see parse
            f"{self.base}/chat-send", body, {"Content-Type": kind}
        )
        answer = _read(request)
        if answer.startswith(_FAILURE):
            reason = "the user or the password is wrong"
            if b"not logged in" not in answer:
                reason = _told(answer) or answer.decode("utf-8", "replace")
            message = f"{self.base}: {reason}"
            raise RemoteError(message)

    def backup(self, behind: int) -> bytes:
        """Fetch the messages behind a number as an SQLite file.

        Raises:
            RemoteError: says what the server answered.
        """
        query = urlencode({"msgid": behind, **self._credentials()})
        request = urllib.request.Request(f"{self.base}/chat-backup?{query}")  # noqa: S310
        answer = _read(request)
        if not answer.startswith(b"SQLite format 3\0"):
            message = f"{self.base}: no backup; the login needs the capability Setup"
            raise RemoteError(message)
        return answer

    def _credentials(self) -> dict[str, str]:
        if not self.login:
            return {}
        return {"resid": obscure(self.login), "token": obscure(self.password)}


def _without_login(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


def _read(request: urllib.request.Request) -> bytes:
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return cast("HTTPResponse", answer).read()
    except urllib.error.HTTPError as error:
        with error:
            reason = _told(error.read(_LONGEST_ERROR))
        message = f"{request.host}: {reason or f'{error.code} {error.reason}'}"
        raise RemoteError(message) from error
    except OSError as error:
        cause = getattr(error, "reason", error)
        message = f"{request.host}: {cause}"
        raise RemoteError(message) from error


def _told(answer: bytes) -> str | None:
    """Return the text of an error of the chat, if the answer is one."""
    try:
        return unescape(str(json.loads(answer)["xmsg"]))
    except (ValueError, KeyError, TypeError):
        return None


def _multipart(fields: dict[str, str], file: Path | None) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    if file is not None:
        name = clean_name(file.name).replace('"', "_")
        head = (
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        parts.append(head.encode() + file.read_bytes())
    line = f"--{boundary}".encode()
    body = (
        b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    )
    return body, f"multipart/form-data; boundary={boundary}"
