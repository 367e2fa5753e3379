"""Backups taken in the middle of work and brought in elsewhere: whole, and nobody is told twice."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event

from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.settings import Settings
from processes.store import history
from processes.store.tables import Task, TaskStatus
from tests.chaos import crowd
from tests.chaos.parts import meanwhile
from tests.chaos.proof import Proof, broken
from tests.journeys.answers import smooth
from worker.delivery import deliver_due
from worker.tick import tick

#: whoever works while the backups are taken
AT_WORK = 2
REQUEST = smooth(crowd.MONDAY.date().isoformat(), parties=[crowd.REGION])["tahap1_permohonan"]


@dataclass
class Ledger:
    """What was acknowledged, written down outside the installation."""

    #: ids of tasks whose receipt was given
    done: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)


def restores(url: str, where: str, folder: Path, rounds: int) -> Proof:
    """Back up while officials work and letters go out; restore each; look for what is missing."""
    began = time.monotonic()
    office = crowd.opened(url, folder)
    ledger = Ledger()
    kept, resent, lost, whole, documents = 0, 0, 0, True, 0
    with _at_work(office, ledger):
        for number in range(rounds):
            _wait_for_more(ledger, 2 * (number + 1))
            acknowledged = list(ledger.done)
            told = set(crowd.sent_letters(office.settings.mail_folder))
            file = folder / f"cadangan{number}.zip"
            actions.back_up(office, file, now=crowd.MONDAY + timedelta(hours=number))
            place = folder / f"pulih{number}"
            settings = Settings(
                env="development",
                data=place,
                database_url=f"sqlite+pysqlite:///{place / 'ksdd.sqlite3'}",
            )
            documents += actions.restore(settings, file, now=crowd.MONDAY).contents.documents
            with closing(Office.open(settings)) as restored:
                lost += _missing(restored, acknowledged)
                resent += len(_told_again(restored, told))
                with restored.database.read() as session:
                    whole = whole and history.verify(session) is None
            kept += 1
    office.close()
    return Proof(
        key="restores",
        what="backups in the middle of work, each restored",
        where=where,
        figures={"restored": kept, "acknowledged": len(ledger.done), "documents": documents}
        | {"lost": lost, "doubled": resent},
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_acknowledged_is_missing=lost == 0,
            nothing_is_sent_again=resent == 0,
            histories_whole=whole,
            work_went_on=not ledger.failures,
        ),
    )


@contextmanager
def _at_work(office: Office, ledger: Ledger) -> Iterator[None]:
    """Officials who answer, and the clock that writes to them, until the block ends."""
    over = Event()
    hours = itertools.count(1)

    def again_and_again(act: Callable[[], object]) -> None:
        try:
            while not over.is_set():
                act()
        except Exception as error:  # noqa: BLE001 - told to the proof, which waits for this thread
            ledger.failures.append(error)

    def answer() -> None:
        _answer_one(office, ledger)

    def send() -> None:
        tick(office, crowd.MONDAY + timedelta(hours=next(hours)))

    with meanwhile(over, *(partial(again_and_again, act) for act in [answer] * AT_WORK + [send])):
        yield


def _answer_one(office: Office, ledger: Ledger) -> None:
    now = crowd.MONDAY
    [case] = crowd.open_cases(office, 1, now)
    with office.database.read() as session:
        task = session.scalars(
            select(Task.id).where(Task.case_id == case, Task.status == TaskStatus.OPEN)
        ).one()
    answers = {**REQUEST, "kak": {"document": crowd.hand_in(office, "kak.pdf", now)}}
    actions.complete_task(office, task, answers, actor=crowd.ACTOR, now=now)
    ledger.done.append(task)


def _wait_for_more(ledger: Ledger, enough: int) -> None:
    while len(ledger.done) < enough and not ledger.failures:
        time.sleep(0.01)


def _missing(office: Office, acknowledged: list[str]) -> int:
    """How many acknowledged tasks the installation does not know as done."""
    with office.database.read() as session:
        done = set(session.scalars(select(Task.id).where(Task.status == TaskStatus.DONE)))
    return len(set(acknowledged) - done)


def _told_again(office: Office, told: set[str]) -> set[str]:
    """The letters that go out of a restored installation although they had gone out before."""
    much_later: datetime = crowd.MONDAY + timedelta(days=400)
    keeper = actions.Actor(kind="account", name="administrator")
    deliver_due(office, much_later)
    before = set(crowd.sent_letters(office.settings.mail_folder))
    actions.resume_sending(office, actor=keeper, everything=False, now=much_later)
    deliver_due(office, much_later)
    return before | (told & set(crowd.sent_letters(office.settings.mail_folder)))
