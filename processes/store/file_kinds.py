"""Which files are taken: their first bytes, their structure and their ending have to agree.

Nothing is unpacked or rendered here. A signed file is never rewritten, so what is not safe to pass
on is refused with a sentence that says how to save it instead.
"""

from __future__ import annotations

import mmap
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from lxml import etree

from processes.errors import WrongType
from processes.store.pdf_structure import Structure, examine

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = _OFFICE + "wordprocessingml.document"
XLSX = _OFFICE + "spreadsheetml.sheet"

ENDINGS = {".pdf": PDF, ".docx": DOCX, ".xlsx": XLSX, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG}
#: what a Word or Excel file must hold to be one
MAIN_PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
#: limits of a zip-based file: entries, bytes when unpacked, and how often its own size that may be
MOST_ENTRIES = 200
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
ARCHIVES = (".zip", ".docx", ".xlsx", ".docm", ".xlsm", ".jar", ".7z", ".rar", ".gz")
#: what makes a PDF act by itself when it is opened, as it stands where nothing is compressed
ACTIVE = (b"/JavaScript", b"/Launch")
#: endings of programs: `surat.exe.pdf` is shown as `surat.exe` where known endings are hidden
PROGRAMS = {
    *(".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse"),
    *(".wsf", ".hta", ".msi", ".jar", ".lnk", ".dll", ".cpl", ".reg", ".sh", ".apk", ".html"),
    *(".htm", ".svg", ".url"),
}
#: a template's place on its owner's own machine
_OWN_MACHINE = re.compile(r"(file:///)?([a-z]:[\\/]|[^/\\:&]+$)", re.IGNORECASE)
#: what a PDF that is not taken is told about itself
_PDF_REFUSALS = {
    Structure.ACTIVE: "store.pdf_active",
    Structure.ATTACHMENT: "store.pdf_attachment",
    Structure.ENCRYPTED: "store.pdf_locked",
    Structure.DAMAGED: "store.pdf_damaged",
    Structure.ENDLESS: "store.pdf_endless",
}


def sniff(path: Path, filename: str) -> str:
    """The media type of a file that is taken under this name; WrongType says what is wrong."""
    refusal = WrongType("store.file_wrong_type", filename=filename)
    endings = PurePosixPath(filename.strip().lower().replace("\\", "/")).suffixes
    media_type = ENDINGS.get(endings[-1]) if endings else None
    if media_type is None or path.stat().st_size == 0:
        raise refusal
    if PROGRAMS.intersection(endings):
        raise WrongType("store.file_double_ending", filename=filename)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        whole = _CHECKS[media_type](content)
    if not whole:
        raise refusal
    if media_type == PDF:
        _examine_pdf(path, filename)
    if media_type in MAIN_PARTS:
        _examine_office(path, filename, MAIN_PARTS[media_type])
    return media_type


def _is_pdf(content: mmap.mmap) -> bool:
    return content[:5] == b"%PDF-" and content.rfind(b"%%EOF", max(0, len(content) - 2048)) > 0


def _is_jpeg(content: mmap.mmap) -> bool:
    return content[:3] == b"\xff\xd8\xff" and content.rfind(b"\xff\xd9") > 0


def _is_png(content: mmap.mmap) -> bool:
    starts = content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR"
    return starts and content.rfind(b"IEND") > 0


def _is_zip(content: mmap.mmap) -> bool:
    return content[:4] == b"PK\x03\x04"


_CHECKS: dict[str, Callable[[mmap.mmap], bool]] = {
    PDF: _is_pdf,
    JPEG: _is_jpeg,
    PNG: _is_png,
    DOCX: _is_zip,
    XLSX: _is_zip,
}


def _examine_pdf(path: Path, filename: str) -> None:
    """Refuse a PDF that acts by itself, carries another file, is locked or cannot be opened.

    Words that plainly name a script are looked for as well: a reader may put a damaged file
    together in another way than we do.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        plain = any(content.find(word) >= 0 for word in ACTIVE)
    found = Structure.ACTIVE if plain else examine(path)
    if found is not Structure.OK:
        raise WrongType(_PDF_REFUSALS[found], filename=filename)


def _examine_office(path: Path, filename: str, main_part: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if main_part not in names or "[Content_Types].xml" not in names:
                raise WrongType("store.file_wrong_type", filename=filename)
            if not _is_ordinary(entries, path.stat().st_size):
                raise WrongType("store.file_unsafe", filename=filename)
            if _has_macros(archive, names):
                raise WrongType("store.file_macro", filename=filename)
            if any(_fetches_a_template(archive, name) for name in names if name.endswith(".rels")):
                raise WrongType("store.file_template", filename=filename)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError):
        raise WrongType("store.file_wrong_type", filename=filename) from None


def _is_ordinary(entries: list[zipfile.ZipInfo], size: int) -> bool:
    """Whether unpacking it could neither fill a disk nor write outside its folder."""
    unpacked = sum(entry.file_size for entry in entries)
    return (
        len(entries) <= MOST_ENTRIES
        and unpacked <= min(MOST_UNPACKED, MOST_RATIO * size)
        and len({entry.filename for entry in entries}) == len(entries)
        and all(_is_plain(entry) for entry in entries)
    )


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry stays in its folder, is readable, no link and no archive itself."""
    name = entry.orig_filename.replace("\\", "/")
    parts = name.split("/")
    return (
        not name.startswith("/")
        and ":" not in name
        and "\0" not in name
        and ".." not in parts
        and not entry.flag_bits & 0x1
        and not stat.S_ISLNK(entry.external_attr >> 16)
        and not name.lower().endswith(ARCHIVES)
    )


def _has_macros(archive: zipfile.ZipFile, names: set[str]) -> bool:
    if any("vbaproject" in name.lower() for name in names):
        return True
    with archive.open("[Content_Types].xml") as file:
        return b"macroenabled" in file.read(MOST_UNPACKED).lower()


def _fetches_a_template(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a list of what a document refers to makes Word fetch a template, and the macros in
    it, from another machine. What is no XML is not read by Word either."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with archive.open(name) as file:
        content = file.read(MOST_UNPACKED)
    try:
        links = etree.fromstring(content, parser).iter(etree.Element)
    except etree.XMLSyntaxError:
        return False
    return any(
        link.get("Type", "").endswith("/attachedTemplate")
        and link.get("TargetMode") == "External"
        and not _OWN_MACHINE.match(link.get("Target", ""))
        for link in links
    )
