"""One mistake in one small diagram, and what the checks must say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.engine.drawings import drawing, flows, shape, task

ENDING = (
    "<bpmn:extensionElements><camunda:properties>"
    '<camunda:property name="status" value="completed"/>'
    '<camunda:property name="alasan" value="selesai"/>'
    "</camunda:properties></bpmn:extensionElements>"
)
START, END = shape("startEvent", "mulai"), shape("endEvent", "akhir", ENDING)


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A diagram with one mistake."""

    #: the finding's code
    code: str
    diagram: bytes
    #: id the finding must name
    element: str
    #: text on the line it must name; the element's id when not said
    at: str = ""
    severity: str = "error"
    #: other files of the folder
    files: Mapping[str, bytes] = field(default_factory=dict)
    #: codes of other errors that the same mistake brings along
    also: frozenset[str] = frozenset()
    #: file that the finding names
    file: str = "p.bpmn"

    @property
    def folder(self) -> dict[str, bytes]:
        """The files of the folder, the diagram with one element per line."""
        diagram = self.diagram.replace(b"><", b">\n<")
        return {**({"p.bpmn": diagram} if diagram else {}), **self.files}

    @property
    def line(self) -> int:
        """The line that the finding must name; 0 when it is about the whole file."""
        if self.at == "*":
            return 0
        wanted = (self.at or f'id="{self.element}"').encode()
        lines = self.folder[self.file].split(b"\n")
        return next(number for number, line in enumerate(lines, 1) if wanted in line)


def chain(*shapes: str, outside: str = "", between: str = "a") -> bytes:
    """A start, the shapes and an end, with one flow into and out of the shape `between`."""
    joined = flows(("mulai", between), (between, "akhir"))
    return drawing(START, *shapes, END, joined, outside=outside)


def choice(condition: str = "a.isi == 'x'", *, inside: str = "", **attributes: str) -> bytes:
    """A task with the field `isi`, an exclusive gateway with a default, and two ends."""
    gateway = shape("exclusiveGateway", "g", **{"default": "f_g_akhir", **attributes})
    return drawing(
        START,
        inside or task("a", ["isi"]),
        gateway,
        END,
        shape("endEvent", "lain", ENDING),
        flows(("mulai", "a"), ("a", "g"), ("g", "akhir"), ("g", "lain", condition)),
    )


def fields(*raw: str, id: str = "a", inside: str = "") -> str:
    """A user task of role `kabag` with these `camunda:formField` texts."""
    form = f"<camunda:formData>{''.join(raw)}</camunda:formData>"
    extensions = f"<bpmn:extensionElements>{form}</bpmn:extensionElements>"
    return shape("userTask", id, extensions + inside, camunda__candidateGroups="kabag")


def field_of(id: str, type: str = "string", inside: str = "", **attributes: str) -> str:
    """One form field."""
    written = "".join(f' {k}="{v}"' for k, v in {"label": id, **attributes}.items())
    return f'<camunda:formField id="{id}" type="{type}"{written}>{inside}</camunda:formField>'


def with_properties(id: str = "a", tag: str = "userTask", inside: str = "", **values: str) -> str:
    """A shape with owner's properties; a user task has the role `kabag`."""
    written = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in values.items())
    extensions = (
        "<bpmn:extensionElements><camunda:properties>"
        f"{written}</camunda:properties></bpmn:extensionElements>"
    )
    role = {"camunda__candidateGroups": "kabag"} if tag == "userTask" else {}
    return shape(tag, id, extensions + inside, **role)


def table(
    question: str = "a.isi",
    test: str = '"x"',
    answer: str = '"ya"',
    id: str = "k",
    output: str = "jawab",
    rest: str = '"tidak"',
) -> bytes:
    """A decision table with one question, one answer, and a last row for everything else."""
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        f' namespace="n">\n<decision id="{id}" name="K">\n'
        '<decisionTable id="t" hitPolicy="FIRST">\n'
        f'<input id="i"><inputExpression id="ie" typeRef="string"><text>{question}</text>'
        f'</inputExpression></input>\n<output id="o" name="{output}" typeRef="string"/>\n'
        f'<rule id="r">\n<inputEntry id="c"><text>{test}</text></inputEntry>\n'
        f'<outputEntry id="x"><text>{answer}</text></outputEntry></rule>\n'
        '<rule id="r2">\n<inputEntry id="c2"><text>-</text></inputEntry>\n'
        f'<outputEntry id="x2"><text>{rest}</text></outputEntry></rule>\n'
        "</decisionTable></decision></definitions>"
    ).encode()
