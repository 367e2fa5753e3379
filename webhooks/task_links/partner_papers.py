"""The paper that goes to a partner and comes back from it, as far as a task's page tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from processes.actions.reminding import reply_in_words
from processes.store import questions
from processes.store.asking import Asked
from processes.store.questions.partners import WAITING_REPLIES
from processes.store.tables import LinkPurpose, Region
from webhooks.current import office
from webhooks.language import language
from webhooks.task_links.entry import Entry


@dataclass(frozen=True, kw_only=True)
class WaitingReply:
    """A signed reply that nobody has checked yet."""

    said: str
    #: where the pemrakarsa checks it; empty for the partner itself
    href: str


def asked_of_replies(entry: Entry) -> Asked:
    """What `waiting_reply` will ask."""
    return WAITING_REPLIES.about(cases=[entry.case.id])


def waiting_reply(session: Session, entry: Entry) -> WaitingReply | None:
    """The reply of the partner whose task it is, or that the task is about; for the pemrakarsa and
    this partner only."""
    task, house, asker = entry.task, entry.official.region_code, entry.case.region_code
    found = questions.waiting_replies(session, [entry.case.id])
    reply = found.get((entry.case.id, task.region_code))
    if reply is None:
        reply = found.get((entry.case.id, task.concerns or ""))
    if reply is None or house not in (asker, reply.region_code):
        return None
    region = session.get_one(Region, reply.region_code)
    checks = url_for("board.reply", case_id=entry.case.id, reply_id=reply.id)
    return WaitingReply(
        said=reply_in_words(office(), reply, region, language()),
        href=checks if house == asker else "",
    )


def package_url(entry: Entry) -> str:
    """Where the pemrakarsa prints the letters for the partner whose task it records."""
    asks = entry.official.region_code == entry.case.region_code
    abroad = entry.task.region_code != entry.case.region_code
    if entry.purpose is not LinkPurpose.RECORD or not (asks and abroad and entry.is_open):
        return ""
    return url_for("board.case", case_id=entry.case.id, _anchor="mitra")
