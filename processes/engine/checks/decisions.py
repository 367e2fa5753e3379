"""Decision tables: each is found, readable, and asks about things the case knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from processes.engine.cells import condition_of, says_anything, value_of
from processes.engine.checks.diagram import Diagram
from processes.engine.checks.expressions import check_expression
from processes.engine.checks.facts import UNKNOWN, Facts, facts_of
from processes.engine.checks.known import Known, Moment
from processes.engine.checks.report import Place, Report
from processes.engine.decisions import Decision
from processes.engine.grammar import read_expression
from processes.engine.table_file import Cell
from processes.errors import DiagramRefused, UnsafeExpression


def read_tables(files: Mapping[str, bytes], reports: Mapping[str, Report], known: Known) -> None:
    """Put the folder's tables into `known`; what is wrong in each goes to its file's report."""
    found: dict[str, Decision] = {}
    told: dict[str, Report] = {}
    for name, report in reports.items():
        if not name.endswith(".dmn"):
            continue
        decision = _read(files[name], report)
        if decision is None:
            known.decisions_complete = False
            continue
        for line, element, message in decision.problems(known.language):
            report.add("error", "decisions.problem", line, element, detail=message)
        if decision.id in found:
            report.add("error", "decisions.twice", 0, decision.id, id=decision.id)
        found.setdefault(decision.id, decision)
        told.setdefault(decision.id, report)
    known.decisions, known.table_reports = found, told


def _read(content: bytes, report: Report) -> Decision | None:
    try:
        return Decision.read(content, report.file)
    except DiagramRefused as refused:
        report.findings.extend(refused.findings)
        return None


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every business rule task, and whether its table's questions have an answer there."""
    for shape in diagram.shapes("businessRuleTask"):
        reference = shape.attributes.get("decisionRef")
        if not reference:
            report.error("decisions.no_reference", shape.element)
        elif reference in known.decisions:
            moment = known.at(shape)
            _check_questions(known.decisions[reference], moment, known)
        elif known.decisions_complete:
            offered = ", ".join(sorted(known.decisions)) or "-"
            report.error("decisions.unknown", shape.element, id=reference, offered=offered)


def _check_questions(decision: Decision, moment: Moment | None, known: Known) -> None:
    report = known.table_reports[decision.id]
    asked: list[Facts] = []
    for column in decision.inputs:
        asked.append(_check_text(column, column.text, moment, report, known))
    for rule in decision.rules:
        for cell, facts in zip(rule.inputs, asked, strict=False):
            _check_test(cell, facts, moment, report, known)
        for cell in rule.outputs:
            _check_text(cell, _value(cell), moment, report, known)


def _check_test(
    cell: Cell, facts: Facts, moment: Moment | None, report: Report, known: Known
) -> None:
    """A cell asks about the value of its column, which stands under a name of its own."""
    if says_anything(cell.text):
        return
    try:
        condition, stands_for = condition_of(cell.text)
    except UnsafeExpression:
        return
    own = frozenset((stands_for,))
    inside = Moment(moment.some | own, moment.every | own) if moment else None
    with_own = replace(known, facts={**known.facts, stands_for: facts})
    _check_text(cell, condition, inside, report, with_own)


def _check_text(
    cell: Cell, text: str, moment: Moment | None, report: Report, known: Known
) -> Facts:
    """Check what can be read; what cannot is told by the table itself."""
    try:
        known.language.check(text)
        tree = read_expression(text)
    except UnsafeExpression:
        return UNKNOWN
    check_expression(text, Place(cell.line, cell.element), moment, report, known)
    return facts_of(tree, known.facts)


def _value(cell: Cell) -> str:
    try:
        return value_of(cell.text)
    except UnsafeExpression:
        return ""


def output_facts(decision: Decision) -> dict[str, list[Facts]]:
    """What each output of a table can be, from its cells."""
    found: dict[str, list[Facts]] = {output.name: [] for output in decision.outputs}
    for rule in decision.rules:
        for output, cell in zip(decision.outputs, rule.outputs, strict=False):
            try:
                found[output.name].append(facts_of(read_expression(_value(cell)), {}))
            except UnsafeExpression:
                found[output.name].append(UNKNOWN)
    return found
