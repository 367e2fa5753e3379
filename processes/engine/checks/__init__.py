"""Everything that would run otherwise than drawn, said before an owner's folder is published.

The engine accepts dead ends, bad timers and misspelt conditions, and tells them only when a case
comes there. Each rule here is about one such thing; its code is `<module>.<rule>`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from processes.engine.checks import (
    decisions,
    drafts,
    events,
    expressions,
    flow,
    forms,
    letters,
    loops,
    messages,
    multi_instance,
    names,
    outcomes,
    returns,
    safety,
    scenarios,
    schema,
    structure,
    tasks,
    timers,
    tokens,
    trial,
)
from processes.engine.checks import roles as roles_file
from processes.engine.checks.diagram import Diagram
from processes.engine.checks.gates import proofs
from processes.engine.checks.gates.lost import REMOVED, gates_lost
from processes.engine.checks.known import Known
from processes.engine.checks.reading import look_at, read_known
from processes.engine.checks.report import Report
from processes.engine.drafting import LAYOUT
from processes.engine.findings import Finding
from processes.engine.roles import FILE
from processes.engine.typesetting import PACKAGE

__all__ = ["REMOVED", "check_folder", "gates_lost"]

Rule = Callable[[Diagram, Report, Known], None]

#: in this order: what the schema says twice is left out because it comes last
RULES: tuple[Rule, ...] = (
    safety.check,
    structure.check,
    names.check,
    flow.check,
    loops.check,
    tokens.check,
    timers.check,
    expressions.check,
    forms.check,
    tasks.check,
    returns.check,
    drafts.check_named,
    decisions.check,
    multi_instance.check,
    events.check,
    outcomes.check,
    proofs.check,
    schema.check,
)


def check_folder(
    files: Mapping[str, bytes], roles: Collection[str] | None = None, *, language: str = "id"
) -> list[Finding]:
    """What is wrong with an owner's folder, by file and line; empty when nothing is.

    `files`: content by path inside the folder. `roles`: every role that may hold a task; None
    leaves roles unchecked. Never raises for anything that the files hold.
    """
    reports = {name: Report(name, language) for name in sorted(files)}
    known = read_known(files, reports, roles)
    for name, report in reports.items():
        if name.startswith(messages.FOLDER) and name.endswith(".txt"):
            messages.check_text(files[name], report)
        if name == FILE:
            roles_file.check_file(files[name], report)
        if name == PACKAGE:
            letters.check_template(files[name], report)
        if name == LAYOUT:
            drafts.check_layout(files[name], report)
    diagrams = [name for name in reports if name.endswith(".bpmn")]
    _check_count(diagrams, reports, language)
    diagram = None
    for name in diagrams[:1]:
        diagram = _check_diagram(files[name], reports[name], known)
    drafts.check_templates(files, diagram, reports)
    scenarios.check_scenarios(files, diagram, reports)
    if diagram is not None and not any(report.errors for report in reports.values()):
        trial.check(files, reports[diagrams[0]])
    every = [finding for report in reports.values() for finding in report.findings]
    return sorted(every, key=lambda f: (f.file, f.line, f.severity, f.code))


def _check_count(diagrams: list[str], reports: dict[str, Report], language: str) -> None:
    if not diagrams:
        reports[""] = Report("", language)
        reports[""].add("error", "structure.no_diagram", 0, "")
    for name in diagrams[1:]:
        reports[name].add("error", "structure.two_diagrams", 0, "", first=diagrams[0])


def _check_diagram(content: bytes, report: Report, known: Known) -> Diagram | None:
    """The diagram as it was checked; None when it cannot be."""
    diagram = look_at(content, report, known)
    if diagram is not None:
        for rule in RULES:
            rule(diagram, report, known)
    return diagram
