"""Finds the highest rate of messages that a crowd of listeners follows."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import servers
from servers import Running

LIMIT_MS = 250.0
"""A crowd follows while 99 of 100 messages reach a listener within this time."""

POLL, STREAM = "poll", "stream"
_CURSOR = 999_999_999
_MARK = "qq000000qq"  # follow.c puts the number of each message there
_SETTLE_MS = 2500
LOWEST = 0.5
_STEPS = 3
"""How often the gap between the last good rate and the first bad one is halved."""


@dataclass(frozen=True)
class Followed:
    """A rate in messages a second, and what `follow` saw; times in milliseconds."""

    rate: float
    expected: int
    delivered: int
    failed: int
    p50: float
    p99: float

    @property
    def is_good(self) -> bool:
        """Whether everybody followed."""
        complete = self.delivered == self.expected and not self.failed
        return complete and self.p99 < LIMIT_MS


class Following:
    """One kind of listening, at one kind of server.

    Args:
        program: `follow.c`, compiled.
        folder: for the requests that it sends.
        cookies: of the users who listen; the first one speaks.
        crowd: how many listen.
        seconds: how long each rate is tried.
    """

    def __init__(
        self,
        program: Path,
        folder: Path,
        cookies: list[str],
        *,
        crowd: int,
        seconds: float,
    ) -> None:
        self._program = program
        self._folder = folder
        self._cookies = cookies
        self._crowd = crowd
        self._seconds = seconds

    def highest(self, server: Running, how: str) -> Followed:
        """Search the highest rate that is good; else return the lowest, which is bad.

        A bad one is tried again, for the machine is not ours alone.
        """
        good, rate = self._try(server, how, LOWEST), LOWEST * 2
        if not good.is_good:
            return good
        while (found := self._try(server, how, rate)).is_good:
            good, rate = found, rate * 2
        bad = found.rate
        for _ in range(_STEPS):
            found = self._try(server, how, (good.rate + bad) / 2)
            good, bad = (found, bad) if found.is_good else (good, found.rate)
        return good

    def _try(self, server: Running, how: str, rate: float) -> Followed:
        found = self.follow(server, how, rate)
        return found if found.is_good else self.follow(server, how, rate)

    def follow(self, server: Running, how: str, rate: float) -> Followed:
        """Try one rate."""
        listening, post = self._folder / "listening", self._folder / "post"
        listening.write_bytes(self._requests(server, how))
        speaker = self._cookies[0]
        post.write_bytes(servers.send_request(server.port, speaker, _MARK))
        seconds = max(self._seconds, 3 / rate)
        cursor = servers.newest_message(server, speaker)
        words = [server.port, self._crowd, rate, seconds, cursor, _SETTLE_MS, how]
        command = [self._program, *words, listening, post]
        done = subprocess.run(
            [str(word) for word in command], capture_output=True, check=True, text=True
        )
        seen = json.loads(done.stdout)
        del seen["max"]
        return Followed(rate=rate, **seen)

    def _requests(self, server: Running, how: str) -> bytes:
        requests = b"".join(
            servers.poll_request(server.port, _CURSOR, cookie)
            for cookie in self._cookies
        ).replace(b"%d" % _CURSOR, b"CURSOR")
        if how == POLL:
            return requests
        return requests.replace(b"/chat-poll", b"/chat-stream")
