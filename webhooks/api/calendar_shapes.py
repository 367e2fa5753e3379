"""The working calendar as the machine API shows it, with the components of the OpenAPI document."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from processes.actions import CalendarResult
from processes.actions.calendar_moves import Move
from processes.actions.calendar_year import CalendarYear, DayLine
from processes.engine.calendar import WorkingCalendar
from processes.store.tables import CalendarDay, DayKind
from processes.store.viewer import Viewer
from webhooks.api.json_schema import (
    DAY,
    MAYBE_MOMENT,
    MAYBE_TEXT,
    MOMENT,
    NUMBER,
    TEXT,
    YES_NO,
    Schema,
    listed,
    ref,
    whole,
    words,
)


def year(found: CalendarYear, region: str | None, zone: ZoneInfo) -> dict[str, Any]:
    """A year of the calendar."""
    return {
        "year": found.year,
        "region": region,
        "zone": zone.key,
        "joint_leave_known": found.joint_leave_known,
        "days": [_line(line) for line in found.days],
        "removed": [entered(row) for row in found.removed],
    }


def result(
    done: CalendarResult, calendar: WorkingCalendar, viewer: Viewer, *, preview: bool
) -> dict[str, Any]:
    """What a change does; of regions that are not the viewer's only how much moves."""
    own = [m for m in done.moves.found if viewer.regions is None or m.region in viewer.regions]
    return {
        "preview": preview,
        "days": [entered(row) for row in done.days],
        "moves": [_move(move, calendar) for move in own],
        "moves_elsewhere": len(done.moves.found) - len(own),
        "uncountable": list(done.moves.uncountable) if viewer.regions is None else [],
        "waiting": done.waiting,
    }


def entered(row: CalendarDay) -> dict[str, Any]:
    """A day that was entered, and by whom it was taken back."""
    return {
        "id": row.id,
        "day": row.day.isoformat(),
        "kind": row.kind.value,
        "region": row.region_code or None,
        "name": row.name,
        "decree": row.decree,
        "source": row.source,
        "entered_by": row.entered_by,
        "entered_at": row.entered_at.isoformat(),
        "removed_by": row.removed_by,
        "removed_at": row.removed_at.isoformat() if row.removed_at else None,
        "removed_reason": row.removed_note,
    }


def _line(line: DayLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "day": line.day.isoformat(),
        "kind": line.kind.value,
        "region": line.region or None,
        "name": line.name,
        "decree": line.decree,
        "source": line.source,
        "estimated": line.estimated,
        "entered_by": line.entered_by,
        "entered_at": line.entered_at.isoformat() if line.entered_at else None,
    }


def _move(move: Move, calendar: WorkingCalendar) -> dict[str, Any]:
    zone = calendar.zone(move.region)
    return {
        "case_id": move.case_id,
        "case_number": move.case_number,
        "case_title": move.case_title,
        "task_id": move.task_id,
        "name": move.name,
        "region": move.region,
        "before": move.before.astimezone(zone).isoformat(),
        "after": move.after.astimezone(zone).isoformat(),
    }


_DAY: dict[str, Schema] = {
    "day": DAY,
    "kind": words(DayKind),
    "region": MAYBE_TEXT,
    "name": TEXT,
    "decree": TEXT,
    "source": TEXT,
}

CALENDAR: dict[str, Schema] = {
    "CalendarYear": whole(
        {
            "year": NUMBER,
            "region": MAYBE_TEXT,
            "zone": TEXT,
            "joint_leave_known": YES_NO,
            "days": listed(
                whole(
                    {
                        **_DAY,
                        "id": MAYBE_TEXT,
                        "estimated": YES_NO,
                        "entered_by": MAYBE_TEXT,
                        "entered_at": MAYBE_MOMENT,
                    }
                )
            ),
            "removed": listed(ref("CalendarDay")),
        }
    ),
    "CalendarDay": whole(
        {
            **_DAY,
            "id": MAYBE_TEXT,
            "entered_by": TEXT,
            "entered_at": MOMENT,
            "removed_by": MAYBE_TEXT,
            "removed_at": MAYBE_MOMENT,
            "removed_reason": MAYBE_TEXT,
        }
    ),
    "CalendarMove": whole(
        {
            "case_id": TEXT,
            "case_number": TEXT,
            "case_title": TEXT,
            "task_id": MAYBE_TEXT,
            "name": TEXT,
            "region": TEXT,
            "before": MOMENT,
            "after": MOMENT,
        }
    ),
    "CalendarResult": whole(
        {
            "preview": YES_NO,
            "days": listed(ref("CalendarDay")),
            "moves": listed(ref("CalendarMove")),
            "moves_elsewhere": NUMBER,
            "uncountable": listed(TEXT),
            "waiting": NUMBER,
        }
    ),
}
