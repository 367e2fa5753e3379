"""How many files, and how large ones, each party may hand in for one case."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.errors import TooLarge
from processes.store.documents import MEGABYTE
from processes.store.tables import Document

MOST_FILES = 50
MOST_BYTES = 100 * MEGABYTE


def check_allowance(session: Session, case_id: str, region_code: str) -> None:
    """Raise TooLarge when a party's files of a case are more than it may hand in.

    Call it after its new documents were tied to the case, so that they count.
    """
    session.flush()
    files, size = session.execute(
        select(func.count(), func.coalesce(func.sum(Document.size), 0)).where(
            Document.case_id == case_id, Document.region_code == region_code
        )
    ).one()
    if files > MOST_FILES:
        raise TooLarge("store.case_files", count=files, limit=MOST_FILES)
    if size > MOST_BYTES:
        raise TooLarge("store.case_bytes", limit=MOST_BYTES // MEGABYTE)
