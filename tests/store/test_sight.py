"""A region sees its own part of its own cases, what was shared with it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from processes.store import history, questions
from processes.store.asking import Question, ask_ahead
from processes.store.database import Database
from processes.store.questions import CaseFilters, TaskFilters
from processes.store.questions.cases import FOUND
from processes.store.tables import (
    AgreementStatus,
    Case,
    CaseStatus,
    Document,
    Party,
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
    a_document,
    a_task,
    an_answered_task,
)

DAY = timedelta(days=1)
ALL = Viewer.system()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A case of Bogor, Sukabumi and Cianjur; Cianjur refused and left on day 3."""

    case: Case
    #: Bogor's letter, sent to the others on day 1
    letter: Task
    #: Bogor's internal check, never sent
    check: Task
    #: Sukabumi's answer, sent on day 4
    answer: Task
    #: Cianjur's refusal on day 3
    refusal: Task
    #: Bogor's open task of day 5
    waiting: Task
    #: documents by the task they answer
    documents: dict[str, Document]


@pytest.fixture
def scene(database: Database, now: datetime) -> Scene:
    with database.write() as session:
        case = a_case(
            session,
            now,
            stage=6,
            stage_name="Penandatanganan",
            agreement_status=AgreementStatus.BERLAKU,
        )

        def done(region: str, day: int, shared: int | None, **more: object) -> Task:
            at = now + day * DAY
            shared_at = None if shared is None else now + shared * DAY
            return an_answered_task(
                session, case, region, at, position=day + 1, shared_at=shared_at, **more
            )

        letter = done(BOGOR, 0, 1, stage=1, element="tahap1_surat")
        check = done(BOGOR, 1, None, stage=1, element="tahap1_telaah")
        answer = done(SUKABUMI, 2, 4)
        refusal = done(CIANJUR, 3, 3)
        waiting = a_task(
            session, case, BOGOR, now + 5 * DAY, position=6, due_at=now + 6 * DAY, stage=6
        )
        documents = {
            task.id: a_document(session, task.opened_at, task.region_code, task)
            for task in (letter, check, answer, refusal)
        }
        for task in (letter, check, answer, refusal, waiting):
            history.append(
                session,
                case,
                at=task.opened_at,
                kind="task.completed",
                actor={"kind": "official", "name": "Sari Contoh"},
                details={"task": task.id, "region": task.region_code, "answers": {"a": 1}},
            )
        history.append(
            session,
            case,
            at=now + 4 * DAY,
            kind="case.stage",
            actor={"kind": "clock", "name": "ksdd"},
            details={"before": 2, "after": 3},
        )
        session.get_one(Party, (case.id, CIANJUR)).left_at = now + 3 * DAY
    return Scene(
        case=case,
        letter=letter,
        check=check,
        answer=answer,
        refusal=refusal,
        waiting=waiting,
        documents=documents,
    )


def ids(rows: Sequence[Task] | Sequence[Document] | Sequence[Case]) -> list[str]:
    return [row.id for row in rows]


def with_answers(tasks: Sequence[Task]) -> list[str]:
    return [task.id for task in tasks if task.answers is not None]


def test_a_stranger_gets_nothing_by_any_id(database: Database, scene: Scene, now: datetime) -> None:
    for stranger in (Viewer.of_region(BADUNG), Viewer(name="", role="", regions=frozenset())):
        with database.read() as session:
            assert questions.find_case(session, stranger, scene.case.id) is None
            assert questions.tasks_of_case(session, stranger, scene.case.id) == []
            assert questions.documents_of_case(session, stranger, scene.case.id) == []
            assert questions.history_of_case(session, stranger, scene.case.id) == []
            for task in session.scalars(select(Task)):
                assert questions.find_task(session, stranger, task.id) is None
            for document in session.scalars(select(Document)):
                assert questions.find_document(session, stranger, document.id) is None
            cases = questions.page_of_cases(session, stranger, CaseFilters(), page=1, now=now)
            tasks = questions.page_of_tasks(session, stranger, TaskFilters(), page=1, now=now)
            assert (cases.total, tasks.total) == (0, 0)
            later = now + 9 * DAY
            assert questions.open_tasks(session, stranger) == []
            assert questions.overdue(session, stranger, later) == []
            found = questions.counts(session, stranger, later)
            assert (found.matters.running, found.open_tasks, found.overdue_tasks) == (0, 0, 0)


def test_the_installation_sees_everything(database: Database, scene: Scene, now: datetime) -> None:
    with database.read() as session:
        case = questions.find_case(session, ALL, scene.case.id)
        assert case is not None
        assert case.stage == 6
        tasks = questions.tasks_of_case(session, ALL, case.id)
        assert len(with_answers(tasks)) == 4
        assert len(questions.documents_of_case(session, ALL, case.id)) == 4
        entries = questions.history_of_case(session, ALL, case.id)
        assert [e.seq for e in entries] == [1, 2, 3, 4, 5, 6]
        assert history.verify(session) is None


def test_what_the_installation_sees_may_be_asked_for_before_anything_else(
    database: Database, scene: Scene
) -> None:
    closed = Question(lambda p: select(Task.id).where(Task.closed_at == p.one("at")))
    moments = select(Task.opened_at, Task.due_at, Task.closed_at, Task.shared_at, Task.prepared_at)
    of_task = Question(lambda p: moments.where(Task.id == p.one("task")))
    with database.read() as session:
        asked = [
            FOUND.about(ALL, case=scene.case.id),
            closed.about(at=scene.refusal.closed_at),
            of_task.about(task=scene.refusal.id),
        ]
        ask_ahead(session, asked)
        [[case, until]], _, [told] = (each.rows(session) for each in asked)
        assert (case.id, until) == (scene.case.id, None)
        assert told[2] == scene.refusal.closed_at


