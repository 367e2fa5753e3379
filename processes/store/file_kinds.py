"""Which files are taken: their first bytes, their structure and their ending have to agree.

Nothing is unpacked or rendered here; programs of their own do that within limits. A signed file is
never rewritten, so what is not safe to pass on is refused with a sentence that says how to save it
instead.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from processes.errors import WrongType
from processes.store import office_structure
from processes.store.office_structure import Office
from processes.store.pdf_structure import Structure, examine

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = _OFFICE + "wordprocessingml.document"
XLSX = _OFFICE + "spreadsheetml.sheet"

ENDINGS = {".pdf": PDF, ".docx": DOCX, ".xlsx": XLSX, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG}
#: what makes a PDF act by itself when it is opened, as it stands where nothing is compressed
ACTIVE = (b"/JavaScript", b"/Launch")
#: endings of programs: `surat.exe.pdf` is shown as `surat.exe` where known endings are hidden
PROGRAMS = {
    *(".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse"),
    *(".wsf", ".hta", ".msi", ".jar", ".lnk", ".dll", ".cpl", ".reg", ".sh", ".apk", ".html"),
    *(".htm", ".svg", ".url"),
}
#: what a PDF that is not taken is told about itself
_PDF_REFUSALS = {
    Structure.ACTIVE: "store.pdf_active",
    Structure.ATTACHMENT: "store.pdf_attachment",
    Structure.ENCRYPTED: "store.pdf_locked",
    Structure.DAMAGED: "store.pdf_damaged",
    Structure.ENDLESS: "store.pdf_endless",
}
_OFFICE_KINDS = {Office.DOCX: DOCX, Office.XLSX: XLSX}
_OFFICE_REFUSALS = {
    Office.MACRO: "store.file_macro",
    Office.TEMPLATE: "store.file_template",
    Office.EXTERNAL: "store.file_external",
    Office.COMMAND: "store.file_command",
    Office.CARRYING: "store.file_carrying",
    Office.UNSAFE: "store.file_unsafe",
    Office.DAMAGED: "store.file_damaged",
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
    if media_type in (DOCX, XLSX):
        _examine_office(path, filename, media_type)
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


def _examine_office(path: Path, filename: str, media_type: str) -> None:
    found = office_structure.examine(path)
    if _OFFICE_KINDS.get(found) != media_type:
        raise WrongType(_OFFICE_REFUSALS.get(found, "store.file_wrong_type"), filename=filename)
