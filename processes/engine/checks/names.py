"""Names in a case's data: who provides which, and where one would hide another."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Mapping

from processes.engine.checks.decisions import output_facts
from processes.engine.checks.diagram import Diagram, Shape, children, form_elements, text_of
from processes.engine.checks.facts import (
    UNKNOWN,
    Facts,
    facts_of,
    is_empty,
    merge,
    of_field,
    with_region,
)
from processes.engine.checks.known import GIVEN, Known
from processes.engine.checks.report import Report
from processes.engine.grammar import read_script
from processes.errors import UnsafeExpression

#: words of the language itself
WORDS = frozenset(("true", "false", "null", "and", "or", "not", "in", "if", "else"))
#: given data that a script may not change; `mitra` and `pihak` may shrink
FIXED = frozenset(("pemrakarsa", "daerah"))
#: what bpmn.io, Camunda Modeler and Signavio call a shape or a field that has no name yet
MADE_UP = re.compile(
    r"(Activity|Task|UserTask|FormField|Field)_[0-9a-z]{7}|sid-[0-9A-Fa-f-]{36}|_[0-9a-f-]{36}"
)
#: names that the product or the language keeps for itself
SYSTEM = frozenset((*GIVEN, *WORDS, *keyword.kwlist, "kode", "typename"))


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Refuse ids of shapes that would hide given data, a function or a word of the language."""
    for shape in diagram.shapes("userTask"):
        if shape.id in SYSTEM or shape.id in known.functions:
            report.error("names.taken", shape.element, name=shape.id)
        _check_made_up(shape, report)
    for shape in diagram.shapes("scriptTask"):
        for name, _ in assignments(shape):
            if name in FIXED:
                report.error("names.overwritten", shape.element, name=name)


def _check_made_up(shape: Shape, report: Report) -> None:
    """Ids that an editor made up: nobody can use them in a condition and know what they say."""
    if MADE_UP.fullmatch(shape.id):
        report.warning("names.made_up", shape.element, name=shape.id)
    for raw, element in zip(shape.form, form_elements(shape), strict=True):
        if MADE_UP.fullmatch(str(raw["id"])):
            report.warning("names.made_up", element, name=raw["id"])


def provided(shape: Shape, known: Known) -> tuple[frozenset[str], frozenset[str]]:
    """Names a shape leaves in the data of its own branch: perhaps, and always."""
    if shape.kind == "userTask":
        answers = {str(f["id"]) for f in shape.form if f["id"]}
        sure = {str(f["id"]) for f in shape.form if _is_required(f["validation"])}
        return frozenset((shape.id, *answers)), frozenset((shape.id, *(sure & answers)))
    if shape.kind == "scriptTask":
        names = frozenset(name for name, _ in assignments(shape))
        return names, names
    if shape.kind == "businessRuleTask":
        names = frozenset(_decided(shape, known))
        return names, names
    return frozenset(), frozenset()


def _is_required(validation: Mapping[str, str | None]) -> bool:
    return "required" in validation and validation["required"] != "false"


def assignments(shape: Shape) -> list[tuple[str, ast.expr]]:
    """Name and expression of every line of a script; empty when it cannot be read."""
    scripts = children(shape.element, "script")
    try:
        lines = read_script(text_of(scripts[0])) if scripts else []
    except UnsafeExpression:
        return []
    return list(_assigned(lines))


def _assigned(lines: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for line in lines:
        targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
        value = getattr(line, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.expr):
                # `x += 1` says nothing of what x was before, so nothing is known of it.
                yield target.id, value if isinstance(line, ast.Assign) else ast.Constant(value=...)


def _decided(shape: Shape, known: Known) -> dict[str, Facts]:
    name = shape.attributes.get("resultVariable")
    decision = known.decisions.get(shape.attributes.get("decisionRef", ""))
    outputs = {n: merge(f) for n, f in output_facts(decision).items()} if decision else {}
    if not name:
        return outputs
    if len(outputs) == 1:
        return {name: next(iter(outputs.values()))}
    return {name: Facts(fields=outputs) if outputs else UNKNOWN}


def collect_facts(diagram: Diagram, known: Known) -> dict[str, Facts]:
    """Facts about every name, whoever provides it.

    Passes until nothing is learned any more: a script may copy what another shape provides.
    """
    facts: dict[str, Facts] = {**GIVEN}
    for _ in range(4):
        sources: dict[str, list[Facts]] = {name: [each] for name, each in GIVEN.items()}
        for shape in diagram.shapes():
            for name, each in _sources(shape, facts, known):
                sources.setdefault(name, []).append(each)
        found = {name: merge(each) for name, each in sources.items()}
        if found == facts:
            break
        facts = found
    return facts


def _sources(shape: Shape, facts: Mapping[str, Facts], known: Known) -> Iterator[tuple[str, Facts]]:
    if shape.kind == "userTask":
        fields = {str(f["id"]): of_field(f) for f in shape.form if f["id"]}
        yield shape.id, with_region(fields)
        yield from fields.items()
    elif shape.kind == "scriptTask":
        for name, value in assignments(shape):
            yield name, facts_of(value, facts)
    elif shape.kind == "businessRuleTask":
        yield from _decided(shape, known).items()
    loop = shape.loop
    if loop and loop["item"]:
        yield loop["item"], facts.get(loop["collection"] or "", UNKNOWN).items or UNKNOWN
    if loop and loop["output"]:
        yield loop["output"], Facts(items=facts.get(loop["output_item"] or "", UNKNOWN))


def computed(diagram: Diagram, known: Known) -> frozenset[str]:
    """Names to which scripts and tables give values, besides empty ones to begin with."""
    set_by_scripts = {
        name
        for shape in diagram.shapes("scriptTask")
        for name, value in assignments(shape)
        if not is_empty(value)
    }
    return provided_by(diagram, known, "businessRuleTask") | set_by_scripts


def provided_by(diagram: Diagram, known: Known, *kinds: str) -> frozenset[str]:
    """Names that shapes of these kinds, or of any, leave in the data."""
    return frozenset().union(*(provided(shape, known)[0] for shape in diagram.shapes(*kinds)))
