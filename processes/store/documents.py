"""The bytes of handed-in files: under their hash, whole or not there, safe on disk when told so.

A file is streamed to a draft while it is counted, examined there, flushed to the disk and only then
given its name. The same bytes handed in twice lie there once.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from processes.errors import StorageFull, TooLarge, WrongType
from processes.store.file_kinds import sniff
from processes.store.file_names import clean_filename

CHUNK = 256 * 1024
#: what a disk says that has no room left, or none for us
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Blob:
    """Bytes that lie in the store."""

    #: SHA-256 of the bytes, hex; also their name
    sha256: str
    #: bytes
    size: int
    #: None when they were added without a file name
    media_type: str | None = None


class BlobStore:
    """A folder of files named by the hash of their content; made on first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self,
        stream: IO[bytes],
        limit: int,
        filename: str | None = None,
        *,
        inspect: Callable[[Path, str | None], None] | None = None,
    ) -> Blob:
        """Keep the bytes of a stream; they have reached the disk when this returns.

        Raises TooLarge after `limit` bytes, WrongType for an empty file or, when a `filename` is
        given, one whose content is not of an accepted kind, StorageFull when the disk has no room,
        and what `inspect` raises, which is shown the whole file and its kind last. Then nothing is
        kept.
        """
        shown = clean_filename(filename or "")
        draft = self.folder / f".draft-{secrets.token_hex(8)}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            sha256, size = _copy(stream, draft, limit, shown)
            media_type = None if filename is None else sniff(draft, filename)
            if inspect is not None:
                inspect(draft, media_type)
            self._keep(draft, sha256)
        except OSError as error:
            if error.errno in FULL:
                raise StorageFull from error
            raise
        finally:
            draft.unlink(missing_ok=True)
        return Blob(sha256=sha256, size=size, media_type=media_type)

    def path(self, sha256: str) -> Path:
        """Where the bytes of this hash lie; ValueError when it is no hash."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self.folder / sha256[:2] / sha256

    def open(self, sha256: str) -> IO[bytes]:
        """The bytes of this hash, to read; FileNotFoundError when they are not here."""
        return self.path(sha256).open("rb")

    def _keep(self, draft: Path, sha256: str) -> None:
        path = self.path(sha256)
        if not path.parent.exists():
            path.parent.mkdir(exist_ok=True, mode=0o700)
            _flush_folder(self.folder)
        draft.replace(path)
        _flush_folder(path.parent)


def _copy(stream: IO[bytes], draft: Path, limit: int, shown: str) -> tuple[str, int]:
    """Hash and size of a stream that is written to the draft, which only its owner may read."""
    digest, size = hashlib.sha256(), 0
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise TooLarge("store.file_too_large", filename=shown, limit=limit // MEGABYTE)
            digest.update(chunk)
            file.write(chunk)
        if size == 0:
            raise WrongType("store.file_empty", filename=shown)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
