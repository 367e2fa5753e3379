"""Running cases at every task get other versions while the sweepers that do it are killed.

Each version is one edit that an owner might make. Afterwards every case is on its version or stays
with a reason, once; its deadlines are as chosen, nothing that was typed, linked or signed is lost,
and it runs to an end on the new diagram.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Actor, MigrationWish, Order
from processes.engine.durations import parse_span
from processes.engine.migration import Given
from processes.store import history, questions
from processes.store.tables import (
    Case,
    CaseMigration,
    Deadline,
    DeadlineChoice,
    Document,
    Draft,
    History,
    Link,
    LinkPurpose,
    Paper,
    RepairItem,
    Task,
    TaskStatus,
)
from tests.chaos.kills import fork, kill
from tests.chaos.proof import Proof, broken
from tests.engine.migrating.edits import EDITS, Edit
from tests.engine.migrating.strolls import Stroll
from tests.journeys.answers import Journey
from tests.journeys.conftest import START
from tests.journeys.town import Town
from worker import sweeps

ADMIN = Actor(kind="account", name="Administrator")
WHY = {"reason": "Perda baru", "authority": "SK 12/2026"}
CHOICES = list(DeadlineChoice)
#: what changes words only reaches every case by itself
DRAWN = [edit for edit in EDITS if not edit.words_only]
#: longest life of a sweeper that is to be killed, in seconds
LONGEST = 0.4
#: how a case comes to a task, beside the smooth way: its partners' answers, and days of waiting
WAYS: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("tahap1_permohonan", {}),
    ("tahap1_telaah", {}),
    ("tahap1_surat", {}),
    ("tahap2_kesediaan", {}),
    ("tahap2_surat_kedua", {"days": 50}),
    ("tahap2_laporan_gwpp", {"days": 80}),
    ("tahap2_keputusan_lanjut", {"answers": ["menolak", "bersedia"]}),
    ("tahap2_tindak_lanjut", {"answers": ["menolak", "menolak"]}),
    ("tahap3_pembahasan", {}),
    ("tahap3_konfirmasi", {}),
    ("tahap4_permohonan_dprd", {}),
    ("tahap4_keputusan_dprd", {}),
    ("tahap5_paraf_kabag", {}),
    ("tahap5_paraf_asisten", {}),
    ("tahap5_paraf_sekda", {}),
    ("tahap6_jadwal", {}),
    ("tahap6_tanda_tangan", {}),
    ("tahap6_registrasi", {}),
    ("", {}),
    ("tahap7_laporan", {"days": 200}),
    ("tahap7_evaluasi", {"days": 200}),
    ("penarikan_berita_acara", {"withdrawn": True}),
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What must still be there of a case, and how its deadlines were."""

    version: str
    #: of each open task: element, rule, first day of its clock, deadline
    tasks: Mapping[str, tuple[str, str, date | None, datetime | None]]
    drafts: int
    living: int
    papers: int


