"""Measures a room with an archive of 100,000 messages over two years.

Usage: python benchmarks/rooms.py [--write docs/benchmarks.md] [--quick]
"""

import argparse
import http.client
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import servers
from table import machine, write_table

from repoweb.chat.rooms.sexpr import write
from repoweb.repository.create import create_repository

FIRST, DAYS = date(2024, 1, 1), 730
ROUNDS = 30
WORDS = [
    "the",
    "build",
    "of",
    "a",
    "branch",
    "and",
    "its",
    "tests",
    "were",
    "green",
    "until",
    "somebody",
    "changed",
    "how",
    "artifacts",
    "are",
    "read",
    "so",
    "that",
    "a",
    "delta",
    "of",
    "delta",
    "ends",
    "in",
    "the",
    "cache",
    "again",
]
RARE = "zyzzyva"


def main() -> None:
    """Measure everything and print, or write, the table."""
    options = _options()
    count = 10_000 if options.quick else 100_000
    with tempfile.TemporaryDirectory(prefix="repoweb-bench-") as name:
        table = _measure(Path(name), count)
    print(table)
    if options.write:
        write_table(options.write, table, "rooms")


def _measure(folder: Path, count: int) -> str:
    path = folder / "project.fossil"
    create_repository(path, admin="admin", project_name="Bench")
    _write_data(folder / "data", count)
    _run("create", str(path), "lobby")
    begun = time.monotonic()
    _run("import", str(path), "lobby", str(folder / "data"))
    seconds = time.monotonic() - begun
    lines = [
        machine(),
        "",
        "| | median | slowest |",
        "|---|---|---|",
        f"| import of {count:,} messages | {seconds:.1f} s | |",
    ]
    with servers.repoweb_server(path) as server:
        lines += [_row(server.port, *question) for question in _questions()]
    return "\n".join(lines)


def _questions() -> Iterator[tuple[str, Callable[[], str]]]:
    """List what is asked for: its name, and an address that differs each time."""
    yield "a day of the archive", lambda: f"/chat/lobby/a/{_any_day():%Y/%m/%d}"
    yield "a day on which nobody spoke", lambda: "/chat/lobby/a/2020/02/29"
    yield "search for a rare word", lambda: f"/chat/lobby/search?q={RARE}"
    yield (
        "search for a word of every second message",
        lambda: "/chat/lobby/search?q=delta",
    )
    yield "search for two words", lambda: "/chat/lobby/search?q=branch+somebody"
    yield (
        "search of the page, with a name",
        lambda: "/chat/lobby/chat-query?rows=1&q=cache+from:user3",
    )
    yield "the room's page", lambda: "/chat/lobby"
    yield "RSS", lambda: "/chat/lobby/var/index.rdf"
    yield "status.js", lambda: "/chat/lobby/var/status.js"
    yield (
        "a message by its number",
        lambda: f"/msg/lobby/{random.randint(1, 10_000)}",
    )
    yield (
        "the newest 50 messages as JSON",
        lambda: "/chat/lobby/chat-poll?name=-50&wait=0",
    )


def _row(port: int, what: str, address: Callable[[], str]) -> str:
    times = sorted(_time(port, address()) for _ in range(ROUNDS))
    return f"| {what} | {statistics.median(times):.1f} ms | {times[-1]:.1f} ms |"


def _time(port: int, address: str) -> float:
    """Ask once; returns milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    connection.request("GET", address)
    response = connection.getresponse()
    response.read()
    spent = time.perf_counter() - begun
    connection.close()
    if response.status != http.client.OK:
        message = f"{address}: {response.status}"
        raise RuntimeError(message)
    return spent * 1000


def _any_day() -> date:
    return FIRST + timedelta(days=random.randrange(DAYS))


def _write_data(folder: Path, count: int) -> None:
    """Write the files of a Chaton server: as many messages on each day."""
    chance = random.Random(1)
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    for day in range(DAYS):
        date_of = start + timedelta(days=day)
        path = folder / f"{date_of:%Y/%m/%d}.dat"
        path.parent.mkdir(parents=True, exist_ok=True)
        first, behind = count * day // DAYS, count * (day + 1) // DAYS
        begin = int(date_of.timestamp())
        entries = (
            _entry(chance, number, begin + (number - first) * 60)
            for number in range(first, behind)
        )
        path.write_text("".join(f"{entry}\n" for entry in entries))


def _entry(chance: random.Random, number: int, second: int) -> str:
    words = chance.choices(WORDS, k=12)
    if number % 1000 == 0:
        words.append(RARE)
    nick = f"user{number % 7}"
    return write((nick, (second, chance.randrange(1_000_000)), " ".join(words), "-"))


def _run(command: str, *arguments: str) -> None:
    words = [sys.executable, "-m", "repoweb", "rooms", command, *arguments]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the document with the table")
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
