"""Counting the queries of what is done."""

from contextlib import contextmanager

from repoweb.repository.repository import Repository


def counted(monkeypatch):
    """Return a function that does something and tells the queries that it took."""
    asked = []
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
