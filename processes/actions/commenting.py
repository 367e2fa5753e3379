"""Remarks on a case: for the writer's own house, or for every party."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.wording import readable
from processes.errors import Gone, NotAllowed, NotFound
from processes.store import history, questions
from processes.store.locks import lock_case
from processes.store.tables import Case, Comment, Link, Official, new_id

if TYPE_CHECKING:
    from processes.office import Office


def comment_on_case(
    office: Office,
    case_id: str,
    text: str,
    *,
    region: str,
    shared: bool,
    actor: Actor,
    now: datetime,
) -> Comment:
    """Write a remark for a region that takes part; unless `shared`, only its house reads it.

    Raises NotFound, NotAllowed (no party, or it left), Gone (the link died) or InvalidAnswers
    (`text`).
    """
    text = readable(text, field="text", missing="acts.comment_missing", lines=True)
    with office.database.write() as session:
        case = lock_case(session, case_id)
        if not actor.may_act_for(region):
            raise NotFound
        parties = questions.parties_of_case(session, case_id)
        if not any(p.region_code == region and p.left_at is None for p in parties):
            raise NotAllowed("acts.not_a_party")
        return add_comment(session, case, text, region=region, shared=shared, actor=actor, now=now)


def add_comment(
    session: Session,
    case: Case,
    text: str,
    *,
    region: str,
    shared: bool,
    actor: Actor,
    now: datetime,
) -> Comment:
    """Keep a remark on a case that the caller has locked, with its entry in the history."""
    comment = Comment(
        id=new_id(),
        case_id=case.id,
        region_code=region,
        is_shared=shared,
        text=text,
        by=_name(session, actor)[:300],
        at=now,
    )
    session.add(comment)
    session.flush()
    # what names a region is read there only
    house = "house" if shared else "region"
    history.append(
        session,
        case,
        at=now,
        kind="case.commented",
        actor=actor.as_entry(),
        details={house: region, "comment": comment.id, "text": text, "shared": shared},
    )
    return comment


def _name(session: Session, actor: Actor) -> str:
    """Who writes, as it is printed; Gone when the link that he came by is dead."""
    link = session.get(Link, actor.link_id, populate_existing=True) if actor.link_id else None
    if link is not None and link.revoked_at is not None:
        raise Gone
    own = session.get(Official, actor.official_id) if actor.official_id else None
    return f"{actor.name}, {own.position}" if own else actor.name
