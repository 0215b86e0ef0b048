"""Measures the pages of a repository beside fossil's own server, in the same run.

Usage: python benchmarks/pages.py REPOSITORY [--write docs/benchmarks.md] [--quick]

Both get a copy of the file, and servers of its own for each page. "Cold" is the first
request for the page, after one for /home and after the server has come to rest: it has
done what it does at its start, and nothing of this page. It is the median of servers
that are started one after the other. "Warm" is the median of further requests, "anew"
that of requests before each of which somebody wrote to the repository: what repoweb
knows of artifacts it still knows, but the page is made again. fossil answers each with
a process. A ratio below 1 says that repoweb is faster.
"""

import argparse
import http.client
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import servers
from servers import Running
from table import machine, write_table

PLACE = "pages"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
AT_ONCE = 4
REST = 0.3
"""Seconds without work after which a server has done what it does at its start."""

MIB = 1024


@dataclass(frozen=True)
class Page:
    """A page that is measured; the names in its address are those of the file."""

    name: str
    url: str


@dataclass(frozen=True)
class Figures:
    """Milliseconds; `crowd` is for each of four requests at once."""

    cold: float
    anew: float
    warm: float
    crowd: float


def pages_of(path: Path) -> list[Page]:
    """Choose what is asked for: the largest check-in, the file changed most often."""
    with closing(sqlite3.connect(path)) as db:
        large = _one(
            db,
            "SELECT uuid FROM mlink JOIN blob ON rid=mid WHERE pid>0 AND fid>0"
            " GROUP BY mid HAVING count(*)<400 ORDER BY count(*) DESC LIMIT 1",
        )
        name = _one(
            db,
            "SELECT name FROM mlink JOIN filename USING(fnid) WHERE fnid IN"
            " (SELECT fnid FROM mlink JOIN event ON objid=mid AND fid>0"
            "  WHERE mtime>(SELECT max(mtime)-1000 FROM event))"
            " GROUP BY fnid ORDER BY count(*) DESC LIMIT 1",
        )
        tip = _one(
            db,
            "SELECT uuid FROM event JOIN blob ON rid=objid WHERE type='ci'"
            " ORDER BY mtime DESC LIMIT 1",
        )
        old = _one(
            db,
            "SELECT uuid FROM event JOIN blob ON rid=objid WHERE type='ci'"
            " ORDER BY abs(mtime-(SELECT avg(mtime) FROM event)) LIMIT 1",
        )
    return [
        Page("timeline", "/timeline?n=50"),
        Page("timeline, 500 rows", "/timeline?n=500"),
        Page("check-in with a large difference", f"/info/{large}"),
        Page("the same, whole", f"/info/{large}?whole=1"),
        Page("folder", f"/dir?ci={tip}"),
        Page("folder of an old check-in", f"/dir?ci={old}"),
        Page("the same, whole", f"/dir?ci={old}&whole=1"),
        Page("tree", f"/tree?ci={tip}"),
        Page("file", f"/file?name={name}&ci={tip}"),
        Page("the same, with its colours", f"/file?name={name}&ci={tip}&whole=1"),
        Page("annotate", f"/annotate?filename={name}&checkin={tip}"),
        Page("history of a file", f"/finfo?name={name}"),
        Page("ZIP archive", f"/zip/x.zip?r={tip}"),
        Page("branches", "/brlist"),
        Page("the same, whole", "/brlist?whole=1"),
    ]


def _one(db: sqlite3.Connection, query: str) -> str:
    return str(db.execute(query).fetchone()[0])


