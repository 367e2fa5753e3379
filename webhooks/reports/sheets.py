"""Lists as files for a spreadsheet: XLSX, and CSV as the reader's own spreadsheet expects it.

Nothing in a cell can act: XLSX keeps every text as a text, and in CSV a text that a spreadsheet
would take for a formula begins with an apostrophe. Rows are written as they come; a list of any
length needs no more memory than one row.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import IO, Literal

import xlsxwriter

from processes.store.spreadsheet import harmless

Cell = str | int | float | date | None
Kind = Literal["text", "whole", "number", "share", "day"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
#: rows and letters that XLSX knows
MOST_ROWS, MOST_LETTERS = 1_048_575, 32_767
#: characters of a worksheet's name, and those that it may not have
MOST_NAME, FORBIDDEN = 31, str.maketrans("[]:*?/\\'", "        ")
FORMATS = {"number": "0.0", "share": "0%", "day": "yyyy-mm-dd", "whole": "0"}
#: kept in memory up to so many bytes, then in a file
IN_MEMORY = 4 * 1024 * 1024
ROWS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a list."""

    label: str
    kind: Kind = "text"
    #: letters
    width: int = 14


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One list; its rows are read once."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def as_xlsx(sheets: Sequence[Sheet]) -> IO[bytes]:
    """A workbook with a worksheet for each list, as a file that stands at its beginning."""
    out: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {kind: book.add_format({"num_format": how}) for kind, how in FORMATS.items()}
        for sheet in sheets:
            page = book.add_worksheet(_worksheet_name(sheet.name))
            page.freeze_panes(1, 0)
            for at, column in enumerate(sheet.columns):
                page.set_column(at, at, column.width)
                page.write_string(0, at, column.label, bold)
            for number, row in enumerate(islice(sheet.rows, MOST_ROWS), start=1):
                for at, cell in enumerate(row):
                    _write(page, number, at, cell, formats.get(sheet.columns[at].kind))
    out.seek(0)
    return out


def as_csv(sheet: Sheet, language: str) -> Iterator[bytes]:
    """The list as text: UTF-8 with its mark, so that spreadsheets know; in Indonesian semicolons
    and decimal commas, in English commas and points, as their spreadsheets have them."""
    buffer = io.StringIO()
    is_indonesian = language == "id"
    writer = csv.writer(buffer, delimiter=";" if is_indonesian else ",")
    buffer.write("\ufeff")
    writer.writerow([harmless(column.label) for column in sheet.columns])
    for number, row in enumerate(sheet.rows):
        writer.writerow([_written(cell, is_indonesian) for cell in row])
        if number % ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    found = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return found


def _written(cell: Cell, is_indonesian: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        shown = f"{cell:.4f}".rstrip("0").rstrip(".")
        return shown.replace(".", ",") if is_indonesian else shown
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int) else harmless(cell)


def _write(
    page: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    cell: Cell,
    how: xlsxwriter.format.Format | None,
) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell[:MOST_LETTERS])
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, how)
    else:
        page.write_number(row, column, cell, how)


def _worksheet_name(name: str) -> str:
    return name.translate(FORBIDDEN).strip()[:MOST_NAME] or "1"
