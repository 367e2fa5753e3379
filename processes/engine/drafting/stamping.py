"""Puts the square by which a draft is checked behind the last words of a Word file.

The file is written anew with fixed dates, so that the same draft is the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from lxml import etree

from processes.engine.drafting.word_file import DOCUMENT, W, open_word
from processes.engine.proofs import Proof
from processes.engine.xml import load_xml

PICTURE, RELATIONS = "word/media/keaslian.png", "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
ID = "rIdKeaslian"
#: 2.2 cm in English Metric Units, as drawings are measured
SIDE = 792_000
#: the oldest date a zip knows
EPOCH = (1980, 1, 1, 0, 0, 0)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_SQUARE = f"""<w:p xmlns:w="{W[1:-1]}" xmlns:r="{_OFFICE}" xmlns:a="{_DRAWING}/main"
 xmlns:pic="{_DRAWING}/picture" xmlns:wp="{_DRAWING}/wordprocessingDrawing"><w:pPr><w:keepNext/>
<w:spacing w:before="240" w:after="0"/></w:pPr><w:r><w:drawing>
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{SIDE}" cy="{SIDE}"/>
<wp:docPr id="900" name="Keaslian" descr=""/><a:graphic>
<a:graphicData uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr>
<pic:cNvPr id="900" name="keaslian.png"/><pic:cNvPicPr/></pic:nvPicPr>
<pic:blipFill><a:blip r:embed="{ID}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>
<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{SIDE}" cy="{SIDE}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>
</wp:inline></w:drawing></w:r></w:p>"""
_LINE = f"""<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:keepNext/><w:spacing w:before="0" w:after="0"/>
<w:jc w:val="left"/></w:pPr><w:r><w:rPr><w:sz w:val="16"/></w:rPr>
<w:t xml:space="preserve"></w:t></w:r></w:p>"""


def stamp_word(content: bytes, proof: Proof) -> bytes:
    """The Word file with the square and its lines at the end; raises DraftRefused for no Word."""
    parts = dict(open_word(content))
    root = load_xml(parts[DOCUMENT], DOCUMENT)
    body = root.find(f"{W}body")
    last = len(body)
    if last and body[-1].tag == f"{W}sectPr":
        last -= 1
    square = _parsed(_SQUARE)
    next(square.iter("{*}docPr")).set("descr", proof.url)
    for offset, element in enumerate([square, *map(_line, (*proof.lines, proof.url))]):
        body.insert(last + offset, element)
    parts[DOCUMENT] = _written(root)
    parts[PICTURE] = proof.as_png()
    parts[TYPES] = _with_png(parts[TYPES])
    parts[RELATIONS] = _with_relation(parts.get(RELATIONS))
    return _zipped(parts)


def _line(words: str) -> Any:
    element = _parsed(_LINE)
    next(element.iter(f"{W}t")).text = words
    return element


def _with_png(types: bytes) -> bytes:
    root = load_xml(types, TYPES)
    known = {str(each.get("Extension", "")).lower() for each in root}
    if "png" not in known:
        kind = etree.Element(f"{{{_PACKAGE}/content-types}}Default")
        kind.set("Extension", "png")
        kind.set("ContentType", "image/png")
        root.insert(0, kind)
    return _written(root)


def _with_relation(relations: bytes | None) -> bytes:
    tag = f"{{{_PACKAGE}/relationships}}Relationship"
    if relations is None:
        root = etree.Element(f"{tag}s", nsmap={None: f"{_PACKAGE}/relationships"})
    else:
        root = load_xml(relations, RELATIONS)
    found = etree.SubElement(root, tag)
    found.set("Id", ID)
    found.set("Type", f"{_OFFICE}/image")
    found.set("Target", "media/keaslian.png")
    return _written(root)


def _parsed(text: str) -> Any:
    return etree.fromstring(text.replace("\n", ""), etree.XMLParser(resolve_entities=False))


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()
