"""The first page of the board: numbers, what waits (the most urgent first), the newest cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.store import calendar_days, pauses, questions, scans, substitutions
from processes.store.questions import Counts
from processes.store.viewer import Viewer
from webhooks.board.rows import case_rows, task_rows
from webhooks.current import office
from webhooks.health import late_sweeps
from webhooks.language import text

#: rows of each list before the reader is sent to the full one
MOST_TASKS = 50
MOST_CASES = 10


@dataclass(frozen=True, kw_only=True)
class Counter:
    """A number with its name."""

    label: str
    count: int
    #: whether anything but zero calls for somebody
    alarms: bool = False

    @property
    def is_bad(self) -> bool:
        """Whether it calls for somebody now."""
        return self.alarms and self.count > 0


def overview(viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Everything the template `dashboard.html` shows to this viewer."""
    late = late_sweeps(now)
    with office().database.read() as session:
        counts = questions.counts(session, viewer, now)
        waiting = questions.open_tasks(session, viewer, limit=MOST_TASKS)
        newest = questions.page_of_cases(
            session, viewer, questions.CaseFilters(), page=1, now=now
        ).items[:MOST_CASES]
        unsent = undelivered(counts)
        return {
            "counters": _counters(counts, unsent),
            "open_tasks": task_rows(session, waiting, now=now),
            "total_tasks": counts.open_tasks,
            "rows": case_rows(session, newest),
            "troubles": counts.incidents
            + counts.outdated
            + counts.failed_alarms
            + counts.parked_events,
            "warnings": [
                *_warnings(unsent, late, substitutions.stuck(session, viewer.regions)),
                *_calendar_warnings(session, viewer),
                *_scan_warnings(session, viewer),
            ],
            "held": held_back(session),
            "has_unsent": unsent + counts.by_hand_messages > 0,
        }


def held_back(session: Session) -> dict[str, Any] | None:
    """Since when and how much is held back; None when everything goes out."""
    pause = pauses.running(session)
    if pause is None:
        return None
    return {"made_at": pause.made_at, "count": pauses.count_held(session)}


def _calendar_warnings(session: Session, viewer: Viewer) -> list[str]:
    """Years whose joint leave nobody has entered yet."""
    years = calendar_days.unknown_years(session, viewer.regions)
    return [text("calendar_warning", year=year, count=n) for year, n in years.items()]


def _scan_warnings(session: Session, viewer: Viewer) -> list[str]:
    """Files that the virus scanner holds back: it does not answer, or it found something."""
    if not viewer.sees_everything:
        return []
    return [
        text(f"scan_warning_{scan.value}", count=count)
        for scan, count in sorted(scans.held_back(session).items())
    ]


def undelivered(counts: Counts) -> int:
    """Messages that nobody will get unless somebody helps: put aside, or without a mail server."""
    settings = office().settings
    if settings.mail_url is None and not settings.is_development:
        return counts.parked_messages + counts.waiting_messages
    return counts.parked_messages


def _counters(counts: Counts, unsent: int) -> list[Counter]:
    by_hand = Counter(label=text("count_by_hand"), count=counts.by_hand_messages, alarms=True)
    halted = Counter(label=text("count_incident"), count=counts.incidents, alarms=True)
    failed = Counter(label=text("count_failed"), count=counts.failed_alarms, alarms=True)
    return [
        Counter(label=text("count_running"), count=counts.running),
        Counter(label=text("count_open"), count=counts.open_tasks),
        Counter(label=text("count_overdue"), count=counts.overdue_tasks, alarms=True),
        Counter(label=text("count_unsent"), count=unsent, alarms=True),
        *(counter for counter in (by_hand, halted, failed) if counter.is_bad),
    ]


def _warnings(unsent: int, late: list[str], stuck: int) -> list[str]:
    return [
        *([text("sweeps_warning")] if late else []),
        *([text("unsent_warning", count=unsent)] if unsent else []),
        *([text("substitutions_warning", count=stuck)] if stuck else []),
    ]
