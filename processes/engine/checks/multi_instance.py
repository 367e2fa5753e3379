"""Loops over a list: what they run over, what one instance is called, what each gives back."""

from __future__ import annotations

import re
from typing import Any

from processes.engine.checks.diagram import Diagram, Shape, children, text_of
from processes.engine.checks.expressions import check_condition, check_expression
from processes.engine.checks.known import GIVEN, Known
from processes.engine.checks.names import SYSTEM
from processes.engine.checks.report import Report
from processes.engine.grammar import strip_wrapping

#: most instances that are not one per party
MOST_INSTANCES = 50
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
LOOPING = ("userTask", "subProcess")


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every multi-instance marker of the diagram."""
    outputs = {s.loop["output"] for s in diagram.shapes() if s.loop and s.loop["output"]}
    provided = known.provided | outputs
    for shape in diagram.shapes():
        if shape.loop_element is None:
            continue
        if shape.kind not in LOOPING:
            report.error("multi_instance.elsewhere", shape.loop_element, kind=shape.kind)
        if shape.loop is None:
            _check_count(shape, report)
            continue
        _check_collection(shape, report, known)
        _check_item(shape, provided, report, known)
        _check_output(shape, report, known)
        _check_condition(shape, report, known)
        _check_boundary(shape, report)


def _check_count(shape: Shape, report: Report) -> None:
    """A loop without a list: only a small fixed number would run."""
    counts = children(shape.loop_element, "loopCardinality")
    text = strip_wrapping(text_of(counts[0])) if counts else ""
    if not text:
        report.error("multi_instance.no_collection", shape.loop_element)
    elif not text.isascii() or not text.isdigit():
        report.error("multi_instance.count_unknown", counts[0], text=text)
    elif not 0 < len(text) < 10 or not 0 < int(text) <= MOST_INSTANCES:
        report.error("multi_instance.too_many", counts[0], text=text, most=MOST_INSTANCES)


def _check_collection(shape: Shape, report: Report, known: Known) -> None:
    loop = shape.loop or {}
    name = loop["collection"] or ""
    if not NAME.fullmatch(name):
        report.error("multi_instance.collection_not_a_name", shape.loop_element, text=name)
        return
    # A list in the data; the engine looks it up by name and evaluates nothing.
    check_expression(name, shape.loop_element, known.at(shape, inside_loop=False), report, known)
    facts = known.facts.get(name)
    if facts is not None and (facts.fields is not None or facts.choices or facts.type):
        report.error("multi_instance.not_a_list", shape.loop_element, name=name)


def _check_item(shape: Shape, provided: frozenset[str], report: Report, known: Known) -> None:
    loop = shape.loop or {}
    item = loop["item"]
    if not item:
        report.error("multi_instance.no_item", shape.loop_element)
    elif not NAME.fullmatch(item) or item in SYSTEM or item in known.functions:
        report.error("multi_instance.bad_name", shape.loop_element, name=item)
    elif item in provided or item in (loop["collection"], loop["output"], loop["output_item"]):
        report.error("multi_instance.item_taken", shape.loop_element, name=item)


def _check_output(shape: Shape, report: Report, known: Known) -> None:
    loop = shape.loop or {}
    output, result = loop["output"], loop["output_item"]
    if not output and not result:
        if shape.kind == "userTask" or _answers_inside(shape):
            report.warning("multi_instance.no_output", shape.loop_element)
        return
    if not output or not result:
        report.error("multi_instance.half_output", shape.loop_element)
        return
    for name in (output, result):
        if not NAME.fullmatch(name) or name in known.functions or name in GIVEN:
            report.error("multi_instance.bad_name", shape.loop_element, name=name)
    if output == loop["collection"] or output == result:
        report.error("multi_instance.output_taken", shape.loop_element, name=output)
    done = known.instance_done.get(shape.id)
    if done is not None and result not in done.every:
        code = "sometimes_missing" if result in done.some else "never_set"
        report.error(f"multi_instance.{code}", shape.loop_element, name=result)


def _answers_inside(shape: Shape) -> bool:
    inside = shape.inside
    return inside is not None and bool(inside.of_kind("userTask", "businessRuleTask"))


def _check_condition(shape: Shape, report: Report, known: Known) -> None:
    found: list[Any] = children(shape.loop_element, "completionCondition")
    if found and text_of(found[0]):
        moment = known.instance_done.get(shape.id)
        check_condition(text_of(found[0]), found[0], moment, report, known)


def _check_boundary(shape: Shape, report: Report) -> None:
    """The engine loses the other instances' sub-workflows; a condition does the same, rightly."""
    for event in shape.scope.attached(shape.id):
        if event.defined_as("error") is not None:
            report.error("multi_instance.error_boundary", event.element, id=shape.id)
