"""From a message of the outbox to a letter: whom it is for, what it says, which link it carries.

The link's token is made here, at the moment of sending, and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import formataddr
from typing import Any

from sqlalchemy.orm import Session

from processes.engine.texts import Text
from processes.office import Office
from processes.sentences import say
from processes.sentences.dates import day, listing, moment
from processes.store import questions
from processes.store.links import token_for
from processes.store.regions import regions_named
from processes.store.tables import (
    Case,
    CaseStatus,
    Link,
    Message,
    Official,
    Person,
    Region,
    Task,
    TaskStatus,
)
from worker import texts
from worker.letters import Letter

#: kinds that ask for a task to be done; they are pointless once it is closed
ASKING = frozenset(
    {
        "tugas_baru",
        "pengingat",
        "eskalasi",
        "siapkan",
        "konfirmasi",
        "dikembalikan",
        "catat",
        "pilih_pejabat",
    }
)
#: kind that asks for what may follow after a task is finished
LATER = "lengkapi"


def is_pointless(session: Session, message: Message) -> bool:
    """Whether it asks for something that is settled, or carries a link that was revoked."""
    if message.link_id is not None and session.get_one(Link, message.link_id).revoked_at:
        return True
    if message.task_id is None:
        return False
    task = session.get_one(Task, message.task_id)
    if message.kind == LATER:
        return session.get_one(Case, task.case_id).status != CaseStatus.RUNNING
    return message.kind in ASKING and task.status != TaskStatus.OPEN


def write_letter(office: Office, session: Session, message: Message, now: datetime) -> Letter:
    """The letter of a message, in the words of the version that its case runs on."""
    case = None if message.case_id is None else session.get_one(Case, message.case_id)
    owners = {} if case is None else office.procedure_of(session, case).files
    text = texts.write(message.kind, owners, facts_of(office, session, message, now))
    return _letter(office, message, text, now)


def _letter(office: Office, message: Message, text: Text, now: datetime) -> Letter:
    return Letter(
        message_id=message.message_id,
        sender=formataddr((say("worker.sender"), office.settings.mail_from)),
        address=message.address,
        subject=text.subject,
        text=text.body,
        written_at=now,
    )


def write_together(
    office: Office, session: Session, messages: Sequence[Message], now: datetime
) -> Letter:
    """One letter for several messages to the same address, in the order of their moments.

    It carries the Message-ID of the first, so that a second try threads with the first one.
    """
    first = messages[0]
    case = None if first.case_id is None else session.get_one(Case, first.case_id)
    owners = {} if case is None else office.procedure_of(session, case).files
    lines = (_line(office, session, message, now) for message in messages)
    numbered = "\n\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    facts = {
        "penerima": _addressee(session, first),
        "daftar": numbered,
        "jumlah": str(len(messages)),
    }
    return _letter(office, first, texts.write("rangkuman", owners, facts), now)


def _line(office: Office, session: Session, message: Message, now: datetime) -> str:
    """What one message says in a few lines: what, until when, in which case, with its link."""
    facts = facts_of(office, session, message, now)
    task, case = facts.get("tugas") or {}, facts.get("perkara") or {}
    told = [
        task.get("nama") or say("worker.agreement_ends", days=facts.get("hari", "")),
        f"{task['tenggat']}, {task['sisa']}" if task.get("tenggat") else "",
        f"{case.get('nomor', '')} {case.get('judul', '')}".strip(),
        facts.get("tautan", ""),
    ]
    return "\n".join(part for part in told if part)


def facts_of(office: Office, session: Session, message: Message, now: datetime) -> dict[str, Any]:
    """What the owner's text may name (`processes.engine.texts.FACTS`); absent facts are absent."""
    facts: dict[str, Any] = {"penerima": _addressee(session, message)}
    if message.case_id is not None:
        case = session.get_one(Case, message.case_id)
        facts["perkara"] = _case(session, case)
        facts["narahubung"] = _contact(session, case)
    if message.task_id is not None:
        facts["tugas"] = _task(office, session, session.get_one(Task, message.task_id), now)
    if message.link_id is not None:
        token = token_for(office.secret, message.link_id)
        facts["tautan"] = f"{office.settings.base_url}/t/{token}"
    facts.update({k: v for k, v in message.values.items() if k in ("kabar", "catatan", "hari")})
    return facts


def _addressee(session: Session, message: Message) -> Mapping[str, str]:
    if message.official_id is None:
        return {"nama": say("worker.somebody"), "jabatan": ""}
    official = session.get_one(Official, message.official_id)
    person = session.get_one(Person, official.person_id)
    return {"nama": person.name, "jabatan": official.position}


def _case(session: Session, case: Case) -> Mapping[str, str]:
    codes = [party.region_code for party in questions.parties_of_case(session, case.id)]
    parties = [region.name for region in regions_named(session, codes).values()]
    return {
        "nomor": case.number,
        "judul": case.title,
        "para_pihak": listing(parties),
        "tahap": f"{case.stage} {case.stage_name}".strip(),
        "keadaan": say(f"worker.status_{case.status.value}"),
        "berakhir": day(case.agreement_ends_on) if case.agreement_ends_on else "",
    }


def _task(office: Office, session: Session, task: Task, now: datetime) -> Mapping[str, Any]:
    zone = office.calendar.zone(task.region_code)
    holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    return {
        "nama": task.name,
        "tahap": f"{task.stage} {task.stage_name}".strip(),
        "daerah": session.get_one(Region, task.region_code).name,
        "tenggat": moment(task.due_at, zone) if task.due_at else "",
        "sementara": task.due_is_provisional,
        "dasar": task.basis,
        "sisa": _left(office, task, now),
        "pemegang": listing([f"{person.name}, {o.position}" for o, person in holders]),
    }


def _left(office: Office, task: Task, now: datetime) -> str:
    """How far the deadline is, in working days of the holder's region."""
    if task.due_at is None:
        return ""
    today = office.calendar.today(now, task.region_code)
    last = office.calendar.today(task.due_at, task.region_code)
    days = office.calendar.working_days_between(today, last, task.region_code)
    if task.due_at < now:
        return say("worker.late", count=-days) if days else say("worker.late_today")
    return say("worker.left", count=days) if days else say("worker.due_today")


def _contact(session: Session, case: Case) -> Mapping[str, str]:
    """Who answers questions about the case; empty when nobody is named yet."""
    found = questions.contact_of(session, case)
    if found is None:
        return {}
    official, person = found
    return {
        "nama": person.name,
        "jabatan": official.position,
        "telepon": person.phone or "",
        "surel": person.email or "",
    }
