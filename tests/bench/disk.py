"""What one durable write costs on this disk, whatever stands above it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.bench.rows import Row

#: bytes of one write; a page of SQLite
PAGE = 4096


def durable_write(folder: Path, count: int) -> Row:
    """Append a page to a file and wait until the disk has it."""
    path = folder / "durable"
    values = []
    with path.open("wb", buffering=0) as file:
        for _ in range(count):
            began = time.perf_counter()
            file.write(b"\0" * PAGE)
            os.fsync(file.fileno())
            values.append((time.perf_counter() - began) * 1000)
    path.unlink()
    what = "one durable write of 4 KiB (fsync)"
    return Row(key="durable_write", what=what, where="this disk", unit="ms", values=values)
