"""What a walk found, in words: findings for whoever publishes, the way there, and a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from processes.engine.calendar import NATIONAL_ZONE
from processes.engine.checks.diagram import Diagram
from processes.engine.findings import Finding
from processes.engine.picture import draw
from processes.engine.walking import START, Walked
from processes.engine.walking.explore import Walk
from processes.engine.walking.outcome import Move
from processes.engine.walking.verdict import Trouble
from processes.sentences import say
from processes.sentences.dates import day as long_day

#: troubles that an owner may leave as they are
WARNED = frozenset(("twice",))
#: most answers and most steps of a way that a sentence repeats
MOST_ANSWERS, MOST_STEPS = 6, 40


def findings_of(walked: Walked, *, language: str = "id") -> list[Finding]:
    """Every trouble as a finding at its shape; and what a whole walk never came to."""
    found = [_finding(walked.diagram, each, language) for each in walked.troubles]
    if walked.complete and not walked.troubles:
        found += [_unpassed(walked.diagram, own, language) for own in walked.unpassed]
    return found


def _finding(diagram: Diagram, trouble: Trouble, language: str) -> Finding:
    steps = way_of(trouble, language)
    shown = [*steps[:MOST_STEPS], *(["…"] if len(steps) > MOST_STEPS else [])]
    return Finding(
        severity="warning" if trouble.kind in WARNED else "error",
        code=f"walking.{trouble.kind}",
        file=diagram.file,
        line=_line(diagram, trouble.element),
        element=trouble.element,
        message=say(
            f"walking.{trouble.kind}",
            language,
            name=_name(diagram, trouble.element),
            why=trouble.why,
            parties=trouble.parties,
            path="; ".join(shown),
        ),
    )


def _unpassed(diagram: Diagram, own: str, language: str) -> Finding:
    return Finding(
        severity="warning",
        code="walking.never_reached",
        file=diagram.file,
        line=_line(diagram, own),
        element=own,
        message=say("walking.never_reached", language, name=_name(diagram, own)),
    )


def extent_of(walk: Walk, language: str = "id") -> str:
    """How far a walk went, in one sentence that claims no more than was done."""
    left = "guessed" if walk.left_at is None else f"left_{walk.left_at}"
    return say(
        "walking.whole" if walk.complete else "walking.stopped",
        language,
        parties=len(walk.parties),
        situations=len(walk.stands),
        acts=walk.acts,
        left=say(f"walking.{left}", language),
    )


def way_of(trouble: Trouble, language: str = "id") -> list[str]:
    """The moves that lead to a trouble, one sentence each."""
    return [move_in_words(move, language) for move in trouble.path]


def move_in_words(move: Move, language: str = "id") -> str:
    """One move, for example `tahap3_pembahasan (32.01): hasil = revisi`."""
    if move.kind == "time" and move.at is not None:
        day = move.at.astimezone(ZoneInfo(NATIONAL_ZONE)).date()
        return say("walking.time", language, date=long_day(day, language), days=_days(day))
    if move.kind == "answer":
        told = [f"{n} = {_value(v, language)}" for n, v in move.answers.items() if v is not None]
        answers = ", ".join(told[:MOST_ANSWERS]) or say("walking.any_answer", language)
        return f"{move.what} ({move.region}): {answers}"
    return say(f"walking.{move.kind}", language, name=move.what)


def _days(day: date) -> int:
    return max((day - START.astimezone(ZoneInfo(NATIONAL_ZONE)).date()) // timedelta(days=1), 0)


def _value(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return say("walking.yes" if value else "walking.no", language)
    if isinstance(value, Mapping):
        return ", ".join(f"{code}: {_value(each, language)}" for code, each in value.items())
    return str(value)


def picture_of(walked: Walked, trouble: Trouble | None, xml: bytes, language: str = "id") -> str:
    """The diagram as SVG with the way to a trouble drawn in; without one, with all that was
    walked."""
    steps = trouble.went if trouble else frozenset().union(*(walk.went for walk in walked.walks))
    return draw(
        xml,
        {trouble.element: 1} if trouble and trouble.element else {},
        done=passed(walked.diagram, steps),
        language=language,
    )


def passed(diagram: Diagram, steps: Iterable[tuple[str, str]]) -> set[str]:
    """Ids of the shapes and flows of these steps."""
    went = set(steps)
    found = {own for step in went for own in step if own}
    for scope in diagram.scopes:
        found |= {flow.id for flow in scope.flows if (flow.source, flow.target) in went}
    return found


def _name(diagram: Diagram, own: str) -> str:
    element = diagram.by_id.get(own)
    return " ".join(str(element.get("name") or own).split()) if element is not None else own or "-"


def _line(diagram: Diagram, own: str) -> int:
    element = diagram.by_id.get(own)
    return (element.sourceline or 0) if element is not None else 0
