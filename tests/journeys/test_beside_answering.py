"""What a holder may do beside answering, on both databases: each act is one transaction, is in the
history, and refuses politely when the case moved on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from processes import actions
from processes.actions import Actor, Forward
from processes.errors import Conflict, Gone, InvalidAnswers, NotAllowed, NotFound, TaskClosed
from processes.store import questions, typed
from processes.store.tables import (
    Alarm,
    Case,
    Deadline,
    Enquiry,
    History,
    Link,
    LinkPurpose,
    Official,
    Person,
    Task,
    TaskHolder,
    TaskStatus,
)
from processes.store.viewer import Viewer
from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"


@pytest.fixture
def journey(both: Town) -> Journey:
    return Journey(both, [BOGOR, SUKABUMI])


def task_of(town: Town, case_id: str, element: str, region: str = BOGOR) -> Task:
    with town.office.database.read() as session:
        query = select(Task).where(
            Task.case_id == case_id, Task.element == element, Task.region_code == region
        )
        return session.scalars(query.order_by(Task.position.desc())).first() or pytest.fail(element)


def by_link(town: Town, task: Task, purpose: LinkPurpose = LinkPurpose.ANSWER) -> Actor:
    """The official of the newest living link into a task, as he acts through it."""
    with town.office.database.read() as session:
        query = select(Link).where(
            Link.task_id == task.id, Link.purpose == purpose, Link.revoked_at.is_(None)
        )
        link = session.scalars(query.order_by(Link.created_at.desc())).first()
        assert link is not None
        official = session.get_one(Official, link.official_id)
        person = session.get_one(Person, official.person_id)
        return Actor(
            kind="official",
            name=person.name,
            official_id=official.id,
            link_id=link.id,
            regions=frozenset({official.region_code}),
        )


def kinds(town: Town, case_id: str) -> list[str]:
    with town.office.database.read() as session:
        query = select(History.kind).where(History.case_id == case_id).order_by(History.seq)
        return list(session.scalars(query))


def picture(town: Town, case_id: str) -> dict[str, Any]:
    """Everything that counts of a case: tokens, timers, open tasks, deadlines, alarms, columns."""
    with town.office.database.read() as session:
        case = session.get_one(Case, case_id)
        procedure = town.office.procedure_of(session, case)
        run = procedure.resume(
            case.state, region=case.region_code, now=town.now, calendar=town.office.calendar
        )
        waiting = session.scalars(
            select(Task).where(Task.case_id == case_id, Task.status == TaskStatus.OPEN)
        ).all()
        ids = [task.id for task in waiting]
        alarms = session.execute(
            select(Alarm.task_id, Alarm.kind, Alarm.due_at, Alarm.label)
            .where(Alarm.case_id == case_id, Alarm.dropped_at.is_(None))
            .order_by(Alarm.due_at, Alarm.id)
        )
        deadlines = session.execute(
            select(Deadline.due_at, Deadline.starts_on, Deadline.reason)
            .where(Deadline.task_id.in_(ids))
            .order_by(Deadline.set_at, Deadline.id)
        )
        return {
            "open": sorted((t.id, t.element, t.due_at) for t in waiting),
            "tokens": sorted(
                (t.task_spec.name, t._state, str(sorted(t.data.items())), str(t.internal_data))
                for level in run.workflow.levels()
                for t in level.tasks.values()
            ),
            "next": (run.next_timer, case.next_timer_at),
            "alarms": [tuple(row) for row in alarms],
            "deadlines": [tuple(row) for row in deadlines],
            "case": (case.stage, case.stage_name, case.category, case.status),
            "holders": sorted(
                (holder.task_id, holder.official_id)
                for holder in session.scalars(select(TaskHolder).where(TaskHolder.task_id.in_(ids)))
            ),
        }


def test_an_answer_is_taken_back_and_everything_is_as_it_was(journey: Journey) -> None:
    town, office = journey.until("tahap1_surat").town, journey.town.office
    before = picture(town, journey.id)
    town.wait(hours=1)
    journey.answer("tahap1_surat")
    town.read_mail()
    letter = task_of(town, journey.id, "tahap1_surat")
    asked = task_of(town, journey.id, "tahap2_kesediaan", SUKABUMI)
    partner, giver = by_link(town, asked), by_link(town, letter)
    with pytest.raises(NotFound):
        actions.recall_task(office, letter.id, actor=partner, now=town.now)
    machine = Actor(kind="token", name="lain")
    with pytest.raises(NotAllowed):
        actions.recall_task(office, letter.id, actor=machine, now=town.now)

    actions.recall_task(office, letter.id, reason="Nomor keliru", actor=giver, now=town.now)

    assert picture(town, journey.id) == before
    assert kinds(town, journey.id)[-1] == "task.recalled"
    with office.database.read() as session:
        assert session.get_one(Link, partner.link_id).revoked_at is not None
        person = session.get_one(Official, giver.official_id).person_id
        draft = typed.find(session, letter.id, person, LinkPurpose.ANSWER)
        assert draft is not None
        assert draft.values["nomor_surat"] == "119/16-Kesber/VII/2026"
    with pytest.raises(Conflict):
        actions.recall_task(office, letter.id, actor=giver, now=town.now)
    journey.answer("tahap1_surat")
    again = task_of(town, journey.id, "tahap2_kesediaan", SUKABUMI)
    assert (again.status, again.id != asked.id) == (TaskStatus.OPEN, True)
    journey.answer("tahap2_kesediaan", SUKABUMI)
    with pytest.raises(Conflict, match="sudah berlanjut"):
        actions.recall_task(office, letter.id, actor=giver, now=town.now)


def test_who_left_the_office_takes_no_answer_back(journey: Journey) -> None:
    town, office = journey.until("tahap1_surat").town, journey.town.office
    letter = task_of(town, journey.id, "tahap1_surat")
    giver = by_link(town, letter)
    journey.answer("tahap1_surat")
    with office.database.write() as session:
        official = session.get_one(Official, giver.official_id)
        official.in_office = official.active = False
    with pytest.raises(Gone):
        actions.recall_task(office, letter.id, actor=giver, now=town.now)
    assert task_of(town, journey.id, "tahap1_surat").status is TaskStatus.DONE


def test_a_task_that_is_not_his_goes_back_to_the_house_and_on(journey: Journey) -> None:
    town, office = journey.town, journey.town.office
    journey.until("tahap1_telaah")
    task = task_of(town, journey.id, "tahap1_telaah")
    holder = by_link(town, task)
    with pytest.raises(InvalidAnswers):
        actions.decline_task(office, task.id, reason=" ", actor=holder, now=town.now)
    actions.decline_task(office, task.id, reason="Saya sudah pindah", actor=holder, now=town.now)
    with pytest.raises(Gone):
        actions.decline_task(office, task.id, reason="lagi", actor=holder, now=town.now)
    clerk = by_link(town, task, LinkPurpose.REASSIGN)
    with office.database.read() as session:
        [other] = questions.holders_of(session, BOGOR, "kabag")
        [foreign] = questions.holders_of(session, SUKABUMI, "kabag")
    with pytest.raises(InvalidAnswers):
        actions.give_on(office, task.id, foreign[0].id, actor=clerk, now=town.now)
    actions.give_on(office, task.id, other[0].id, actor=clerk, now=town.now)
    with pytest.raises(Conflict):
        actions.give_on(office, task.id, other[0].id, actor=clerk, now=town.now)
    assert by_link(town, task).official_id == other[0].id
    assert {"task.declined", "task.reassigned"} <= set(kinds(town, journey.id))


def test_a_task_is_forwarded_to_a_substitute_by_a_letter(journey: Journey) -> None:
    town, office = journey.town, journey.town.office
    journey.until("tahap1_telaah")
    task = task_of(town, journey.id, "tahap1_telaah")
    holder = by_link(town, task)
    wish = {"status": "Plh", "letter_number": "800/12", "name": "Rina", "email": "rina@contoh.id"}
    for wrong in ({"letter_number": ""}, {"status": "Pj"}, {"name": ""}, {"email": "bukan surel"}):
        given = Forward(**{**wish, **wrong})
        with pytest.raises(InvalidAnswers):
            actions.forward_task(office, task.id, given, actor=holder, now=town.now)
    actions.forward_task(office, task.id, Forward(**wish), actor=holder, now=town.now)
    with pytest.raises(Gone):
        actions.complete_task(office, task.id, {"hasil": "lengkap"}, actor=holder, now=town.now)
    actions.change_substitutes(office, now=town.now)
    substitute = by_link(town, task)
    answers = {**dict.fromkeys(_checklist(town, task), True), "hasil": "lengkap"}
    receipt = actions.complete_task(office, task.id, answers, actor=substitute, now=town.now)
    assert "Rina, Plh." in receipt.done_by
    with office.database.read() as session:
        told = session.scalars(select(History).where(History.kind == "task.forwarded")).one()
        assert told.details["letter"] == "800/12"
        assert told.details["before"] != told.details["after"]


def _checklist(town: Town, task: Task) -> list[str]:
    with town.office.database.read() as session:
        case = session.get_one(Case, task.case_id)
        form = town.office.procedure_of(session, case).shapes[task.element].form
    return [field.id for field in form.fields if field.type == "boolean"]


def test_where_a_proof_of_person_is_asked_only_a_known_official_stands_in(town: Town) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    task = task_of(town, journey.id, "tahap1_telaah")
    with town.office.database.write() as session:
        session.get_one(Task, task.id).assurance = "tautan+kode"
        [known] = questions.holders_of(session, BOGOR, "asisten")
    wish = {"status": "Plt", "letter_number": "800/12"}
    holder = by_link(town, task)
    stranger = Forward(**wish, name="Orang Lain", email="lain@contoh.id")
    with pytest.raises(InvalidAnswers):
        actions.forward_task(town.office, task.id, stranger, actor=holder, now=town.now)
    colleague = Forward(**wish, official_id=known[0].id)
    actions.forward_task(town.office, task.id, colleague, actor=holder, now=town.now)
    assert by_link(town, task).name == known[1].name


def test_a_case_is_sent_back_only_where_its_owner_allows(journey: Journey) -> None:
    town, office = journey.town, journey.town.office
    journey.until("tahap1_surat")
    task = task_of(town, journey.id, "tahap1_surat")
    holder, why = by_link(town, task), "KAK belum lengkap"
    with office.database.read() as session:
        case = session.get_one(Case, journey.id)
        places = actions.places_behind(session, office, case, task, town.now)
    assert [element for element, _ in places] == ["tahap1_permohonan", "tahap1_telaah"]
    for to in ("", "tahap3_pembahasan"):
        with pytest.raises(InvalidAnswers):
            actions.send_back(office, task.id, to=to, reason=why, actor=holder, now=town.now)
    to = "tahap1_permohonan"
    actions.send_back(office, task.id, to=to, reason=why, actor=holder, now=town.now)
    assert journey.open == [("tahap1_permohonan", BOGOR)]
    again = task_of(town, journey.id, to)
    assert again.sent_back is not None
    assert again.sent_back["reason"] == why
    assert again.due_at == task_of(town, journey.id, to).due_at
    with pytest.raises(TaskClosed):
        actions.send_back(office, task.id, to=to, reason=why, actor=holder, now=town.now)
    assert "task.sent_back" in kinds(town, journey.id)
    town.wait(minutes=11)
    journey.until("tahap2_kesediaan")


def test_a_question_goes_to_the_sender_and_its_answer_comes_back(journey: Journey) -> None:
    town, office = journey.town, journey.town.office
    journey.until("tahap2_kesediaan")
    task = task_of(town, journey.id, "tahap2_kesediaan", SUKABUMI)
    mayor = by_link(town, task)
    asked = actions.ask_sender(office, task.id, "KAK yang mana?", actor=mayor, now=town.now)
    clerk = by_link(town, task, LinkPurpose.REPLY)
    with office.database.read() as session:
        assert session.get_one(Official, clerk.official_id).region_code == BOGOR
    town.read_mail()
    reply = {"answer": "KAK versi 2", "actor": clerk, "now": town.now}
    actions.answer_enquiry(office, asked.id, **reply)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        actions.answer_enquiry(office, asked.id, **reply)  # type: ignore[arg-type]
    town.read_mail()
    mails = [path.read_text("utf-8") for path in (town.folder / "mail").glob("*.eml")]
    assert sum("KAK versi 2" in mail for mail in mails) == 1
    with office.database.read() as session:
        own, other = Viewer.of_region(SUKABUMI), Viewer.of_region("32.03")
        [seen] = questions.enquiries_of_task(session, own, task.id)
        assert seen.answer == "KAK versi 2"
        assert questions.enquiries_of_task(session, other, task.id) == []
        assert session.scalars(select(Enquiry)).one().answered_by


def test_a_comment_stays_in_its_house_unless_it_is_shared(journey: Journey) -> None:
    town, office = journey.town, journey.town.office
    clerk = by_link(town, task_of(town, journey.id, "tahap1_permohonan"))
    about = {"region": BOGOR, "actor": clerk, "now": town.now}
    actions.comment_on_case(office, journey.id, "Untuk kami", shared=False, **about)  # type: ignore[arg-type]
    town.wait(minutes=1)
    about["now"] = town.now
    actions.comment_on_case(office, journey.id, "Untuk semua", shared=True, **about)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        actions.comment_on_case(
            office, journey.id, "x", region=SUKABUMI, shared=True, actor=clerk, now=town.now
        )
    with office.database.read() as session:
        read = {
            region: [
                comment.text
                for comment in questions.comments_of_case(
                    session, Viewer.of_region(region), journey.id
                )
            ]
            for region in (BOGOR, SUKABUMI)
        }
        entries = questions.history_of_case(session, Viewer.of_region(SUKABUMI), journey.id)
    assert read == {BOGOR: ["Untuk kami", "Untuk semua"], SUKABUMI: ["Untuk semua"]}
    told = [entry.details.get("text") for entry in entries if entry.kind == "case.commented"]
    assert told == [None, "Untuk semua"]
