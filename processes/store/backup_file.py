"""A whole installation in one ZIP: every row, every document, the secret; fit for either database.

```
data/<table>.jsonl     one row per line
dokumen/<sha256>       the bytes of a document
secret.key             from which links, codes and keys are derived
isi.json               written last: what is inside, with the hash of each member
```

A file without `isi.json` was cut short. Whoever has the file has the installation: it is as secret
as the data folder.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from sqlalchemy import Connection, Table

from processes.errors import KsddError
from processes.store import rows
from processes.store.documents import CHUNK, BlobStore

FORMAT = 1
CONTENTS = "isi.json"
SECRET = "secret.key"
DATA = "data/{}.jsonl"
DOCUMENT = "dokumen/{}"


class BackupDamaged(KsddError):
    """The file is no whole backup."""

    default_key = "installation.backup_damaged"


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a backup holds."""

    #: the moment whose rows it holds
    made_at: datetime
    #: last migration of its tables
    step: str
    #: rows by table
    tables: dict[str, int]
    #: SHA-256, hex, by member
    members: dict[str, str]

    @property
    def documents(self) -> int:
        """How many different documents."""
        return sum(name.startswith(DOCUMENT.format("")) for name in self.members)

    @property
    def entries(self) -> int:
        """How many rows altogether."""
        return sum(self.tables.values())

    def as_json(self) -> bytes:
        """The member `isi.json`."""
        told = {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "step": self.step,
            "tables": self.tables,
            "members": self.members,
        }
        return json.dumps(told, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, text: bytes) -> Self:
        """What `as_json` wrote; BackupDamaged for anything else."""
        try:
            told = json.loads(text)
            if told["format"] != FORMAT:
                raise KsddError("installation.backup_newer")
            return cls(
                made_at=datetime.fromisoformat(told["made_at"]),
                step=str(told["step"]),
                tables={str(name): int(count) for name, count in told["tables"].items()},
                members={str(name): str(digest) for name, digest in told["members"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupDamaged from error


def write(
    file: IO[bytes], connection: Connection, blobs: BlobStore, secret: bytes, made_at: datetime
) -> Contents:
    """Write everything that the connection's one moment shows.

    Documents lie under their hash and never change, so they may be read after the rows. Raises
    KsddError naming a document whose bytes are missing.
    """
    tables: dict[str, int] = {}
    members: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in rows.tables_of(connection):
            name = DATA.format(table.name)
            lines = _lines(connection, table)
            members[name], tables[table.name] = _put_lines(archive, name, lines)
        for sha256 in _documents(connection):
            name = DOCUMENT.format(sha256)
            members[name] = _put_document(archive, name, blobs, sha256)
        archive.writestr(SECRET, secret)
        members[SECRET] = hashlib.sha256(secret).hexdigest()
        contents = Contents(
            made_at=made_at, step=rows.step_of(connection), tables=tables, members=members
        )
        archive.writestr(CONTENTS, contents.as_json())
    return contents


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in rows.read_rows(connection, table):
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _put_lines(archive: zipfile.ZipFile, name: str, lines: Iterator[bytes]) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as member:
        for line in lines:
            digest.update(line)
            member.write(line)
            count += 1
    return digest.hexdigest(), count


def _documents(connection: Connection) -> Iterator[str]:
    """The hash of every document that a row names, once."""
    named = connection.exec_driver_sql("SELECT DISTINCT sha256 FROM document ORDER BY sha256")
    return iter([str(row[0]) for row in named])


def _put_document(archive: zipfile.ZipFile, name: str, blobs: BlobStore, sha256: str) -> str:
    # PDF, DOCX and pictures are compressed already
    entry = zipfile.ZipInfo(name)
    digest = hashlib.sha256()
    try:
        with blobs.open(sha256) as source, archive.open(entry, "w", force_zip64=True) as member:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                member.write(chunk)
    except FileNotFoundError:
        raise KsddError("installation.backup_missing", sha256=sha256[:12]) from None
    if digest.hexdigest() != sha256:
        raise KsddError("installation.backup_changed", sha256=sha256[:12])
    return sha256


class BackupFile:
    """A backup opened to be read; `check` holds every member against its hash."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.contents = Contents.read(self._read(CONTENTS))

    @classmethod
    def open(cls, path: Path) -> Self:
        """BackupDamaged when it is no ZIP of ours; OSError when it cannot be read."""
        try:
            return cls(zipfile.ZipFile(path))
        except zipfile.BadZipFile as error:
            raise BackupDamaged from error

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def check(self) -> None:
        """Read every member; BackupDamaged at the first that is missing or not what it was."""
        for name, expected in self.contents.members.items():
            digest = hashlib.sha256()
            for chunk in self._chunks(name):
                digest.update(chunk)
            if digest.hexdigest() != expected:
                raise BackupDamaged

    @property
    def secret(self) -> bytes:
        """The installation's secret."""
        return self._read(SECRET)

    def rows(self, table: str) -> Iterator[rows.Row]:
        """The rows of a table; none when the backup knows no such table."""
        name = DATA.format(table)
        if name not in self.contents.members:
            return
        with self._archive.open(name) as member:
            for line in member:
                row: dict[str, Any] = json.loads(line)
                yield row

    def copy_documents(self, blobs: BlobStore, limit: int) -> int:
        """Bring every document into the store; how many there were."""
        start = DOCUMENT.format("")
        names = [name for name in self.contents.members if name.startswith(start)]
        for name in names:
            with self._archive.open(name) as member:
                blob = blobs.add(member, limit)
            if blob.sha256 != name.removeprefix(start):
                raise BackupDamaged
        return len(names)

    def _read(self, name: str) -> bytes:
        return b"".join(self._chunks(name))

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._archive.open(name) as member:
                while chunk := member.read(CHUNK):
                    yield chunk
        except (KeyError, zipfile.BadZipFile, EOFError, ValueError) as error:
            raise BackupDamaged from error
