"""The installation's one secret: random bytes in a file of its own, made on first use, mode 600."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from processes.errors import SettingsError

SECRET_BYTES = 32


def read_secret(path: Path) -> bytes:
    """The bytes in the file, made when there is none; SettingsError when they are not whole.

    Several processes may ask at once on an empty folder: all get the same bytes.
    """
    if not path.exists():
        _make_secret(path)
    found = path.read_bytes()
    if len(found) != SECRET_BYTES:
        raise SettingsError("settings.secret", path=path, size=SECRET_BYTES)
    return found


def _make_secret(path: Path) -> None:
    """Write a fresh secret; whoever links it into place first wins, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its secret is the installation's
    finally:
        draft.unlink()
