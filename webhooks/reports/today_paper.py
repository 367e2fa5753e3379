"""The day on one A4 page: as many lines as fit, and how many others there are."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pypdf import PdfReader

from processes.engine.typesetting import typeset
from webhooks import dates
from webhooks.language import language, report_text, text
from webhooks.reports.today import ENDING, HOUSES, SOON, Line, Today

TEMPLATE = Path(__file__).with_name("harian.typ")
#: lines of all tables together that are tried, one after the other, until it is one page
TRIES = (60, 40, 30, 24, 18, 12, 7)
#: to be kept for decades
ARCHIVAL = ("a-2b",)

Part = dict[str, Any]


@dataclass(kw_only=True)
class _Space:
    """Lines that are left to give out, and the tables that still want some."""

    lines: int
    tables: int

    def take(self, wanted: int) -> int:
        """A fair share for the next table; what it leaves is there for the later ones."""
        share = max(1, -(-self.lines // max(self.tables, 1)))
        self.tables -= 1
        given = min(wanted, share)
        self.lines -= given
        return given


def set_in_type(today: Today, made_by: str) -> bytes:
    """The PDF (PDF/A-2b); raises LetterRefused when it cannot be set."""
    listed = sum(len(group.lines) for group in today.groups) + len(today.ending)
    made = b""
    for lines in TRIES:
        made = typeset(
            TEMPLATE.read_bytes(),
            _facts(today, made_by, lines),
            written_at=today.made_at,
            standards=ARCHIVAL,
        )
        if len(PdfReader(io.BytesIO(made)).pages) == 1 or listed < 1:
            break
    return made


def _facts(today: Today, made_by: str, lines: int) -> Part:
    tables = sum(
        bool(found)
        for group in today.groups
        for found in (group.procedural, group.internal, group.soon)
    )
    space = _Space(lines=lines, tables=tables + bool(today.ending))
    moment = dates.moment(today.made_at, ZoneInfo(today.region.zone), language())
    return {
        "bahasa": language(),
        "judul": report_text("today_title", region=today.region.name),
        "hari": dates.day(today.day, language()),
        "kaki": report_text("made_at", at=moment, by=made_by),
        "angka": [
            [report_text("count_running"), str(today.counts.matters.running)],
            [report_text("count_open"), str(today.counts.open_tasks)],
            [report_text("count_late"), str(today.late)],
            [report_text("count_soon", days=SOON), str(today.soon)],
            [report_text("count_paused"), str(today.paused)],
        ],
        "bagian": [*_houses(today, space), *_soon(today, space), _ending(today, space)],
    }


def _houses(today: Today, space: _Space) -> Iterator[Part]:
    for group in today.groups:
        count = len(group.procedural) + len(group.internal)
        heading = report_text(
            "late_in_house", house=report_text(f"house_{group.house}"), count=count
        )
        subs = []
        for kind, found in (("procedural", group.procedural), ("internal", group.internal)):
            if found:
                shown = found[: space.take(len(found))]
                subs.append(_late(report_text(kind), shown, len(found)))
        yield {"judul": heading, "kosong": "" if subs else report_text("none_late"), "sub": subs}


def _late(heading: str, lines: Sequence[Line], total: int) -> Part:
    return {
        "judul": heading,
        "lajur": [5, 4, 2.4, 2.4, 1.6, 2.4],
        "kepala": [
            report_text("head_task"),
            report_text("head_holder"),
            report_text("head_since"),
            report_text("head_due"),
            report_text("head_late"),
            report_text("head_told"),
        ],
        "isi": [
            [
                [line.task, f"{line.case_title} ({line.case_number})"],
                [line.office, _below(line)],
                dates.short(line.since, language()),
                dates.short(line.due, language()),
                report_text("days_short", count=line.late),
                dates.short(line.told, language()) if line.told else "-",
            ]
            for line in lines
        ],
        "lain": _others(total - len(lines)),
    }


def _below(line: Line) -> str:
    """Who holds it, and what its deadline rests on."""
    return "; ".join(part for part in (line.holder, line.basis) if part)


def _soon(today: Today, space: _Space) -> Iterator[Part]:
    found = [line for group in today.groups for line in group.soon]
    heading = report_text("soon_title", count=len(found), days=SOON)
    if not found:
        yield {"judul": heading, "kosong": report_text("none_soon")}
        return
    subs = []
    for house in HOUSES:
        lines = [line for group in today.groups if group.house == house for line in group.soon]
        if lines:
            shown = lines[: space.take(len(lines))]
            subs.append(_soon_table(report_text(f"house_{house}"), shown, len(lines)))
    yield {"judul": heading, "sub": subs}


def _soon_table(heading: str, lines: Sequence[Line], total: int) -> Part:
    return {
        "judul": heading,
        "lajur": [6, 6, 3],
        "kepala": [report_text("head_task"), report_text("head_holder"), report_text("head_due")],
        "isi": [
            [
                [line.task, f"{line.case_title} ({line.case_number})"],
                [line.office, _below(line)],
                dates.short(line.due, language()),
            ]
            for line in lines
        ],
        "lain": _others(total - len(lines)),
    }


def _ending(today: Today, space: _Space) -> Part:
    heading = report_text("ending_title", count=today.ending_total, days=ENDING)
    if not today.ending:
        return {"judul": heading, "kosong": report_text("none_ending")}
    shown = today.ending[: space.take(len(today.ending))]
    table = {
        "judul": "",
        "lajur": [8, 4, 3],
        "kepala": [
            report_text("head_agreement"),
            report_text("head_ends"),
            report_text("head_left"),
        ],
        "isi": [
            [
                [found.case.title, found.case.number],
                dates.short(found.case.agreement_ends_on, language()),
                text("register_days_left", count=days),
            ]
            for found, days in shown
            if found.case.agreement_ends_on is not None
        ],
        "lain": _others(today.ending_total - len(shown)),
    }
    return {"judul": heading, "sub": [table]}


def _others(count: int) -> str:
    return report_text("and_others", count=count) if count > 0 else ""
