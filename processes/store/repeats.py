"""Answers once given to an `Idempotency-Key`, kept to be given again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from processes.store.tables import Repeat

KEPT = timedelta(hours=24)


def find_repeat(session: Session, asker: str, key: str) -> Repeat | None:
    """The answer this asker got for this key; None when it never asked."""
    return session.get(Repeat, (asker, key))


def keep_repeat(
    session: Session,
    *,
    asker: str,
    key: str,
    request_sha256: str,
    status: int,
    body: Mapping[str, Any],
    at: datetime,
) -> None:
    """Keep an answer, unless another request with this key was answered first."""
    kept = Repeat(asker=asker, key=key, request_sha256=request_sha256, status=status, at=at)
    kept.body = dict(body)
    session.add(kept)


def has_old(session: Session, now: datetime) -> bool:
    """Whether answers older than a day are kept."""
    return bool(session.scalar(select(exists().where(_is_old(now)))))


def forget_old(session: Session, now: datetime) -> int:
    """Remove answers older than a day; how many there were."""
    old = delete(Repeat).where(_is_old(now))
    return len(session.execute(old.returning(Repeat.key)).all())


def _is_old(now: datetime) -> ColumnElement[bool]:
    return Repeat.at < now - KEPT
