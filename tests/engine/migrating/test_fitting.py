"""A case at any place of the diagram, and what an owner may do to it meanwhile."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import pytest

from processes.engine.migration import (
    Obstacle,
    Reason,
    check_replacements,
    drawing_of,
    migrate,
    plan,
)
from processes.engine.procedure import Procedure
from processes.engine.run import Run
from processes.errors import InvalidAnswers
from tests.engine.drawings import Walk, drawing, each, flows, read, shape, task, timer
from tests.engine.migrating.edits import EDITS, Edit, shipped
from tests.engine.migrating.strolls import CALENDAR, PARTIES, Stroll, at_every_place, places

#: cases of this file, and of how many each edit sees the end
CASES, FOLLOWED = 60, 4


@pytest.fixture(scope="module")
def plain() -> Procedure:
    """The shipped diagram."""
    return Procedure("ksdd", shipped())


@pytest.fixture(scope="module")
def cases(plain: Procedure) -> list[Stroll]:
    """Running cases at every task of it, and one that only waits."""
    return at_every_place(plain, CASES)


def moved(case: Stroll, new: Procedure, edit: Edit | None = None) -> Run:
    replacements = edit.replacements if edit else {}
    found = plan(case.state, case.procedure, new, replacements=replacements, given=case.given)
    assert found.fits, [reason.say() for reason in found.reasons]
    return migrate(found, new, region=PARTIES[0], now=case.now, calendar=CALENDAR)


def moments(run: Run) -> dict[str, Any]:
    """When each timer that waits fires."""
    return {
        str(task.id): task.task_spec.event_definition.due(task)
        for task in run.workflow.event_manager.tasks.values()
        if hasattr(task.task_spec.event_definition, "due")
    }


def test_the_cases_stand_at_every_task_of_the_diagram(
    plain: Procedure, cases: list[Stroll]
) -> None:
    open_somewhere = {element for case in cases for element in case.elements}
    assert set(places(plain)) - {""} <= open_somewhere
    assert any(not case.elements for case in cases), "one in which only time is awaited"


@pytest.mark.parametrize("number", range(len(EDITS)), ids=[each.name for each in EDITS])
def test_each_case_fits_keeps_what_is_open_and_comes_to_an_end(
    cases: list[Stroll], number: int
) -> None:
    edit = EDITS[number]
    new = edit.procedure()
    follow = Random(number).sample(range(CASES), FOLLOWED)
    for place, case in enumerate(cases):
        found = plan(
            case.state, case.procedure, new, replacements=edit.replacements, given=case.given
        )
        stays = bool(edit.stays_at & set(case.elements))
        assert found.fits is not stays, (case.elements, [r.say() for r in found.reasons])
        if not found.fits:
            continue
        run = migrate(found, new, region=PARTIES[0], now=case.now, calendar=CALENDAR)
        before = case.wake()
        if not found.entering:
            kept = [(t.id, t.region) for t in before.open_tasks()]
            assert [(t.id, t.region) for t in run.open_tasks()] == kept
        fixed, now = moments(before), moments(run)
        assert {own: at for own, at in now.items() if own in fixed} == {
            own: at for own, at in fixed.items() if own in now
        }
        if place in follow:
            onward = Stroll(
                procedure=new, now=case.now, state=b"", given=list(case.given), year=case.year
            )
            onward.keep(run)
            assert onward.to_the_end().over


@pytest.mark.parametrize("seed", range(6))
def test_the_same_diagram_read_again_changes_nothing_that_can_be_seen(
    plain: Procedure, seed: int
) -> None:
    again = Procedure("ksdd", shipped())
    random, mirror = Random(seed), Random(seed)
    case, other = Stroll.begin(plain), Stroll.begin(again)
    other.state, other.next_timer = case.state, case.next_timer
    for step in range(40):
        if case.over:
            break
        other.procedure = again if step % 2 else plain
        here = Stroll(procedure=plain if step % 2 else again, now=other.now, state=other.state)
        run = moved(here, other.procedure)
        assert [(t.id, t.shape.element, t.region) for t in run.open_tasks()] == [
            (t.id, t.shape.element, t.region) for t in here.wake().open_tasks()
        ]
        assert run.next_timer == here.wake().next_timer
        assert run.stage == here.wake().stage
        other.keep(run)
        case.step(random, {}, 0.1)
        other.step(mirror, {}, 0.1)
        assert sorted(case.elements) == sorted(other.elements)
        assert (case.over, case.next_timer) == (other.over, other.next_timer)


START, END = shape("startEvent", "mulai"), shape("endEvent", "akhir")


def reasons(walk: Walk, new: bytes, **replacements: str) -> list[Obstacle]:
    found = plan(walk.state, walk.procedure, read(new), replacements=replacements)
    return [reason.obstacle for reason in found.reasons]


def onward(walk: Walk, new: bytes, **replacements: str) -> Walk:
    """The walk on another drawing."""
    there = read(new)
    found = plan(walk.state, walk.procedure, there, replacements=replacements)
    assert found.fits, [reason.say() for reason in found.reasons]
    run = migrate(found, there, region="32.01", now=walk.now, calendar=walk.calendar)
    walk.procedure = there
    return walk._keep(run)


def line(*ids: str, inside: dict[str, str] | None = None) -> bytes:
    """Tasks one after the other."""
    names = ["mulai", *ids, "akhir"]
    tasks = [task(each, ["isi"], (inside or {}).get(each, "")) for each in ids]
    return drawing(START, *tasks, END, flows(*pairwise(names)))


def two_branches() -> bytes:
    """Two tasks side by side, and a third when both are done."""
    gates = [shape("parallelGateway", "bagi"), shape("parallelGateway", "kumpul")]
    way = [("mulai", "bagi"), ("bagi", "a"), ("bagi", "b")]
    way += [("a", "kumpul"), ("b", "kumpul"), ("kumpul", "c"), ("c", "akhir")]
    return drawing(START, *gates, task("a"), task("b"), task("c"), END, flows(*way))


def test_a_task_that_is_gone_keeps_its_case() -> None:
    walk = Walk(read(line("a", "b"))).answer("a", isi="x")
    assert reasons(walk, line("a", "c")) == [Obstacle.REMOVED]


def test_what_lies_behind_may_be_gone_and_its_answers_stay() -> None:
    walk = Walk(read(line("a", "b", "c"))).answer("a", isi="x").answer("b", isi="y")
    walk = onward(walk, line("c"))
    assert walk.open == ["c"]
    assert walk.data["a"]["daerah"] == "32.01"
    assert walk.answer("c").over


def test_a_new_name_keeps_the_task_and_another_place_opens_a_new_one() -> None:
    walk = Walk(read(line("a", "b")))
    [before] = walk.open_tasks
    walk = onward(walk, line("z", "b"), a="z")
    [renamed] = walk.open_tasks
    assert (renamed.id, renamed.shape.element) == (before.id, "z")
    walk = onward(walk, line("b"), z="b")
    [elsewhere] = walk.open_tasks
    assert elsewhere.id != before.id
    assert walk.answer("b").over


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("tidak_ada", "b", "replace_unknown_old"),
        ("a", "b", "replace_still_there"),
        ("c", "tidak_ada", "replace_unknown_new"),
    ],
)
def test_a_replacement_that_makes_no_sense_is_refused(old: str, new: str, key: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        check_replacements(
            [drawing_of(read(line("a", "b", "c")))], drawing_of(read(line("a", "b"))), {old: new}
        )
    assert refused.value.fields["replacements"].key == f"migrating.{key}"


def test_branches_that_are_drawn_one_after_the_other_now_keep_their_case() -> None:
    walk = Walk(read(two_branches()))
    assert reasons(walk, line("a", "b", "c")) == [Obstacle.BESIDE]
    walk.answer("a")
    assert Obstacle.BESIDE not in reasons(walk, line("a", "b", "c"))


def test_a_token_is_not_put_where_a_join_would_wait_for_ever() -> None:
    walk = Walk(read(line("a", "c")))
    assert reasons(walk, two_branches()) == [Obstacle.STARVES]
    walk.answer("a")
    assert onward(walk, two_branches()).answer("c").over


def test_a_join_knows_who_arrived_although_the_branch_became_shorter() -> None:
    gates = [shape("parallelGateway", "bagi"), shape("parallelGateway", "kumpul")]
    longer = drawing(
        START,
        *gates,
        task("a"),
        task("a2", ["isi"]),
        task("b"),
        task("c"),
        END,
        flows(
            ("mulai", "bagi"),
            ("bagi", "a"),
            ("bagi", "b"),
            ("a", "a2"),
            ("a2", "kumpul"),
            ("b", "kumpul"),
            ("kumpul", "c"),
            ("c", "akhir"),
        ),
    )
    walk = Walk(read(longer)).answer("a").answer("a2", isi="x")
    walk = onward(walk, two_branches()).answer("b")
    assert walk.open == ["c"]
    assert "a2" in walk.data, "what was answered on the shorter branch is still known"
    assert walk.answer("c").over


def timed(host: str, *, closes: bool, text: str = "P3D") -> bytes:
    """A task with a timer on its edge."""
    event = shape(
        "boundaryEvent",
        "t",
        timer("timeDuration", text),
        attachedToRef=host,
        cancelActivity="true" if closes else "false",
    )
    other = shape("endEvent", "lain")
    pairs = flows(("mulai", "a"), ("a", "akhir"), ("t", "z"), ("z", "lain"))
    return drawing(START, task("a"), task("z"), event, END, other, pairs)


@pytest.mark.parametrize("closes", [True, False])
def test_the_first_timer_on_an_open_task_begins_now_and_the_last_one_goes(closes: bool) -> None:
    walk = Walk(read(line("a")))
    [before] = walk.open_tasks
    walk = onward(walk, timed("a", closes=closes))
    assert [each.id for each in walk.open_tasks] == [before.id]
    assert walk.next_timer is not None
    later = walk.wait(days=4)
    assert later.open == (["z"] if closes else ["a", "z"])
    if not closes:
        # the timer is gone, what it opened is not
        both = drawing(
            START,
            shape("exclusiveGateway", "g", default="f_g_a"),
            task("a"),
            task("z"),
            END,
            flows(
                ("mulai", "g"),
                ("g", "a"),
                ("a", "akhir"),
                ("g", "z", "1 == 2"),
                ("z", "akhir"),
            ),
        )
        walk = onward(walk, both)
        assert walk.open == ["a", "z"]
        assert walk.answer("a").answer("z").over


def test_a_moment_that_was_fixed_stays_whatever_the_timer_says_now() -> None:
    walk = Walk(read(timed("a", closes=True))).wait(days=1)
    fixed = walk.next_timer
    assert onward(walk, timed("a", closes=True, text="P9D")).next_timer == fixed


def looped(*, item: str = "m", collection: str = "mitra", result: str = "jawaban") -> bytes:
    """One task for each partner, and one afterwards."""
    inside = each(collection, item, result, "a")
    after = shape("scriptTask", "s", "<bpmn:script>jumlah = len(jawaban)</bpmn:script>")
    return drawing(
        START,
        task("a", ["isi"], inside),
        after,
        task("b"),
        END,
        flows(("mulai", "a"), ("a", "s"), ("s", "b"), ("b", "akhir")),
    )


def test_a_loop_goes_on_where_it_was() -> None:
    walk = Walk(read(looped()), ["32.01", "32.02", "32.03"]).answer("a", "32.02", isi="x")
    walk = onward(walk, looped(collection="pihak"))
    assert walk.open_at == [("a", "32.03")]
    assert walk.answer("a", "32.03").open == ["b"]
    assert walk.data["jumlah"] == 2
    assert reasons(Walk(read(looped()), ["32.01", "32.02"]), looped(result="lain")) == [
        Obstacle.LOOP
    ]
    assert reasons(Walk(read(looped()), ["32.01", "32.02"]), line("a", "b")) == [Obstacle.LOOP]


def test_a_name_that_nobody_ever_filled_in_keeps_the_case() -> None:
    walk = Walk(read(line("a", "b"))).answer("a", isi="x")
    asking = drawing(
        START,
        shape("scriptTask", "s", "<bpmn:script>batas = 3</bpmn:script>"),
        task("a", ["isi"]),
        task("b", ["isi"]),
        shape("exclusiveGateway", "g", default="f_g_akhir"),
        task("c"),
        END,
        flows(
            ("mulai", "s"),
            ("s", "a"),
            ("a", "b"),
            ("b", "g"),
            ("g", "akhir"),
            ("g", "c", "batas == 3"),
            ("c", "akhir"),
        ),
    )
    found = plan(walk.state, walk.procedure, read(asking))
    [reason] = found.reasons
    assert (reason.obstacle, reason.detail) == (Obstacle.UNKNOWN, "batas")
    assert "batas" in reason.say("en")


def test_every_reason_has_words_in_both_languages_and_a_way_out() -> None:
    for obstacle in Obstacle:
        reason = Reason(obstacle=obstacle, element="a", name="Telaah", detail="x")
        assert len(reason.say("id").split(".")) > 1
        assert reason.say("id") != reason.say("en")
