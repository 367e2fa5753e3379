"""Files: whole on disk or not there, of an accepted kind, under a name that is safe anywhere."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from processes.errors import KsddError, TooLarge, WrongType
from processes.store.documents import BlobStore, clean_filename
from tests.store.office_parts import link_in_zip, office_file

LIMIT = 20 * 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 64 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 64 + b"IEND\xaeB`\x82"
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


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("surat.pdf", PDF, "application/pdf"),
        ("SURAT.PDF", PDF, "application/pdf"),
        ("foto.jpg", JPEG, "image/jpeg"),
        ("foto.jpeg", JPEG, "image/jpeg"),
        ("cap.png", PNG, "image/png"),
        (
            "naskah.docx",
            office_file(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "rab.xlsx",
            office_file("xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_accepted_kinds(blobs: BlobStore, name: str, content: bytes, media_type: str) -> None:
    assert blobs.add(io.BytesIO(content), LIMIT, name).media_type == media_type


BOMB = {"word/bomb.xml": b"\0" * 30_000_000}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.pdf", EXE),
        ("surat.docx", PDF),
        ("naskah.pdf", office_file()),
        ("rab.docx", office_file("xl/workbook.xml")),
        ("terpotong.pdf", PDF[:20]),
        ("terpotong.docx", office_file()[:-30]),
        ("terpotong.jpg", JPEG[:20]),
        ("teks.pdf", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"),
        ("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("surat.pdf.exe", PDF),
        ("surat", PDF),
        ("", PDF),
        ("aktif.pdf", PDF.replace(b"<<>>", b"<</S/JavaScript>>")),
        ("program.pdf", PDF.replace(b"<<>>", b"<</S /Launch>>")),
        ("makro.docx", office_file(**{"word/vbaProject.bin": b"x"})),
        ("makro.xlsx", office_file("xl/workbook.xml", **{"xl/VBAPROJECT.bin": b"x"})),
        ("bom.docx", office_file(**BOMB)),
        ("banyak.docx", office_file(**{f"word/{n}.xml": b"" for n in range(200)})),
        ("slip.docx", office_file(**{"../../etc/cron.d/x": b"x"})),
        ("slip.docx", office_file(**{"word\\..\\..\\x": b"x"})),
        ("mutlak.docx", office_file(**{"/etc/passwd": b"x"})),
        ("sarang.docx", office_file(**{"word/a.zip": b"PK"})),
        ("tautan.docx", link_in_zip()),
        ("awalan.docx", EXE + office_file()),
    ],
)
def test_what_is_not_what_it_claims_is_refused_and_not_kept(
    blobs: BlobStore, name: str, content: bytes
) -> None:
    with pytest.raises(WrongType) as caught:
        blobs.add(io.BytesIO(content), LIMIT, name)
    assert kept_files(blobs) == []
    assert caught.value.status == 415
    assert len(caught.value.say("id")) > 40
    assert len(caught.value.say("en")) > 40


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Surat Kesediaan.pdf", "Surat Kesediaan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Sari\\surat.pdf", "surat.pdf"),
        ("a\r\nX-Evil: y.pdf", "a X-Evil_ y.pdf"),
        ("laporan\u202efdp.exe", "laporanfdp.exe"),
        ("\u200bsurat\u200d.pdf", "surat.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1", "_com1"),
        ("aux.tar.pdf", "_aux.tar.pdf"),
        ("..", "berkas"),
        ("", "berkas"),
        ("\x00", "berkas"),
        (".pdf", "pdf"),
        ("中文.pdf", "中文.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c__d_.pdf"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_a_name_becomes_safe_on_any_system(name: str, clean: str) -> None:
    assert clean_filename(name) == clean


def test_a_long_name_keeps_its_ending() -> None:
    cleaned = clean_filename("x" * 400 + ".pdf")
    assert len(cleaned) == 200
    assert cleaned.endswith("x.pdf")


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
