"""Timers: words that are read, moments that come, cycles that do not flood."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from processes.engine.attributes import NAMES
from processes.engine.checks.diagram import Diagram, Shape, children, text_of
from processes.engine.checks.expressions import check_expression
from processes.engine.checks.kinds import BOOLEAN, LIST, NUMBER, OBJECT, kind_of_text
from processes.engine.checks.known import Known, Moment
from processes.engine.checks.report import Report
from processes.engine.durations import DurationError, Span, parse_span
from processes.engine.grammar import read_expression, strip_wrapping
from processes.engine.wordings import is_choice, words_in
from processes.errors import UnsafeExpression
from processes.sentences import say

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")
ISO_SPAN = re.compile(r"[+-]?P.*", re.IGNORECASE)
CYCLE = re.compile(r"R(?:[1-9]\d{0,5})?/(P.+)", re.IGNORECASE)
#: longest span, in days: a hundred years
MOST_DAYS = 36_525
#: shortest step of a cycle, in days: an hour
LEAST_STEP = 1 / 24
#: days of each unit, at least
DAYS = {"hari_kerja": 1.0, "hari": 1.0, "bulan": 30.0, "jam": 1 / 24}
KINDS = ("timeDate", "timeDuration", "timeCycle")


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every timer of every event."""
    for shape in diagram.shapes():
        definition = shape.defined_as("timer")
        if definition is not None:
            _check_timer(shape, definition, report, known)


def _check_timer(shape: Shape, definition: Any, report: Report, known: Known) -> None:
    times = children(definition, *KINDS)
    if len(times) != 1 or not text_of(times[0]):
        report.error("timers.no_time", definition)
        return
    text = strip_wrapping(text_of(times[0]))
    # The data at a boundary event are those before the activity it sits on.
    moment = known.at(shape, inside_loop=False)
    if times[0].tag == f"{{{NAMES['bpmn']}}}timeCycle":
        _check_cycle(shape, times[0], text, report)
    else:
        check_time(text, times[0], moment, report, known)


def check_time(
    text: str, element: Any, moment: Moment | None, report: Report, known: Known
) -> None:
    """A deadline's text: a date, a span in ISO or in words, or an expression giving one."""
    bare = strip_wrapping(text)
    if ISO_DATE.fullmatch(bare):
        _check_date(bare, element, report)
        return
    try:
        span = parse_span(bare)
    except DurationError as refused:
        if ISO_SPAN.fullmatch(bare) or not _is_expression(bare):
            detail = refused.say(report.language)
            report.error("timers.unreadable", element, text=bare, detail=detail)
        else:
            check_expression(bare, element, moment, report, known)
            _check_kind(bare, element, report, known)
            for words in _written_out(bare):
                check_time(words, element, moment, report, known)
        return
    _check_span(span, bare, element, report)


def _check_kind(text: str, element: Any, report: Report, known: Known) -> None:
    kind = kind_of_text(text, known.facts)
    if kind in (NUMBER, BOOLEAN, LIST, OBJECT):
        word = say(f"checks.kind_{kind}", report.language)
        report.error("timers.not_a_time", element, text=text, kind=word)


def _written_out(text: str) -> list[str]:
    """The spans between which a choice decides; empty when it computes its moment."""
    try:
        return words_in(text) if is_choice(text) else []
    except UnsafeExpression:
        return []


def _is_expression(text: str) -> bool:
    """Whether the text is meant for the safe language: it reads, and it starts as an owner's
    words for a span do not."""
    if text[:1].isdigit():
        return False
    try:
        read_expression(text)
    except UnsafeExpression:
        return False
    return True


def _check_date(text: str, element: Any, report: Report) -> None:
    try:
        year = (date if len(text) == 10 else datetime).fromisoformat(text).year
    except ValueError:
        report.error("timers.no_such_date", element, text=text)
        return
    if not 1945 <= year <= 2200:
        report.error("timers.no_such_date", element, text=text)


def _check_span(span: Span, text: str, element: Any, report: Report) -> None:
    if span.count <= 0:
        report.error("timers.not_positive", element, text=text)
    elif span.count * DAYS[span.unit] > MOST_DAYS:
        report.error("timers.too_long", element, text=text)


def _check_cycle(shape: Shape, element: Any, text: str, report: Report) -> None:
    if shape.kind != "boundaryEvent":
        report.error("timers.cycle_elsewhere", element)
    elif shape.interrupts:
        report.error("timers.cycle_interrupts", element)
    found = CYCLE.fullmatch(text)
    try:
        step = parse_span(found[1] if found else "")
    except DurationError:
        report.error("timers.bad_cycle", element, text=text)
        return
    _check_span(step, text, element, report)
    if 0 < step.count * DAYS[step.unit] < LEAST_STEP:
        report.error("timers.cycle_too_short", element, text=text)
