"""How far people played drafts and versions: what one person played nobody else is shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from processes.errors import Conflict
from processes.store.database import insert_missing
from processes.store.tables import FolderPlay

#: how long a play is kept that nobody goes on with
KEPT = timedelta(days=30)


class PlayedOn(Conflict):
    """The play went on in another window."""

    default_key = "playing.played_on"


def find(session: Session, account_id: str, subject_id: str) -> str:
    """The steps so far, written as a scenario; empty when nothing is played."""
    found = session.get(FolderPlay, (account_id, subject_id))
    return found.scenario if found else ""


def keep(
    session: Session,
    account_id: str,
    subject_id: str,
    scenario: str,
    *,
    before: str,
    now: datetime,
) -> None:
    """Keep a play instead of what it was `before` (empty for none); old ones are forgotten.

    Raises PlayedOn when it is not that any more.
    """
    key = {"account_id": account_id, "subject_id": subject_id}
    if not before:
        insert_missing(session, FolderPlay, [{**key, "scenario": "", "changed_at": now}])
    play = session.get(
        FolderPlay, (account_id, subject_id), with_for_update=True, populate_existing=True
    )
    if play is None or play.scenario != before:
        raise PlayedOn
    play.scenario, play.changed_at = scenario, now
    session.flush()
    session.execute(delete(FolderPlay).where(FolderPlay.changed_at < now - KEPT))


def drop(session: Session, account_id: str, subject_id: str) -> None:
    """Forget a play; nothing happens without one."""
    session.execute(
        delete(FolderPlay).where(
            FolderPlay.account_id == account_id, FolderPlay.subject_id == subject_id
        )
    )


def drop_all_of(session: Session, subject_id: str) -> None:
    """Forget everybody's plays of a draft that is over."""
    session.execute(delete(FolderPlay).where(FolderPlay.subject_id == subject_id))
