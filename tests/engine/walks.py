"""Small drawings with forms, for walks: what an owner's folder is made of, in a few words."""

from __future__ import annotations

from collections.abc import Mapping

from processes.engine.walking import Walked, walk_folder
from tests.engine.drawings import drawing, flows, shape, task
from tests.engine.mistakes.table import END, START

YES_OR_NO = ("ya", "tidak")


def choice_of(id: str, *values: str) -> str:
    """A question that must be answered with one of these."""
    options = "".join(f'<camunda:value id="{each}" name="{each}"/>' for each in values)
    must = '<camunda:validation><camunda:constraint name="required" config="true"/>'
    return (
        f'<camunda:formField id="{id}" label="{id}" type="enum">{must}</camunda:validation>'
        f"{options}</camunda:formField>"
    )


def deciding(id: str, *values: str, field: str = "hasil", inside: str = "") -> str:
    """A user task that asks for one of these values."""
    form = f"<camunda:formData>{choice_of(field, *(values or YES_OR_NO))}</camunda:formData>"
    return shape(
        "userTask",
        id,
        f"<bpmn:extensionElements>{form}</bpmn:extensionElements>{inside}",
        camunda__candidateGroups="kabag",
    )


def gateway(id: str, default: str = "") -> str:
    """An exclusive gateway whose default flow leads to the shape `default`."""
    if not default:
        return shape("exclusiveGateway", id)
    return shape("exclusiveGateway", id, default=f"f_{id}_{default}")


def both(id: str) -> str:
    """A parallel gateway."""
    return shape("parallelGateway", id)


def walked(*parts: str, files: Mapping[str, bytes] | None = None, outside: str = "") -> Walked:
    """What a walk through these shapes and flows finds."""
    return walk_folder({"p.bpmn": drawing(*parts, outside=outside), **(files or {})})


def kinds(found: Walked) -> list[str]:
    """The kinds of trouble, without repeats."""
    return sorted({trouble.kind for trouble in found.troubles})


#: a task that is asked again as often as somebody says so, and one more after a no
SOUND = (
    START,
    deciding("a", "ya", "tidak", "ulang"),
    gateway("g", "akhir"),
    task("b"),
    END,
    flows(
        ("mulai", "a"),
        ("a", "g"),
        ("g", "a", 'a.hasil == "ulang"'),
        ("g", "b", 'a.hasil == "tidak"'),
        ("g", "akhir"),
        ("b", "akhir"),
    ),
)
