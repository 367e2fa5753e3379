"""What a letter may tell: the facts of its message, its task and its case, in words.

The link's token is made here, at the moment of sending, and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.actions.conveying import conveyed_by
from processes.actions.reminding import reply_in_words
from processes.actions.returning import said_of_return
from processes.actions.roles import COUNCIL
from processes.actions.shown import short
from processes.actions.supplementing import form_for_later, in_words, sets_a_deadline
from processes.actions.warning import SILENCE
from processes.office import Office
from processes.sentences import say
from processes.sentences.dates import day, listing, moment
from processes.store import case_officials
from processes.store.confirmation_codes import code_of
from processes.store.kinds import CODE, FRESH, LATER, RECORD, REMINDER
from processes.store.links import token_for
from processes.store.tables import (
    Case,
    ConfirmationCode,
    Message,
    Official,
    PartyReply,
    Person,
    Region,
    Task,
    TaskStatus,
)
from worker import ahead


def facts_of(office: Office, session: Session, message: Message, now: datetime) -> dict[str, Any]:
    """What the owner's text may name (`processes.engine.texts.FACTS`); absent facts are absent."""
    known = ("kabar", "catatan", "hari")
    facts: dict[str, Any] = {k: v for k, v in message.values.items() if k in known}
    facts["penerima"] = addressee(session, message)
    if message.case_id is not None:
        case = ahead.one(session, Case, message.case_id)
        facts["perkara"] = _case(session, case)
        facts["narahubung"] = _contact(session, case)
        if message.task_id is None and "hari" in facts:
            facts["hari"] = _days_left(office, case, now)
    if message.task_id is not None:
        task = ahead.one(session, Task, message.task_id)
        facts["tugas"] = facts_of_task(office, session, task, now)
        facts["tugas"] |= message.values.get(SILENCE, {})
        if message.kind in (FRESH, REMINDER):
            facts["tugas"] |= _of_preparation(office, session, task)
    if message.link_id is not None:
        facts["tautan"] = link_of(office, message.link_id)
    if message.kind == LATER:
        facts["isian"] = _open_answers(office, session, message, now)
    facts["alamat"] = _address(office, session, message)
    if message.kind == CODE:
        facts.update(_of_code(office, session, message))
    return facts


def _of_code(office: Office, session: Session, message: Message) -> Mapping[str, str]:
    """A one-time code with what it confirms; it is made here and stored nowhere."""
    row = session.get_one(ConfirmationCode, message.values["kode"])
    region = ahead.one(session, Official, row.official_id).region_code
    until = row.expires_at.astimezone(office.calendar.zone(region)) if row.expires_at else None
    return {
        "kode": code_of(office.secret, row),
        "berlaku": until.strftime("%H.%M") if until else "",
        "dikonfirmasi": message.values["dikonfirmasi"],
        "dokumen": message.values["dokumen"],
        "sidik": short(message.values["sidik"]),
    }


def link_of(office: Office, link_id: str) -> str:
    """The address of a link, with its token."""
    return f"{office.settings.base_url}/t/{token_for(office.secret, link_id)}"


def addressee(session: Session, message: Message) -> Mapping[str, str]:
    """Whom a message is for, by name and office."""
    if message.official_id is None:
        return {"nama": say("worker.somebody"), "jabatan": ""}
    official = ahead.one(session, Official, message.official_id)
    person = ahead.one(session, Person, official.person_id)
    return {"nama": person.name, "jabatan": official.position}


def _case(session: Session, case: Case) -> Mapping[str, str]:
    codes = ahead.party_codes(session, case)
    parties = [ahead.one(session, Region, code).name for code in codes]
    return {
        "nomor": case.number,
        "judul": case.title,
        "para_pihak": listing(parties),
        "tahap": f"{case.stage} {case.stage_name}".strip(),
        "keadaan": say(f"worker.status_{case.status.value}"),
        "berakhir": day(case.agreement_ends_on) if case.agreement_ends_on else "",
    }


def facts_of_task(office: Office, session: Session, task: Task, now: datetime) -> dict[str, Any]:
    """A task in words: its title and whom it is about, its house, deadline while it is open,
    holders and the proof it asks for."""
    zone = office.calendar.zone(task.region_code)
    is_open = task.status is TaskStatus.OPEN
    case = ahead.one(session, Case, task.case_id)
    holders = ahead.holders_of(session, task)
    return {
        "nama": office.titled(task),
        "tahap": f"{task.stage} {task.stage_name}".strip(),
        "daerah": ahead.one(session, Region, task.region_code).name,
        "tenggat": moment(task.due_at, zone) if task.due_at and is_open else "",
        "sementara": task.due_is_provisional,
        "balasan": _reply_in_words(office, session, task) if is_open else "",
        "dewan": task.role == COUNCIL,
        "dasar": task.basis,
        "sisa": _left(office, task, now) if is_open else "",
        "lewat": task.due_at is not None and task.due_at < now,
        "jaminan": task.assurance,
        "dikembalikan": said_of_return(task),
        "disampaikan": "\n".join(map(str, conveyed_by(session, office, case, task))),
        "pemegang": listing([f"{person.name}, {o.position}" for o, person in holders]),
    }


