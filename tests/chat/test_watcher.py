"""The bell of the watcher wakes it once, whoever rings and how often."""

import sys
import threading
import time

import pytest

from repoweb.chat.watcher import Bell


@pytest.fixture
def bell():
    return Bell()


def test_it_is_not_rung_at_first(bell):
    assert not bell.is_rung()
    assert not bell.wait(0)


def test_it_ends_the_next_waiting_at_once(bell):
    bell.ring()
    assert bell.is_rung()

    assert bell.wait(60)

    assert not bell.is_rung()


def test_to_ring_twice_is_to_ring_once(bell):
    bell.ring()
    bell.ring()

    assert bell.wait(60)
    assert not bell.wait(0)


def test_it_ends_a_waiting_that_has_begun(bell):
    woken = []
    sleeper = threading.Thread(target=lambda: woken.append(bell.wait(60)))
    sleeper.start()

    bell.ring()
    sleeper.join(10)

    assert woken == [True]


def test_a_waiting_ends_by_itself(bell):
    begun = time.monotonic()

    assert not bell.wait(0.02)

    assert time.monotonic() - begun >= 0.02


def test_many_who_ring_at_once_do_no_harm(bell):
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    ringers = [
        threading.Thread(target=lambda: [bell.ring() for _ in range(2000)])
        for _ in range(4)
    ]
    for ringer in ringers:
        ringer.start()
    woken = 0
    while any(ringer.is_alive() for ringer in ringers):
        woken += bell.wait(0.001)
    sys.setswitchinterval(interval)

    assert woken > 0
    bell.ring()
    assert bell.wait(0)
