"""A filled-in Word file as PDF: read into paragraphs and tables, set by the owner's `konsep.typ`.

Only what a letter needs is understood: paragraphs with their alignment and indents, bold, italic
and underlined words, tables, page breaks, a header and a footer with page numbers. A file with more
(pictures, automatic numbering, text boxes, footnotes) has no PDF: one that leaves something out
would be taken for the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from processes.engine.drafting.styles import Styles, measure, own_value
from processes.engine.drafting.word_file import DOCUMENT, DraftRefused, W, open_word, title_of
from processes.engine.proofs import Proof
from processes.engine.typesetting import typeset
from processes.engine.xml import load_xml

#: how drafts look as PDF, inside an owner's folder
LAYOUT = "surat/konsep.typ"
REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: what a PDF would leave out, by the word for it
UNSHOWN = {
    "drawing": "gambar",
    "pict": "gambar",
    "object": "objek",
    "numPr": "penomoran otomatis",
    "footnoteReference": "catatan kaki",
    "endnoteReference": "catatan akhir",
    "sdt": "isian formulir Word",
    "ins": "perubahan yang dilacak",
    "del": "perubahan yang dilacak",
}
_ALIGNED = {"center": "center", "right": "right", "end": "right", "both": "justify"}
_RULES = {"PAGE": "page", "NUMPAGES": "pages"}

Block = dict[str, Any]


class PagesRefused(DraftRefused):
    """The file has something that its PDF would leave out."""


def read_pages(content: bytes) -> dict[str, Any]:
    """What stands on the pages of a Word file, as `konsep.typ` gets it; raises PagesRefused.

    `title`, and `body`, `header` and `footer` as lists of blocks. A paragraph is `{"kind": "p",
    "align", "left", "first", "above", "below", "size", "keep", "rule", "break", "pieces"}`, lengths
    in points; a table `{"kind": "table", "widths": [points], "lines", "rows": [[{"span",
    "blocks"}]]}`. A piece is `{"text", "bold", "italic", "underline", "size"}`, the number of a
    `{"field": "page"}` or of all `pages` with the same looks, or a `{"field": "tab"}`.
    """
    parts = open_word(content)
    reader = _Reader(Styles.read(parts.get("word/styles.xml")))
    body = load_xml(parts[DOCUMENT], DOCUMENT).find(f"{W}body")
    found: dict[str, Any] = {"title": title_of(parts, ""), "header": [], "footer": []}
    targets = _targets(parts)
    for kind in ("header", "footer"):
        for reference in body.iter(f"{W}{kind}Reference"):
            part = parts.get(f"word/{targets.get(reference.get(REFERENCE), '')}")
            if part is not None and reference.get(f"{W}type", "default") == "default":
                found[kind] = list(reader.blocks(load_xml(part, kind)))
    return {**found, "body": list(reader.blocks(body))}


def set_pages(
    layout: bytes, pages: Mapping[str, Any], *, written_at: datetime, proof: Proof | None = None
) -> bytes:
    """The PDF of such pages; raises LetterRefused when the layout cannot set them."""
    return typeset(layout, pages, written_at=written_at, proof=proof)


def _targets(parts: Mapping[str, bytes]) -> dict[str | None, str]:
    name = "word/_rels/document.xml.rels"
    if name not in parts:
        return {}
    return {e.get("Id"): str(e.get("Target")) for e in load_xml(parts[name], name)}


class _Reader:
    """Reads blocks out of one file."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles

    def blocks(self, parent: Any) -> Iterator[Block]:
        """The paragraphs and tables of a body, a cell, a header or a footer."""
        for word, name in UNSHOWN.items():
            if parent.find(f".//{W}{word}") is not None:
                raise PagesRefused("not_on_pages", what=name)
        for element in parent:
            if element.tag == f"{W}p":
                yield self._paragraph(element)
            elif element.tag == f"{W}tbl":
                yield self._table(element)

    def _paragraph(self, element: Any) -> Block:
        style = self._styles.of_paragraph(element)
        pieces = list(self._pieces(element, style))
        before = element.find(f"{W}pPr/{W}pageBreakBefore")
        return {
            "kind": "p",
            "align": _ALIGNED.get(style.get("jc", ""), "left"),
            "left": measure(style, "ind.left"),
            "first": measure(style, "ind.firstLine") - measure(style, "ind.hanging"),
            "above": measure(style, "spacing.before"),
            "below": measure(style, "spacing.after"),
            "size": self._styles.mark_size(element, style),
            "keep": "keepNext" in style,
            "rule": element.find(f"{W}pPr/{W}pBdr/{W}bottom") is not None,
            "break": before is not None or {"field": "break"} in pieces,
            "pieces": [piece for piece in pieces if piece != {"field": "break"}],
        }

    def _pieces(self, paragraph: Any, style: Mapping[str, str]) -> Iterator[Block]:
        field, hidden = "", False
        for run in paragraph.iter(f"{W}r", f"{W}fldSimple"):
            if run.tag == f"{W}fldSimple":
                shown = next(run.iter(f"{W}r"), run)
                yield from self._field(own_value(run, "instr"), self._styles.look(shown, style))
                continue
            inside = run.getparent().tag == f"{W}fldSimple"
            for element in run:
                if element.tag == f"{W}fldChar":
                    kind = own_value(element, "fldCharType")
                    if kind == "end":
                        yield from self._field(field, self._styles.look(run, style))
                        field = ""
                    hidden = kind != "end"
                elif element.tag == f"{W}instrText":
                    field = element.text or ""
                elif not hidden and not inside:
                    yield from self._piece(run, element, style)

    @staticmethod
    def _field(code: str, look: Block) -> Iterator[Block]:
        name = (code.split() or [""])[0].upper()
        if name in _RULES:
            yield {"field": _RULES[name], **look}

    def _piece(self, run: Any, element: Any, style: Mapping[str, str]) -> Iterator[Block]:
        if element.tag == f"{W}tab":
            yield {"field": "tab"}
        elif element.tag == f"{W}br" and own_value(element, "type") == "page":
            yield {"field": "break"}
        elif element.tag in (f"{W}t", f"{W}br"):
            text = (element.text or "") if element.tag == f"{W}t" else "\n"
            yield {"text": text, **self._styles.look(run, style)}

    def _table(self, element: Any) -> Block:
        columns = element.findall(f"{W}tblGrid/{W}gridCol")
        style = own_value(element.find(f"{W}tblPr/{W}tblStyle"), "val")
        return {
            "kind": "table",
            "widths": [int(own_value(c, "w") or 1000) / 20 for c in columns],
            "lines": "grid" in style.lower() or self._is_ruled(element),
            "rows": [
                [self._cell(cell) for cell in row.findall(f"{W}tc")]
                for row in element.findall(f"{W}tr")
            ],
        }

    @staticmethod
    def _is_ruled(table: Any) -> bool:
        top = table.find(f"{W}tblPr/{W}tblBorders/{W}top")
        return own_value(top, "val") not in ("", "nil", "none")

    def _cell(self, cell: Any) -> Block:
        span = own_value(cell.find(f"{W}tcPr/{W}gridSpan"), "val") or "1"
        return {"span": int(span) if span.isdecimal() else 1, "blocks": list(self.blocks(cell))}
