"""Measures the chat beside real fossil and a bare C server, in the same run.

Usage: python benchmarks/run.py [--write docs/benchmarks.md] [--quick]

All servers get copies of the same repository file. A ratio above 1 says how
many times better repoweb is than fossil, or worse than the floor.
"""

import argparse
import itertools
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import servers
from following import LIMIT_MS, LOWEST, POLL, STREAM, Followed, Following
from servers import Running
from table import Row, rate_row, table_of, write_table

HERE = Path(__file__).parent
PATIENCE_MS = 20_000


def main() -> None:
    """Measure everything and print, or write, the table."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="repoweb-bench-") as name:
        bench = Bench(Path(name), quick=options.quick)
        rows = bench.all_rows()
    table = table_of(rows)
    print(table)
    if options.write:
        write_table(options.write, table)


class Bench:
    """The measurements, one method for each kind."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self._folder = folder
        self._seconds = 2 if quick else 6
        self._rounds = 1 if quick else 3
        self._crowds = (1, 100) if quick else (1, 100, 1000, 5000)
        self.repository, self._cookies = servers.make_repository(folder)
        self._fanout = _compile("fanout.c", folder)
        self._floor = _compile("floor.c", folder)
        self._follow = _compile("follow.c", folder)

    def all_rows(self) -> list[Row]:
        """Measure everything, with a line on the terminal for each step."""
        steps: list[Callable[[], list[Row]]] = [
            *(lambda n=n: self.fan_out(n) for n in self._crowds),
            self.following,
            self.sending,
            self.pages,
            self.memory,
            self.idling,
        ]
        rows: list[Row] = []
        for number, step in enumerate(steps, 1):
            print(f"\r{number}/{len(steps)} …", end="", file=sys.stderr, flush=True)
            rows += step()
        print("\r", end="", file=sys.stderr)
        return rows

    def fan_out(self, crowd: int) -> list[Row]:
        """Time one message on its way to all who wait."""
        with servers.repoweb_server(self._copy("repoweb")) as server:
            ours = self._best(server, crowd)
        with servers.floor_server(self._floor) as server:
            floor = self._best(server, crowd)
        fossil = None
        if crowd <= 1000:  # it starts a process for each
            with servers.fossil_server(self._copy("fossil")) as server:
                fossil = self._best(server, crowd, rounds=1)
        return [
            Row(
                f"1 message to {crowd:,} waiting: p50 / p99",
                times(ours),
                times(fossil) if fossil else "not tried",
                times(floor),
                f"{ours['p99'] / floor['p99']:.1f} x floor"
                + (f", {_speedup(ours, fossil)}" if fossil else ""),
            )
        ]

    def following(self) -> list[Row]:
        """Find the highest rate of messages that many follow."""
        crowd = 100 if self._rounds == 1 else 1000
        search = Following(
            self._follow,
            self._folder,
            self._cookies,
            crowd=crowd,
            seconds=self._seconds / 2,
        )
        with servers.fossil_server(self._copy("fossil")) as server:
            fossil = search.follow(server, POLL, LOWEST)
        rows = []
        for how, name in ((POLL, "polls"), (STREAM, "streams")):
            with servers.repoweb_server(self._copy("repoweb")) as server:
                ours = search.highest(server, how)
            rows.append(
                Row(
                    f"messages a second that {crowd:,} follow"
                    f" (p99 < {LIMIT_MS:.0f} ms), by {name}",
                    _followed(ours),
                    _followed(fossil) if how == POLL else "has none",
                    ratio="fossil follows none" if not fossil.is_good else "-",
                )
            )
        return rows

    def sending(self) -> list[Row]:
        """Count messages that are stored in a second, in both journal modes."""
        rows, script = [], self._send_script()
        for mode, crowd in itertools.product(("delete", "wal"), (1, 8)):
            counts = {}
            for start, name in _BOTH:
                with start(self._copy(name, mode)) as server:
                    counts[name] = self.rate(server, "/chat-send", crowd, script)
            what = f"sends a second, {crowd} at once, journal mode {mode}"
            rows.append(rate_row(what, counts))
        return rows

    def pages(self) -> list[Row]:
        """Count pages in a second."""
        rows = []
        for path, name in (
            ("/chat", "/chat page"),
            ("/chat-poll?name=-50", "first poll"),
        ):
            for crowd in (1, 8):
                counts = {}
                for start, server_name in _BOTH:
                    with start(self._copy(server_name)) as server:
                        servers.get(server, path, self._cookies[0])
                        counts[server_name] = self.rate(server, path, crowd)
                rows.append(rate_row(f"{name} a second, {crowd} at once", counts))
        return rows

    def memory(self) -> list[Row]:
        """Weigh a request that waits."""
        ours = self._weigh(servers.repoweb_server, "repoweb", self._crowds[-1])
        fossil = self._weigh(servers.fossil_server, "fossil", 100)
        return [
            Row(
                "memory for each waiting request",
                f"{ours:.1f} KB",
                f"{fossil:.0f} KB",
                ratio=f"{fossil / ours:.0f} x less than fossil",
            )
        ]

    def idling(self) -> list[Row]:
        """Time the processor while 100 wait and nobody speaks."""
        shares = {}
        for start, name in _BOTH:
            with start(self._copy(name)) as server, self._crowd(server, 100):
                before, begun = server.cpu_seconds(), time.monotonic()
                time.sleep(self._seconds * 2)  # the measured time itself
                spent = server.cpu_seconds() - before
                shares[name] = spent / (time.monotonic() - begun)
        return [
            Row(
                "processor while 100 wait and nobody speaks",
                f"{shares['repoweb']:.2%}",
                f"{shares['fossil']:.2%}",
            )
        ]

    # -- how it is done ----------------------------------------------------

    def _copy(self, name: str, journal_mode: str = "delete") -> Path:
        return servers.copy_of(self.repository, name, journal_mode)

    def _best(
        self, server: Running, crowd: int, rounds: int | None = None
    ) -> dict[str, float]:
        """Repeat a fan-out and keep the best round; the machine is not ours alone."""
        found = [self.fan(server, crowd) for _ in range(rounds or self._rounds)]
        return min(found, key=lambda r: (-r["delivered"], r["p99"]))

    def fan(self, server: Running, crowd: int) -> dict[str, float]:
        """Time one message on its way, once."""
        cursor = 0
        if server.name != "floor":
            cursor = servers.newest_message(server, self._cookies[0])
        polls, post = self._folder / "polls", self._folder / "post"
        polls.write_bytes(self._polls(server, cursor))
        post.write_bytes(servers.send_request(server.port, self._cookies[0]))
        settle = 1000 + crowd if server.name == "repoweb" else 1000
        command = [self._fanout, server.port, crowd, settle, PATIENCE_MS, polls, post]
        done = subprocess.run(
            [str(word) for word in command], capture_output=True, check=True, text=True
        )
        result: dict[str, float] = json.loads(done.stdout)
        if result["early"]:
            message = f"{server.name}: {result['early']} polls did not wait"
            raise RuntimeError(message)
        return result

    def look_at(self, server: Running) -> None:
        """Ask for the page once, so that whatever has to start has started."""
        servers.get(server, server.page, self._cookies[0])

    def _polls(self, server: Running, cursor: int) -> bytes:
        return b"".join(
            servers.poll_request(server.port, cursor, cookie)
            for cookie in self._cookies
        )

    def rate(
        self, server: Running, path: str, crowd: int, script: Path | None = None
    ) -> float:
        """Let wrk ask as fast as it can; returns answers in a second."""
        url = f"http://127.0.0.1:{server.port}{path}"
        command = ["wrk", "-t1", f"-c{crowd}", f"-d{self._seconds}s", url]
        command += ["-H", f"Cookie: {self._cookies[0]}"]
        command += ["-H", f"Referer: http://127.0.0.1:{server.port}/chat"]
        if script:
            command[1:1] = ["-s", str(script)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        if "Non-2xx" in done.stdout and server.name != "fossil":  # it may be locked out
            message = f"{server.name} {path}:\n{done.stdout}"
            raise RuntimeError(message)
        found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
        return float(found[1]) if found else 0.0

    def _send_script(self) -> Path:
        script = self._folder / "send.lua"
        kind = "application/x-www-form-urlencoded"
        body = "msg=" + servers.TEXT.replace(" ", "+")
        script.write_text(
            f'wrk.method = "POST"\nwrk.body = "{body}"\n'
            f'wrk.headers["Content-Type"] = "{kind}"\n'
        )
        return script

    def _weigh(self, start: Callable[..., object], name: str, crowd: int) -> float:
        with start(self._copy(name)) as server:  # type: ignore[attr-defined]
            for _ in range(3):
                servers.newest_message(server, self._cookies[0])
            before = server.memory_kb()
            with self._crowd(server, crowd):
                return float(server.memory_kb() - before) / crowd

    def _crowd(self, server: Running, crowd: int) -> "Crowd":
        cursor = servers.newest_message(server, self._cookies[0])
        return Crowd(server, crowd, self._polls(server, cursor))


class Crowd:
    """Many requests that wait, until the block ends."""

    def __init__(self, server: Running, count: int, polls: bytes) -> None:
        requests = [part + b"\r\n\r\n" for part in polls.split(b"\r\n\r\n") if part]
        self._sockets = []
        for number in range(count):
            sock = socket.create_connection(("127.0.0.1", server.port))
            sock.sendall(requests[number % len(requests)])
            self._sockets.append(sock)
        _wait_until_calm(server)

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *_: object) -> None:
        for sock in self._sockets:
            sock.close()


