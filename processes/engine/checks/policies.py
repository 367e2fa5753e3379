"""Words of owners: who is reminded, told or warned, and when; and wordings that data choose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from processes.engine.checks.diagram import Shape, children
from processes.engine.checks.expressions import check_expression
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report, perhaps
from processes.engine.durations import DurationError
from processes.engine.policies import (
    Escalation,
    digest_weekday,
    end_rings,
    escalation_rings,
    most_open_tasks,
    parse_escalations,
    reminder_rings,
    wants_daily_seal,
)
from processes.engine.roles import COUNCIL, HEAD, SHEPHERD
from processes.engine.wordings import is_choice, words_in
from processes.errors import UnsafeExpression

Read = TypeVar("Read")

ROLE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,60}")


def check_policies(shape: Shape, report: Report, known: Known) -> None:
    """Reminders, escalations, and the warnings before an agreement ends."""
    properties = shape.properties
    for words in wordings_of("pengingat", shape, report, known):
        rings = _read(reminder_rings, words, "pengingat", shape, report)
        _check_once(rings, words, "pengingat", shape, report)
    if properties.get("pengingat_akhir"):
        words = properties["pengingat_akhir"]
        rings = _read(end_rings, words, "pengingat_akhir", shape, report)
        _check_once(rings, words, "pengingat_akhir", shape, report)
    routines: dict[str, Callable[[str], int | None]] = {
        "ringkasan_harian": most_open_tasks,
        "ringkasan_mingguan": digest_weekday,
        "segel_riwayat": wants_daily_seal,
    }
    for name, parse in routines.items():
        if properties.get(name) is not None:
            _read(parse, properties[name], name, shape, report)
    for words in wordings_of("eskalasi", shape, report, known):
        _check_escalations(words, shape, report, known)


def _check_escalations(words: str, shape: Shape, report: Report, known: Known) -> None:
    place = shape.property_element("eskalasi")
    told = _read(parse_escalations, words, "eskalasi", shape, report)
    for each in told or ():
        check_known_role(each.target_role, place, report, known)
        _check_manners(shape, each, place, report)
    if told is not None:
        _check_once(escalation_rings(words), words, "eskalasi", shape, report)


def _check_once(
    rings: list[str] | None, text: str, name: str, shape: Shape, report: Report
) -> None:
    """Nobody is told the same twice at one moment, however differently it is written."""
    twice = [ring for ring, times in Counter(rings or ()).items() if times > 1]
    if twice:
        place = shape.property_element(name)
        report.error("tasks.rings_twice", place, name=name, text=text, twice=twice[0])


def _check_manners(shape: Shape, escalation: Escalation, place: Any, report: Report) -> None:
    """A head of region is not reproved by mail, the executive neither takes over a council's task
    nor is told that it is late, and a warning comes ahead of a timer that closes the task."""
    role, verb = escalation.target_role, escalation.verb
    if role == HEAD:
        report.error("tasks.head_by_digest", place)
    if shape.attributes.get("candidateGroups") == COUNCIL:
        if verb == "alihkan":
            report.error("tasks.council_kept", place, role=role)
        elif verb == "beritahu" and role != SHEPHERD:
            report.error("tasks.council_informs", place, role=role)
    if verb == "peringatkan":
        if escalation.offset >= 0:
            report.error("tasks.warn_before", place)
        if shape.kind == "userTask" and not _closed_by_time(shape):
            report.warning("tasks.nothing_to_warn_of", place)


def _closed_by_time(shape: Shape) -> bool:
    """Whether a timer on the edge of a task closes it."""
    return any(
        event.get("attachedToRef") == shape.element.get("id")
        and event.get("cancelActivity", "true") == "true"
        and children(event, "timerEventDefinition")
        for event in children(shape.element.getparent(), "boundaryEvent")
    )


def wordings_of(name: str, shape: Shape, report: Report, known: Known) -> list[str]:
    """Every wording that a property may have, once its choice is found to be sound."""
    text = shape.properties.get(name)
    if not text:
        return []
    place = shape.property_element(name)
    if is_choice(text):
        check_expression(text, place, known.at(shape), report, known)
    try:
        return words_in(text)
    except UnsafeExpression as refused:
        detail = refused.say(report.language)
        report.error("tasks.unreadable", place, name=name, text=text, detail=detail)
        return []


def _read(
    parse: Callable[[str], Read], text: str, name: str, shape: Shape, report: Report
) -> Read | None:
    """What the owner's words mean; None, and a finding, when they cannot be read."""
    try:
        return parse(text)
    except DurationError as refused:
        place = shape.property_element(name)
        detail = refused.say(report.language)
        report.error("tasks.unreadable", place, name=name, text=text, detail=detail)
        return None


def check_known_role(role: str, element: Any, report: Report, known: Known) -> None:
    """A role is written as one, and is one of the folder's."""
    if not ROLE.fullmatch(role):
        report.error("tasks.bad_role", element, role=role)
    elif known.roles is not None and role not in known.roles:
        hint = perhaps(role, known.roles, report.language)
        report.error("tasks.unknown_role", element, role=role, hint=hint)
