"""Decision tables: each is found, readable, and asks about things the case knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from processes.engine.cells import condition_of, says_anything, value_of
from processes.engine.checks.coverage import (
    Coverage,
    TooManyCombinations,
    asks_elsewhere,
    same_answers,
    shown,
)
from processes.engine.checks.diagram import Diagram
from processes.engine.checks.expressions import check_expression
from processes.engine.checks.facts import UNKNOWN, Facts, facts_of, is_certain, merge
from processes.engine.checks.known import Known, Moment
from processes.engine.checks.report import Place, Report, Severity
from processes.engine.decisions import Decision
from processes.engine.grammar import read_expression
from processes.engine.table_file import Cell, Rule
from processes.errors import DiagramRefused, UnsafeExpression

#: most cells of one table; what a person cannot look over is better several tables
MOST_CELLS = 5_000


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
        cells = sum(len(rule.inputs) + len(rule.outputs) for rule in decision.rules)
        if cells > MOST_CELLS:
            known.decisions_complete = False
            place = decision.table
            size = {"count": cells, "most": MOST_CELLS}
            report.add("error", "decisions.too_many_cells", place.line, place.element, **size)
            continue
        problems = decision.problems(known.language)
        if problems:
            known.faulty_tables.add(decision.id)
        for line, element, message in problems:
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
    """Every business rule task, whether its table's questions have an answer there, and whether
    each table answers everything it can be asked."""
    asked: dict[str, list[list[Facts]]] = {}
    for shape in diagram.shapes("businessRuleTask"):
        reference = shape.attributes.get("decisionRef")
        if not reference:
            report.error("decisions.no_reference", shape.element)
        elif reference in known.decisions:
            found = _check_questions(known.decisions[reference], known.at(shape), known)
            asked.setdefault(reference, []).append(found)
        elif known.decisions_complete:
            offered = ", ".join(sorted(known.decisions)) or "-"
            report.error("decisions.unknown", shape.element, id=reference, offered=offered)
    optional = _optional(diagram)
    for own, decision in known.decisions.items():
        if own not in known.faulty_tables:
            columns = [merge(each) for each in zip(*asked.get(own, []), strict=True)]
            columns = columns or [UNKNOWN] * len(decision.inputs)
            empty = [column.text in optional for column in decision.inputs]
            _check_coverage(decision, columns, empty, known)


def _optional(diagram: Diagram) -> frozenset[str]:
    """Answers that may be missing, as tables ask for them: `task.field`."""
    return frozenset(
        f"{shape.id}.{raw['id']}"
        for shape in diagram.shapes("userTask")
        for raw in shape.form
        if not is_certain(raw)
    )


def _check_coverage(
    decision: Decision, asked: list[Facts], empty: list[bool], known: Known
) -> None:
    report = known.table_reports[decision.id]
    try:
        coverage = Coverage(decision, asked, empty, known.language)
        own = [rule for rule in decision.rules if not asks_elsewhere(rule, known.language)]
        _check_gaps(coverage, report)
        _check_unused(coverage, own, report)
        if decision.hit_policy != "FIRST":
            _check_overlaps(coverage, own, report)
    except TooManyCombinations:
        report.add("warning", "decisions.too_large", decision.table.line, decision.table.element)


def _check_unused(coverage: Coverage, own: list[Rule], report: Report) -> None:
    decision = coverage.decision
    ordered = decision.hit_policy == "FIRST" and len(own) == len(decision.rules)
    for rule in coverage.never_first() if ordered else coverage.never_taking():
        told = {"number": rule.number}
        report.add("warning", "decisions.never_reached", rule.line, rule.element, **told)


def _check_overlaps(coverage: Coverage, own: list[Rule], report: Report) -> None:
    unique = coverage.decision.hit_policy == "UNIQUE"
    code = "decisions.overlap" if unique else "decisions.answers_differ"
    for one, other, values in coverage.overlaps():
        if one in own and other in own and (unique or not same_answers(one, other)):
            told = {"first": one.number, "second": other.number, "values": shown(values)}
            report.add("error", code, other.line, other.element, **told)


def _check_gaps(coverage: Coverage, report: Report) -> None:
    gaps = coverage.gaps()
    sure = [values for values, is_sure in gaps if is_sure]
    place = coverage.decision.table
    for values in (sure or [values for values, _ in gaps])[:1]:
        severity: Severity = "error" if sure else "warning"
        code = "decisions.gap" if sure else "decisions.perhaps_gap"
        report.add(severity, code, place.line, place.element, values=shown(values))


def _check_questions(decision: Decision, moment: Moment | None, known: Known) -> list[Facts]:
    """What is known of the value of each column."""
    report = known.table_reports[decision.id]
    asked: list[Facts] = []
    for column in decision.inputs:
        asked.append(_check_text(column, column.text, moment, report, known))
    for rule in decision.rules:
        for cell, facts in zip(rule.inputs, asked, strict=False):
            _check_test(cell, facts, moment, report, known)
        for cell in rule.outputs:
            _check_text(cell, _value(cell), moment, report, known)
    return asked


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
