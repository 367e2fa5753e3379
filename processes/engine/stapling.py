"""Putting PDFs behind each other: a letter and what is attached to it."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

#: what a foreign file may bring along to confuse its reader
_NOT_A_PDF = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError)
#: what could act by itself on a page: it is printed, so nothing is lost
_ACTIVE = ("/AA", "/Annots", "/Metadata", "/PieceInfo")


def pages_of(path: Path) -> int | None:
    """How many pages a PDF has; None when it cannot be read, is locked, or has none."""
    try:
        with path.open("rb") as file:
            reader = PdfReader(file)
            return None if reader.is_encrypted else len(reader.pages) or None
    except (*_NOT_A_PDF, RecursionError):
        return None


def staple(first: bytes, rest: Iterable[Path]) -> bytes:
    """One PDF: `first`, then the pages of the others without anything that acts by itself.

    One of the others that cannot be read after all is left out whole.
    """
    writer = PdfWriter(clone_from=BytesIO(first))
    for path in rest:
        before = len(writer.pages)
        try:
            for page in PdfReader(path).pages:
                for name in _ACTIVE:
                    page.pop(name, None)
                writer.add_page(page)
        except (*_NOT_A_PDF, RecursionError):
            while len(writer.pages) > before:
                writer.remove_page(before)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
