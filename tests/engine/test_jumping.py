"""A case goes back to an earlier task: what came after is cut off, what it learnt stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes.engine.jumping import behind, go_back
from processes.errors import Conflict
from tests.engine.drawings import Walk, drawing, each, flows, read, shape, task, timer
from tests.engine.mistakes.table import END, START


def back(walk: Walk, source: str, target: str) -> Walk:
    """Send the case back from an open task, saved and restored around it."""
    run = walk._wake()
    here = next(each for each in run.open_tasks() if each.shape.element == source)
    go_back(run, here.id, target)
    return walk._keep(run)


def ways(walk: Walk, source: str, *elements: str) -> list[str]:
    run = walk._wake()
    here = next(each for each in run.open_tasks() if each.shape.element == source)
    return behind(run, here.id, elements)


def test_what_ran_beside_is_cut_off_and_the_case_runs_on_as_drawn() -> None:
    fork, join = shape("parallelGateway", "g"), shape("parallelGateway", "h")
    limit = shape("boundaryEvent", "batas", timer("timeDuration", "P3D"), attachedToRef="a")
    drawn = drawing(
        START,
        task("a", ["isi"]),
        limit,
        shape("endEvent", "habis"),
        fork,
        task("b"),
        task("c"),
        task("d"),
        join,
        END,
        flows(
            ("mulai", "a"), ("batas", "habis"), ("a", "g"), ("g", "b"), ("g", "c"), ("c", "d"),
            ("b", "h"), ("d", "h"), ("h", "akhir"),
        ),
    )  # fmt: skip
    walk = Walk(read(drawn))
    first = walk.open_tasks[0].id
    walk.answer("a", isi="x").answer("c")
    assert ways(walk, "d", "a", "b", "c", "d") == ["a", "c"]
    back(walk, "d", "a")
    assert walk.open == ["a"]
    assert walk.open_tasks[0].id != first
    assert walk.next_timer == walk.now + timedelta(days=3)
    walk.answer("a", isi="y").answer("b").answer("c")
    assert walk.open == ["d"]
    assert walk.answer("d").over


def test_out_of_a_loop_of_regions_all_their_work_falls() -> None:
    inner = "".join(
        (
            shape("startEvent", "m2"),
            task("kabag", ["paraf"]),
            task("sekda", ["paraf"]),
            shape("endEvent", "a2"),
            flows(("m2", "kabag"), ("kabag", "sekda"), ("sekda", "a2")),
        )
    )
    loop = shape("subProcess", "rantai", inner + each("pihak", "d", "hasil", "sekda"))
    drawn = drawing(
        START, task("bahas", ["isi"]), loop, END,
        flows(("mulai", "bahas"), ("bahas", "rantai"), ("rantai", "akhir")),
    )  # fmt: skip
    walk = Walk(read(drawn)).answer("bahas", isi="satu").answer("kabag", "32.01")
    assert ways(walk, "sekda", "bahas", "kabag") == ["bahas", "kabag"]
    back(walk, "sekda", "kabag")
    assert walk.open_at == [("kabag", "32.01"), ("kabag", "32.02")]
    walk.answer("kabag", "32.02").answer("kabag", "32.01")
    back(walk, "sekda", "bahas")
    assert walk.open_at == [("bahas", "32.01")]
    walk.answer("bahas", isi="dua")
    for region in ("32.01", "32.02"):
        walk.answer("kabag", region).answer("sekda", region)
    assert walk.over


def test_a_task_that_does_not_lie_behind_is_refused() -> None:
    way = flows(("mulai", "a"), ("a", "b"), ("b", "akhir"))
    walk = Walk(read(drawing(START, task("a"), task("b"), END, way)))
    with pytest.raises(Conflict):
        back(walk, "a", "b")
    assert walk.open == ["a"]
