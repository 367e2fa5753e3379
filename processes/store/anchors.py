"""Which regions are to hear of a seal, and which hashes somebody has kept of them."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from processes.store.kinds import SEAL
from processes.store.tables import DigestRun, Party, Seal, SealedHead, Task

_HASH = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])")


def touched_regions(session: Session, *, since: datetime) -> dict[str, datetime]:
    """The regions that take part in a case of which something was sealed, each with the moment of
    the last such seal. A partner is one of them from its first task on, or when something was sent
    to it: of what another house only drafts it hears nothing. A region that left hears of nothing
    newer."""
    reached = exists().where(
        Task.case_id == Party.case_id,
        or_(
            and_(Task.region_code == Party.region_code, Task.opened_at <= Seal.at),
            Task.shared_at <= Seal.at,
        ),
    )
    query = (
        select(Party.region_code, func.max(Seal.at).label("at"))
        .join(SealedHead, SealedHead.case_id == Party.case_id)
        .join(Seal, Seal.number == SealedHead.seal_number)
        .where(Seal.at > since, Party.left_at.is_(None), or_(Party.position == 0, reached))
        .group_by(Party.region_code)
    )
    return {row.region_code: row.at for row in session.execute(query)}


def last_told(session: Session) -> dict[str, datetime]:
    """By region, when it was looked at last whether there is something to tell."""
    query = select(DigestRun.region_code, func.max(DigestRun.at).label("at"))
    mine = query.where(DigestRun.kind == SEAL).group_by(DigestRun.region_code)
    return {row.region_code: row.at for row in session.execute(mine)}


def hashes_in(text: str) -> list[str]:
    """The hashes in a text, for example in a saved mail, in their order."""
    return list(dict.fromkeys(found.lower() for found in _HASH.findall(text)))
