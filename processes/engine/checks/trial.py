"""At last the engine itself reads a folder in which nothing was found."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from processes.engine.checks.report import Report
from processes.engine.procedure import Procedure

log = logging.getLogger(__name__)


def check(files: Mapping[str, bytes], report: Report) -> None:
    """Whether the engine can read the folder; what it says goes to the diagram's report."""
    try:
        Procedure("uji", files)
    except Exception as fault:
        # Whatever a parser that is not ours may raise: the owner is told, and the log says what
        # the rules did not know of.
        log.exception("the engine cannot read a folder in which the checks found nothing")
        element, detail = str(getattr(fault, "id", "") or ""), _brief(fault)
        report.add("error", "structure.engine", 0, element, detail=detail)


def _brief(fault: Exception) -> str:
    return " ".join(str(fault).split())[:200] or type(fault).__name__
