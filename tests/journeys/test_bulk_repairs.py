"""Many tasks are repaired by one order: each once, whatever stops a sweep, however many run."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import actions
from processes.store.tables import Deadline, History, RepairJob
from tests.journeys.test_reminders import told
from tests.journeys.town import Town
from worker import sweeps

BOGOR, SUKABUMI = "32.01", "32.02"
WHY = {"reason": "Rapat paripurna", "authority": "SE 4/2026"}


@pytest.fixture
def tasks(both: Town) -> list[str]:
    """The open first tasks of some cases of one region."""
    cases = [both.open_case(BOGOR, [SUKABUMI], f"Perkara {n}") for n in range(6)]
    return [both.case(case)["tasks"][0]["id"] for case in cases]


def order(town: Town, act: str, tasks: list[str], **more: Any) -> str:
    answer = town.call("POST", "/repairs", {**WHY, "act": act, "tasks": tasks, **more})
    assert answer.status_code == 202, answer.get_data(as_text=True)
    return str(answer.get_json()["id"])


def result(town: Town, job: str) -> dict[str, Any]:
    found: dict[str, Any] = town.call("GET", f"/repairs/{job}").get_json()
    return found


def extensions(town: Town, tasks: list[str]) -> list[int]:
    """How often each task was extended, by its deadlines and by its history."""
    with town.office.database.read() as session:
        rows = session.scalars(select(Deadline).where(Deadline.reason == "extended")).all()
        told = session.scalars(select(History).where(History.kind == "task.extended")).all()
    kept = [sum(row.task_id == task for row in rows) for task in tasks]
    assert kept == [sum(e.details["task"] == task for e in told) for task in tasks]
    return kept


def test_many_deadlines_do_not_move_to_a_day_off_and_each_part_says_why(
    both: Town, tasks: list[str]
) -> None:
    job = order(both, "extend", tasks[:1], due_on="2026-08-17")

    actions.carry_on_repairs(both.office, now=both.now)

    [part] = result(both, job)["items"]
    assert part["status"] == "refused"
    assert "17 Agustus 2026 hari libur di Kabupaten Bogor: Hari Kemerdekaan" in part["why"]
    assert extensions(both, tasks[:1]) == [0]


@pytest.mark.parametrize(
    ("until", "field"),
    [
        ({"due_on": "2026-07-20", "working_days": 3}, "due_on"),
        ({"due_on": "9999-12-31"}, "due_on"),
        ({"working_days": 251}, "working_days"),
    ],
)
def test_what_no_deadline_could_be_given_is_refused_before_a_job_is_begun(
    both: Town, tasks: list[str], until: dict[str, Any], field: str
) -> None:
    body = {**WHY, "act": "extend", "tasks": tasks, **until}

    refused = both.call("POST", "/repairs", body)

    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == [field]
    with both.office.database.read() as session:
        assert session.scalars(select(RepairJob)).all() == []


def test_a_job_that_is_cut_off_goes_on_and_does_nothing_twice(both: Town, tasks: list[str]) -> None:
    job = order(both, "extend", tasks, working_days=5)
    assert actions.carry_on_repairs(both.office, now=both.now, limit=2) == 2
    assert extensions(both, tasks) == [1, 1, 0, 0, 0, 0]
    assert (result(both, job)["settled"], result(both, job)["finished_at"]) == (2, None)
    assert actions.carry_on_repairs(both.office, now=both.now + timedelta(minutes=1)) == 4
    assert extensions(both, tasks) == [1] * 6
    assert result(both, job)["finished_at"]
    assert actions.carry_on_repairs(both.office, now=both.now + timedelta(hours=1)) == 0
    assert extensions(both, tasks) == [1] * 6


def test_a_job_whose_sweep_died_before_its_last_note_is_over_all_the_same(
    both: Town, tasks: list[str]
) -> None:
    job = order(both, "remind", tasks[:1])
    actions.carry_on_repairs(both.office, now=both.now)
    with both.office.database.write() as session:
        session.get_one(RepairJob, job).finished_at = None
    assert actions.carry_on_repairs(both.office, now=both.now) == 0
    assert result(both, job)["finished_at"]
    both.read_mail()
    assert sum(told(both, "Pengingat").values()) == 1


def test_two_sweeps_at_once_share_the_parts(both: Town, tasks: list[str]) -> None:
    job = order(both, "extend", tasks, working_days=5)
    threads = [
        threading.Thread(target=sweeps.sweep_repairs, args=(both.office, lambda: both.now))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert extensions(both, tasks) == [1] * 6
    done = result(both, job)
    assert {item["status"] for item in done["items"]} == {"done"}
    assert done["finished_at"]


def test_what_one_task_refuses_holds_up_no_other(both: Town, tasks: list[str]) -> None:
    first = both.call("POST", f"/tasks/{tasks[0]}/pause", WHY)
    assert first.status_code == 200
    job = order(both, "pause", tasks)
    sweeps.sweep_repairs(both.office, lambda: both.now)
    items = {item["task_id"]: item for item in result(both, job)["items"]}
    assert items[tasks[0]]["status"] == "refused"
    assert "sedang dihentikan" in items[tasks[0]]["why"]
    assert {items[task]["status"] for task in tasks[1:]} == {"done"}
    again = order(both, "resume", tasks)
    sweeps.sweep_repairs(both.office, lambda: both.now)
    assert {item["status"] for item in result(both, again)["items"]} == {"done"}


def test_everything_of_one_person_goes_to_another(both: Town, tasks: list[str]) -> None:
    [kabag] = both.call("GET", f"/officials?region={BOGOR}&role=kabag").get_json()["items"]
    job = order(both, "reassign", tasks, officials=[kabag["id"]])
    sweeps.sweep_repairs(both.office, lambda: both.now)
    assert {item["status"] for item in result(both, job)["items"]} == {"done"}
    held = [both.call("GET", f"/tasks/{task}").get_json()["holder"]["id"] for task in tasks]
    assert set(held) == {kabag["id"]}
