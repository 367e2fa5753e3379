"""Answers that are files to keep."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from flask import Response

from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.reports.sheets import CSV, IN_MEMORY, XLSX, Sheet, as_csv, as_xlsx

CHUNK = 64 * 1024


def attached(content: Iterator[bytes] | bytes, name: str, media_type: str) -> Response:
    """A file under a name."""
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def xlsx_file(name: str, sheets: Sequence[Sheet]) -> Response:
    """Lists as one workbook, its name with the day."""
    return attached(read_out(as_xlsx(sheets)), f"{name}-{today()}.xlsx", XLSX)


def csv_file(name: str, sheet: Sheet) -> Response:
    """One list as CSV in the reader's language, its name with the day."""
    return attached(read_out(gathered(as_csv(sheet, language()))), f"{name}-{today()}.csv", CSV)


def today() -> str:
    """The day as it stands in the names of files."""
    return office().calendar.today(now()).isoformat()


def gathered(chunks: Iterable[bytes]) -> IO[bytes]:
    """What comes piece by piece, at once and on disk where it is long: a slow reader then keeps
    no look at the database open."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    for chunk in chunks:
        file.write(chunk)
    file.seek(0)
    return file


def read_out(file: IO[bytes]) -> Iterator[bytes]:
    """The file piece by piece, until it is closed at its end."""
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
