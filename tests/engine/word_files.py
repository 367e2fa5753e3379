"""Small Word files for tests, good and bad ones."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def relations(*rows: str) -> str:
    return f'<Relationships xmlns="{RELATIONS}">{"".join(rows)}</Relationships>'


def paragraph(text: str, inside: str = "") -> str:
    return f'<w:p>{inside}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return kept.getvalue()


def word_file(*paragraphs: str, body: str = "", **more: str | bytes) -> bytes:
    """A Word file with these texts, or this body; `more` parts by path with `__` for `/`."""
    inside = body or "".join(paragraph(text) for text in paragraphs)
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relations(
                f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
            ),
            "word/document.xml": (
                f'<w:document xmlns:w="{W}" xmlns:r="{OFFICE}"><w:body>{inside}<w:sectPr/></w:body>'
                "</w:document>"
            ),
            **{name.replace("__", "/"): part for name, part in more.items()},
        }
    )


def text_of(content: bytes) -> str:
    """The text of a Word file, one line per paragraph."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return "\n".join(
        "".join(
            {f"{{{W}}}t": e.text or "", f"{{{W}}}br": "\n"}.get(str(e.tag), "") for e in p.iter()
        )
        for p in root.iter(f"{{{W}}}p")
    )
