"""Gates that a folder no longer keeps though the version published before it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.engine.checks.diagram import Diagram
from processes.engine.checks.gates.declared import PROPERTY, Gate
from processes.engine.checks.gates.proofs import (
    Proof,
    declared_gates,
    domains_of,
    process_of,
    steps_of,
)
from processes.engine.checks.known import Known
from processes.engine.checks.reading import look_at, read_known
from processes.engine.checks.report import Report
from processes.engine.findings import Finding
from processes.engine.folder import diagram_name
from processes.sentences import say

#: code of a finding that only a named legal basis overrides
REMOVED = "gates.removed"


def gates_lost(
    old_files: Mapping[str, bytes], new_files: Mapping[str, bytes], *, language: str = "id"
) -> list[Finding]:
    """An error `gates.removed` for each gate of the old folder that the new one does not keep.

    Kept is a gate that the new folder declares too, or more strictly, and that no way in its
    drawing leads around. A folder whose drawing cannot be read, which is a finding of its own,
    has lost nothing yet. Never raises for anything that the files hold.
    """
    old, _, _ = _looked_at(old_files, language)
    gates = declared_gates(old) if old is not None else []
    new, known, report = _looked_at(new_files, language) if gates else (None, None, None)
    if new is None or known is None or report is None:
        return []
    found = Report(report.file, language)
    process = process_of(new)
    place: Any = new.root if process is None else process.property_element(PROPERTY)
    for gate in gates:
        reason = _reason(gate, new, known, language)
        if reason:
            found.error(REMOVED, place, gate=gate.text, detail=reason)
    return found.findings


def _looked_at(files: Mapping[str, bytes], language: str) -> tuple[Diagram | None, Known, Report]:
    reports = {name: Report(name, language) for name in sorted(files)}
    known = read_known(files, reports, None)
    name = diagram_name(files)
    report = reports.get(name, Report(name, language))
    return look_at(files[name], report, known) if name else None, known, report


def _reason(gate: Gate, new: Diagram, known: Known, language: str) -> str:
    """Why the new drawing does not keep the gate; empty when it does."""
    domains = domains_of(new)
    reason = ""
    for mine in declared_gates(new):
        if not mine.covers(gate, domains):
            continue
        failures = Proof(new, mine, steps_of(new, known)).failures(language)
        if not failures:
            return ""
        code, _, values = failures[0]
        key = "gate_way" if code == "gates.bypassed" else code
        reason = say(f"checks.{key}", language, **values)
    return reason or say("checks.gate_undeclared", language)
