"""Make an installation with two years of work; write its event log, and what its report says.

`python -m tests.outside.make_log FOLDER` leaves `log.xes`, `log.jsonocel` and `report.json` there,
for `agree_with_pm4py.py` to compare.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from processes.office import Office
from processes.settings import Settings
from processes.store import questions
from processes.store.questions.event_log import logged_cases
from processes.store.questions.performance import ReportFilters
from processes.store.viewer import Viewer
from tests.webhooks.reports.cast import NOW, fill
from webhooks.app import create_app
from webhooks.reports.counting import Period, Report
from webhooks.reports.ocel import as_ocel
from webhooks.reports.reading import read_report
from webhooks.reports.xes import as_xes

CASES = 600
PERIOD = Period(first=date(2024, 1, 1), last=date(2026, 7, 6), months=24)


def main(folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        url = f"sqlite+pysqlite:///{data}/ksdd.sqlite3"
        office = Office.open(
            Settings(env="development", data=Path(data), database_url=url, sample=False)
        )
        fill(office, CASES)
        with create_app(office).app_context(), office.database.read() as session:
            everybody, nothing = Viewer.system(), ReportFilters()
            since = datetime.combine(PERIOD.first, time(), UTC)
            until = datetime.combine(PERIOD.last, time(), UTC) + timedelta(days=1)
            cases = list(logged_cases(session, everybody, nothing, since=since, until=until))
            (folder / "log.xes").write_bytes(b"".join(as_xes(cases, with_names=False)))
            regions = questions.regions_by_code(session)
            objects = b"".join(as_ocel(cases, regions, with_names=False))
            (folder / "log.jsonocel").write_bytes(objects)
            report = read_report(session, everybody, nothing, PERIOD, NOW)
        office.close()
    (folder / "report.json").write_text(json.dumps(_told(report), indent=1), "utf-8")


def _told(report: Report) -> dict[str, object]:
    return {
        "cases": report.cases,
        "kinds": {
            row.element: {
                "count": row.figures.count,
                "calendar_days": row.figures.calendar_days,
                "returns": row.figures.returns,
                "open": row.figures.open,
                "cancelled": row.figures.cancelled,
                "on_time": row.figures.on_time,
            }
            for row in report.kinds
        },
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
