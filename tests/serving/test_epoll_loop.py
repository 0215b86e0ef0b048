"""The loop survives what fails, and loses no call and no wake-up."""

import errno
import os
import sys
import threading

import pytest
from raw import DEADLINE, until

from repoweb.serving.loop import Loop


def fail():
    message = "on purpose"
    raise RuntimeError(message)


def call(loop, callback):
    """Call something in the loop's thread, and wait until it has returned."""
    done = threading.Event()
    loop.call_soon(callback)
    loop.call_soon(done.set)
    assert done.wait(DEADLINE)


def test_a_failing_call_is_logged_and_the_loop_goes_on(running, client, caplog):
    call(running.loop, fail)

    assert client.get("/").body == b"hello"
    assert "a turn of the loop failed" in caplog.text
    caplog.clear()


def test_a_failing_timer_is_logged_and_the_loop_goes_on(running, client, caplog):
    running.loop.call_soon(lambda: running.loop.timers.later(0, fail))
    until(lambda: "a turn of the loop failed" in caplog.text)

    assert client.get("/").body == b"hello"
    caplog.clear()


def test_failing_maintenance_is_done_again(serve, caplog):
    running = serve(idle_seconds=0.1)
    client = running.connect()
    listener = running.server._listeners[0]
    listener.maintain = fail
    until(lambda: "a turn of the loop failed" in caplog.text)

    del listener.maintain

    assert client.rest() == b""
    caplog.clear()


def test_a_socket_that_fails_on_hang_up_does_not_end_the_loop(running, client, caplog):
    client.get("/")
    channel = running.channels()[0]
    channel.handle_close = fail
    client.reset()
    until(lambda: "a turn of the loop failed" in caplog.text)

    del channel.handle_close

    assert running.get("/").body == b"hello"
    until(lambda: not running.channels())
    caplog.clear()


def test_a_failing_accept_does_not_close_the_listener(running, caplog):
    listener = running.server._listeners[0]
    accept, failures = listener.accept, []

    def accept_the_second_time():
        if not failures:
            failures.append(1)
            fail()
        return accept()

    listener.accept = accept_the_second_time

    assert running.get("/").body == b"hello"
    assert "accepting failed" in caplog.text
    caplog.clear()


@pytest.mark.parametrize("error", [errno.EPROTO, errno.ENOMEM, errno.EMFILE])
def test_accepting_goes_on_after_an_error_of_the_system(running, error):
    listener = running.server._listeners[0]
    accept, failures = listener.accept, []

    def accept_the_second_time():
        if not failures:
            failures.append(1)
            raise OSError(error, os.strerror(error))
        return accept()

    listener.accept = accept_the_second_time

    assert running.get("/").body == b"hello"


def test_a_connection_that_epoll_cannot_watch_is_closed(running, monkeypatch):
    first = running.connect()
    first.get("/")

    def watch(_fd, _dispatcher):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(running.loop, "watch", watch)
    assert running.connect().rest() == b""
    monkeypatch.undo()

    assert running.get("/").body == b"hello"
    assert first.get("/").body == b"hello"


def test_every_call_is_made_once_whoever_asks(running):
    sys.setswitchinterval(1e-5)  # the fixture sets it back
    called = []

    def ask(name):
        for number in range(500):
            running.loop.call_soon(lambda number=number: called.append((name, number)))

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    until(lambda: len(called) >= 4000, "all calls")
    assert len(set(called)) == 4000
    for name in range(8):
        assert [n for who, n in called if who == name] == list(range(500))


def test_no_wake_up_is_lost_while_the_loop_falls_asleep(running):
    sys.setswitchinterval(1e-5)  # the fixture sets it back
    for _ in range(2000):
        call(running.loop, lambda: None)


def test_a_call_from_within_a_call_is_made(running):
    called = threading.Event()

    running.loop.call_soon(lambda: running.loop.call_soon(called.set))

    assert called.wait(DEADLINE)


def test_many_wakes_before_a_turn_cost_one_byte():
    loop = Loop()
    for _ in range(1000):
        loop.wake()

    assert loop._wake_read.recv(4096) == b"x"
    loop.close()


def test_a_connection_that_rests_costs_no_turn(running):
    clients = [running.connect() for _ in range(50)]
    for client in clients:
        client.get("/")
    until(lambda: running.server._tasks.active_count == 0, "threads at rest")
    for _ in range(2):  # turns, so that all that was touched has been asked
        call(running.loop, lambda: None)
    asked = []
    for channel in running.channels():
        channel.readable = lambda: asked.append(1) or True

    for _ in range(20):
        running.get("/")

    assert asked == []
