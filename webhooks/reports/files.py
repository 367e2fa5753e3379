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


def attached(content: bytes, name: str, media_type: str) -> Response:
    """Bytes as a file under a name."""
    return _named(Response(content, content_type=media_type), name)


def sent(file: IO[bytes], name: str, media_type: str) -> Response:
    """A file that stands at its beginning, sent piece by piece and closed in the end."""
    response = _named(Response(_read_out(file), content_type=media_type), name)
    response.call_on_close(file.close)
    return response


def _read_out(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _named(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def xlsx_file(name: str, sheets: Sequence[Sheet]) -> Response:
    """Lists as one workbook, its name with the day."""
    return sent(as_xlsx(sheets), f"{name}-{today()}.xlsx", XLSX)


def csv_file(name: str, sheet: Sheet) -> Response:
    """One list as CSV in the reader's language, its name with the day."""
    return sent(gathered(as_csv(sheet, language())), f"{name}-{today()}.csv", CSV)


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
