"""Kinds of files: what is good is taken, whatever a phone calls it; what is not is named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from processes.errors import WrongType
from processes.store.documents import BlobStore
from processes.store.file_kinds import sniff
from tests.store.office_parts import EXCEL, link_in_zip, office_file, types
from tests.store.test_documents import EXE, LIMIT, PDF

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 64 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 64 + b"IEND\xaeB`\x82"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def compound(name: str) -> bytes:
    return COMPOUND + name.encode("utf-16-le")


def boxed(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0" * 100


def open_document(kind: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
    return made.getvalue()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "dokumen")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("surat.pdf", PDF, "pdf"),
        ("SURAT.PDF", PDF, "pdf"),
        ("1000012345", PDF, "pdf"),
        ("surat.pdf.", PDF, "pdf"),
        ("..", PDF, "pdf"),
        ("surat bappeda@mail.com.pdf", PDF, "pdf"),
        ("berita.html.pdf", PDF, "pdf"),
        ("foto.jpg", JPEG, "jpeg"),
        ("foto.jpeg", JPEG, "jpeg"),
        ("WhatsApp Image.jfif", JPEG, "jpeg"),
        ("IMG_0001.HEIC", JPEG, "jpeg"),
        ("cap.png", PNG, "png"),
        ("tangkapan.jpg", PNG, "png"),
        ("naskah.docx", office_file(), "document"),
        ("naskah.doc", office_file(), "document"),
        ("rab.xlsx", office_file(EXCEL), "sheet"),
        ("rab", office_file(EXCEL), "sheet"),
    ],
)
def test_what_is_good_is_taken_under_any_name(
    blobs: BlobStore, name: str, content: bytes, kind: str
) -> None:
    media_type = blobs.add(io.BytesIO(content), LIMIT, name).media_type
    assert media_type is not None
    assert media_type.endswith(kind)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("surat.docx", PDF, "adalah PDF, tetapi namanya berakhir .docx. Ganti namanya menjadi sur"),
        (
            "foto.pdf",
            JPEG,
            "adalah JPG, tetapi namanya berakhir .pdf. Ganti namanya menjadi foto.jp",
        ),
        ("rab.docx", office_file(EXCEL), "Ganti namanya menjadi rab.xlsx"),
        ("naskah.pdf", office_file(), "Ganti namanya menjadi naskah.docx"),
        ("IMG_0001.HEIC", boxed(b"heic"), "foto HEIC"),
        ("foto.jpg", boxed(b"mif1"), "Paling Kompatibel"),
        ("foto.avif", boxed(b"avif"), "gambar AVIF"),
        ("stiker.webp", b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 40, "gambar WEBP"),
        ("pindai.tif", b"II*\0" + b"\0" * 40, "gambar TIFF"),
        ("gambar.bmp", b"BM\0\1\2\3\0\0", "gambar BMP"),
        ("surat.doc", compound("WordDocument"), "DOC (Word 97-2003)"),
        ("surat.docx", compound("WordDocument"), "Simpan Sebagai"),
        ("rab.xls", compound("Workbook"), "XLS (Excel 97-2003)"),
        ("paparan.ppt", compound("PowerPoint Document"), "PPT (PowerPoint 97-2003)"),
        ("rahasia.docx", compound("EncryptedPackage"), "kata sandi"),
        ("surel.msg", compound("__properties_version1.0"), "MSG (Outlook)"),
        ("tua.dat", COMPOUND, "Office 97-2003"),
        ("surat.odt", open_document("text"), "ODT (LibreOffice)"),
        ("rab.ods", open_document("spreadsheet"), "ODS (LibreOffice)"),
        ("surat.rtf", b"{\\rtf1 halo}", "RTF"),
        ("berkas.rar", b"Rar!\x1a\7\0", "arsip RAR"),
        ("surat.pdf", b"PK\x05\x06" + b"\0" * 18, "bukan PDF"),
        ("rekaman.mp4", boxed(b"isom"), "video atau suara (MP4)"),
        ("suara.ogg", b"OggS\0\2", "video atau suara (OGG)"),
        ("halaman.html", b"<!DOCTYPE html><p>halo", "halaman web"),
        ("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        ("catatan.txt", b"BMKG: hujan\r\n", "teks biasa"),
        ("catatan.txt", "Rapat".encode("utf-16"), "teks biasa"),
        ("surat.pdf", EXE, "adalah program (Windows)"),
        ("surat.pdf", b"\x01\x02\x03\x04", "bukan PDF, DOCX"),
        ("terpotong.pdf", PDF[:20], "rusak atau terpotong"),
        ("awalan.pdf", b"GIF89a\n" + PDF, "rusak atau terpotong"),
        ("terpotong.docx", office_file()[:-30], "rusak atau terpotong"),
        ("terpotong.jpg", JPEG[:20], "terpotong, tidak sampai ke akhir JPG"),
        ("terpotong.png", PNG[:20], "terpotong, tidak sampai ke akhir PNG"),
    ],
)
def test_what_is_not_taken_is_called_by_its_name_with_what_to_do(
    blobs: BlobStore, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(WrongType) as caught:
        blobs.add(io.BytesIO(content), LIMIT, name)
    assert words in caught.value.say("id")
    assert "unggah kembali" in caught.value.say("id")
    assert "upload" in caught.value.say("en")
    assert name in caught.value.say("en")
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []


def test_other_office_files_and_archives_are_called_by_their_name(tmp_path: Path) -> None:
    made = "application/vnd.openxmlformats-officedocument."
    for kind, words in (
        (f"{made}presentationml.presentation.main+xml", "PPTX (PowerPoint)"),
        (f"{made}wordprocessingml.template.main+xml", "templat DOTX (Word)"),
        ("application/vnd.ms-visio.drawing.main+xml", "arsip ZIP"),
    ):
        path = tmp_path / "x"
        path.write_bytes(office_file(**{"[Content_Types].xml": types(kind=kind)}))
        with pytest.raises(WrongType) as caught:
            sniff(path, "x.docx")
        assert words in str(caught.value)


BOMB = {"word/bomb.xml": b"\0" * 30_000_000}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("teks.pdf", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"),
        ("surat.pdf.exe", PDF),
        ("surat.exe.pdf", PDF),
        ("surat\u202efdp.exe", PDF),
        ("aktif.pdf", PDF.replace(b"<<>>", b"<</S/JavaScript>>")),
        ("program.pdf", PDF.replace(b"<<>>", b"<</S /Launch>>")),
        ("makro.docx", office_file(**{"word/vbaProject.bin": b"x"})),
        ("makro.xlsx", office_file(EXCEL, **{"xl/VBAPROJECT.bin": b"x"})),
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
def test_what_could_harm_is_refused_and_not_kept(
    blobs: BlobStore, name: str, content: bytes
) -> None:
    with pytest.raises(WrongType) as caught:
        blobs.add(io.BytesIO(content), LIMIT, name)
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []
    assert caught.value.status == 415
    assert len(caught.value.say("id")) > 40
    assert len(caught.value.say("en")) > 40


def test_a_title_that_names_a_script_is_only_a_title(tmp_path: Path) -> None:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Title"] = pikepdf.String("Aplikasi Java/JavaScript Daerah")
        made.save(tmp_path / "x")
    assert sniff(tmp_path / "x", "kak.pdf") == "application/pdf"
