"""A trouble that lasts is written once, again after pauses that double, and when it is over.

Whoever looks every few seconds would fill the log otherwise. All processes that are forked after it
was made tell it together, in a file without a name.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

#: seconds until a trouble is written a second time, and the longest such pause
FIRST, LONGEST = 60.0, 3600.0
#: in the file: when it began, when it is to be written again, and the pause after that
_KEPT = struct.Struct("ddd")


class Lasting:
    """One kind of trouble; every `now` is a `time.monotonic()`."""

    def __init__(self) -> None:
        self._file, name = mkstemp()
        Path(name).unlink()

    def is_news(self, now: float) -> bool:
        """Note that there is the trouble at `now`; whether it is to be written."""
        with self._held() as kept:
            began, again_at, pause = kept or (now, now, FIRST)
            if now < again_at:
                return False
            self._keep(_KEPT.pack(began, now + pause, min(2 * pause, LONGEST)))
            return True

    def over(self, now: float) -> float | None:
        """Note that all is well at `now`; how many seconds it was not, None when it was before."""
        if not self.is_on:
            return None
        with self._held() as kept:
            self._keep(b"")
            return now - kept[0] if kept else None

    @property
    def is_on(self) -> bool:
        """Whether there was the trouble when somebody looked last."""
        return os.fstat(self._file).st_size > 0

    @contextmanager
    def _held(self) -> Iterator[tuple[float, ...] | None]:
        """What is kept, which no other process changes meanwhile; None while all is well."""
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            found = os.pread(self._file, _KEPT.size, 0)
            yield _KEPT.unpack(found) if len(found) == _KEPT.size else None
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _keep(self, kept: bytes) -> None:
        os.ftruncate(self._file, len(kept))
        os.pwrite(self._file, kept, 0)
