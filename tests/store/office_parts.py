"""Word and Excel files put together from their parts, as good or as bad as a test wants them."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

WORD, EXCEL = "word/document.xml", "xl/workbook.xml"
KINDS = {
    WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_SPACE = "http://schemas.openxmlformats.org/package/2006/"


def types(main: str = WORD, more: str = "", kind: str = "") -> bytes:
    """The list of the kinds of parts."""
    return (
        f'<?xml version="1.0"?><Types xmlns="{_SPACE}content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="{_SPACE}relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{kind or KINDS[main]}"/>{more}</Types>'
    ).encode()


def kind_of(part: str, kind: str) -> str:
    """A line of the list of kinds."""
    return f'<Override PartName="/{part}" ContentType="{kind}"/>'


def links(kind: str, target: str, mode: str = "Internal") -> bytes:
    """A list with one link."""
    link = f'<Relationship Id="r" Type="{_LINK}{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f"<!-- x --><Relationships>{link}</Relationships>".encode()


def parts(main: str = WORD, /, **more: bytes) -> dict[str, bytes]:
    """The parts of a whole file, those in `more` besides or instead, by name."""
    whole = {
        "[Content_Types].xml": types(main),
        "_rels/.rels": links("officeDocument", main),
        main: b"<x/>",
    }
    return whole | more


def zipped(content: dict[str, bytes]) -> bytes:
    """A zip of parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in content.items():
            archive.writestr(name, each)
    return made.getvalue()


def office_file(main: str = WORD, /, **more: bytes) -> bytes:
    """A Word or Excel file with some more parts, by name."""
    return zipped(parts(main, **more))


def referring_to(target: str, mode: str = "External", kind: str = "attachedTemplate") -> bytes:
    """A Word file that refers to a place."""
    return office_file(**{"word/_rels/settings.xml.rels": links(kind, target, mode)})


def with_field(*pieces: str) -> bytes:
    """A Word file with a field whose instruction stands in several pieces."""
    texts = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in pieces)
    around = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    field = around.format("begin") + texts + around.format("separate") + around.format("end")
    return office_file(**{WORD: f'<w:p xmlns:w="w">{field}</w:p>'.encode()})


def lying(size: int, told: int) -> bytes:
    """A Word file with a part of `size` bytes that states `told`."""
    made = office_file(**{"word/media/a.bin": b"\0" * size})
    return made.replace(struct.pack("<I", size), struct.pack("<I", told))


def link_in_zip() -> bytes:
    """A Word file with a symbolic link in it."""
    made = io.BytesIO(office_file())
    with zipfile.ZipFile(made, "a") as archive:
        entry = zipfile.ZipInfo("word/media/a.png")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return made.getvalue()
