"""Tables as spreadsheets read and write them: commas, semicolons or tabs, and no cell that runs."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

#: characters a table may have
MOST_CHARACTERS = 50_000_000
#: how a cell begins that a spreadsheet takes for a formula; CWE-1236
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnreadableTableError(Exception):
    """A text that is no table; `number` is its row as a spreadsheet counts, the heading being 1."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number and its cells without spare blanks; UnreadableTableError."""
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    if len(text) > MOST_CHARACTERS or "\0" in text:
        raise UnreadableTableError(1)
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, line in enumerate(lines, start=1):
            yield number, [_plain(" ".join(cell.split())) for cell in line]
    except csv.Error:
        raise UnreadableTableError(lines.line_num) from None


def under(heading: Sequence[str], cells: Sequence[str]) -> dict[str, str] | None:
    """The cells of a row by the names of their columns; None where a cell with content stands under
    no name.

    Columns with neither name nor content, as spreadsheets leave them behind the last one, are none.
    """
    named = {name: cell for name, cell in zip(heading, cells, strict=False) if name}
    beyond = any(cells[len(heading) :]) or any(
        cell for name, cell in zip(heading, cells, strict=False) if not name
    )
    return None if beyond else named


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a mark for spreadsheets that it is UTF-8; no cell of it is taken for a formula,
    and `rows_of` reads it back as it was."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def harmless(cell: str) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
