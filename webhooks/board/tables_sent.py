"""A table that a form brings: as a file, or as the text that its preview kept."""

from __future__ import annotations

from flask import request

from webhooks.language import keep_text

#: bytes of a table that a page takes; longer ones go by the command
MOST_BYTES = 1_000_000


def table_sent() -> tuple[str, str]:
    """The text of the table, and what is wrong when there is none."""
    kept = request.form.get("table", "")
    if kept:
        return kept, ""
    file = request.files.get("file")
    content = b""
    if file is not None:
        content = file.stream.read(MOST_BYTES + 1)
        file.close()
    if not content:
        return "", keep_text("file_missing")
    if len(content) > MOST_BYTES:
        return "", keep_text("file_large")
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", keep_text("file_encoding")
