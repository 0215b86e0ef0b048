"""The threads that run requests: one at work, others where that helps."""

import threading

import pytest

from repoweb.serving import crew as crew_module
from repoweb.serving.crew import Crew
from repoweb.waiting import idle

THREADS = 4
LONG = 60  # seconds; whoever waits for it has hung


class Task:
    """A request, as the crew knows it."""

    def __init__(self, work):
        self.service = work

    def cancel(self):
        """There is nobody to be told."""


@pytest.fixture
def crew():
    crew = Crew()
    crew.set_thread_count(THREADS)
    yield crew
    crew.shutdown(timeout=LONG)
    assert not crew.threads


@pytest.fixture
def _patient(monkeypatch):
    """Let nobody be taken for slow."""
    monkeypatch.setattr(crew_module, "PATIENCE", LONG)


@pytest.fixture
def run(crew):
    """Run functions as requests: `run(f, g)` returns when all have ended."""

    def start(*works):
        ended = threading.Semaphore(0)

        def do(work):
            try:
                work()
            finally:
                ended.release()

        for work in works:
            crew.add_task(Task(lambda work=work: do(work)))
        for _ in works:
            assert ended.acquire(timeout=LONG / 2)

    return start


@pytest.mark.usefixtures("_patient")
def test_one_runs_at_a_time(run):
    at_work, most = [], []

    def work():
        at_work.append(1)
        most.append(len(at_work))
        sum(range(10_000))
        at_work.pop()

    run(*[work] * 200)

    assert most == [1] * 200


@pytest.mark.usefixtures("_patient")
def test_another_one_runs_while_one_says_that_it_waits(run):
    told = threading.Event()

    def wait():
        with idle():
            assert told.wait(LONG / 2)

    run(wait, told.set)


def test_those_that_take_long_do_not_hold_up_the_others(run):
    told = threading.Event()

    def wait():
        assert told.wait(LONG / 2)

    run(*[wait] * (THREADS - 1), *[int] * 100, told.set)


@pytest.mark.usefixtures("_patient")
def test_one_that_fails_is_logged_and_the_others_run(run, caplog):
    def fail():
        raise ValueError

    run(fail, int, fail, int)

    assert caplog.text.count("Exception when servicing") == 2


@pytest.mark.usefixtures("_patient")
def test_one_that_fails_while_it_waits_is_not_counted_as_waiting(run):
    def fail():
        with idle():
            raise ValueError

    run(*[fail] * THREADS, int)


def test_all_threads_end_while_nobody_asks(crew):
    crew.set_thread_count(0)

    with crew.lock:
        assert crew.thread_exit_cv.wait_for(lambda: not crew.threads, LONG)


def test_who_is_not_employed_may_wait_too():
    with idle():
        pass
