"""Whom a reminder of a task reaches, and what each of them is asked for.

Every holder is reminded to answer, and whoever prepares the answers to prepare them until they lie
before him; while a holder has to be chosen, whoever chooses him. Without a holder whoever may
record the task from its paper is reminded of that. While a signed reply of a partner waits to be
checked, nobody at the partner is asked for what he has sent: the pemrakarsa is reminded to check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.inviting import recorders
from processes.actions.roles import SHEPHERD
from processes.sentences import say
from processes.sentences.dates import moment
from processes.store import case_officials, links, questions
from processes.store.kinds import RECORD, REMINDER, REPLY
from processes.store.questions.people import Holder
from processes.store.tables import Case, LinkPurpose, PartyReply, Region, Task

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """Some people who are written to about a task in the same words."""

    kind: str
    to: Sequence[Holder]
    #: what the fresh link is for that each of them gets; None for a letter without one
    purpose: LinkPurpose | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def to_be_reminded(session: Session, office: Office, case: Case, task: Task) -> list[Reminded]:
    """Who is reminded of an open task now."""
    checked = about_reply(session, office, case, task)
    if checked is not None:
        return [checked]
    holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
    if holders:
        preparing = _preparing(session, case, task, holders)
        return [
            Reminded(kind=REMINDER, to=holders, purpose=LinkPurpose.ANSWER),
            Reminded(kind="siapkan", to=preparing, purpose=LinkPurpose.PREPARE),
        ]
    recording = recorders(session, case, task)
    if links.waiting_for_choice(session, [task.id]):
        return [Reminded(kind="pilih_pejabat", to=recording, purpose=LinkPurpose.CHOOSE)]
    if recording:
        return [Reminded(kind=RECORD, to=recording, purpose=LinkPurpose.RECORD)]
    return [Reminded(kind=REMINDER, to=_keepers(session, case))]


def about_reply(session: Session, office: Office, case: Case, task: Task) -> Reminded | None:
    """Who has to check the reply of a partner before anybody is asked for its task; None when no
    reply of it waits."""
    reply = questions.waiting_replies(session, [case.id]).get((case.id, task.region_code))
    if reply is None:
        return None
    region = session.get_one(Region, reply.region_code)
    values = {"balasan": reply.id, "kabar": reply_in_words(office, reply, region)}
    return Reminded(kind=REPLY, to=_keepers(session, case), values=values)


def reply_in_words(office: Office, reply: PartyReply, region: Region, language: str = "id") -> str:
    """That a reply waits to be checked, whose it is, and since when."""
    since = moment(reply.handed_in_at, office.calendar.zone(region.code))
    return say(
        "partners.reply_waits", language, region=region.name, number=reply.number, since=since
    )


def _keepers(session: Session, case: Case) -> list[Holder]:
    return questions.holders_of(session, questions.keeper_of(session, case), SHEPHERD)


def _preparing(session: Session, case: Case, task: Task, holders: Sequence[Holder]) -> list[Holder]:
    """Who still has to prepare the answers that the holders then confirm."""
    if task.preparer_role is None or (task.prepared and task.returned_note is None):
        return []
    own = {person.id for _, person in holders}
    acting = case_officials.acting_in(session, case.id, task.region_code, task.preparer_role)
    return [each for each in acting if each[1].id not in own]
