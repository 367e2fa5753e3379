"""Putting a message to one official in the outbox, by the best way there is to him."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.store import outbox, overtaken
from processes.store.questions.people import Holder
from processes.store.tables import Message
from processes.store.ways import HAND, way_to

if TYPE_CHECKING:
    from processes.office import Office


def write_to(
    session: Session,
    office: Office,
    to: Holder,
    now: datetime,
    *,
    key: str,
    kind: str,
    case_id: str | None = None,
    task_id: str | None = None,
    link_id: str | None = None,
    values: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    collapsible: bool = False,
    is_new: bool = False,
) -> Message | None:
    """Tell an official something once per `key`; None when he was told before, or has no address.
    `is_new` says that the key names something that was made just now.

    What waits for somebody's hand, and that nobody took yet, is replaced by the newer message about
    the same.
    """
    official, person = to
    way = way_to(person)
    if way is None:
        return None
    put = outbox.put(
        session,
        key=key,
        kind=kind,
        channel=way.channel,
        address=way.address,
        case_id=case_id,
        task_id=task_id,
        official_id=official.id,
        link_id=link_id,
        values=values,
        not_before=not_before,
        collapsible=collapsible,
        domain=office.mail_domain,
        now=now,
        is_new=is_new,
    )
    if put is not None and way.channel == HAND:
        overtaken.drop_older_by_hand(session, put)
    return put
