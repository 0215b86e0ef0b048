"""The examples of docs/rooms.md, run with curl against a server."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from repoweb.resources import resource

TEXT = (Path(resource("static")).parent / "docs/rooms.md").read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
EXAMPLES = [
    example.partition("\n")
    for block in BLOCKS
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]


@pytest.mark.usefixtures("room")
def test_each_example_answers_what_the_document_says(live):
    assert len(EXAMPLES) > 12
    for command, _, expected in EXAMPLES:
        answer = subprocess.run(
            shlex.split(command.replace(":8080", f":{live.port}")),
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout.replace(f":{live.port}", ":8080")
        pattern = re.escape(expected.rstrip("\n")).replace("…", ".+?")
        assert re.fullmatch(pattern, answer.rstrip("\n")), (command, answer)


def test_each_rule_of_a_room_is_explained(drh, room):
    page = drh.get(f"/Admin/Chat/Rooms/edit?room={room.id}").text
    for word in ("nicknames", "strict", "blocked networks", "listed"):
        assert word in TEXT.lower()
        assert word in page.lower()
