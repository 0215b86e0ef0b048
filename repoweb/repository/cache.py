"""A cache with a limit in bytes: what was not used for longest goes first."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ByteCache(Generic[Value]):
    """Immutable values by a key; any thread may use it.

    Args:
        limit: bytes; a value that costs more than a quarter of it is not kept.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[object, tuple[Value, int]] = OrderedDict()

    def get(self, key: object) -> Value | None:
        """Return a value that was put, unless it had to go."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: object, value: Value, cost: int) -> None:
        """Keep a value that takes about so many bytes."""
        if cost > self.limit // 4:
            return
        with self._lock:
            _, before = self._values.pop(key, (None, 0))
            self._values[key] = value, cost
            self.bytes += cost - before
            while self.bytes > self.limit:
                _, (_, freed) = self._values.popitem(last=False)
                self.bytes -= freed

    def drop(self, key: object) -> None:
        """Forget a value, if it is there."""
        with self._lock:
            _, freed = self._values.pop(key, (None, 0))
            self.bytes -= freed

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self.bytes = 0
