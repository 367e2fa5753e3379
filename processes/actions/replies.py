"""Signed replies of partners: handed in with a short code, then taken or refused by whoever asked.

Until it was checked a reply changes nothing in the case, and no other partner sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor, Receipt
from processes.actions.documents import add_document
from processes.actions.partner_forms import ReplyGiven
from processes.actions.partners import held, tell, tell_pemrakarsa
from processes.actions.tasks import complete_task
from processes.actions.wording import readable
from processes.errors import (
    Conflict,
    FieldError,
    InvalidAnswers,
    NotAllowed,
    NotFound,
    TooLarge,
)
from processes.sentences import say
from processes.store import papers, questions, replies
from processes.store.allowance import check_allowance
from processes.store.file_names import JPEG, PDF, PNG
from processes.store.kinds import REPLY
from processes.store.locks import lock_case
from processes.store.tables import Case, Document, PartyReply, Region, ReplyStatus, Task

if TYPE_CHECKING:
    from processes.office import Office

#: what a scan is: a photo or a PDF
SCANS = frozenset({PDF, JPEG, PNG})
#: scans uploaded with the codes of one party that no reply uses
MOST_DRAFTS = 10
#: which document of a case is a reply that waits, in the column `field`
REPLY_FIELD = "balasan"


def add_scan(
    office: Office,
    typed: str,
    stream: IO[bytes],
    filename: str,
    *,
    actor: Actor,
    now: datetime,
) -> Document:
    """Keep the scan of a reply that is about to be handed in.

    Raises NotFound (no such code), Conflict, TooLarge or WrongType; then nothing is kept.
    """
    with office.database.read() as session:
        region = held(session, office, typed).region.code
        if _drafts(session, actor) >= MOST_DRAFTS:
            raise TooLarge("partners.many_drafts", most=MOST_DRAFTS)
    return add_document(office, stream, filename, actor=actor, region=region, now=now, only=SCANS)


def find_scan(session: Session, document_id: str, actor: Actor) -> Document | None:
    """A scan that was uploaded with a code of this party and is not used yet."""
    found = session.get(Document, document_id)
    if found is None or found.case_id is not None or found.uploaded_by != actor.name:
        return None
    return found if found.media_type in SCANS else None


def hand_in_reply(
    office: Office,
    typed: str,
    given: ReplyGiven,
    scan_id: str,
    *,
    actor: Actor,
    now: datetime,
) -> str:
    """Let a signed reply wait for the pemrakarsa, who is told; returns the reply's id.

    The same reply handed in twice while it waits is one reply.
    Raises NotFound (no such code), Conflict, InvalidAnswers (no such scan) or TooLarge.
    """
    with office.database.write() as session:
        holder = held(session, office, typed)
        case = lock_case(session, holder.case.id)
        document = find_scan(session, scan_id, actor)
        if document is None:
            raise InvalidAnswers({"berkas": FieldError("partners.scan_missing")})
        paper = papers.PaperGiven(
            number=given.number,
            dated_on=given.dated_on,
            signatory=given.signatory,
            document_id=document.id,
        )
        same = replies.find_same(session, case.id, holder.region.code, paper, document.sha256)
        if same is not None:
            return same.id
        document.case_id, document.region_code = case.id, holder.region.code
        document.field = REPLY_FIELD
        check_allowance(session, case.id, holder.region.code, now=now)
        reply = replies.keep_reply(
            session, case.id, holder.region.code, paper, handed_in_by=given.by, now=now
        )
        details = {**_about(reply), "by": given.by, "sha256": document.sha256}
        tell(session, case, "reply.handed_in", holder.region, actor, now, details)
        said = say(
            "partners.reply_came",
            region=holder.region.name,
            number=given.number,
            by=given.by,
        )
        key = f"reply:{reply.id}"
        tell_pemrakarsa(session, office, case, REPLY, key, said, now, balasan=reply.id)
        return reply.id


def take_reply(
    office: Office,
    case_id: str,
    reply_id: str,
    task_id: str,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Complete an open task of the partner from its signed reply.

    1. The reply still waits, and the task is one of its party in this case.
    2. In one transaction the task is completed as recorded from that paper, and the reply noted as
       taken: of two who take it at once only one does.
    """
    with office.database.read() as session:
        _case, reply = _waiting(session, case_id, reply_id, actor)
        task = session.get(Task, task_id)
        has_contact = not questions.without_contact(session, [reply.region_code])
        if has_contact and not actor.may_act_for(reply.region_code):
            raise Conflict("partners.contact_records")
        if task is None or task.case_id != case_id or task.region_code != reply.region_code:
            raise InvalidAnswers({"task": FieldError("partners.not_its_task")})
    paper = replies.paper_of(reply)

    def take(session: Session, case: Case, task: Task, _receipt: Receipt) -> None:
        if not replies.judge(session, reply_id, ReplyStatus.TAKEN, by=actor.name, now=now):
            judged = session.get_one(PartyReply, reply_id).checked_by
            raise Conflict("partners.reply_judged", by=judged)
        partner = session.get_one(Region, reply.region_code)
        details = {**_about(reply), "task": task.id, "task_name": task.name}
        tell(session, case, "reply.taken", partner, actor, now, details)

    return complete_task(
        office, task_id, answers, actor=actor, now=now, paper=paper, together_with=take
    )


def refuse_reply(
    office: Office, case_id: str, reply_id: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Give a reply back; the partner reads the reason when it comes with its code again."""
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        case = lock_case(session, case_id)
        _case, reply = _waiting(session, case_id, reply_id, actor)
        replies.judge(session, reply_id, ReplyStatus.REFUSED, by=actor.name, note=why, now=now)
        partner = session.get_one(Region, reply.region_code)
        details = {**_about(reply), "reason": why}
        tell(session, case, "reply.refused", partner, actor, now, details)


def _waiting(
    session: Session, case_id: str, reply_id: str, actor: Actor
) -> tuple[Case, PartyReply]:
    """A reply that nobody has judged, for the pemrakarsa of its case."""
    case = session.get(Case, case_id)
    reply = session.get(PartyReply, reply_id)
    if case is None or reply is None or reply.case_id != case_id:
        raise NotFound
    if not actor.may_act_for(questions.keeper_of(session, case)):
        raise NotAllowed
    if reply.status is not ReplyStatus.WAITING:
        raise Conflict("partners.reply_judged", by=reply.checked_by)
    return case, reply


def _about(reply: PartyReply) -> dict[str, Any]:
    return {
        "reply": reply.id,
        "number": reply.number,
        "dated_on": reply.dated_on.isoformat(),
        "signatory": reply.signatory,
        "document": reply.document_id,
    }


def _drafts(session: Session, actor: Actor) -> int:
    query = select(func.count()).where(
        Document.uploaded_by == actor.name, Document.case_id.is_(None)
    )
    return session.scalar(query) or 0
