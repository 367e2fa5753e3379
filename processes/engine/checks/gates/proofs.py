"""Each declared gate, proved on the drawing by following every way a case can take."""

from __future__ import annotations

from typing import Any

from processes.engine.checks.diagram import Diagram, Shape
from processes.engine.checks.facts import is_certain
from processes.engine.checks.gates.declared import (
    MOST_CASES,
    PROPERTY,
    Answers,
    Domains,
    Gate,
    narrowed,
    read_gates,
)
from processes.engine.checks.gates.steps import Steps, domain_of
from processes.engine.checks.gates.ways import TooManyTokens, way_around
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report, perhaps, shorten
from processes.sentences import say

#: most shapes of a way that a sentence names
MOST_NAMED = 4


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every gate that the process declares: it can be read, and no way leads around it."""
    process = process_of(diagram)
    if process is None or PROPERTY not in process.properties:
        return
    place = process.property_element(PROPERTY)
    gates, unread = read_gates(process.properties[PROPERTY])
    for text in unread:
        report.error("gates.unreadable", place, text=text)
    if not gates and not unread:
        report.error("gates.unreadable", place, text=process.properties[PROPERTY])
    steps = steps_of(diagram, known)
    for gate in gates:
        Proof(diagram, gate, steps).tell(report, place)


def declared_gates(diagram: Diagram) -> list[Gate]:
    """The gates that a diagram declares and that can be read."""
    process = process_of(diagram)
    return read_gates(process.properties.get(PROPERTY, ""))[0] if process is not None else []


def domains_of(diagram: Diagram) -> Domains:
    """What the answer to each field can be, by the field's id: over all forms that have it."""
    found: dict[str, dict[Any, None]] = {}
    unlimited = set()
    for shape in diagram.shapes("userTask"):
        for raw in shape.form:
            domain = domain_of(raw)
            if domain is None:
                unlimited.add(str(raw["id"]))
            else:
                found.setdefault(str(raw["id"]), {}).update(dict.fromkeys(domain))
    certain = _certain(diagram)
    return {
        # Empty only where no form insists on an answer.
        name: tuple(v for v in values if v is not None or not certain.get(name))
        for name, values in found.items()
        if name not in unlimited
    }


def steps_of(diagram: Diagram, known: Known) -> Steps:
    """What the shapes of a diagram do to the data of a case."""
    return Steps(known.decisions, _certain(diagram))


def _certain(diagram: Diagram) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for shape in diagram.shapes("userTask"):
        for raw in shape.form:
            if is_certain(raw):
                found.setdefault(str(raw["id"]), set()).add(shape.id)
    return {name: frozenset(tasks) for name, tasks in found.items()}


def process_of(diagram: Diagram) -> Shape | None:
    """The process itself, for its properties; None when there is none."""
    if not diagram.scopes:
        return None
    return Shape("", "process", diagram.scopes[0].element, diagram.scopes[0])


class Proof:
    """One gate, held against a drawing."""

    def __init__(self, diagram: Diagram, gate: Gate, steps: Steps) -> None:
        self.diagram = diagram
        self.gate = gate
        self.steps = steps
        self.shapes = {shape.id: shape for shape in diagram.shapes()}
        self.domains = domains_of(diagram)

    def tell(self, report: Report, place: Any) -> None:
        """Name everything for which the gate does not hold, at `place` or at the shape."""
        for code, element, values in self.failures(report.language):
            report.error(code, place if element is None else element, **values)

    def failures(self, language: str) -> list[tuple[str, Any, dict[str, Any]]]:
        """Code, element (None: the declaration) and values of each reason why it does not hold."""
        names = [*self.gate.tasks, *self.gate.before]
        missing = [name for name in names if name not in self.shapes]
        if missing:
            hint = perhaps(missing[0], self.shapes, language)
            values = {"gate": self.gate.text, "name": missing[0], "hint": hint}
            return [("gates.unknown_task", None, values)]
        unasked = [name for name in self.gate.fields if name not in self.domains]
        if unasked:
            hint = perhaps(unasked[0], self.domains, language)
            values = {"gate": self.gate.text, "name": unasked[0], "hint": hint}
            return [("gates.unknown_field", None, values)]
        return [*self._not_for_each(), *self._ways_around(language)]

    def _not_for_each(self) -> list[tuple[str, Any, dict[str, Any]]]:
        if not self.gate.each:
            return []
        values = {"list": self.gate.each}
        return [
            ("gates.not_for_each", self.shapes[name].element, values)
            for name in self.gate.tasks
            if self.gate.each not in _lists_around(self.shapes[name])
        ]

    def _ways_around(self, language: str) -> list[tuple[str, Any, dict[str, Any]]]:
        combined = 1
        for name in self.gate.fields:
            combined *= len(self.domains[name])
        if combined > MOST_CASES:
            return [("gates.too_complex", None, {"gate": self.gate.text})]
        try:
            for answers in self.gate.cases(self.domains):
                found = self._way(answers)
                if found is not None:
                    return [self._bypassed(*found, language)]
        except TooManyTokens:
            return [("gates.too_complex", None, {"gate": self.gate.text})]
        return []

    def _way(self, answers: Answers) -> tuple[list[Shape], Answers] | None:
        """A way around for one case of these, and the case.

        What several cases together could do, each of them alone perhaps cannot.
        """
        way = way_around(self.diagram, self.gate, answers, self.steps)
        parts = narrowed(answers) if way is not None else []
        if way is None or not parts:
            return None if way is None else (way, answers)
        return next((found for part in parts if (found := self._way(part))), None)

    def _bypassed(
        self, way: list[Shape], answers: Answers, language: str
    ) -> tuple[str, Any, dict[str, Any]]:
        case = ", ".join(f"{name} = {_word(value)}" for name, (value,) in answers.items())
        named = [shorten(shape.name) for shape in way if shape.element.get("name")][-MOST_NAMED:]
        lead = "… → " if len(way) > MOST_NAMED else ""
        values = {
            "task": way[-1].name,
            "gate": ", ".join(self.shapes[name].name for name in self.gate.tasks),
            "case": case or say("checks.every_case", language),
            "way": lead + " → ".join(named),
        }
        return ("gates.bypassed", way[-1].element, values)


def _lists_around(shape: Shape) -> list[str]:
    found = []
    at: Shape | None = shape
    while at is not None:
        if at.loop and at.loop["collection"]:
            found.append(at.loop["collection"])
        at = at.scope.shape
    return found


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
