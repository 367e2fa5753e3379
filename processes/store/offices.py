"""What follows when officials come and go: substitutions, open tasks and links."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.sentences import say
from processes.store import links
from processes.store.acting import Settled, settle
from processes.store.handover import Moved, hand_over, lock_concerned, put_right
from processes.store.substitutions import still_open
from processes.store.tables import Official, Substitution


def end_office(session: Session, official: Official, now: datetime) -> tuple[list[Moved], Settled]:
    """Let somebody hold an office no more; his open tasks and links go as after an import."""
    official.in_office = official.active = False
    session.flush()
    return rearrange(session, [official.region_code], left=[official], come=[], now=now)


def rearrange(
    session: Session,
    regions: Sequence[str],
    *,
    left: Collection[Official],
    come: Collection[Official],
    now: datetime,
) -> tuple[list[Moved], Settled]:
    """Bring substitutions, open tasks and links in line with who left and who came."""
    settled = Settled()
    for region in regions:
        ended = _end_of_those_gone(session, region, left, now)
        settled += settle(session, region, now, ended=ended) + Settled(ended=tuple(ended))
    for official in left:
        if not official.active:
            links.revoke_beside_answering(session, official.id, now)
    gone, joined = {official.id for official in left}, {official.id for official in come}
    lock_concerned(session, regions, changes=settled.changes, left=gone, joined=joined)
    moved = hand_over(session, left=gone, joined=joined, now=now)
    for region in regions:
        moved += put_right(session, region, now)
    return moved, settled


def _end_of_those_gone(
    session: Session, region: str, left: Iterable[Official], now: datetime
) -> list[Substitution]:
    """End the substitutions by people who lost their last office in the region."""
    gone = {official.person_id for official in left if official.region_code == region}
    staying = select(Official.person_id).where(Official.region_code == region, Official.in_office)
    gone -= set(session.scalars(staying))
    ended = [row for row, _ in still_open(session, region=region) if row.person_id in gone]
    for row in ended:
        row.ended_at, row.end_reason = now, say("people.ended_substitute_left")
    return ended