def test_a_partner_sees_its_own_answers_and_those_that_were_shared(
    database: Database, scene: Scene
) -> None:
    sukabumi = Viewer.of_region(SUKABUMI)
    with database.read() as session:
        tasks = questions.tasks_of_case(session, sukabumi, scene.case.id)
        documents = questions.documents_of_case(session, sukabumi, scene.case.id)
        masked = questions.find_task(session, sukabumi, scene.check.id)
        hidden = scene.documents[scene.check.id].id
        assert questions.find_document(session, sukabumi, hidden) is None
    assert len(tasks) == 5
    shared = [scene.letter.id, scene.answer.id, scene.refusal.id]
    assert with_answers(tasks) == shared
    assert sorted(ids(documents)) == sorted(scene.documents[task].id for task in shared)
    assert masked is not None
    assert (masked.status, masked.answers, masked.receipt) == (TaskStatus.DONE, None, None)
    assert (masked.done_by, masked.answers_sha256) == (None, None)


def test_what_is_hidden_from_a_viewer_stays_in_the_database(
    database: Database, scene: Scene
) -> None:
    with database.write() as session:
        questions.tasks_of_case(session, Viewer.of_region(SUKABUMI), scene.case.id)
        questions.find_case(session, Viewer.of_region(CIANJUR), scene.case.id)
        session.flush()
    with database.read() as session:
        assert session.get_one(Task, scene.check.id).answers == {"tanggapan": "bersedia"}
        assert session.get_one(Case, scene.case.id).stage == 6


def test_a_party_that_left_keeps_what_it_had_and_sees_nothing_newer(
    database: Database, scene: Scene, now: datetime
) -> None:
    cianjur = Viewer.of_region(CIANJUR)
    with database.read() as session:
        tasks = questions.tasks_of_case(session, cianjur, scene.case.id)
        documents = questions.documents_of_case(session, cianjur, scene.case.id)
        entries = questions.history_of_case(session, cianjur, scene.case.id)
        case = questions.find_case(session, cianjur, scene.case.id)
        for newer in (scene.answer, scene.waiting, scene.check):
            assert questions.find_task(session, cianjur, newer.id) is None
        later = now + 99 * DAY
        assert questions.counts(session, cianjur, later).open_tasks == 0
    assert ids(tasks) == [scene.letter.id, scene.refusal.id]
    assert len(with_answers(tasks)) == 2
    kept = [scene.documents[t.id].id for t in (scene.letter, scene.refusal)]
    assert ids(documents) == kept
    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert case is not None
    assert (case.status, case.closed_at) == (CaseStatus.STOPPED, now + 3 * DAY)
    assert (case.stage, case.stage_name) == (2, "Kesediaan")
    assert case.agreement_status is AgreementStatus.BELUM
    assert case.state == b""


def test_filters_do_not_tell_a_party_that_left_how_the_case_went_on(
    database: Database, scene: Scene, now: datetime
) -> None:
    def found(viewer: Viewer, filters: CaseFilters) -> int:
        with database.read() as session:
            later = now + 99 * DAY
            return questions.page_of_cases(session, viewer, filters, page=1, now=later).total

    cianjur, bogor = Viewer.of_region(CIANJUR), Viewer.of_region(BOGOR)
    for filters in (
        CaseFilters(status=CaseStatus.RUNNING),
        CaseFilters(stage=6),
        CaseFilters(overdue=True),
    ):
        assert (found(cianjur, filters), found(bogor, filters)) == (0, 1)
    for filters in (CaseFilters(status=CaseStatus.STOPPED), CaseFilters(overdue=False)):
        assert (found(cianjur, filters), found(bogor, filters)) == (1, 0)


def test_a_viewer_of_two_regions_still_takes_part_when_one_of_them_left(
    database: Database, scene: Scene
) -> None:
    both = Viewer(name="GWPP", role="admin", regions=frozenset({CIANJUR, SUKABUMI}))
    with database.read() as session:
        case = questions.find_case(session, both, scene.case.id)
        tasks = questions.tasks_of_case(session, both, scene.case.id)
    assert case is not None
    assert (case.stage, len(tasks)) == (6, 5)


def test_history_of_another_region_tells_that_something_happened_but_not_what(
    database: Database, scene: Scene
) -> None:
    with database.read() as session:
        entries = questions.history_of_case(session, Viewer.of_region(SUKABUMI), scene.case.id)
    told = {entry.details.get("task"): entry for entry in entries}
    assert "answers" in told[scene.answer.id].details
    assert "answers" in told[scene.letter.id].details
    assert told[scene.check.id].details == {"task": scene.check.id, "region": BOGOR}
    assert told[scene.check.id].actor == {"kind": "official"}
    assert told[None].details == {"before": 2, "after": 3}


def test_a_document_without_a_case_is_read_by_the_region_that_handed_it_in(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        document = a_document(session, now, BOGOR)
    with database.read() as session:
        for viewer, sees in ((BOGOR, True), (SUKABUMI, False)):
            found = questions.find_document(session, Viewer.of_region(viewer), document.id)
            assert (found is not None) is sees
        assert questions.find_document(session, ALL, document.id) is not None


def test_a_document_recorded_for_another_region_is_read_by_both(
    database: Database, scene: Scene, now: datetime
) -> None:
    with database.write() as session:
        task = an_answered_task(session, scene.case, SUKABUMI, now)
        document = a_document(session, now, BOGOR, task)
    with database.read() as session:
        for code, sees in ((BOGOR, True), (SUKABUMI, True), (BADUNG, False)):
            found = questions.find_document(session, Viewer.of_region(code), document.id)
            assert (found is not None) is sees
