"""A folder's files as the rules look at them, read once before any rule does."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from processes.engine.checks import before, decisions, names, structure
from processes.engine.checks.diagram import Diagram, read_diagram
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report
from processes.engine.surroundings import make_language
from processes.engine.xml import load_xml
from processes.errors import DiagramRefused


def read_known(
    files: Mapping[str, bytes], reports: Mapping[str, Report], roles: Collection[str] | None
) -> Known:
    """What is known before the drawing is looked at; unreadable tables go to their reports."""
    rules = make_language()
    known = Known(
        language=rules,
        functions=frozenset(rules.reserved),
        roles=None if roles is None else frozenset(roles),
        files=frozenset(files),
    )
    decisions.read_tables(files, reports, known)
    return known


def look_at(content: bytes, report: Report, known: Known) -> Diagram | None:
    """The diagram of a file, and into `known` what it says of its names; None, and findings, when
    it cannot be looked at."""
    try:
        root = load_xml(content, report.file, report.language)
    except DiagramRefused as refused:
        report.findings.extend(refused.findings)
        return None
    diagram = read_diagram(root, report.file)
    if structure.beyond_checking(diagram, report):
        return None
    known.task_ids = frozenset(shape.id for shape in diagram.shapes("userTask"))
    known.provided = names.provided_by(diagram, known)
    known.computed = names.computed(diagram, known)
    known.facts = names.collect_facts(diagram, known)
    before.follow(diagram, known)
    return diagram
