"""Control files: what they say, and what is wrong with them."""

import os
import subprocess
from pathlib import Path

import pytest

from repoweb.operating.control import (
    BadControlFile,
    options_of,
    read_control,
    write_control,
)


@pytest.fixture
def read(tmp_path):
    def call(text):
        (control := tmp_path / "control").write_text(text)
        return read_control(control)

    return call


def test_a_control_file_of_fossil_is_understood(read):
    control = read(
        "#!/usr/bin/fossil\n"
        "# a comment\n"
        "directory: /srv/sites\n"
        "notfound: https://example.org/\n"
        "repolist\n"
        "setenv: A b c\n"
        "setenv: GONE\n"
        "HOME: /home/web\n"
        "errorlog: /var/log/x\n"
        "timeout: 30\n"
        "localauth\n"
        "skin: eagle\n"
    )

    assert control.site == Path("/srv/sites")
    assert control.not_found == "https://example.org/"
    assert control.lists
    assert control.environment == {"A": "b c", "GONE": None, "HOME": "/home/web"}
    assert (control.error_log, control.timeout) == (Path("/var/log/x"), 30)
    assert control.is_resident


def test_our_own_lines_are_understood(read):
    control = read("repository: /r\nresident: no\nidle: 5\npoll: 7\n")

    assert not control.is_resident
    assert (control.idle_seconds, control.poll_seconds) == (5, 7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has neither a line repository: nor directory:"),
        ("#repository: /r\n", "has neither"),
        ("repository:\n", "line 1: repository: a path is missing"),
        ("repository: /r\ntimeout: soon\n", "line 2: timeout: 'soon' is not a number"),
        ("repository: /r\ntimeout: 0\n", "not a number of seconds"),
        ("repository: /r\nresident: maybe\n", "neither yes nor no"),
    ],
)
def test_what_is_wrong_is_said(read, text, message):
    with pytest.raises(BadControlFile, match=message):
        read(text)


def test_no_control_file_is_an_error(tmp_path):
    with pytest.raises(BadControlFile, match="cannot be read"):
        read_control(tmp_path / "none")


def test_no_answer_goes_on_for_long_where_each_holds_a_program(read):
    options = options_of(read("repository: /srv/x.fossil\n"))

    assert (options.streams, options.poll_seconds) == (False, 20)


def test_what_is_written_can_be_read_and_run(tmp_path, path):
    script = tmp_path / "script"

    write_control(script, Path("/bin/echo"), path)

    assert read_control(script).site == path
    assert script.read_text().startswith("#!/bin/echo\n")
    assert os.access(script, os.X_OK)
    assert subprocess.check_output([script]).strip() == str(script).encode()


def test_a_folder_is_written_as_a_directory(tmp_path):
    write_control(tmp_path / "script", Path("/bin/echo"), tmp_path)

    assert f"directory: {tmp_path}" in (tmp_path / "script").read_text()


def test_what_lies_there_is_not_overwritten(tmp_path, path):
    (script := tmp_path / "script").write_text("mine")

    with pytest.raises(BadControlFile, match="File exists"):
        write_control(script, Path("/bin/echo"), path)
    assert script.read_text() == "mine"
