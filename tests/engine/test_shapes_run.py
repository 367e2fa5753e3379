"""Shapes an owner may draw beside those of the shipped diagram: each runs as it is drawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.dmn_files import table
from tests.engine.drawings import Walk, drawing, each, flows, read, shape, task, timer

START, END = shape("startEvent", "mulai"), shape("endEvent", "akhir")
MESSAGE = '<bpmn:message id="m" name="batal"/>'
WAYS = [("pesan", "a"), ("diam", "b")]


def first_comes() -> bytes:
    """An event-based gateway: a message or three days, whichever comes first."""
    return drawing(
        START,
        task("awal"),
        shape("eventBasedGateway", "g"),
        shape("intermediateCatchEvent", "pesan", '<bpmn:messageEventDefinition messageRef="m"/>'),
        shape("intermediateCatchEvent", "diam", timer("timeDuration", "P3D")),
        task("a"),
        task("b"),
        END,
        flows(
            ("mulai", "awal"),
            ("awal", "g"),
            ("g", "pesan"),
            ("g", "diam"),
            ("pesan", "a"),
            ("diam", "b"),
            ("a", "akhir"),
            ("b", "akhir"),
        ),
        outside=MESSAGE,
    )


@pytest.mark.parametrize(("way", "leads_to"), WAYS)
def test_whichever_event_comes_first_decides(way: str, leads_to: str) -> None:
    walk = Walk(read(first_comes())).answer("awal")
    assert walk.next_timer is not None
    walk = walk.send("batal") if way == "pesan" else walk.wait(days=4)
    assert walk.open == [leads_to]
    assert walk.next_timer is None
    assert walk.answer(leads_to).over


def test_parallel_branches_keep_each_others_answers() -> None:
    diagram = drawing(
        START,
        shape("parallelGateway", "p"),
        task("a", ["x"]),
        task("b", ["y"]),
        shape("parallelGateway", "q"),
        shape("exclusiveGateway", "g", default="f_g_c"),
        task("c"),
        END,
        flows(
            ("mulai", "p"),
            ("p", "a"),
            ("p", "b"),
            ("a", "q"),
            ("b", "q"),
            ("q", "g"),
            ("g", "akhir", 'a.x == "1" and b.y == "2" and x == "1" and y == "2"'),
            ("g", "c"),
            ("c", "akhir"),
        ),
    )
    assert Walk(read(diagram)).answer("b", y="2").answer("a", x="1").over


def test_a_clock_on_a_half_done_loop_closes_the_rest_of_it() -> None:
    diagram = drawing(
        START,
        task("t", [], each("pihak", "d", "hasil", "t")),
        shape("boundaryEvent", "batas", timer("timeDuration", "P5D"), attachedToRef="t"),
        task("lewat"),
        task("z"),
        END,
        flows(("mulai", "t"), ("t", "z"), ("batas", "lewat"), ("lewat", "akhir"), ("z", "akhir")),
    )
    walk = Walk(read(diagram), ["32.01", "32.02", "32.03"]).answer("t", "32.02").wait(days=6)
    assert walk.open == ["lewat"]
    assert walk.answer("lewat").over


def test_a_sequential_loop_asks_one_region_after_the_other() -> None:
    one_by_one = each("pihak", "d", "hasil", "t").replace(
        "camunda:collection", 'isSequential="true" camunda:collection'
    )
    diagram = drawing(
        START, task("t", [], one_by_one), task("z"), END,
        flows(("mulai", "t"), ("t", "z"), ("z", "akhir")),
    )  # fmt: skip
    walk = Walk(read(diagram), ["32.01", "32.02"])
    asked = []
    while walk.open == ["t"]:
        asked += walk.open_at
        walk.answer("t")
    assert asked == [("t", "32.01"), ("t", "32.02")]
    assert walk.answer("z").over


def test_a_table_that_answers_into_what_it_looked_at_is_told_of_as_it_decided() -> None:
    diagram = drawing(
        START,
        task("a", ["x"]),
        shape(
            "businessRuleTask", "b", camunda__decisionRef="kategori", camunda__resultVariable="x"
        ),
        task("z"),
        END,
        flows(("mulai", "a"), ("a", "b"), ("b", "z"), ("z", "akhir")),
    )
    rules = table(('"satu"', '"dua"'), ('"dua"', '"tiga"'))
    [told] = Walk(read(diagram, kategori=rules)).answer("a", x="satu").decisions
    assert (told.inputs, told.outputs) == ({"x": "satu"}, {"hasil": "dua"})


def test_sub_processes_may_be_nested() -> None:
    inner = shape(
        "subProcess",
        "dalam",
        shape("startEvent", "s2") + task("t2") + shape("endEvent", "e2")
        + flows(("s2", "t2"), ("t2", "e2")),
    )  # fmt: skip
    outer = shape(
        "subProcess",
        "luar",
        shape("startEvent", "s1") + inner + task("t1") + shape("endEvent", "e1")
        + flows(("s1", "dalam"), ("dalam", "t1"), ("t1", "e1")),
    )  # fmt: skip
    diagram = drawing(
        START, outer, task("z"), END, flows(("mulai", "luar"), ("luar", "z"), ("z", "akhir"))
    )
    walk = Walk(read(diagram))
    for element in ("t2", "t1", "z"):
        assert walk.open == [element]
        walk.answer(element)
    assert walk.over


def test_many_threads_share_one_parsed_version() -> None:
    procedure = read(first_comes())

    def walk_one(number: int) -> tuple[list[str], bool]:
        walk = Walk(procedure).answer("awal")
        walk = walk.send("batal") if number % 2 else walk.wait(days=4)
        found = list(walk.open)
        return found, walk.answer(found[0]).over

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(walk_one, range(200)))
    assert outcomes == [(["a"], True) if n % 2 else (["b"], True) for n in range(200)]
