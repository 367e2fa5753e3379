"""Which files are taken: their bytes decide of which kind they are, their structure has to be whole
and harmless, and their name must not say something else.

Nothing is unpacked or rendered here; programs of their own do that within limits. A signed file is
never rewritten, so what is not safe to pass on is refused with a sentence that says how to save it
instead.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path, PurePosixPath

from processes.errors import WrongType
from processes.store import office_structure, pdf_structure
from processes.store.file_names import (
    DOCX,
    ENDINGS,
    JPEG,
    OUTDATED,
    PDF,
    PNG,
    XLSX,
    better_name,
    clean_filename,
    ending_of,
)
from processes.store.foreign_kinds import ARCHIVE, OTHER_OFFICE, foreign_kind
from processes.store.office_structure import Office
from processes.store.pdf_structure import Structure

#: what people call the kinds that are taken
NAMES = {PDF: "PDF", DOCX: "DOCX (Word)", XLSX: "XLSX (Excel)", JPEG: "JPG", PNG: "PNG"}
#: what makes a PDF act by itself when it is opened, as it stands where nothing is compressed
_ACTIVE = re.compile(
    rb"/S\s*/(?:JavaScript|Launch)\b|/JavaScript\s*(?:<<|\[|\d+\s+\d+\s+R\b)|/Launch\s*<<"
)
#: endings of programs
PROGRAMS = {
    *(".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse"),
    *(".wsf", ".hta", ".msi", ".jar", ".lnk", ".dll", ".cpl", ".reg", ".sh", ".apk", ".html"),
    *(".htm", ".svg", ".url"),
}
#: of those, what addresses and pages end in too: `surat bupati@mail.com.pdf` hides nothing
_HIDES_NOTHING = {".com", ".js", ".sh", ".html", ".htm", ".svg", ".url"}
#: what a PDF that is not taken is told about itself
_PDF_REFUSALS = {
    Structure.ACTIVE: "store.pdf_active",
    Structure.ATTACHMENT: "store.pdf_attachment",
    Structure.ENCRYPTED: "store.pdf_locked",
    Structure.DAMAGED: "store.pdf_damaged",
    Structure.ENDLESS: "store.pdf_endless",
}
_OFFICE_KINDS = {Office.DOCX: DOCX, Office.XLSX: XLSX}
#: Office files and archives of another kind: how to convert them, and what people call them
_OTHERS = {
    Office.PPTX: (OTHER_OFFICE, "PPTX (PowerPoint)"),
    Office.DOTX: ("store.kind_template", "DOTX (Word)"),
    Office.XLTX: ("store.kind_template", "XLTX (Excel)"),
    Office.ZIP: (ARCHIVE, "ZIP"),
}
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
    shown = clean_filename(filename)
    if path.stat().st_size == 0:
        raise WrongType("store.file_empty", filename=shown)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        media_type = _kind_of(content, path, shown)
    _check_name(shown, media_type)
    return media_type


def _kind_of(content: mmap.mmap, path: Path, shown: str) -> str:
    if content[:5] == b"%PDF-":
        return _pdf(content, path, shown)
    if content[:4] == b"PK\x03\x04" and content[30:38] != b"mimetype":
        return _office(path, shown)
    if content[:3] == b"\xff\xd8\xff":
        return _picture(JPEG, shown, is_whole=content.rfind(b"\xff\xd9") > 0)
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        is_whole = content[12:16] == b"IHDR" and content.rfind(b"IEND") > 0
        return _picture(PNG, shown, is_whole=is_whole)
    if content[:1024].find(b"%PDF-") > 0:
        raise WrongType("store.pdf_damaged", filename=shown)
    found = foreign_kind(content)
    if found is not None:
        raise WrongType(found.key, filename=shown, kind=found.name)
    raise WrongType("store.file_wrong_type", filename=shown)


def _picture(media_type: str, shown: str, *, is_whole: bool) -> str:
    if not is_whole:
        raise WrongType("store.picture_damaged", filename=shown, kind=NAMES[media_type])
    return media_type


def _pdf(content: mmap.mmap, path: Path, shown: str) -> str:
    """Refuse a PDF that acts by itself, carries another file, is locked or cannot be opened.

    Words that plainly name a script are looked for as well: a reader may put a damaged file
    together in another way than we do.
    """
    found = Structure.DAMAGED
    if content.rfind(b"%%EOF", max(0, len(content) - 2048)) > 0:
        found = Structure.ACTIVE if _ACTIVE.search(content) else pdf_structure.examine(path)
    if found is not Structure.OK:
        raise WrongType(_PDF_REFUSALS[found], filename=shown)
    return PDF


def _office(path: Path, shown: str) -> str:
    found = office_structure.examine(path)
    if found in _OFFICE_KINDS:
        return _OFFICE_KINDS[found]
    if found in _OTHERS:
        key, kind = _OTHERS[found]
        raise WrongType(key, filename=shown, kind=kind)
    raise WrongType(_OFFICE_REFUSALS[found], filename=shown)


def _check_name(shown: str, media_type: str) -> None:
    """Refuse a name that says another kind than the content is, or that looks like a program's
    where known endings are hidden. A name that says nothing is no reason to refuse a good file."""
    ending = ending_of(shown)
    before = {each.strip() for each in PurePosixPath(shown.lower()).suffixes[-2:-1]}
    if ending in PROGRAMS or before & (PROGRAMS - _HIDES_NOTHING):
        raise WrongType("store.file_double_ending", filename=shown)
    says = ENDINGS.get(ending, media_type)
    if says != media_type and ending not in OUTDATED[media_type]:
        better = better_name(shown, media_type)
        kind = NAMES[media_type]
        raise WrongType(
            "store.file_named_otherwise", filename=shown, kind=kind, ending=ending, better=better
        )
