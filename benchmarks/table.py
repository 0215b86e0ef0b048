"""The table of the measurements, as Markdown."""

import platform
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Row:
    """One line of the table; a figure that could not be had is a dash."""

    what: str
    repoweb: str
    fossil: str = "-"
    floor: str = "-"
    ratio: str = "-"


def rate_row(what: str, counts: dict[str, float]) -> Row:
    """Write a line of rates, in which more is better."""
    ratio = f"{counts['repoweb'] / counts['fossil']:.1f} x fossil"
    return Row(
        what, f"{counts['repoweb']:,.0f}", f"{counts['fossil']:,.0f}", ratio=ratio
    )


def table_of(rows: list[Row]) -> str:
    """Write the table, with a line that names the machine."""
    head = (
        "| | repoweb | fossil server | bare C server | ratio |\n|---|---|---|---|---|"
    )
    lines = [
        f"| {r.what} | {r.repoweb} | {r.fossil} | {r.floor} | {r.ratio} |" for r in rows
    ]
    return "\n".join([machine(), "", head, *lines])


def machine() -> str:
    """Name the machine, the programs and the day."""
    fossil = subprocess.run(
        ["fossil", "version"], capture_output=True, check=True, text=True
    ).stdout
    version = re.search(r"version (\S+)", fossil)
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*:\s*(.+)", info)
    cores = info.count("processor\t")
    return (
        f"{cores} x {model[1] if model else platform.machine()},"
        f" Python {platform.python_version()}, fossil {version[1] if version else '?'},"
        f" {time.strftime('%Y-%m-%d')}"
    )


def write_table(path: Path, table: str, name: str = "chat") -> None:
    """Put a table into its place in a document, between the marks with its name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = path.read_text("utf-8")
    head, _, rest = text.partition(begin)
    tail = rest.partition(end)[2]
    path.write_text(f"{head}{begin}\n\n{table}\n\n{end}{tail}", "utf-8")
