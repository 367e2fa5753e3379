"""The decision table in a DMN file, as its owner wrote it, with lines and element ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from processes.engine.findings import Finding
from processes.engine.xml import load_xml
from processes.errors import DiagramRefused
from processes.sentences import say

# Versions of DMN differ in their namespace only, as far as tables go.
_DMN = ("https://www.omg.org/spec/DMN/", "http://www.omg.org/spec/DMN/")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A text of the table and where it stands."""

    #: line in the file, 1-based
    line: int
    #: id of the element, or of the nearest one around it that has an id
    element: str
    #: what the text says, trimmed
    text: str
    #: language its owner chose for it, empty for FEEL
    written_in: str = ""
    #: where it stands, in words of the table: the title of its column, and the row
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Input(Cell):
    """An input column; its text is the expression whose value the cells test."""

    label: str
    #: type of the value (`boolean`, `string`, …), empty when not said
    type_ref: str
    #: test that every value must pass; None when its owner listed no allowed values
    allowed: Cell | None


@dataclass(frozen=True, kw_only=True)
class Output(Cell):
    """An output column; its text is a default for when no rule matches, which is not taken."""

    #: name under which the value joins the process data
    name: str
    type_ref: str
    allowed: Cell | None


@dataclass(frozen=True, kw_only=True)
class Rule(Cell):
    """One row of the table."""

    #: number of the row, 1-based, as an editor shows it
    number: int
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The decision and its table."""

    line: int
    #: id of the decision
    element: str
    name: str
    hit_policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


def read_table(xml: bytes, file: str) -> Table:
    """The one table of a DMN file; DiagramRefused when the file cannot be read as one.

    `file` is the file's name in the finding.
    """
    root = load_xml(xml, file)
    decisions = [each for each in root.iter() if _kind(each) == "decision"]
    tables = [table for each in decisions for table in _children(each, "decisionTable")]
    if len(decisions) != 1 or len(tables) != 1:
        code = "several" if len(decisions) > 1 else "no_table"
        where = decisions[-1] if decisions else root
        message = say(f"decisions.{code}", "id", count=len(decisions))
        place = {"file": file, "line": where.sourceline or 0, "element": where.get("id", "")}
        raise DiagramRefused(
            [Finding(severity="error", code=f"decision.{code}", message=message, **place)]
        )
    return _table(decisions[0], tables[0])


def _table(decision: Any, table: Any) -> Table:
    inputs = tuple(_input(each) for each in _children(table, "input"))
    outputs = tuple(_output(each, decision) for each in _children(table, "output"))
    rules = enumerate(_children(table, "rule"), start=1)
    return Table(
        line=table.sourceline or 0,
        element=decision.get("id", ""),
        name=decision.get("name") or decision.get("id", ""),
        hit_policy=table.get("hitPolicy") or "UNIQUE",
        inputs=inputs,
        outputs=outputs,
        rules=tuple(_rule(each, number, inputs, outputs) for number, each in rules),
    )


def _input(column: Any) -> Input:
    expression = next(iter(_children(column, "inputExpression")), column)
    text = _text(expression)
    label = column.get("label") or text or column.get("id", "")
    type_ref = expression.get("typeRef", "").lower()
    allowed = _allowed(column, "inputValues", label)
    written = _written(expression)
    return Input(**written, label=label, type_ref=type_ref, allowed=allowed, place=label)


def _output(column: Any, decision: Any) -> Output:
    # DMN lets a table with one output leave its name away: the decision's own stands for it.
    name = column.get("name") or decision.get("id", "")
    default = next(iter(_children(column, "defaultOutputEntry")), None)
    written = _written(column) if default is None else _written(default)
    label = column.get("label") or name
    type_ref = column.get("typeRef", "").lower()
    allowed = _allowed(column, "outputValues", label)
    return Output(**written, name=name, type_ref=type_ref, allowed=allowed, place=label)


def _allowed(column: Any, kind: str, label: str) -> Cell | None:
    found = next((each for each in _children(column, kind) if _text(each)), None)
    return None if found is None else Cell(**_written(found), place=label)


def _rule(row: Any, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Rule:
    def cells(kind: str, columns: tuple[Input, ...] | tuple[Output, ...]) -> tuple[Cell, ...]:
        titles = [column.place for column in columns]
        found = _children(row, kind)
        titles += [""] * (len(found) - len(titles))
        return tuple(
            Cell(**_written(each), place=f"{title} ({number})")
            for each, title in zip(found, titles, strict=False)
        )

    return Rule(
        line=row.sourceline or 0,
        element=_id(row),
        text="",
        number=number,
        inputs=cells("inputEntry", inputs),
        outputs=cells("outputEntry", outputs),
    )


def _written(element: Any) -> dict[str, Any]:
    return {
        "line": element.sourceline or 0,
        "element": _id(element),
        "text": _text(element),
        "written_in": element.get("expressionLanguage", ""),
    }


def _id(element: Any) -> str:
    around = (each.get("id") for each in (element, *element.iterancestors()))
    return next((found for found in around if found), "")


def _text(element: Any) -> str:
    found = next(iter(_children(element, "text")), None)
    return "" if found is None else "".join(found.itertext()).strip()


def _children(element: Any, kind: str) -> list[Any]:
    return [each for each in element if _kind(each) == kind]


def _kind(element: Any) -> str:
    """The DMN name of an element, empty for comments and for elements that are not DMN's."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if (name.namespace or "").startswith(_DMN) else ""
