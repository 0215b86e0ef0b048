"""Folders and files that make trouble."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

from repoweb.repository import connection


@pytest.fixture
def impatient(monkeypatch):
    """Let nobody wait long for a lock."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)


@pytest.fixture
def open_folder():
    """A folder that every user of the machine may look into, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="repoweb-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def set_journal_mode(path):
    """Change the journal mode of the repository, before it is opened."""

    def change(mode, file=path):
        db = sqlite3.connect(file)
        assert db.execute(f"PRAGMA journal_mode={mode}").fetchone()[0] == mode
        db.close()

    return change


@pytest.fixture
def other(path):
    """Another program that has the file open, in autocommit mode."""
    db = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
    yield db
    db.close()
