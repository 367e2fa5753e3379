"""The owner's message texts: each can be sent as it is written."""

from __future__ import annotations

from processes.engine import texts
from processes.engine.checks.report import Report
from processes.engine.texts import TextRefused

#: folder of message texts inside an owner's folder
FOLDER = "pesan/"
#: the text that brings a one-time code
CODE = "pesan/kode.txt"


def check_text(content: bytes, report: Report) -> None:
    """One text of `pesan/`."""
    try:
        texts.check(content.decode("utf-8"))
        if report.file == CODE:
            texts.check_code(content.decode("utf-8"))
    except UnicodeDecodeError:
        report.add("error", "messages.encoding", 0, "")
    except TextRefused as refused:
        detail = refused.say(report.language)
        report.add("error", "messages.unreadable", refused.line, "", detail=detail)
