"""Things to do later, in the loop's thread."""

import heapq
from collections.abc import Callable
from itertools import count
from time import monotonic

_SPARE = 64


class Timer:
    """A call that is due at a time; cancelled, it keeps nothing alive."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback


class Timers:
    """A heap of timers. All methods belong to the loop's thread."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._cancelled = 0

    def __len__(self) -> int:
        return len(self._heap)

    def later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call something in so many seconds."""
        timer = Timer(callback)
        heapq.heappush(self._heap, (monotonic() + seconds, next(self._order), timer))
        return timer

    def cancel(self, timer: Timer) -> None:
        """Forget a timer; the heap is cleared of the forgotten when they are many."""
        if timer.callback is None:
            return
        timer.callback = None
        self._cancelled += 1
        if self._cancelled > len(self._heap) // 2 + _SPARE:
            self._heap = [entry for entry in self._heap if entry[2].callback]
            heapq.heapify(self._heap)
            self._cancelled = 0

    def seconds_to_next(self) -> float | None:
        """Tell how long nothing is due; None if there is nothing at all."""
        if not self._heap:
            return None
        return max(0.0, self._heap[0][0] - monotonic())

    def run_due(self) -> None:
        """Call what is due."""
        now = monotonic()
        while self._heap and self._heap[0][0] <= now:
            timer = heapq.heappop(self._heap)[2]
            callback, timer.callback = timer.callback, None
            if callback is None:
                self._cancelled -= 1
            else:
                callback()
