"""Installations full of cases that wait for the clock, and an account of what the clock did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Lock

from sqlalchemy import func, select

from processes import actions
from processes.office import Office
from processes.settings import Settings
from processes.store import history
from processes.store.tables import Alarm, Case, History, Message, MessageStatus
from tests.engine.drawings import drawing, flows, shape, task, timer
from tests.journeys.town import PDF

#: a Monday, 09:00 in Jakarta, without a day off in the four weeks after it
MONDAY = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
ACTOR = actions.Actor(kind="token", name="uji ketahanan")
REGION, PARTNER = "32.01", "32.02"
#: a case of the procedure below waits for nothing but one BPMN timer
WAITING = "tunggu"
ENDING = (
    '<bpmn:extensionElements><camunda:properties><camunda:property name="status"'
    ' value="completed"/></camunda:properties></bpmn:extensionElements>'
)
#: what the shipped diagram plans for the first task of a case: five reminders, three escalations
ALARMS = 8
#: held by whoever makes the tables of an installation: Alembic knows one at a time
_MAKING = Lock()
#: entries that only the clock writes, each once per alarm or timer
BY_THE_CLOCK = ("task.reminded", "task.escalated", "agreement.ends_soon", "timer.fired")


def opened(url: str, folder: Path) -> Office:
    """A development installation without sample officials, and with the procedure `tunggu`."""
    with _MAKING:
        settings = Settings(env="development", data=folder, database_url=url, sample=True)
        office = Office.open(settings)
    actions.publish(
        office,
        {f"{WAITING}.bpmn": _waiting_diagram()},
        note="Menunggu saja",
        actor=ACTOR,
        now=MONDAY,
        key=WAITING,
    )
    return office


def _waiting_diagram() -> bytes:
    return drawing(
        shape("startEvent", "mulai"),
        shape("intermediateCatchEvent", "sunyi", timer("timeDuration", "8 hari kerja")),
        task("lanjut", ["catatan"], name="Lanjut"),
        shape("endEvent", "akhir", ENDING),
        flows(("mulai", "sunyi"), ("sunyi", "lanjut"), ("lanjut", "akhir")),
    )


def open_cases(
    office: Office, number: int, now: datetime, procedure: str = "ksdd", region: str = REGION
) -> list[str]:
    """Begin cases at one region; their ids."""
    return [
        actions.open_case(
            office,
            procedure=procedure,
            region=region,
            parties=[PARTNER if region != PARTNER else REGION],
            title=f"Perkara {n}",
            actor=ACTOR,
            now=now,
        )
        for n in range(number)
    ]


def moments(office: Office) -> list[tuple[datetime, int]]:
    """When alarms and timers are due, in order, and how many at each moment."""
    with office.database.read() as session:
        alarms = session.execute(
            select(Alarm.due_at, func.count())
            .where(Alarm.fired_at.is_(None), Alarm.dropped_at.is_(None))
            .group_by(Alarm.due_at)
        )
        timers = session.execute(
            select(Case.next_timer_at, func.count())
            .where(Case.next_timer_at.is_not(None))
            .group_by(Case.next_timer_at)
        )
        due = Counter[datetime]()
        for at, count in [*alarms, *timers]:
            assert at is not None
            due[at] += count
    return sorted(due.items())


def hand_in(office: Office, name: str, now: datetime) -> str:
    """A document of the first region; its id."""
    return actions.add_document(office, BytesIO(PDF), name, actor=ACTOR, region=REGION, now=now).id


@dataclass(frozen=True, kw_only=True)
class Account:
    """What the clock did in an installation, counted from its tables and its mails."""

    #: alarms that neither fired nor lost their point
    unrung: int
    #: BPMN timers that did not fire
    untimed: int
    #: entries of the history beyond the first for one alarm or timer
    doubled: int
    #: alarms that fired without their entry in the history, or the other way round
    unequal: int
    #: messages that are not sent
    unsent: int
    #: letters beyond the first with one Message-ID
    mails_doubled: int
    #: messages marked as sent without a letter of their own or the one they share
    mails_lost: int
    #: whether every case's history is whole
    whole: bool

    @property
    def lost(self) -> int:
        """Everything that should have happened and did not."""
        return self.unrung + self.untimed + self.unequal + self.unsent + self.mails_lost


def account(office: Office, now: datetime) -> Account:
    """The account at a moment: what was due by then should have happened, once."""
    with office.database.read() as session:
        alarms = session.scalars(select(Alarm).where(Alarm.due_at <= now)).all()
        told = [
            (entry.kind, entry.case_id, entry.details)
            for entry in session.scalars(select(History).where(History.kind.in_(BY_THE_CLOCK)))
        ]
        untimed = session.scalar(select(func.count()).where(Case.next_timer_at <= now)) or 0
        messages = session.scalars(select(Message).where(Message.not_before <= now)).all()
        whole = history.verify(session) is None
    rung = Counter(
        (kind, case, details.get("task"), details.get("when"), details.get("due"))
        for kind, case, details in told
    )
    fired = sum(alarm.fired_at is not None for alarm in alarms)
    entries = sum(kind != "timer.fired" for kind, *_ in rung)
    mails = sent_letters(office.settings.mail_folder)
    letters = {m.id: letter_name(m.message_id) for m in messages}
    sent = [m for m in messages if m.status is MessageStatus.SENT]
    return Account(
        unrung=sum(a.fired_at is None and a.dropped_at is None for a in alarms),
        untimed=untimed,
        doubled=sum(rung.values()) - len(rung),
        unequal=abs(fired - entries),
        unsent=sum(m.status in (MessageStatus.WAITING, MessageStatus.PARKED) for m in messages),
        mails_doubled=sum(mails.values()) - len(mails),
        mails_lost=sum(letters[m.shares_with or m.id] not in mails for m in sent),
        whole=whole,
    )


def sent_letters(folder: Path) -> Counter[str]:
    """How many letters lie in the mail folder, by what stands for their Message-ID."""
    return Counter(path.stem.rpartition("-")[2] for path in folder.glob("*.eml"))


def letter_name(message_id: str) -> str:
    """What stands for a Message-ID in the name of a letter's file."""
    return message_id.strip("<>").partition("@")[0]


def is_settled(office: Office, now: datetime) -> bool:
    """Whether nothing that is due waits any more."""
    return waiting(office, now) == 0


def waiting(office: Office, now: datetime) -> int:
    """How much waits that is due."""
    with office.database.read() as session:
        found: Sequence[int | None] = [
            session.scalar(
                select(func.count()).where(
                    Alarm.fired_at.is_(None), Alarm.dropped_at.is_(None), Alarm.due_at <= now
                )
            ),
            session.scalar(select(func.count()).where(Case.next_timer_at <= now)),
            session.scalar(
                select(func.count()).where(
                    Message.status == MessageStatus.WAITING, Message.not_before <= now
                )
            ),
        ]
    return sum(number or 0 for number in found)
