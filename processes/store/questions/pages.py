"""A long answer, one page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Item = TypeVar("Item")

PAGE_SIZE = 50
#: no list is so long that somebody wants a page beyond this one
MOST_PAGES = 100_000


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    """Some items of a longer list."""

    items: Sequence[Item]
    #: 1-based
    number: int
    #: how many items there are on all pages
    total: int


def rows_of_page(
    session: Session, query: Select[*tuple[Any, ...]], number: int
) -> tuple[list[Any], int]:
    """The rows of an ordered query that stand on a page, and how many rows there are in all."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    start = (min(max(number, 1), MOST_PAGES) - 1) * PAGE_SIZE
    return list(session.execute(query.limit(PAGE_SIZE).offset(start)).all()), total