def _wait_until_calm(server: Running) -> None:
    """Wait until the server has nothing to do with the requests any more."""
    spent = server.cpu_seconds()
    while True:
        time.sleep(0.5)
        now = server.cpu_seconds()
        if now - spent < 0.05:
            return
        spent = now


_BOTH = ((servers.repoweb_server, "repoweb"), (servers.fossil_server, "fossil"))


def times(result: dict[str, float]) -> str:
    """Write the times of a fan-out, and how many it did not reach."""
    if not result["delivered"]:
        return f"0 of {result['waiters']:,.0f} delivered"
    text = f"{result['p50']:.1f} / {result['p99']:.1f} ms"
    if result["delivered"] < result["waiters"]:
        text += f", {result['delivered']:,.0f} of {result['waiters']:,.0f} delivered"
    return text


def _followed(found: Followed) -> str:
    """Tell a rate; for a crowd that does not even follow the lowest, how far off."""
    if found.is_good:
        return f"{found.rate:,.4g} (p50 {found.p50:,.0f} ms)"
    share = found.delivered / found.expected
    return f"0 (at {found.rate:g}: {share:.0%} delivered, p99 {found.p99:,.0f} ms)"


def _speedup(ours: dict[str, float], fossil: dict[str, float]) -> str:
    if fossil["delivered"] < fossil["waiters"]:
        return "fossil loses some"
    return f"{fossil['p99'] / ours['p99']:.0f} x fossil"


def _compile(source: str, folder: Path) -> Path:
    program = folder / Path(source).stem
    subprocess.run(["cc", "-O2", "-o", program, HERE / source], check=True)
    return program


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="put the table into this document")
    parser.add_argument("--quick", action="store_true", help="small crowds, short runs")
    options = parser.parse_args()
    for program in ("cc", "wrk", "fossil"):
        if not shutil.which(program):
            parser.error(f"{program} is missing: sudo apt-get install gcc wrk fossil")
    return options


if __name__ == "__main__":
    main()
