"""What was found out last, kept so that the same need not be found out again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Remembered(Generic[Found]):
    """The latest findings of one process, each by what it is about; safe to share between threads.

    Two who ask for the same at once may both find it out. What `keeps` says no to is found out
    anew each time.
    """

    def __init__(self, most: int, *, keeps: Callable[[Found], bool] = lambda _: True) -> None:
        self._most = most
        self._keeps = keeps
        self._lock = Lock()
        self._known: dict[Hashable, Found] = {}

    def get(self, about: Hashable, find: Callable[[], Found]) -> Found:
        """What is known about it, or what `find` finds; what it raises is not remembered."""
        with self._lock:
            if about in self._known:
                self._known[about] = self._known.pop(about)
                return self._known[about]
        found = find()
        if not self._keeps(found):
            return found
        with self._lock:
            self._known[about] = found
            for oldest in list(self._known)[: -self._most]:
                del self._known[oldest]
        return found