def _open_answers(
    office: Office, session: Session, message: Message, now: datetime
) -> Mapping[str, Any]:
    """What of a finished task may still follow, and whether a deadline counts from it."""
    task = session.get_one(Task, message.task_id)
    case = ahead.one(session, Case, task.case_id)
    context, answers = office.form_context(session, task, now), task.answers or {}
    form = form_for_later(office.shape_of(session, case, task).form, answers, context)
    lines = in_words(form, answers, context)
    return {
        "daftar": "\n".join(f"- {line}" for line in lines),
        "tenggat": sets_a_deadline(office.procedure_of(session, case), task, form),
    }


def _waiting_reply(session: Session, task: Task) -> PartyReply | None:
    """The partner's reply that waits to be checked while this task of its waits; or a task of the
    pemrakarsa that is about it."""
    found = ahead.waiting_reply(session, task.case_id, task.region_code)
    case = ahead.one(session, Case, task.case_id)
    if found is None and task.region_code == case.region_code:
        return ahead.waiting_reply(session, task.case_id, task.concerns)
    return found


def _reply_in_words(office: Office, session: Session, task: Task) -> str:
    reply = _waiting_reply(session, task)
    if reply is None:
        return ""
    return reply_in_words(office, reply, ahead.one(session, Region, reply.region_code))


def _address(office: Office, session: Session, message: Message) -> str:
    """The page on which somebody of the pemrakarsa checks a reply that waits, or prints the letters
    for a partner that has no officials; empty when a letter asks for neither."""
    if message.case_id is None or message.official_id is None:
        return ""
    case = ahead.one(session, Case, message.case_id)
    here = f"{office.settings.base_url}/perkara/{case.id}"
    task = ahead.one(session, Task, message.task_id) if message.task_id is not None else None
    if ahead.one(session, Official, message.official_id).region_code != case.region_code:
        return ""
    reply_id = message.values.get("balasan")
    if reply_id is None and task is not None:
        reply = _waiting_reply(session, task)
        reply_id = reply.id if reply is not None else None
    if reply_id is not None:
        return f"{here}/balasan/{reply_id}"
    abroad = task is not None and task.region_code != case.region_code
    return f"{here}#mitra" if message.kind == RECORD and abroad else ""


def _of_preparation(office: Office, session: Session, task: Task) -> dict[str, str]:
    """For the holder of a task: who prepares the answers for him, or that they lie before him."""
    if task.preparer_role is None:
        return {}
    if task.prepared is not None and task.returned_note is None and task.prepared_at is not None:
        since = moment(task.prepared_at, office.calendar.zone(task.region_code))
        return {"disiapkan": say("worker.prepared", by=task.prepared_by or "", since=since)}
    own = {person.id for _, person in ahead.holders_of(session, task)}
    acting = case_officials.acting_in(session, task.case_id, task.region_code, task.preparer_role)
    preparing = [f"{p.name}, {o.position}" for o, p in acting if p.id not in own]
    return {"penyiap": listing(preparing)} if preparing else {}


def _left(office: Office, task: Task, now: datetime) -> str:
    """How far the deadline is, in working days of the holder's region; one that was only counted
    provisionally makes nobody late."""
    if task.due_at is None:
        return ""
    today = office.calendar.today(now, task.region_code)
    last = office.calendar.today(task.due_at, task.region_code)
    days = office.calendar.working_days_between(today, last, task.region_code)
    if task.due_at < now and task.due_is_provisional:
        return say("worker.late_provisional")
    if task.due_at < now:
        return say("worker.late", count=-days) if days else say("worker.late_today")
    return say("worker.left", count=days) if days else say("worker.due_today")


def _days_left(office: Office, case: Case, now: datetime) -> str:
    """How many days the agreement still runs, when a letter is written; empty once it has ended."""
    if case.agreement_ends_on is None:
        return ""
    days = (case.agreement_ends_on - office.calendar.today(now, case.region_code)).days
    return str(days) if days >= 0 else ""


def _contact(session: Session, case: Case) -> Mapping[str, str]:
    """Who answers questions about the case; empty when nobody is named yet."""
    found = ahead.contact_of(session, case)
    if found is None:
        return {}
    official, person = found
    return {
        "nama": person.name,
        "jabatan": official.position,
        "telepon": person.phone or "",
        "surel": person.email or "",
    }
