"""Kinds of files that are not taken, known by their first bytes, each with how to convert it."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass

PHOTO, PICTURE = "store.kind_photo", "store.kind_picture"
OLD_OFFICE, OTHER_OFFICE = "store.kind_old_office", "store.kind_other_office"
ARCHIVE, RECORDING = "store.kind_archive", "store.kind_recording"
PAGE, TEXT = "store.kind_page", "store.kind_text"
PROGRAM, LOCKED = "store.kind_program", "store.pdf_locked"


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """A kind that is not taken."""

    #: the sentence that says what to do
    key: str
    #: what people call it
    name: str


#: where something stands, what, and which kind it tells
_BEGINNINGS: tuple[tuple[int, bytes, str, str], ...] = (
    (8, b"WEBP", PICTURE, "WEBP"),
    (0, b"GIF8", PICTURE, "GIF"),
    (0, b"II*\0", PICTURE, "TIFF"),
    (0, b"MM\0*", PICTURE, "TIFF"),
    (0, b"\xff\x0a", PICTURE, "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", PICTURE, "JPEG 2000"),
    (0, b"8BPS", PICTURE, "PSD (Photoshop)"),
    (0, b"%!PS", OTHER_OFFICE, "PostScript"),
    (0, b"{\\rtf", OTHER_OFFICE, "RTF"),
    (30, b"mimetypeapplication/vnd.oasis.opendocument.text", OTHER_OFFICE, "ODT (LibreOffice)"),
    (30, b"mimetypeapplication/vnd.oasis.opendocument.spread", OTHER_OFFICE, "ODS (LibreOffice)"),
    (30, b"mimetypeapplication/vnd.oasis.opendocument", OTHER_OFFICE, "ODF (LibreOffice)"),
    (30, b"mimetypeapplication/epub", OTHER_OFFICE, "EPUB"),
    (0, b"Rar!", ARCHIVE, "RAR"),
    (0, b"7z\xbc\xaf", ARCHIVE, "7Z"),
    (0, b"\x1f\x8b", ARCHIVE, "GZ"),
    (257, b"ustar", ARCHIVE, "TAR"),
    (8, b"AVI ", RECORDING, "AVI"),
    (8, b"WAVE", RECORDING, "WAV"),
    (0, b"OggS", RECORDING, "OGG"),
    (0, b"ID3", RECORDING, "MP3"),
    (0, b"#!AMR", RECORDING, "AMR"),
    (0, b"\x1a\x45\xdf\xa3", RECORDING, "MKV/WEBM"),
    (0, b"\x7fELF", PROGRAM, "Linux"),
)
#: the same, of words that a text may begin with too
_SHORT = ((0, b"BM", PICTURE, "BMP"), (0, b"MZ", PROGRAM, "Windows"))
#: what the box at the beginning of a phone's file says it is; what is not named here is a video
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"M4A ", b"M4B "), "M4A"),
    b"qt  ": "MOV",
    b"crx ": "CR3 (Canon)",
}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: names of what a compound file holds, and which kind they tell
_HOLDINGS = (
    ("EncryptedPackage", LOCKED, ""),
    ("__properties_version1.0", PAGE, "MSG (Outlook)"),
    ("WordDocument", OLD_OFFICE, "DOC (Word 97-2003)"),
    ("PowerPoint Document", OTHER_OFFICE, "PPT (PowerPoint 97-2003)"),
    ("Workbook", OLD_OFFICE, "XLS (Excel 97-2003)"),
)
_PAGES = (
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<svg", "SVG"),
    (b"mime-version:", "EML"),
)
#: bytes at the beginning that show whether a file is plain text, and what plain text does not have
_TEXT_SAMPLE = 4096
_BINARY = bytes(each for each in range(32) if each not in b"\t\n\f\r\x1b")


def foreign_kind(content: mmap.mmap) -> Foreign | None:
    """The kind of a file that is not taken; None when it is none that people know by name."""
    if content[:8] == _COMPOUND:
        return _compound(content)
    if content[4:8] == b"ftyp":
        return _boxed(content)
    return (
        _beginning(content, _BEGINNINGS)
        or _text(content[:_TEXT_SAMPLE])
        or _beginning(content, _SHORT)
    )


def _beginning(content: mmap.mmap, known: Sequence[tuple[int, bytes, str, str]]) -> Foreign | None:
    for where, word, key, name in known:
        if content[where : where + len(word)] == word:
            return Foreign(key=key, name=name)
    return None


def _boxed(content: mmap.mmap) -> Foreign:
    name = _BRANDS.get(content[8:12], "MP4")
    key = {"HEIC": PHOTO, "AVIF": PICTURE, "CR3 (Canon)": PICTURE}.get(name, RECORDING)
    return Foreign(key=key, name=name)


def _compound(content: mmap.mmap) -> Foreign:
    for word, key, name in _HOLDINGS:
        if content.find(word.encode("utf-16-le")) >= 0:
            return Foreign(key=key, name=name)
    return Foreign(key=OLD_OFFICE, name="Office 97-2003")


def _text(sample: bytes) -> Foreign | None:
    lower = sample.lower()
    for word, name in _PAGES:
        if word in lower:
            return Foreign(key=PAGE, name=name)
    is_wide = sample[:2] in (b"\xff\xfe", b"\xfe\xff")
    if is_wide or not set(_BINARY) & set(sample):
        return Foreign(key=TEXT, name="TXT")
    return None
