"""Our scheduler, our pruning and our way of saving change nothing of what a drawing does.

The same random walk is taken twice over the same specs: by a case that is saved and read again
after every act, and by SpiffWorkflow's own workflow with its own scheduler, which stays in memory
whole and so can lose nothing. After every act both have the same open tasks with the same data, the
same timers and the same end. `KSDD_TEST_SEED` repeats a run, `KSDD_TEST_WALKS` says how many.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from random import Random, randrange
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from processes import actions
from processes.engine.calendar import WorkingCalendar
from processes.engine.checks import check_folder
from processes.engine.codec import pack, unpack, with_ids
from processes.engine.procedure import Procedure
from processes.engine.run import Run
from processes.engine.surroundings import Surroundings
from processes.errors import CaseIncident, KsddError
from processes.office import SHIPPED
from tests.engine import mutants
from tests.engine.brute import REGIONS, ways
from tests.engine.drawings import MONDAY
from tests.engine.migrating.strolls import answers_to

SEED = int(os.environ.get("KSDD_TEST_SEED", "0")) or randrange(1, 1_000_000)
WALKS = int(os.environ.get("KSDD_TEST_WALKS", "12"))
MOST_ACTS = 40
#: what somebody says to a task (its element) at a moment
Say = Callable[[Random, str, datetime], Mapping[str, Any]]
ZONE = ZoneInfo("Asia/Jakarta")
CALENDAR = WorkingCalendar(lambda _: ZONE)
DRAWINGS: Sequence[Callable[[], bytes]] = (
    mutants.parallel,
    mutants.timed,
    mutants.looped,
    mutants.nested,
    mutants.first_comes,
    mutants.computed,
)


class StockWorkflow(BpmnWorkflow):  # type: ignore[misc]
    """The stock workflow, with what a `Run` asks of ours answered from the stock one's own."""

    observer: Callable[[Any], None] | None = None

    def levels(self) -> list[Any]:
        return [*(inside for inside in self.subprocesses.values() if not inside.completed), self]

    def drop_subprocess(self, task_id: Any) -> None:
        self.delete_subprocess(self.get_task_from_id(task_id))

    def advance(self) -> None:
        while True:
            self.do_engine_steps(did_complete_task=self.observer)
            self.refresh_timers()
            if self.get_next_task(state=TaskState.READY, manual=False) is None:
                break


class StockRun(Run):
    """A run that nobody saves."""

    def save(self) -> bytes:
        raise AssertionError("the stock run is not saved")


def stock(procedure: Procedure, parties: Sequence[str]) -> StockRun:
    workflow = StockWorkflow(procedure.spec, procedure.inner_specs, script_engine=procedure.engine)
    run = StockRun(procedure, workflow)
    people = [{"kode": code} for code in parties]
    first = {"jalur": "permohonan", "pemrakarsa": people[0], "mitra": people[1:]}
    run.begin({**first, "pihak": people, "daerah": parties[0]}, around(parties, MONDAY))
    return run


def shown(run: Run) -> dict[str, Any]:
    """Everything that tells one moment of a case from another, in an order of its own."""
    tasks = [
        (task.shape.element, task.region, json.dumps(run.token(task.id).data, sort_keys=True))
        for task in run.open_tasks()
    ]
    waiting = [
        (token.task_spec.bpmn_id, str(definition.due(token)))
        for token in run._catching()
        if hasattr(definition := token.task_spec.event_definition, "due")
    ]
    return {"tasks": sorted(tasks), "timers": sorted(waiting), "over": run.is_over}


def place_of(run: Run, wanted: tuple[str, str, str]) -> str:
    """The id of one of the tasks as `shown` tells them."""
    for task in run.open_tasks():
        assert task.id == str(UUID(task.id)), "an id is written in one way, saved or not"
        data = json.dumps(run.token(task.id).data, sort_keys=True)
        if (task.shape.element, task.region, data) == wanted:
            return task.id
    raise AssertionError(wanted)


