"""Looking ahead from a folder: whether its longest deadline meets a year nobody knows all days of.

That depends on the day it is asked, so it is no finding of the folder itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from processes.engine.calendar import MOST_WORKING_DAYS, WorkingCalendar

#: how owners count working days, on a task and in an expression
_COUNTED = re.compile(r"hari_kerja\(\s*([0-9]{1,4})|([0-9]{1,4})\s+hari\s+kerja", re.I)


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """A deadline that runs into a year whose joint leave is not known yet."""

    working_days: int
    year: int


def look_ahead(
    files: Mapping[str, bytes], calendar: WorkingCalendar, today: date
) -> Foresight | None:
    """What the longest deadline of a folder's diagrams would meet if it began today."""
    texts = (
        content.decode("utf-8", "replace")
        for name, content in files.items()
        if name.endswith(".bpmn")
    )
    counts = [int(one or other) for text in texts for one, other in _COUNTED.findall(text)]
    longest = min(max(counts, default=0), MOST_WORKING_DAYS)
    year = calendar.doubts(today, calendar.add_working_days(today, longest)).unknown_year
    return Foresight(working_days=longest, year=year) if longest and year else None
