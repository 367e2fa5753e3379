"""Gates that a folder no longer keeps though the version published before it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from processes.engine.checks.diagram import Diagram, Shape
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
#: the property that says which id a shape had before
FORMER = "dahulu"


def gates_lost(
    old_files: Mapping[str, bytes], new_files: Mapping[str, bytes], *, language: str = "id"
) -> list[Finding]:
    """An error `gates.removed` for each gate of the old folder that the new one does not keep.

    Kept is a gate that the new folder declares too, or more strictly, that no way in its drawing
    leads around, and behind which no running case is put by a former id (`dahulu`). A shape that
    only got another id is still the same one. A folder whose drawing cannot be read, which is a
    finding of its own, has lost nothing yet. Never raises for anything that the files hold.
    """
    old, old_known, _ = _looked_at(old_files, language)
    gates = declared_gates(old) if old is not None else []
    new, known, report = _looked_at(new_files, language) if gates else (None, None, None)
    if old is None or new is None or known is None or report is None:
        return []
    found = Report(report.file, language)
    process = process_of(new)
    place: Any = new.root if process is None else process.property_element(PROPERTY)
    sides = _Sides(old=old, old_known=old_known, new=new, known=known, language=language)
    for gate in gates:
        reason = sides.reason(gate)
        if reason:
            found.error(REMOVED, place, gate=gate.text, detail=reason)
    return found.findings


def _looked_at(files: Mapping[str, bytes], language: str) -> tuple[Diagram | None, Known, Report]:
    reports = {name: Report(name, language) for name in sorted(files)}
    known = read_known(files, reports, None)
    name = diagram_name(files)
    report = reports.get(name, Report(name, language))
    return look_at(files[name], report, known) if name else None, known, report


@dataclass(frozen=True, kw_only=True)
class _Sides:
    """The drawing in which gates were declared, and the one that has to keep them."""

    old: Diagram
    old_known: Known
    new: Diagram
    known: Known
    language: str

    def reason(self, gate: Gate) -> str:
        """Why the new drawing does not keep the gate; empty when it does."""
        moves = self._moves()
        wanted = _renamed(gate, self._new_ids(moves))
        domains = domains_of(self.new)
        reason = ""
        for mine in declared_gates(self.new):
            if not mine.covers(wanted, domains):
                continue
            failures = Proof(self.new, mine, steps_of(self.new, self.known)).failures(self.language)
            if not failures:
                return self._put_behind(gate, mine, moves)
            code, _, values = failures[0]
            key = "gate_way" if code == "gates.bypassed" else code
            reason = say(f"checks.{key}", self.language, **values)
        return reason or say("checks.gate_undeclared", self.language)

    def _moves(self) -> dict[str, list[Shape]]:
        """By the id of each shape that is gone, those of which one takes its running cases."""
        told: dict[str, list[Shape]] = {}
        gone = _ids(self.old) - _ids(self.new)
        for shape in self.new.shapes():
            before = shape.properties.get(FORMER, "").strip()
            if before in gone:
                told.setdefault(before, []).append(shape)
        return told

    def _new_ids(self, moves: Mapping[str, list[Shape]]) -> dict[str, str]:
        """Shapes that only got another id: it is a new one, and nothing else says it was them."""
        known = _ids(self.old)
        return {
            before: shapes[0].id
            for before, shapes in moves.items()
            if len(shapes) == 1 and shapes[0].id not in known
        }

    def _put_behind(self, gate: Gate, mine: Gate, moves: Mapping[str, list[Shape]]) -> str:
        """Which running cases would be put behind the gate without having passed it."""
        for before, shapes in moves.items():
            if not self._is_open(self.old, self.old_known, gate, before):
                continue
            for after in shapes:
                if not self._is_open(self.new, self.known, mine, after.id):
                    values = {"name": after.name, "before": before}
                    return say("checks.gate_put_behind", self.language, **values)
        return ""

    def _is_open(self, diagram: Diagram, known: Known, gate: Gate, element: str) -> bool:
        """Whether a case may come to a shape without having passed the gate."""
        up_to = replace(gate, before=(element,))
        failures = Proof(diagram, up_to, steps_of(diagram, known)).failures(self.language)
        return any(code in ("gates.bypassed", "gates.too_complex") for code, _, _ in failures)


def _ids(diagram: Diagram) -> set[str]:
    return {shape.id for shape in diagram.shapes()}


def _renamed(gate: Gate, renamed: Mapping[str, str]) -> Gate:
    """The gate with the ids that its shapes have now."""
    return replace(
        gate,
        tasks=tuple(renamed.get(each, each) for each in gate.tasks),
        before=tuple(renamed.get(each, each) for each in gate.before),
    )
