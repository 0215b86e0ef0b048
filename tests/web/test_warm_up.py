"""What visitors would wait for is done before they come."""

import sys
from datetime import UTC, datetime

from repoweb.repository.checkin import check_in
from repoweb.web.warmup import learn_tip, warm_up


def test_all_templates_are_ready_and_none_is_broken(app):
    warm_up(app).join()

    cached = {name for _, name in app.jinja_env.cache}
    assert set(app.jinja_env.list_templates()) == cached


def test_threads_take_turns_afterwards_as_before(app):
    before = sys.getswitchinterval()

    warm_up(app).join()

    assert sys.getswitchinterval() == before


def test_an_empty_repository_is_ready_at_once(repository, sql):
    sql("DELETE FROM event")

    assert learn_tip(repository) == []


def test_the_languages_of_most_files_are_learned(repository):
    names = "src/a.py", "b.py", "README", "Makefile", "x.c"
    with repository.writing() as db:
        time = datetime(2099, 3, 1, tzinfo=UTC)
        files = dict.fromkeys(names, b"")
        check_in(db, files, comment="many", user="alice", time=time)

    assert learn_tip(repository) == [".py", ".c"]