def walk(
    procedure: Procedure,
    random: Random,
    *,
    write: Callable[[bytes], bytes] = bytes,
    say: Say | None = None,
) -> list[str]:
    """Take one walk twice; the acts that were done. `write` is what happens to a saved state."""
    say = say or by_the_form(procedure)
    parties = REGIONS[: random.choice((2, 3))]
    pair = begun(procedure, parties)
    if pair is None:
        return []
    ours, theirs = pair
    now, acts = MONDAY, list[str]()
    for _ in range(MOST_ACTS):
        state = write(ours.save())
        ours = procedure.resume(state, region=parties[0], now=now, calendar=CALENDAR)
        here = shown(ours)
        assert here == shown(theirs), acts
        tasks, moment = here["tasks"], ours.next_timer
        if not tasks and moment is None:
            break
        if moment is not None and (not tasks or random.random() < 0.3):
            now = max(now, moment)
            acts.append(f"timer {now}")
            act = partial(tick, around=around(parties, now))
        else:
            chosen = random.choice(tasks)
            answers = say(random, chosen[0], now)
            acts.append(f"{chosen[0]} {answers}")
            act = partial(answer, wanted=chosen, answers=answers)
        if not both_can(ours, theirs, act):
            break
    return acts


def begun(procedure: Procedure, parties: Sequence[str]) -> tuple[Run, Run] | None:
    """The same case twice; None when it cannot even begin, as both find."""
    try:
        ours = procedure.start(parties=parties, now=MONDAY, calendar=CALENDAR)
    except CaseIncident:
        # it goes in circles, for which the stock engine has no measure
        return None
    except KsddError as fault:
        with pytest.raises(KsddError, match=re.escape(str(fault))):
            stock(procedure, parties)
        return None
    return ours, stock(procedure, parties)


def around(parties: Sequence[str], now: datetime) -> Surroundings:
    return Surroundings(now=now, calendar=CALENDAR, region=parties[0])


def tick(run: Run, around: Surroundings) -> None:
    run.surroundings = around
    run.fire_timers()


def answer(run: Run, wanted: tuple[str, str, str], answers: Mapping[str, Any]) -> None:
    run.complete(place_of(run, wanted), answers)


def both_can(ours: Run, theirs: Run, act: Callable[[Run], None]) -> bool:
    """Do the same with both; whether it can be done, which both find in the same way."""
    try:
        fault = _fault(ours, act)
    except CaseIncident:
        return False
    assert _fault(theirs, act) == fault
    return not fault


def _fault(run: Run, act: Callable[[Run], None]) -> str:
    try:
        act(run)
    except CaseIncident:
        raise
    except KsddError as fault:
        return str(fault)
    return ""


def by_the_form(procedure: Procedure) -> Say:
    """Any answers that the form of a task takes."""

    def say(random: Random, element: str, _now: datetime) -> Mapping[str, Any]:
        return random.choice(list(ways(procedure.shapes[element].form)))

    return say


def as_in_a_case(random: Random, element: str, now: datetime) -> Mapping[str, Any]:
    """Answers to a task of the shipped diagram, mostly smooth ones."""
    return answers_to(element, now.date().isoformat(), random.choice([0, 0, 0, 1, 2]))


def as_codec_1(state: bytes) -> bytes:
    """The same state as the first codec wrote it: every task with its id, and that of the last."""
    document = unpack(state)
    for level in (document["top"], *(each[2] for each in document["inner"])):
        ids = with_ids(level["rows"])
        for task_id, row in zip(ids, level["rows"], strict=True):
            row[0] = task_id
        level["last"] = None if level["last"] is None else ids[level["last"]]
    return pack(document)


def sound_mutants(random: Random) -> Iterator[bytes]:
    """Drawings by chance that the checks let pass."""
    while True:
        diagram = mutants.mutant(random.randrange(100_000)).diagram
        if not any(f.severity == "error" for f in check_folder({"p.bpmn": diagram})):
            yield diagram


@pytest.mark.parametrize("write", [bytes, as_codec_1])
@pytest.mark.parametrize("drawn", DRAWINGS)
def test_every_kind_of_drawing_goes_the_way_of_the_stock_engine(
    drawn: Callable[[], bytes], write: Callable[[bytes], bytes]
) -> None:
    procedure = Procedure("uji", {"p.bpmn": drawn()})
    random = Random(SEED)
    done = [walk(procedure, random, write=write) for _ in range(WALKS)]
    assert sum(len(acts) for acts in done) > WALKS, f"seed {SEED}"


def test_so_do_drawings_by_chance() -> None:
    random = Random(SEED)
    for diagram, _ in zip(sound_mutants(random), range(WALKS), strict=False):
        walk(Procedure("uji", {"p.bpmn": diagram}), random)


def test_so_does_the_shipped_diagram() -> None:
    procedure = Procedure("ksdd", actions.procedures.read_folder(SHIPPED / "ksdd"))
    random = Random(SEED)
    acts = sum(len(walk(procedure, random, say=as_in_a_case)) for _ in range(WALKS))
    assert acts > 3 * WALKS, f"seed {SEED}"
