"""The threads that run requests: as few at a time as get on with it.

Python runs one thread at a time, and threads that compete for that hinder one
another: eight at work answer half as many requests a second as one does. So
there is one at work. Others join while it waits for the disk, which it tells
(`repoweb.waiting`), and where requests wait and none was finished for a while,
because the one at work takes long.
"""

import threading
from typing import Any

from waitress.task import ThreadedTaskDispatcher

from repoweb.waiting import employ

PATIENCE = 0.003
"""Seconds without a finished request, after which one more thread joins."""


class Crew(ThreadedTaskDispatcher):  # type: ignore[misc]
    """waitress's dispatcher, which wakes a thread only where that helps."""

    def __init__(self) -> None:
        super().__init__()
        self._at_work: set[int] = set()
        self._slow: set[int] = set()
        """Those at work that do not get on; others work beside them."""
        self._finished = 0
        self._watched = False

    def add_task(self, task: Any) -> None:  # noqa: ANN401 - waitress's channel
        """Queue a request."""
        with self.lock:
            self.queue.append(task)
            self._call_for_help()

    def rest(self) -> None:
        """Let another thread work while the calling one waits."""
        with self.lock:
            self._stop_working()

    def resume(self) -> None:
        """Go on, beside the others."""
        with self.lock:
            self._at_work.add(threading.get_ident())

    def handler_thread(self, thread_no: int) -> None:
        """Run requests until the threads are told to stop."""
        employ(self)
        while (task := self._next(thread_no)) is not None:
            try:
                task.service()
            except BaseException:
                self.logger.exception("Exception when servicing %r", task)
            with self.lock:
                self._finished += 1
                self._stop_working()

    def _next(self, thread_no: int) -> Any:  # noqa: ANN401 - waitress's channel
        """Wait for a request that this thread should run; None to stop."""
        with self.lock:
            self.active_count -= 1
            while not self.stop_count and not self._should_work():
                pass
            if self.stop_count:
                self.stop_count -= 1
                self.threads.discard(thread_no)
                self.thread_exit_cv.notify()
                return None
            self.active_count += 1
            self._at_work.add(threading.get_ident())
            task = self.queue.popleft()
            self._call_for_help()
            return task

    def _should_work(self) -> bool:
        """Whether there is a request for this thread; waits if there is none yet."""
        if self.queue and self._is_free():
            return True
        if not self.queue or self._watched:
            self.queue_cv.wait()
            return False
        self._watch()
        return False

    def _is_free(self) -> bool:
        """Whether nobody is at work but those that are slow."""
        return len(self._at_work) == len(self._slow)

    def _watch(self) -> None:
        """Watch those at work for a moment, and note if they do not get on."""
        finished = self._finished
        self._watched = True
        called = self.queue_cv.wait(PATIENCE)
        self._watched = False
        if not called and self._finished == finished:
            self._slow |= self._at_work

    def _stop_working(self) -> None:
        self._at_work.discard(threading.get_ident())
        self._slow.discard(threading.get_ident())
        self._call_for_help()

    def _call_for_help(self) -> None:
        """Wake a thread if there is something to do, or somebody to be watched."""
        if self.queue and (self._is_free() or not self._watched):
            self.queue_cv.notify()
