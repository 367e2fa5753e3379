"""The region a task is about is that of the loop it is drawn in, whoever does it."""

from __future__ import annotations

import pytest

from tests.engine.drawings import Walk, drawing, each, flows, read, shape, task

A, B, C = "32.01", "32.02", "32.03"
TIMES = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
    "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def of(whose: str, id: str = "t", marker: str = "") -> str:
    """A task with the property `daerah`."""
    drawn = task(id, [], marker)
    extra = (
        "<camunda:properties>"
        f'<camunda:property name="daerah" value="{whose}"/></camunda:properties>'
    )
    return drawn.replace("<camunda:formData>", f"{extra}<camunda:formData>", 1)


def alone(whose: str, marker: str = "") -> str:
    """A drawing with one task."""
    ends = shape("startEvent", "s") + shape("endEvent", "e")
    return ends + of(whose, marker=marker) + flows(("s", "t"), ("t", "e"))


def within(marker: str, inside: str, id: str = "bagian") -> str:
    """A drawing with one sub-process around that."""
    start, end = f"s_{id}", f"e_{id}"
    part = shape("subProcess", id, inside + marker)
    ends = shape("startEvent", start) + shape("endEvent", end)
    return ends + part + flows((start, id), (id, end))


def over_words() -> str:
    """A task for each of some words, which are no regions."""
    script = shape("scriptTask", "isi", "<bpmn:script>kata = ['air', 'jalan']</bpmn:script>")
    ends = shape("startEvent", "s") + shape("endEvent", "e")
    asked = of("pemrakarsa", marker=each("kata", "k", "hasil", "t"))
    return ends + script + asked + flows(("s", "isi"), ("isi", "t"), ("t", "e"))


def about(drawn: str) -> list[tuple[str, str]]:
    """Who does each open task, and about whom, in a case that was saved and restored."""
    run = Walk(read(drawing(drawn)), parties=(A, B, C))._wake()
    return sorted((open_task.region, open_task.concerns) for open_task in run.open_tasks())


PARTNERS, ALL = each("mitra", "m", "hasil", "t"), each("pihak", "d", "hasil", "t")
UNNAMED = PARTNERS.replace(' camunda:elementVariable="m"', "")
TWICE = within(TIMES, alone("pemrakarsa"), "dua_kali")


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (alone("pemrakarsa"), [(A, A)]),
        (alone("mitra"), [(B, B)]),
        (alone("pemrakarsa", PARTNERS), [(A, B), (A, C)]),
        (alone("m", PARTNERS), [(B, B), (C, C)]),
        (within(PARTNERS, alone("pemrakarsa")), [(A, B), (A, C)]),
        (within(UNNAMED, alone("pemrakarsa")), [(A, B), (A, C)]),
        (within(ALL, alone("mitra")), [(B, A), (B, B), (C, C)]),
        (within(PARTNERS, TWICE), [(A, B), (A, B), (A, C), (A, C)]),
        (within(TIMES, alone("mitra")), [(B, B), (B, B)]),
        (over_words(), [(A, A), (A, A)]),
    ],
)
def test_a_task_is_about_the_region_of_its_loop(
    drawn: str, expected: list[tuple[str, str]]
) -> None:
    assert about(drawn) == expected
