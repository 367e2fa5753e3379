"""How many files, and how large ones, each party may hand in for one case within a year.

Not for ever: an agreement may be watched over for decades.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.errors import TooLarge
from processes.store.asking import Asked, Question
from processes.store.documents import MEGABYTE
from processes.store.tables import Document

MOST_FILES = 50
MOST_BYTES = 100 * MEGABYTE
YEAR = timedelta(days=365)
#: how many files of how many bytes a `region` handed in for a `case` since a moment
_FILES = Question(
    lambda p: select(func.count(Document.id), func.coalesce(func.sum(Document.size), 0)).where(
        Document.case_id == p.one("case"),
        Document.region_code == p.one("region"),
        Document.uploaded_at > p.one("since"),
    )
)


def files_of(case_id: str, region_code: str, now: datetime) -> Asked:
    """What `check_allowance` will ask."""
    return _FILES.about(case=case_id, region=region_code, since=now - YEAR)


def check_allowance(
    session: Session,
    case_id: str,
    region_code: str,
    joining: Iterable[Document] = (),
    *,
    now: datetime,
) -> None:
    """Raise TooLarge when a party's files of a case are more than it may hand in within a year:
    those that are tied to the case, and those that are `joining` them.
    """
    [(files, size)] = files_of(case_id, region_code, now).rows(session)
    for document in joining:
        files, size = files + 1, size + document.size
    if files > MOST_FILES:
        raise TooLarge("store.case_files", count=files, limit=MOST_FILES)
    if size > MOST_BYTES:
        raise TooLarge("store.case_bytes", limit=MOST_BYTES // MEGABYTE)
