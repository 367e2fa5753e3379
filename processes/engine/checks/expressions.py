"""Conditions, scripts and other texts of the safe language: readable, about things that exist."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from processes.engine.checks.diagram import Diagram, Shape, children, text_of
from processes.engine.checks.facts import (
    LIST_FUNCTIONS,
    UNKNOWN,
    Facts,
    constant,
    constants,
    facts_of,
    field_asked,
    names_in,
)
from processes.engine.checks.kinds import LIST, NUMBER, OBJECT, TEXT, check_kinds, kind_of_text
from processes.engine.checks.known import Known, Moment
from processes.engine.checks.report import Report, perhaps
from processes.engine.grammar import read_expression, read_script
from processes.errors import UnsafeExpression
from processes.sentences import say


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every condition on a flow and every script."""
    for scope in diagram.scopes:
        for flow in scope.flows:
            source = scope.shapes.get(flow.source)
            # A condition anywhere else is never read; another rule says so.
            if flow.condition is not None and source and source.kind == "exclusiveGateway":
                moment = known.at(source, inside_loop=False)
                check_condition(flow.condition, flow.element, moment, report, known)
    for shape in diagram.shapes("scriptTask"):
        _check_script(shape, report, known)


def check_expression(
    text: str, element: Any, moment: Moment | None, report: Report, known: Known
) -> None:
    """One expression where the data hold the names of `moment`; None: where no token comes."""
    try:
        known.language.check(text)
        tree = read_expression(text)
    except UnsafeExpression as refused:
        detail = refused.say(report.language)
        report.error("expressions.unreadable", element, text=text, detail=detail)
        return
    _check_names(names_in(tree), element, moment, report, known)
    check_meaning(tree, element, known.facts, report)


def check_condition(
    text: str, element: Any, moment: Moment | None, report: Report, known: Known
) -> None:
    """One expression that has to be true or false."""
    check_expression(text, element, moment, report, known)
    kind = kind_of_text(text, known.facts)
    if kind in (TEXT, NUMBER, LIST, OBJECT):
        word = say(f"checks.kind_{kind}", report.language)
        report.warning("expressions.not_a_condition", element, text=text, kind=word)


def _check_script(shape: Shape, report: Report, known: Known) -> None:
    scripts = children(shape.element, "script")
    text = text_of(scripts[0]) if scripts else ""
    try:
        known.language.check_script(text)
        lines = read_script(text)
    except UnsafeExpression as refused:
        detail = refused.say(report.language)
        report.error("expressions.unreadable", shape.element, text=text, detail=detail)
        return
    if not lines:
        report.error("expressions.empty_script", shape.element)
    moment = known.at(shape)
    for line in lines:
        moment = _check_line(line, shape, moment, report, known)


def _check_line(
    line: ast.stmt, shape: Shape, moment: Moment | None, report: Report, known: Known
) -> Moment | None:
    value, target = getattr(line, "value", None), getattr(line, "target", None)
    targets = line.targets if isinstance(line, ast.Assign) else [target]
    assigned = frozenset(t.id for t in targets if isinstance(t, ast.Name))
    if not isinstance(value, ast.expr):
        return moment
    names = names_in(value)
    used = names if isinstance(line, ast.Assign) else names | assigned
    _check_names(used, shape.element, moment, report, known)
    check_meaning(value, shape.element, known.facts, report)
    if moment is None:
        return None
    return Moment(moment.some | assigned, moment.every | assigned)


def _check_names(
    names: frozenset[str], element: Any, moment: Moment | None, report: Report, known: Known
) -> None:
    known.read |= names
    for name in sorted(names):
        if name not in known.facts:
            hint = perhaps(name, [*known.facts, *known.functions], report.language)
            report.error("expressions.unknown_name", element, name=name, hint=hint)
        elif moment is not None and name not in moment.some:
            report.error("expressions.not_yet", element, name=name)
        elif moment is not None and name not in moment.every and name not in known.doubted:
            known.doubted.add(name)
            report.warning("expressions.perhaps_missing", element, name=name)


def check_meaning(tree: ast.expr, element: Any, facts: Mapping[str, Facts], report: Report) -> None:
    """Name fields that a form lacks, values that do not fit each other, and comparisons that can
    never be true."""
    check_kinds(tree, element, facts, report)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, right in pairwise(sides):
                _check_comparison(left, right, element, facts, report)
                _check_comparison(right, left, element, facts, report)
        elif isinstance(node, ast.Call):
            _check_call(node, element, facts, report)
        else:
            _check_field(node, element, facts, report)


def _check_field(node: ast.AST, element: Any, facts: Mapping[str, Facts], report: Report) -> None:
    step = field_asked(node)
    if step is None:
        return
    value, name = step
    whole = facts_of(value, facts)
    if whole.items is not None and isinstance(name, str):
        report.error("expressions.field_of_list", element, text=ast.unparse(value), field=name)
    elif whole.fields is not None and name not in whole.fields:
        _unknown_field(ast.unparse(value), str(name), whole.fields, element, report)


def _unknown_field(
    whole: str, name: str, fields: Mapping[str, Facts], element: Any, report: Report
) -> None:
    offered = ", ".join(sorted(fields)) or "-"
    report.error("expressions.unknown_field", element, whole=whole, field=name, fields=offered)


def _check_call(node: ast.Call, element: Any, facts: Mapping[str, Facts], report: Report) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in (*LIST_FUNCTIONS, "kolom") or len(node.args) < 2:
        return
    rows, field = facts_of(node.args[0], facts), constant(node.args[1])
    fields = rows.items.fields if rows.items else None
    if fields is None or not isinstance(field, str):
        return
    if field not in fields:
        _unknown_field(ast.unparse(node.args[0]), field, fields, element, report)
    elif len(node.args) > 2:
        _check_values(ast.unparse(node.args[0]), fields[field], node.args[2], element, report)


def _check_comparison(
    left: ast.expr, right: ast.expr, element: Any, facts: Mapping[str, Facts], report: Report
) -> None:
    known = facts_of(left, facts)
    if not isinstance(left, ast.Constant) and known != UNKNOWN:
        _check_values(ast.unparse(left), known, right, element, report)


def _check_values(whole: str, known: Facts, node: ast.expr, element: Any, report: Report) -> None:
    for value in constants(node):
        if value is None:
            continue
        if known.choices is not None and value not in known.choices:
            offered = ", ".join(sorted(known.choices))
            report.error(
                "expressions.unknown_choice", element, whole=whole, value=value, choices=offered
            )
