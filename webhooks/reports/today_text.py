"""The day as a text to paste into a chat: bold marks, no links, never longer than it may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webhooks import dates
from webhooks.language import language, report_text
from webhooks.reports.today import ENDING, SOON, Line, Today

#: characters that fit into one message
MOST = 4000


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A heading with its lines."""

    heading: str
    lines: Sequence[str]


def chat_text(today: Today) -> str:
    """The whole day where it fits, else fewer lines of each part and how many others there are."""
    parts = list(_parts(today))
    most = max((len(part.lines) for part in parts), default=0)
    for shown in range(most, -1, -1):
        text = _written(today, parts, shown)
        if len(text) <= MOST:
            return text
    return text[: MOST - 1] + "…"


def _written(today: Today, parts: Sequence[_Part], shown: int) -> str:
    blocks = [_head(today)]
    for part in parts:
        left = len(part.lines) - shown
        lines = [part.heading, *part.lines[:shown]]
        lines += [report_text("and_others", count=left)] if left > 0 else []
        blocks.append("\n".join(lines))
    blocks.append(report_text("chat_foot"))
    return "\n\n".join(blocks)


def _head(today: Today) -> str:
    title = report_text("chat_title", region=today.region.name)
    day = dates.day(today.day, language())
    counts = report_text(
        "chat_counts",
        running=today.counts.matters.running,
        open=today.counts.open_tasks,
        late=today.late,
        soon=today.soon,
        paused=today.paused,
    )
    return f"*{title}*\n{day}\n{counts}"


def _parts(today: Today) -> Iterator[_Part]:
    for group in today.groups:
        for kind in ("procedural", "internal"):
            lines: Sequence[Line] = getattr(group, kind)
            if lines:
                heading = report_text(
                    f"chat_{kind}", house=report_text(f"house_{group.house}"), count=len(lines)
                )
                yield _Part(heading=f"*{heading}*", lines=[_late(line) for line in lines])
    soon = [line for group in today.groups for line in group.soon]
    if soon:
        heading = report_text("soon_title", count=len(soon), days=SOON)
        yield _Part(heading=f"*{heading}*", lines=[_soon(line) for line in soon])
    if today.ending:
        heading = report_text("ending_title", count=today.ending_total, days=ENDING)
        lines_ = [
            report_text(
                "chat_ending",
                title=_plain(found.case.title),
                day=dates.short(found.case.agreement_ends_on, language()),
                count=days,
            )
            for found, days in today.ending
            if found.case.agreement_ends_on is not None
        ]
        yield _Part(heading=f"*{heading}*", lines=lines_)


def _late(line: Line) -> str:
    told = line.told and dates.short(line.told, language())
    parts = [
        report_text(
            "chat_late",
            task=_plain(line.task),
            title=_plain(line.case_title),
            office=_plain(line.office),
            count=line.late,
            since=dates.short(line.since, language()),
        )
    ]
    parts += [report_text("chat_told", day=told)] if told else []
    parts += [_plain(line.basis)] if line.basis else []
    return "; ".join(parts)


def _soon(line: Line) -> str:
    return report_text(
        "chat_soon",
        task=_plain(line.task),
        title=_plain(line.case_title),
        office=_plain(line.office),
        day=dates.short(line.due, language()),
    )


def _plain(words: str) -> str:
    """Somebody's words on one line, without the marks that a chat takes for emphasis."""
    return " ".join(words.split()).translate(str.maketrans("*_~`", "    "))