def migrations(url: str, where: str, folder: Path, *, cases: int, kills: int) -> Proof:
    """Put cases onto the versions of all edits, in turn and under fire."""
    began, random = time.monotonic(), Random(7)
    town = Town(url, folder, START)
    opened = [(_opened(town, WAYS[n % len(WAYS)], n), n) for n in range(cases)]
    with town.office.database.write() as session:
        for case_id, _ in opened:
            _type_something(session, case_id, town.now)
    before = {case_id: _kept(town, case_id) for case_id, _ in opened}
    prepared = time.monotonic()
    wanted: dict[str, tuple[Edit, DeadlineChoice]] = {}
    jobs: list[str] = []
    for number, edit in enumerate(DRAWN):
        mine = [case_id for case_id, n in opened if (n // len(WAYS) + n) % len(DRAWN) == number]
        if not mine:
            continue
        choice = CHOICES[number % len(CHOICES)]
        wanted |= dict.fromkeys(mine, (edit, choice))
        jobs += _order(town, edit, choice, mine)
    killed = _carry_out(town, kills, random)
    doubled, moved, stayed = _count(town, jobs)
    lost = [case_id for case_id in wanted if _is_lost(town, case_id, before[case_id], wanted)]
    wrong = sum(_wrong_dates(town, c, before[c], wanted[c][1]) for c, _ in opened if c in moved)
    stuck = [c for c in moved if not _comes_to_an_end(town, c)]
    strange = [c for c in stayed if not _may_stay(before[c], wanted[c][0])]
    with town.office.database.read() as session:
        whole = history.verify(session) is None
    town.close()
    return Proof(
        key="migrations",
        what="cases put onto other versions",
        where=where,
        figures={
            "cases": len(opened),
            "edits": len({edit.name for edit, _ in wanted.values()}),
            "moved": len(moved),
            "stayed": len(stayed),
            "kills": killed,
            "lost": len(lost),
            "doubled": doubled,
            "wrong deadlines": wrong,
            "stuck": len(stuck),
            "moving seconds": round(time.monotonic() - prepared, 1),
        },
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=not lost,
            nothing_doubled=doubled == 0,
            every_deadline_as_chosen=wrong == 0,
            every_case_comes_to_an_end=not stuck,
            only_those_stay_whose_task_is_gone=not strange,
            every_case_is_settled=len(moved) + len(stayed) == len(opened),
            histories_whole=whole,
        ),
    )


def _opened(town: Town, way: tuple[str, Mapping[str, Any]], number: int) -> str:
    """A case that stands at a task; every third one between three parties."""
    element, how = way
    town.now = START
    three = "answers" in how or number % 3 == 0
    parties = ["32.01", "32.02", "32.03"] if three else ["32.01", "32.02"]
    journey = Journey(town, parties, burden=True, title=f"Perkara {number}")
    if how.get("withdrawn"):
        journey.until("tahap1_surat")
        town.withdraw(journey.id)
        return journey.id
    if "answers" in how:
        journey.until("tahap2_kesediaan")
        for region, answer in zip(parties[1:], how["answers"], strict=True):
            more = {"catatan": "Belum siap"} if answer == "menolak" else {}
            journey.pass_with("tahap2_kesediaan", region, tanggapan=answer, **more)
        return journey.id
    if element.startswith("tahap7") or not element:
        journey.to_rest()
    if "days" in how:
        if element.startswith("tahap2"):
            journey.until("tahap2_kesediaan")
        town.now += timedelta(days=how["days"])
        actions.fire_timers(town.office, now=town.now)
    if element:
        journey.until(element)
    return journey.id


def _type_something(session: Session, case_id: str, now: datetime) -> None:
    """A draft of everybody who holds a task."""
    for task in _open(session, case_id):
        for _, person in questions.holders_of_tasks(session, [task.id]).get(task.id, []):
            session.merge(
                Draft(
                    task_id=task.id,
                    person_id=person.id,
                    purpose=LinkPurpose.ANSWER,
                    values={"catatan": "Sedang diketik"},
                    saved_at=now,
                )
            )


def _open(session: Session, case_id: str) -> list[Task]:
    query = select(Task).where(Task.case_id == case_id, Task.status == TaskStatus.OPEN)
    return list(session.scalars(query.order_by(Task.position)))


def _kept(town: Town, case_id: str) -> Kept:
    with town.office.database.read() as session:
        case = session.get_one(Case, case_id)
        tasks = _open(session, case_id)
        had = questions.deadlines_of_tasks(session, [task.id for task in tasks])
        every = select(Task.id).where(Task.case_id == case_id)
        documents = select(func.count()).where(Document.case_id == case_id)
        papers = select(func.count()).where(Paper.case_id == case_id)
        return Kept(
            version=case.version_id,
            tasks={t.id: (t.element, t.due_rule, _first(had, t), t.due_at) for t in tasks},
            drafts=session.scalar(select(func.count()).where(Draft.task_id.in_(every))) or 0,
            living=session.scalar(
                select(func.count()).where(Link.task_id.in_(every), Link.revoked_at.is_(None))
            )
            or 0,
            papers=(session.scalar(papers) or 0) + (session.scalar(documents) or 0),
        )


def _first(had: Mapping[str, Sequence[Deadline]], task: Task) -> date | None:
    rows = [row for row in had.get(task.id, []) if row.reason in ("opened", "received")]
    return max(rows, key=lambda row: row.set_at).starts_on if rows else None


def _order(town: Town, edit: Edit, choice: DeadlineChoice, cases: Sequence[str]) -> list[str]:
    town.now = START + timedelta(days=300)
    version = actions.publish(
        town.office, edit.files(), key="ksdd", note=edit.name, actor=ADMIN, now=town.now
    )
    wish = MigrationWish(version_id=version.id, deadlines=choice, replacements=edit.replacements)
    with town.office.database.read() as session:
        there = set(
            session.scalars(
                select(Case.id).where(Case.id.in_(cases), Case.version_id == version.id)
            )
        )
    assert not there, "only words change by themselves, and nobody has swept yet"
    return actions.start_migration(
        town.office, wish, only=cases, order=Order(actor=ADMIN, **WHY), now=town.now
    )


def _carry_out(town: Town, kills: int, random: Random) -> int:
    """Sweep under fire, then in peace; how many sweepers were killed."""
    killed, office = 0, town.office

    def clock() -> datetime:
        return town.now

    for _ in range(kills):
        office.database.close()
        pid = fork(office, clock, [sweeps.sweep_repairs])
        time.sleep(random.uniform(0.02, LONGEST))
        killed += kill(pid)
    while actions.carry_on_repairs(office, now=town.now):
        pass
    return killed


def _count(town: Town, jobs: Sequence[str]) -> tuple[int, set[str], set[str]]:
    """How many cases were moved more than once, which moved, and which stayed."""
    with town.office.database.read() as session:
        items = list(session.scalars(select(RepairItem).where(RepairItem.job_id.in_(jobs))))
        records = dict(
            session.execute(
                select(CaseMigration.case_id, func.count())
                .where(CaseMigration.job_id.in_(jobs))
                .group_by(CaseMigration.case_id)
            ).all()
        )
        told = dict(
            session.execute(
                select(History.case_id, func.count())
                .where(History.kind == "case.migrated")
                .group_by(History.case_id)
            ).all()
        )
    moved = {item.case_id for item in items if item.status.value == "done"}
    stayed = {item.case_id for item in items if item.status.value == "refused"}
    return sum(records.get(c) != 1 or told.get(c, 0) < 1 for c in moved), moved, stayed


def _is_lost(
    town: Town, case_id: str, before: Kept, wanted: Mapping[str, tuple[Edit, DeadlineChoice]]
) -> bool:
    """Whether a draft, a paper or a link is missing that nobody had reason to take."""
    after = _kept(town, case_id)
    changes_hands = "role" in wanted[case_id][0].name or wanted[case_id][0].replacements
    fewer_links = after.living < before.living and not changes_hands
    return after.drafts < before.drafts or after.papers < before.papers or fewer_links


def _wrong_dates(town: Town, case_id: str, before: Kept, choice: DeadlineChoice) -> int:
    """How many deadlines are not what was chosen, counted anew from the words alone."""
    wrong, calendar = 0, town.office.calendar
    with town.office.database.read() as session:
        case = session.get_one(Case, case_id)
        shapes = town.office.procedure(session, case.version_id).shapes
        for task in _open(session, case_id):
            if task.id not in before.tasks:
                continue
            _, rule, starts_on, due_at = before.tasks[task.id]
            words = shapes[task.element].due
            expected = due_at
            same = choice is DeadlineChoice.RECOUNT and words == rule
            if choice is not DeadlineChoice.KEEP and words and starts_on and not same:
                today = calendar.today(town.now, task.region_code)
                start = today if choice is DeadlineChoice.RESTART else starts_on
                expected = calendar.due(parse_span(words), start, task.region_code)
            wrong += task.due_at != expected
    return wrong


def _comes_to_an_end(town: Town, case_id: str) -> bool:
    """Whether the case runs to an end on the diagram that it has now."""
    with town.office.database.read() as session:
        case = session.get_one(Case, case_id)
        done = session.scalars(
            select(Task)
            .where(Task.case_id == case_id, Task.status == TaskStatus.DONE)
            .order_by(Task.position)
        )
        given = [
            Given(element=t.element, region=t.region_code, answers=t.answers or {}) for t in done
        ]
        stroll = Stroll(
            procedure=town.office.procedure(session, case.version_id),
            now=town.now,
            state=case.state,
            given=given,
            next_timer=case.next_timer_at,
        )
    try:
        return stroll.to_the_end().over
    except AssertionError:
        return False


def _may_stay(before: Kept, edit: Edit) -> bool:
    """Whether what was open is gone in the new version."""
    return any(element in edit.stays_at for element, *_ in before.tasks.values())
