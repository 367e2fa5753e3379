"""Files: whole on disk or not there, under the hash of their bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from processes.errors import KsddError, TooLarge, WrongType
from processes.store.documents import BlobStore

LIMIT = 20 * 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
EXE = b"MZ\x90\0" + b"\0" * 500


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "dokumen")


def kept_files(blobs: BlobStore) -> list[Path]:
    return [path for path in blobs.folder.rglob("*") if path.is_file()]


class Endless:
    """A stream that counts what is read from it."""

    def __init__(self, size: int) -> None:
        self.left, self.read_bytes = size, 0

    def read(self, count: int = -1) -> bytes:
        chunk = b"%PDF-"[: self.left] if self.read_bytes == 0 else b"x" * min(count, self.left)
        self.left -= len(chunk)
        self.read_bytes += len(chunk)
        return chunk


def test_a_file_lies_under_its_hash_for_its_owner_only(blobs: BlobStore) -> None:
    blob = blobs.add(io.BytesIO(PDF), LIMIT, "surat.pdf")
    path = blobs.path(blob.sha256)
    assert path.read_bytes() == PDF
    assert (path.name, blob.size, blob.media_type) == (blob.sha256, len(PDF), "application/pdf")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    with blobs.open(blob.sha256) as file:
        assert file.read() == PDF


def test_a_file_is_flushed_with_its_folders_before_it_counts_as_kept(
    blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    flush = os.fsync

    def noting(handle: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        flush(handle)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to see what is flushed")
    monkeypatch.setattr(os, "fsync", noting)
    blob = blobs.add(io.BytesIO(PDF), LIMIT)
    assert flushed[0].startswith(".draft-")
    assert flushed[1:] == [blobs.folder.name, blob.sha256[:2]]


def test_the_same_bytes_lie_there_once(blobs: BlobStore) -> None:
    first = blobs.add(io.BytesIO(PDF), LIMIT, "a.pdf")
    second = blobs.add(io.BytesIO(PDF), LIMIT, "b.pdf")
    assert first == second
    assert len(kept_files(blobs)) == 1


def test_twenty_megabytes_are_taken_and_one_byte_more_is_refused_while_streaming(
    blobs: BlobStore,
) -> None:
    assert blobs.add(Endless(LIMIT), LIMIT).size == LIMIT  # type: ignore[arg-type]
    huge = Endless(500 * LIMIT)
    with pytest.raises(TooLarge, match="20 MB"):
        blobs.add(huge, LIMIT, "besar.pdf")  # type: ignore[arg-type]
    with pytest.raises(TooLarge):
        blobs.add(Endless(LIMIT + 1), LIMIT, "besar.pdf")  # type: ignore[arg-type]
    assert huge.read_bytes < LIMIT + 1024 * 1024
    assert len(kept_files(blobs)) == 1


def test_an_empty_file_is_refused(blobs: BlobStore) -> None:
    with pytest.raises(WrongType, match="kosong"):
        blobs.add(io.BytesIO(b""), LIMIT, "kosong.pdf")
    assert kept_files(blobs) == []


def test_a_stream_that_breaks_off_leaves_nothing(blobs: BlobStore) -> None:
    class Broken(io.BytesIO):
        def read(self, count: int | None = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.add(Broken(), LIMIT, "surat.pdf")
    assert kept_files(blobs) == []


def test_a_path_is_made_from_hashes_only(blobs: BlobStore) -> None:
    for wrong in ("", "..", "../" * 21 + "a", "A" * 64, "a" * 63):
        with pytest.raises(ValueError, match="SHA-256"):
            blobs.path(wrong)


def test_every_refusal_tells_the_limit_or_what_to_do(blobs: BlobStore) -> None:
    refusals: list[Callable[[], object]] = [
        lambda: blobs.add(Endless(LIMIT + 1), LIMIT, "a.pdf"),  # type: ignore[arg-type]
        lambda: blobs.add(io.BytesIO(b""), LIMIT, "a.pdf"),
        lambda: blobs.add(io.BytesIO(EXE), LIMIT, "a.pdf"),
    ]
    for refuse in refusals:
        with pytest.raises(KsddError) as caught:
            refuse()
        assert "a.pdf" in str(caught.value)
        assert "unggah kembali" in str(caught.value)
