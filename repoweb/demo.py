"""A repository to look at: `python -m repoweb.demo FILE`, which `make run` calls.

It holds users, a few check-ins of repoweb's own source, and a chat about them.
"""

import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from repoweb.accounts import store as accounts
from repoweb.chat import schema
from repoweb.chat import store as chat
from repoweb.chat.message import NewMessage
from repoweb.chat.purge import Rule
from repoweb.repository.checkin import check_in
from repoweb.repository.create import create_repository
from repoweb.repository.password import generate_password
from repoweb.repository.repository import Repository
from repoweb.settings import write_text

PROJECT = "repoweb demo"
DESCRIPTION = "A Fossil repository made by repoweb, to try its site and its chat."
USERS = {"alice": "vC", "bob": "vC", "carol": "u"}
"""Users and their capabilities; carol has none for the chat."""

STEPS = (
    ("the repository file: opening, creating, formats", ("repository",)),
    ("accounts: users, capabilities, login", ("repository", "accounts", "web")),
    ("the chat", ("repository", "accounts", "web", "chat")),
    ("serving: waitress on one epoll loop", ("",)),
)
"""Comments of the check-ins, and which of repoweb's folders each one has."""


def main() -> None:
    """Make the repository if there is none, and print who can log in."""
    path = Path(sys.argv[1])
    notes = path.with_suffix(".txt")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        notes.unlink(missing_ok=True)
        notes.touch(mode=0o600)
        notes.write_text(make_demo(path), "utf-8")
    print(notes.read_text("utf-8"), end="")  # noqa: T201 - it is for the terminal


def make_demo(path: Path) -> str:
    """Make the repository; returns the logins and passwords as lines of text."""
    begun = datetime.now(UTC) - timedelta(hours=len(STEPS) + 1)
    new = create_repository(path, admin="admin", project_name=PROJECT, now=begun)
    passwords = {new.admin: new.password}
    repository = Repository(path)
    try:
        with repository.writing() as db:
            write_text(db, "project-description", DESCRIPTION)
            for login, cap in USERS.items():
                passwords[login] = generate_password()
                accounts.create(db, login, password=passwords[login], cap=cap)
            hashes = _check_in_sources(db)
            schema.make_ready(db)
            for poster, text in _talk(hashes):
                chat.append(db, NewMessage(poster, text), Rule(count=0, days=0))
    finally:
        repository.close()
    return "".join(
        f"login {login:<6} password {word}\n" for login, word in passwords.items()
    )


def _check_in_sources(db: sqlite3.Connection) -> list[str]:
    """Check in more of repoweb's source at each step."""
    package = Path(__file__).parent
    now = datetime.now(UTC)
    hashes = []
    for age, (comment, folders) in enumerate(STEPS):
        files = {
            f"repoweb/{file.relative_to(package)}": file.read_bytes()
            for folder in folders
            for file in (package / folder).rglob("*.py")
        }
        time = now - timedelta(hours=len(STEPS) - age)
        user = ("alice", "bob")[age % 2]
        hashes.append(check_in(db, files, comment=comment, user=user, time=time))
    return hashes


def _talk(hashes: list[str]) -> list[tuple[str, str]]:
    return [
        ("alice", f"The chat is in: [{hashes[2][:10]}]. It is the newest on [trunk]."),
        ("bob", "Text stays as it is typed, __init__ and x*y*z and <b> included:"),
        ("bob", "def release(waiters):\n    for w in waiters:\n        w.answer()"),
        (
            "alice",
            "Addresses become links: https://fossil-scm.org/home/doc/trunk/www/chat.md",
        ),
        ("admin", "Messages are deleted after some days; see [/Admin/Chat]."),
    ]


if __name__ == "__main__":
    main()