class Bench:
    """The measurements of one server after the other."""

    def __init__(self, path: Path, *, quick: bool) -> None:
        self._path = path
        self._repeats = 3 if quick else 15
        self._starts = 1 if quick else 5

    def rows(self, pages: list[Page]) -> list[tuple[str, ...]]:
        """Measure every page on both servers."""
        found = []
        for number, page in enumerate(pages, 1):
            print(f"\r{number}/{len(pages)} …", end="", file=sys.stderr, flush=True)
            ours = self._tried(servers.repoweb_server, "repoweb", page)
            theirs = self._tried(servers.fossil_server, "fossil", page)
            found.append(_row(page, ours, theirs))
        print("\r", end="", file=sys.stderr)
        return found

    def memory(self, pages: list[Page]) -> str:
        """Weigh repoweb after all pages were asked for."""
        with servers.repoweb_server(self._copy("repoweb")) as server:
            for page in pages * 3:
                _fetch(server, page.url)
            return f"{server.memory_kb() / MIB:.0f} MB"

    def _tried(
        self, start: Callable[..., object], name: str, page: Page
    ) -> Figures | None:
        try:
            return self._measure(start, name, page)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return None

    def _measure(self, start: Callable[..., object], name: str, page: Page) -> Figures:
        path = self._copy(name)
        cold: list[float] = []
        for _ in range(self._starts - 1):
            with start(path) as server:  # type: ignore[attr-defined]
                cold.append(_fetch_cold(server, page.url))
        with start(path) as server:  # type: ignore[attr-defined]
            cold.append(_fetch_cold(server, page.url))
            warm = [_fetch(server, page.url) for _ in range(self._repeats)]
            with ThreadPoolExecutor(AT_ONCE) as threads:
                crowd = list(
                    threads.map(
                        lambda _: _fetch(server, page.url),
                        range(self._repeats * AT_ONCE),
                    )
                )
            anew = [_fetch_anew(server, page.url, path) for _ in range(self._repeats)]
        return Figures(*map(statistics.median, (cold, anew, warm, crowd)))

    def _copy(self, name: str) -> Path:
        return servers.copy_of(self._path, name)


def _fetch(server: Running, url: str) -> float:
    """Time one request in milliseconds, with its whole answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    begun = time.perf_counter()
    try:
        connection.request("GET", url, headers={"User-Agent": BROWSER})
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        message = f"{server.name} {url}: {answer.status}"
        raise RuntimeError(message)
    return (time.perf_counter() - begun) * 1000


def _fetch_cold(server: Running, url: str) -> float:
    """Time the first request for a page, after the server has come to rest."""
    _fetch(server, "/home")
    _rest(server)
    return _fetch(server, url)


def _fetch_anew(server: Running, url: str, path: Path) -> float:
    """Time a request after somebody wrote to the repository."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "REPLACE INTO config(name, value, mtime) VALUES('measured', ?, ?)",
            (str(time.time_ns()), int(time.time())),
        )
    return _fetch(server, url)


def _rest(server: Running) -> None:
    """Wait until a server has nothing to do any more."""
    before, now = -1.0, server.cpu_seconds()
    while now > before:
        time.sleep(REST)
        before, now = now, server.cpu_seconds()


def _row(page: Page, ours: Figures | None, theirs: Figures | None) -> tuple[str, ...]:
    cells = [page.name]
    for key in ("cold", "anew", "warm", "crowd"):
        mine = getattr(ours, key) if ours else None
        other = getattr(theirs, key) if theirs else None
        ratio = f" ({mine / other:.2f})" if mine and other else ""
        cells.append(f"{_ms(mine)} / {_ms(other)}{ratio}")
    return tuple(cells)


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _table(rows: list[tuple[str, ...]], memory: str) -> str:
    head = (
        "| ms: repoweb / fossil (ratio) | cold | anew | warm | 4 at once |\n"
        "|---|---|---|---|---|"
    )
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    after = f"Memory of repoweb after all of it, three times: {memory}."
    return "\n".join([machine(), "", head, *lines, "", after])


def _allow_everything(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE user SET cap='ghjorz2' WHERE login='nobody'")


def main() -> None:
    """Measure everything and print, or write, the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path, help="a repository with a history")
    parser.add_argument("--write", type=Path, help="put the table into this document")
    parser.add_argument("--quick", action="store_true", help="few repeats")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="repoweb-bench-") as name:
        path = Path(name) / "measured.fossil"
        path.write_bytes(options.repository.read_bytes())
        _allow_everything(path)
        bench = Bench(path, quick=options.quick)
        pages = pages_of(path)
        table = _table(bench.rows(pages), bench.memory(pages))
    print(table)
    if options.write:
        write_table(options.write, table, PLACE)


if __name__ == "__main__":
    main()
