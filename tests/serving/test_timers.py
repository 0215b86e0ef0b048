"""Timers: what is due is called, what is cancelled is forgotten."""

import gc
import random
import weakref

from raw import until

from repoweb.serving.timers import Timers


def test_what_is_due_is_called_in_order():
    timers, called = Timers(), []
    timers.later(0, lambda: called.append("first"))
    timers.later(0, lambda: called.append("second"))
    timers.later(1000, lambda: called.append("never"))

    until(lambda: timers.run_due() or len(called) == 2)

    assert called == ["first", "second"]
    assert len(timers) == 1


def test_what_is_cancelled_is_not_called():
    timers, called = Timers(), []
    cancelled = timers.later(0, lambda: called.append("cancelled"))
    timers.later(0, lambda: called.append("other"))

    timers.cancel(cancelled)
    until(lambda: timers.run_due() or called)

    assert called == ["other"]


def test_cancelling_twice_or_too_late_does_no_harm():
    timers, called = Timers(), []
    timer = timers.later(0, lambda: called.append("once"))
    until(lambda: timers.run_due() or called)

    timers.cancel(timer)
    timers.cancel(timer)

    assert timers._cancelled == 0


def test_there_is_no_next_without_timers():
    assert Timers().seconds_to_next() is None


def test_the_next_is_the_earliest():
    timers = Timers()
    timers.later(1000, list)
    timers.later(50, list)

    assert 40 < timers.seconds_to_next() <= 50


def test_what_is_overdue_is_next_at_once():
    timers = Timers()
    timers.later(-1, list)

    assert timers.seconds_to_next() == 0


def test_a_timer_that_is_cancelled_keeps_nothing_alive():
    class Something:
        def call(self):
            """Be called."""

    timers, something = Timers(), Something()
    seen = weakref.ref(something)
    timer = timers.later(1000, something.call)

    timers.cancel(timer)
    del something
    gc.collect()

    assert seen() is None


def test_many_cancelled_timers_do_not_fill_the_heap():
    timers = Timers()
    kept = [timers.later(1000, list) for _ in range(100)]
    most = 0

    for _ in range(20_000):
        timers.cancel(timers.later(400, list))
        most = max(most, len(timers))

    assert most < 2 * len(kept) + 200
    assert all(timer.callback for timer in kept)


def test_any_order_of_cancelling_leaves_the_others():
    chance, timers, called = random.Random(1), Timers(), []
    made = [
        timers.later(0, lambda number=number: called.append(number))
        for number in range(1000)
    ]
    cancelled = set(chance.sample(range(1000), 700))

    for number in cancelled:
        timers.cancel(made[number])
    until(lambda: timers.run_due() or not len(timers))

    assert called == [number for number in range(1000) if number not in cancelled]
    assert timers._cancelled == 0


def test_a_timer_may_set_the_next():
    timers, called = Timers(), []

    def again():
        called.append(1)
        if len(called) < 5:
            timers.later(0, again)

    again()
    until(lambda: timers.run_due() or len(called) == 5)

    assert len(timers) == 0


def test_a_failing_timer_is_not_called_again():
    timers = Timers()
    timers.later(0, lambda: 1 / 0)

    failed = until(lambda: _fails(timers))

    assert failed
    assert not _fails(timers)


def _fails(timers):
    try:
        timers.run_due()
    except ZeroDivisionError:
        return True
    return False
