"""What becomes of cases that get another version, as rows for pages, API and command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.actions import ForeseenMigration
from processes.errors import InvalidAnswers, KsddError
from processes.store.tables import CaseMigration, ItemStatus, RepairItem


@dataclass(frozen=True, kw_only=True)
class DateRow:
    """A deadline or timer, before and after."""

    #: id of the task; None for a timer of the drawing
    task: str | None
    name: str
    #: code of its region
    region: str
    #: code of the region that the task is about, where another one does it
    about: str | None = None
    before: datetime | None
    after: datetime | None

    def as_json(self) -> dict[str, Any]:
        """JSON shape of the row."""
        return {
            "task_id": self.task,
            "name": self.name,
            "region": self.region,
            "about": self.about,
            "before": self.before.isoformat() if self.before else None,
            "after": self.after.isoformat() if self.after else None,
        }


@dataclass(frozen=True, kw_only=True)
class MigrationRow:
    """One case: whether it moves, why not, and what that does to its dates."""

    case_id: str
    number: str
    title: str
    #: number of the version it has
    version: int
    moves: bool
    #: why it stays; empty when it moves
    why: str
    words_only: bool
    dates: Sequence[DateRow]
    #: names of tasks that close, open, and go to another role
    closes: Sequence[str]
    opens: Sequence[str]
    hands: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """JSON shape of the row."""
        return {
            "case_id": self.case_id,
            "case_number": self.number,
            "version": self.version,
            "moves": self.moves,
            "why": self.why,
            "words_only": self.words_only,
            "deadlines": [each.as_json() for each in self.dates],
            "closes": list(self.closes),
            "opens": list(self.opens),
            "reassigned": list(self.hands),
        }


def foreseen_row(found: ForeseenMigration, language: str) -> MigrationRow:
    """What would become of a case, in the reader's language."""
    plan, case = found.plan, found.case
    dates = []
    if plan is not None:
        dates = [
            DateRow(
                task=move.task.id,
                name=move.now.shape.name,
                region=move.task.region_code,
                about=move.task.about,
                before=move.due_before,
                after=move.due_after,
            )
            for move in plan.tasks
            if move.due_before or move.due_after
        ]
        dates += [
            DateRow(
                task=None,
                name=each.name,
                region=each.region or case.region_code,
                before=each.before,
                after=each.after,
            )
            for each in plan.timers
        ]
    return MigrationRow(
        case_id=case.id,
        number=case.number,
        title=case.title,
        version=found.version,
        moves=plan is not None,
        why=in_words(found.refusal, language) if found.refusal else "",
        words_only=plan is not None and plan.words_only,
        dates=dates,
        closes=[task.name for task in plan.closing] if plan else [],
        opens=[name for name, _ in plan.opening] if plan else [],
        hands=[m.now.shape.name for m in plan.tasks if m.changes_hands] if plan else [],
    )


def done_dates(record: CaseMigration | None) -> list[DateRow]:
    """The deadlines and timers that a case's new version moved."""
    return [_kept(each) for each in record.moved] if record is not None else []


def outcome(item: RepairItem, record: CaseMigration | None) -> dict[str, Any]:
    """What became of one case, as JSON."""
    return {
        "case_id": item.case_id,
        "moved": item.status is ItemStatus.DONE,
        "why": item.note,
        "deadlines": [each.as_json() for each in done_dates(record)],
    }


def in_words(error: KsddError, language: str) -> str:
    """What was refused, in one text."""
    if isinstance(error, InvalidAnswers):
        return " ".join(each.say(language) for each in error.fields.values())
    return error.say(language)


def _kept(told: Mapping[str, Any]) -> DateRow:
    before, after = told.get("before"), told.get("after")
    return DateRow(
        task=told.get("task"),
        name=str(told["name"]),
        region=str(told["region"]),
        about=told.get("about"),
        before=datetime.fromisoformat(before) if before else None,
        after=datetime.fromisoformat(after) if after else None,
    )
