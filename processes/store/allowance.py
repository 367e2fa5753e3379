"""How many files, and how large ones, each party may hand in for one case."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.errors import TooLarge
from processes.store.asking import Question
from processes.store.documents import MEGABYTE
from processes.store.tables import Document

MOST_FILES = 50
MOST_BYTES = 100 * MEGABYTE


#: how many files of how many bytes a `region` handed in for a `case`
FILES = Question(
    lambda p: select(func.count(Document.id), func.coalesce(func.sum(Document.size), 0)).where(
        Document.case_id == p.one("case"), Document.region_code == p.one("region")
    )
)


def check_allowance(
    session: Session, case_id: str, region_code: str, joining: Iterable[Document] = ()
) -> None:
    """Raise TooLarge when a party's files of a case are more than it may hand in: those that are
    tied to the case, and those that are `joining` them.
    """
    [(files, size)] = FILES.rows(session, case=case_id, region=region_code)
    for document in joining:
        files, size = files + 1, size + document.size
    if files > MOST_FILES:
        raise TooLarge("store.case_files", count=files, limit=MOST_FILES)
    if size > MOST_BYTES:
        raise TooLarge("store.case_bytes", limit=MOST_BYTES // MEGABYTE)
