"""A running case gets another version of its procedure, and can be put back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import actions
from processes.actions import Actor, CaseStays, MigrationWish, Order
from processes.engine.migration.sameness import is_same_but_words
from processes.engine.procedure import Procedure
from processes.errors import Conflict, NotAllowed
from processes.store import history, questions
from processes.store.tables import (
    Alarm,
    Case,
    CaseMigration,
    Deadline,
    DeadlineChoice,
    Draft,
    Link,
    LinkPurpose,
    Task,
    TaskHolder,
    TaskStatus,
)
from processes.store.viewer import Viewer
from tests.engine.migrating.edits import EDITS, Edit, Sheet, shipped
from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI, DEPOK = "32.01", "32.02", "32.76"
ADMIN = Actor(kind="account", name="Administrator")
WHY = {"reason": "Perda baru", "authority": "SK 12/2026"}
KEEP, RECOUNT, RESTART = DeadlineChoice.KEEP, DeadlineChoice.RECOUNT, DeadlineChoice.RESTART


def edit(name: str) -> Edit:
    [found] = [each for each in EDITS if each.name == name]
    return found


def publish(town: Town, files: Mapping[str, bytes]) -> str:
    """Publish a folder; the id of the version. Nobody sweeps."""
    version = actions.publish(
        town.office, files, key="ksdd", note="Perubahan", actor=ADMIN, now=town.now
    )
    return version.id


def move(town: Town, journey: Journey, version: str, actor: Actor = ADMIN, **wish: Any) -> None:
    order = Order(actor=actor, **WHY)
    wanted = MigrationWish(version_id=version, **wish)
    actions.migrate_case(town.office, journey.id, wanted, order=order, now=town.now)


def undo(town: Town, journey: Journey) -> None:
    actions.undo_migration(town.office, journey.id, order=Order(actor=ADMIN, **WHY), now=town.now)


def rows(town: Town, journey: Journey) -> dict[str, Any]:
    """Everything that hangs on a case, to be compared; without what only grows."""
    with town.office.database.read() as session:
        case = session.get_one(Case, journey.id)
        tasks = list(session.scalars(select(Task).where(Task.case_id == journey.id)))
        ids = [task.id for task in tasks]

        def every(table: Any, *names: str) -> list[Any]:
            found = session.scalars(select(table).where(table.task_id.in_(ids)))
            return sorted(str([getattr(each, name) for name in names]) for each in found)

        waiting = session.scalars(
            select(Alarm).where(
                Alarm.task_id.in_(ids), Alarm.fired_at.is_(None), Alarm.dropped_at.is_(None)
            )
        )
        return {
            "state": case.state,
            "case": (case.version_id, case.stage, case.stage_name, case.next_timer_at),
            "tasks": {
                task.id: {
                    column.name: getattr(task, column.name) for column in Task.__table__.columns
                }
                for task in tasks
            },
            "deadlines": every(Deadline, "id", "due_at"),
            "drafts": every(Draft, "task_id", "person_id", "values"),
            "links": every(Link, "id", "revoked_at"),
            "holders": every(TaskHolder, "task_id", "official_id", "position"),
            "alarms": sorted(str((a.task_id, a.kind, a.label, a.due_at)) for a in waiting),
        }


def task_of(town: Town, journey: Journey, element: str) -> Task:
    with town.office.database.read() as session:
        return session.scalars(
            select(Task).where(
                Task.case_id == journey.id,
                Task.element == element,
                Task.status == TaskStatus.OPEN,
            )
        ).first() or pytest.fail(f"{element} is not open")


def save_draft(town: Town, journey: Journey, element: str, region: str, **typed: str) -> None:
    """Type something into a form, and keep it as a draft."""
    with town.office.database.write() as session:
        task = task_of(town, journey, element)
        [(_, person), *_] = questions.holders_of_tasks(session, [task.id])[task.id]
        session.add(
            Draft(
                task_id=task.id,
                person_id=person.id,
                purpose=LinkPurpose.ANSWER,
                values=typed,
                saved_at=town.now,
            )
        )


def test_a_case_keeps_its_version_until_somebody_moves_it_and_then_goes_on_in_the_new_one(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, DEPOK]).until("tahap5_paraf_kabag")
    version = publish(both, edit("a task added inside a loop").files())
    both.wait(days=1)
    assert journey.case["version"] == 1
    before = rows(both, journey)
    move(both, journey, version)
    after = rows(both, journey)
    assert journey.case["version"] == 2
    for kept in ("deadlines", "drafts", "links", "holders", "alarms"):
        assert before[kept] == after[kept], kept
    journey.answer("tahap5_paraf_kabag", BOGOR)
    assert ("tahap5_paraf_asisten", BOGOR) in journey.open
    fresh = Journey(both, [BOGOR, SUKABUMI])
    assert fresh.case["version"] == 2
    with both.office.database.read() as session:
        assert history.verify(session) is None
        entries = questions.history_of_case(session, Viewer.system(), journey.id)
    [entry] = [e for e in entries if e.kind == "case.migrated"]
    assert entry.details["from"] == 1
    assert entry.details["to"] == 2
    assert entry.details["reason"] == "Perda baru (SK 12/2026)"
    assert entry.actor["name"] == "Administrator"


def deadlines_changed() -> dict[str, bytes]:
    return edit("deadlines changed").files()


@pytest.mark.parametrize(
    ("choice", "days"), [(KEEP, 2), (RECOUNT, 3), (RESTART, 3)], ids=lambda c: str(c)
)
def test_a_deadline_is_kept_counted_anew_or_begun_again(
    both: Town, choice: DeadlineChoice, days: int
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_sekda")
    calendar = both.office.calendar
    task = task_of(both, journey, "tahap5_paraf_sekda")
    opened = calendar.today(task.opened_at, task.region_code)
    extra = {"reason": "Rapat", "authority": "ND 1"}
    both.call("POST", f"/tasks/{task.id}/extend", {**extra, "working_days": 2})
    version = publish(both, deadlines_changed())
    both.now += timedelta(days=1)
    move(both, journey, version, deadlines=choice)
    moved = task_of(both, journey, "tahap5_paraf_sekda")
    start = calendar.today(both.now, task.region_code) if choice is RESTART else opened
    # the extension by two working days stays in any case
    expected = calendar.after_working_days(start, days + 2, task.region_code)
    assert moved.due_at == expected
    with both.office.database.read() as session:
        labels = session.scalars(
            select(Alarm.due_at).where(Alarm.task_id == task.id, Alarm.dropped_at.is_(None))
        )
        assert all(at > both.now for at in labels)


def test_one_deadline_may_be_treated_otherwise_than_the_others(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until("tahap4_keputusan_dprd")
    before = task_of(both, journey, "tahap4_keputusan_dprd")
    version = publish(both, deadlines_changed())
    move(both, journey, version, by_element={"tahap4_keputusan_dprd": RECOUNT})
    after = task_of(both, journey, "tahap4_keputusan_dprd")
    assert after.due_rule == "60 hari kerja"
    assert before.due_at is not None
    assert after.due_at is not None
    assert after.due_at > before.due_at
    with both.office.database.read() as session:
        timer = session.get_one(Case, journey.id).next_timer_at
        [record] = session.scalars(select(CaseMigration))
    # silence is deemed approval after 45 days as before: nobody drew that timer otherwise
    assert timer == before.due_at
    assert {each["name"] for each in record.moved} >= {"Mencatat keputusan DPRD"}


def test_holders_change_only_where_the_role_does_and_the_old_link_dies(both: Town) -> None:
    first = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    second = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_surat")
    old = both.link(first.id, "tahap1_telaah", BOGOR)
    kept = both.link(second.id, "tahap1_surat", BOGOR)
    version = publish(both, edit("roles changed").files())
    move(both, first, version)
    move(both, second, version)
    assert both.client.get(f"/t/{old}").status_code in (404, 410)
    assert both.client.get(f"/t/{kept}").status_code == 200
    assert task_of(both, first, "tahap1_telaah").role == "ketua_tkksd"
    first.answer("tahap1_telaah", BOGOR)
    assert first.elements == ["tahap1_surat"]


def test_what_was_typed_survives_and_comes_back_in_the_new_form(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    save_draft(both, journey, "tahap3_pembahasan", BOGOR, peserta="Para pihak yang hadir")
    version = publish(both, edit("form fields added").files())
    link = both.link(journey.id, "tahap3_pembahasan", BOGOR)
    move(both, journey, version)
    page = both.client.get(f"/t/{link}").get_data(as_text=True)
    assert "Simpulan" in page
    with both.office.database.read() as session:
        [draft] = session.scalars(select(Draft))
    assert draft.values == {"peserta": "Para pihak yang hadir"}


def test_a_renamed_task_keeps_its_link_and_what_was_finished_before_stays_readable(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_sekda")
    old = both.link(journey.id, "tahap5_paraf_sekda", BOGOR)
    renamed = edit("tasks renamed")
    version = publish(both, renamed.files())
    move(both, journey, version, replacements=renamed.replacements)
    assert both.client.get(f"/t/{old}").status_code == 200
    done = {task["element"] for task in journey.case["tasks"] if task["status"] == "done"}
    assert "tahap1_pemeriksaan" in done
    journey.plan["tahap5_paraf_terakhir"] = journey.plan["tahap5_paraf_sekda"]
    journey.until("tahap6_jadwal")


def test_a_removed_task_keeps_its_case_where_it_is_unless_somebody_says_where_to_go_on(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_asisten")
    removed = edit("a task removed, with where to go on")
    version = publish(both, removed.files())
    before = rows(both, journey)
    with pytest.raises(CaseStays, match="Paraf Asisten"):
        move(both, journey, version)
    assert rows(both, journey) == before
    old = both.link(journey.id, "tahap5_paraf_asisten", BOGOR)
    move(both, journey, version, replacements=removed.replacements)
    assert both.client.get(f"/t/{old}").status_code in (409, 410)
    assert ("tahap5_paraf_sekda", BOGOR) in journey.open
    undo(both, journey)
    assert ("tahap5_paraf_asisten", BOGOR) in journey.open
    assert both.client.get(f"/t/{old}").status_code == 200
    journey.until("tahap6_jadwal")


#: what each edit is undone from: everything must be as it was
UNDONE = ["roles changed", "deadlines changed", "tasks renamed", "stages renumbered"]


@pytest.mark.parametrize("name", UNDONE)
def test_a_case_that_has_not_moved_is_put_back_exactly_as_it_was(both: Town, name: str) -> None:
    changed = edit(name)
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until("tahap4_keputusan_dprd")
    save_draft(both, journey, "tahap4_keputusan_dprd", BOGOR, nomor="170/9")
    version = publish(both, changed.files())
    before = rows(both, journey)
    both.now += timedelta(hours=1)
    move(both, journey, version, deadlines=RESTART, replacements=changed.replacements)
    assert rows(both, journey) != before
    both.now += timedelta(hours=1)
    undo(both, journey)
    after = rows(both, journey)
    fresh = [link for link in after["links"] if link not in before["links"]]
    assert all("None" not in link for link in fresh), "what the move made is dead"
    after["links"] = [link for link in after["links"] if link not in fresh]
    assert after == before
    with both.office.database.read() as session:
        assert history.verify(session) is None
    with pytest.raises(Conflict, match="sudah dibatalkan"):
        undo(both, journey)
    journey.until("tahap6_jadwal")


@pytest.mark.parametrize("successor", ["Citra Contoh", ""])
def test_who_left_since_gets_nothing_back_and_his_successor_gets_it(
    both: Town, successor: str
) -> None:
    role, about = "sekretaris_tkksd", {"actor": ADMIN, "now": both.now}
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    old = both.link(journey.id, "tahap1_telaah", BOGOR)
    [former] = journey.case["tasks"][-1]["holders"]
    move(both, journey, publish(both, edit("roles changed").files()))
    actions.end_official(both.office, former["id"], reason="Mutasi", **about)
    if successor:
        typed = {"region": BOGOR, "role": role, "name": successor, "email": "citra@32.01.example"}
        actions.add_official(both.office, typed, reason="SK 1", **about)
    undo(both, journey)
    task = journey.case["tasks"][-1]
    assert (task["status"], task["role"]) == ("open", role)
    assert [each["name"] for each in task["holders"]] == [successor] * bool(successor)
    assert both.client.get(f"/t/{old}").status_code in (404, 410)
    told = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"][-1]
    assert told["kind"] == "task.reassigned"
    if successor:
        fresh = both.link(journey.id, "tahap1_telaah", BOGOR)
        assert both.client.get(f"/t/{fresh}").status_code == 200
        journey.until("tahap1_surat")


def test_a_case_that_has_moved_on_cannot_be_put_back_and_its_old_state_is_forgotten(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    move(both, journey, publish(both, deadlines_changed()))
    journey.until("tahap1_surat")
    with pytest.raises(Conflict, match="sudah bergerak"):
        undo(both, journey)
    actions.forget_old(both.office, now=both.now)
    with both.office.database.read() as session:
        [record] = session.scalars(select(CaseMigration))
    assert (record.state, record.kept) == (None, None)


def test_a_change_of_words_reaches_running_cases_by_itself_and_leaves_their_state_alone(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    other = Journey(both, [BOGOR, DEPOK]).until("tahap1_telaah")
    before = rows(both, journey)
    publish(both, edit("documentation and a name changed").files())
    actions.carry_on_repairs(both.office, now=both.now)
    after = rows(both, journey)
    assert journey.case["version"] == other.case["version"] == 2
    assert after["state"] == before["state"]
    assert after["alarms"] == before["alarms"]
    assert task_of(both, journey, "tahap3_pembahasan").name == "Pembahasan Tim Koordinasi"
    publish(both, deadlines_changed())
    actions.carry_on_repairs(both.office, now=both.now)
    assert journey.case["version"] == 2


def test_a_case_whose_state_cannot_be_read_stays_where_it_is_and_says_so(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    with both.office.database.write() as session:
        session.get_one(Case, journey.id).state = b"rusak"
    version = publish(both, EDITS[0].files())
    before = rows(both, journey)
    with pytest.raises(CaseStays) as caught:
        move(both, journey, version)
    assert "tidak dapat dibaca" in str(caught.value)
    assert rows(both, journey) == before


def test_only_words_count_as_words() -> None:
    plain = Procedure("ksdd", shipped())
    for each in EDITS:
        assert is_same_but_words(plain, each.procedure()) is each.words_only, each.name


def test_the_clock_of_a_paused_task_stands_still_in_the_new_version_too(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    task = task_of(both, journey, "tahap3_pembahasan")
    assert both.call("POST", f"/tasks/{task.id}/pause", WHY).status_code == 200
    sheet = Sheet(shipped())
    sheet.timer("t3_lama", "tahap3_pembahasan", "timeDuration", "3 hari kerja", closes=True)
    sheet.flow("t3_lama", "akhir_dihentikan_pembahasan")
    move(both, journey, publish(both, sheet.done()))
    both.wait(days=30)
    assert journey.elements == ["tahap3_pembahasan"]
    assert both.call("POST", f"/tasks/{task.id}/resume", WHY).status_code == 200
    both.wait(days=30)
    assert journey.stands() == ("stopped", "dihentikan")


def test_an_administrator_moves_only_cases_of_his_own_regions(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    version = publish(both, deadlines_changed())
    stranger = Actor(kind="account", name="Depok", regions=frozenset({DEPOK}))
    with pytest.raises(NotAllowed):
        move(both, journey, version, actor=stranger)
    own = Actor(kind="account", name="Bogor", regions=frozenset({BOGOR}))
    move(both, journey, version, actor=own)
    assert journey.case["version"] == 2
