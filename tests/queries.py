"""Counting the queries of what is done."""

from contextlib import contextmanager

from repoweb.repository.recall import Memory
from repoweb.repository.repository import Repository


def forget_first(monkeypatch):
    """Let no request recall what another one has found."""
    original = Memory.open

    def opened(memory, version, commits):
        Memory.__init__(memory)
        original(memory, version, commits)

    monkeypatch.setattr(Memory, "open", opened)


def counted(monkeypatch):
    """Return a function that does something and tells the queries that it took."""
    asked = []
    forget_first(monkeypatch)
    original = Repository.reading

    def note(query):
        if not query.startswith("--"):  # FTS5 asks its own tables
            asked.append(query)

    @contextmanager
    def traced(repository):
        with original(repository) as db:
            db.set_trace_callback(note)
            yield db
            db.set_trace_callback(None)

    monkeypatch.setattr(Repository, "reading", traced)

    def queries(act):
        del asked[:]
        act()
        return len(asked)

    queries.asked = asked
    return queries
