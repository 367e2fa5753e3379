"""Questions find what was asked for, in the promised order, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from processes.store import outbox, questions
from processes.store.database import Database
from processes.store.questions import CaseFilters, TaskFilters
from processes.store.tables import (
    Case,
    CaseStatus,
    Document,
    Task,
    TaskStatus,
)
from processes.store.viewer import Viewer
from tests.store.cast import (
    BADUNG,
    BOGOR,
    CIANJUR,
    SUKABUMI,
    a_case,
    a_task,
    an_answered_task,
    an_official,
)

DAY = timedelta(days=1)
ALL = Viewer.system()


def ids(rows: Sequence[Task] | Sequence[Document] | Sequence[Case]) -> list[str]:
    return [row.id for row in rows]


def test_cases_come_page_by_page_the_newest_first(database: Database, now: datetime) -> None:
    with database.write() as session:
        for n in range(60):
            a_case(session, now + n * DAY, [BOGOR, SUKABUMI], number=f"KSDD/{n:03}")
    with database.read() as session:
        pages = [
            questions.page_of_cases(session, viewer, CaseFilters(), page=number, now=now)
            for viewer in (ALL, Viewer.of_region(BOGOR))
            for number in (1, 2, 3, 0, 10**12)
        ]
    assert [len(page.items) for page in pages] == [50, 10, 0, 50, 0] * 2
    assert {page.total for page in pages} == {60}
    assert [case.number for case in pages[1].items][-1] == "KSDD/000"


def test_cases_are_found_by_status_stage_region_lateness_and_words(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        first = a_case(session, now, [BOGOR, SUKABUMI], title="Air 100% bersih", stage=3)
        second = a_case(session, now, [SUKABUMI, CIANJUR], status=CaseStatus.COMPLETED)
        a_task(session, first, BOGOR, now, due_at=now)
        a_task(session, second, BOGOR, now, due_at=now, status=TaskStatus.DONE)

    def found(**wanted: object) -> list[str]:
        with database.read() as session:
            filters = CaseFilters(**wanted)  # type: ignore[arg-type]
            late = now + DAY
            return ids(questions.page_of_cases(session, ALL, filters, page=1, now=late).items)

    assert found(status=CaseStatus.COMPLETED) == [second.id]
    assert found(stage=3) == [first.id]
    assert found(region=CIANJUR) == [second.id]
    assert sorted(found(region=SUKABUMI)) == sorted([first.id, second.id])
    assert found(overdue=True) == [first.id]
    assert found(overdue=False) == [second.id]
    assert found(words="100%") == [first.id]
    assert found(words="AIR") == [first.id]
    assert found(words="%") == [first.id]
    assert found(words="a_r") == []
    assert found(words=second.number) == [second.id]
    assert found(words="' OR 1=1 --") == []


def test_tasks_are_found_by_status_lateness_region_role_and_case(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        case = a_case(session, now, [BOGOR, SUKABUMI])
        late = a_task(session, case, BOGOR, now, due_at=now + DAY, role="sekda")
        soon = a_task(session, case, SUKABUMI, now, due_at=now + 3 * DAY)
        never = a_task(session, case, SUKABUMI, now, due_at=None, stage=5)
        done = an_answered_task(session, case, BOGOR, now, due_at=now)
        other = a_task(session, a_case(session, now), BOGOR, now, due_at=now + 4 * DAY)

    def found(**wanted: object) -> list[str]:
        with database.read() as session:
            filters = TaskFilters(**wanted)  # type: ignore[arg-type]
            moment = now + 2 * DAY
            return ids(questions.page_of_tasks(session, ALL, filters, page=1, now=moment).items)

    assert found(status=TaskStatus.OPEN) == [late.id, soon.id, other.id, never.id]
    assert found(overdue=True) == [late.id]
    assert found(overdue=False) == [done.id, soon.id, other.id, never.id]
    assert found(region=SUKABUMI) == [soon.id, never.id]
    assert found(role="sekda") == [late.id]
    assert found(case_id=other.case_id) == [other.id]
    assert found(stage=5) == [never.id]
    with database.read() as session:
        assert ids(questions.overdue(session, ALL, now + 9 * DAY)) == [late.id, soon.id, other.id]
        assert len(questions.open_tasks(session, ALL, limit=2)) == 2


def test_a_task_is_overdue_only_after_its_moment(database: Database, now: datetime) -> None:
    with database.write() as session:
        a_task(session, a_case(session, now), BOGOR, now, due_at=now)
    with database.read() as session:
        assert questions.overdue(session, ALL, now) == []
        assert len(questions.overdue(session, ALL, now + timedelta(microseconds=1))) == 1


def test_the_board_counts_what_there_is(database: Database, now: datetime) -> None:
    with database.write() as session:
        first = a_case(session, now, [BOGOR, SUKABUMI], stage=2, stage_name="Kesediaan")
        a_case(session, now, [BOGOR, CIANJUR], stage=2, stage_name="Kesediaan")
        a_case(session, now, [CIANJUR, BADUNG], stage=5, stage_name="Paraf")
        a_case(session, now, [BOGOR, SUKABUMI], status=CaseStatus.INCIDENT)
        for days in (1, 1, 5):
            a_task(session, first, SUKABUMI, now, due_at=now + days * DAY)
        outbox.put(session, key="k", kind="x", address="x@contoh.example", now=now)
    later = now + 2 * DAY
    with database.read() as session:
        everything = questions.counts(session, ALL, later)
        bogor = questions.counts(session, Viewer.of_region(BOGOR), later)
    assert (
        everything.matters.running,
        everything.matters.incidents,
        everything.matters.waiting_messages,
    ) == (3, 1, 1)
    assert (everything.open_tasks, everything.overdue_tasks) == (3, 2)
    assert (bogor.matters.running, bogor.matters.incidents, bogor.matters.waiting_messages) == (
        2,
        1,
        0,
    )


def test_holders_and_parties_are_named_in_order(database: Database, now: datetime) -> None:
    with database.write() as session:
        case = a_case(session, now, [SUKABUMI, BOGOR])
        other = a_case(session, now, [BOGOR, CIANJUR])
        an_official(session, BOGOR, name="Sari Contoh")
        an_official(session, BOGOR, name="Budi Contoh")
        an_official(session, BOGOR, name="Cici Contoh").active = False
    with database.read() as session:
        found = questions.holders_of(session, BOGOR, "bagian_kerja_sama")
        assert [person.name for _, person in found] == ["Budi Contoh", "Sari Contoh"]
        assert questions.holders_of_tasks(session, []) == {}
        assert questions.party_codes(session, [case.id, other.id, "none"]) == {
            case.id: [SUKABUMI, BOGOR],
            other.id: [BOGOR, CIANJUR],
            "none": [],
        }
        parties = questions.parties_of_case(session, case.id)
        assert [p.region_code for p in parties] == [SUKABUMI, BOGOR]
        assert questions.regions_with_officials(session) == ["Kabupaten Bogor"]
        assert questions.deadlines_of_task(session, "none") == []
