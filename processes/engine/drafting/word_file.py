"""Looks into a Word file before anything believes it: what it weighs, and what it would do.

A draft is opened in the offices of several governments. It brings no macro, no embedded program,
nothing that is fetched from elsewhere or put in from another file, and unpacks to a small size.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from lxml import etree

from processes.engine.xml import load_xml
from processes.errors import DiagramRefused, KsddError

#: largest file, most entries, and bytes of everything unpacked
MOST_BYTES, MOST_ENTRIES, MOST_UNPACKED = 1024 * 1024, 100, 8 * 1024 * 1024
DOCUMENT = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: parts that run, or that Word would take in unseen
_ACTIVE = re.compile(r"vbaproject|vbadata|activex|embeddings/|afchunk|attachedtoolbars", re.I)
_MACROS = re.compile(rb"macroenabled", re.I)
#: field codes that fetch or start something when the file is opened
_FETCHING = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|DATABASE)\b", re.I
)
_XML = (".xml", ".rels")
#: what Word keeps for other programs and shows nowhere
_UNREAD = ("customXml/",)


class DraftRefused(KsddError):
    """A letter template cannot be used as it is."""

    status = 422
    default_key = "drafts.unreadable"

    def __init__(self, key: str, /, **values: Any) -> None:
        self.cause = key
        super().__init__(f"drafts.{key}", **values)


def open_word(content: bytes) -> dict[str, bytes]:
    """The parts of a Word file by name; raises DraftRefused when it is none, or would act."""
    if len(content) > MOST_BYTES:
        raise DraftRefused("too_large", limit=MOST_BYTES // 1024)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = _unpacked(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error):
        raise DraftRefused("no_word_file") from None
    if DOCUMENT not in parts or "[Content_Types].xml" not in parts:
        raise DraftRefused("no_word_file")
    _refuse_active(parts)
    for name, part in parts.items():
        if name.endswith(_XML) and not name.startswith(_UNREAD):
            _refuse_reaching(_read(part, name), name)
    return parts


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or len(names) < len(entries):
        raise DraftRefused("too_large", limit=MOST_BYTES // 1024)
    parts, left = {}, MOST_UNPACKED
    for entry in entries:
        with archive.open(entry) as stream:
            # one byte more than allowed, because the size in the directory is a stranger's word
            found = stream.read(left + 1)
        left -= len(found)
        if left < 0:
            raise DraftRefused("too_large", limit=MOST_BYTES // 1024)
        parts[entry.filename] = found
    return parts


def _refuse_active(parts: Mapping[str, bytes]) -> None:
    found = next((name for name in parts if _ACTIVE.search(name)), None)
    if found is None and _MACROS.search(parts["[Content_Types].xml"]):
        found = "macro"
    if found is not None:
        raise DraftRefused("active", what=found[:60])


def _read(part: bytes, name: str) -> Any:
    try:
        return load_xml(part, name)
    except DiagramRefused as refused:
        raise DraftRefused("part_unreadable", what=str(refused.findings[0])[:160]) from None


def _refuse_reaching(root: Any, name: str) -> None:
    for element in root.iter(etree.Element):
        external = element.get("TargetMode") == "External"
        if external and not str(element.get("Type")).endswith("/hyperlink"):
            raise DraftRefused("reaches_out", what=str(element.get("Target"))[:60])
        code = element.get(f"{W}instr") if element.tag == f"{W}fldSimple" else None
        if element.tag == f"{W}p":
            code = "".join(found.text or "" for found in element.iter(f"{W}instrText"))
        if code and _FETCHING.search(code):
            raise DraftRefused("reaches_out", what=" ".join(code.split())[:60])
        if element.tag == f"{W}altChunk":
            raise DraftRefused("active", what="altChunk")


def title_of(parts: Mapping[str, bytes], otherwise: str) -> str:
    """The title that the file has among its properties; `otherwise` when it has none."""
    if "docProps/core.xml" not in parts:
        return otherwise
    root = load_xml(parts["docProps/core.xml"], "core.xml")
    found = root.find("{http://purl.org/dc/elements/1.1/}title")
    text = " ".join((found.text or "").split()) if found is not None else ""
    return text[:120] or otherwise
