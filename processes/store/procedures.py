"""Published versions of the owners' folders; a version never changes once it is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store.numbers import next_number
from processes.store.tables import ProcedureFile, ProcedureVersion


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """On what a version rests, from when on it counts, and who decided."""

    basis: str = ""
    #: on what a legal gate was removed
    gate_basis: str = ""
    #: None: at once
    effective_on: date | None = None
    asked_by: str = ""
    approved_by: str = ""


def save_version(
    session: Session,
    *,
    key: str,
    name: str,
    files: Mapping[str, bytes],
    note: str,
    published_by: str,
    now: datetime,
    grounds: Grounds | None = None,
) -> ProcedureVersion:
    """Save an owner's folder as the next version of its key; new cases start on it from its day
    on."""
    grounds = grounds or Grounds()
    version = ProcedureVersion(
        key=key,
        number=next_number(session, f"procedure:{key}"),
        name=name[:200],
        sha256=sha256_of(files),
        note=note,
        published_at=now,
        published_by=published_by[:200],
        basis=grounds.basis,
        gate_basis=grounds.gate_basis,
        effective_on=grounds.effective_on,
        asked_by=grounds.asked_by[:300],
        approved_by=grounds.approved_by[:300],
    )
    session.add(version)
    session.flush()
    session.add_all(
        ProcedureFile(version_id=version.id, path=path, content=content)
        for path, content in sorted(files.items())
    )
    session.flush()
    return version


def sha256_of(files: Mapping[str, bytes]) -> str:
    """SHA-256, hex, over the names and contents of all files, whatever their order."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        for part in (path.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def latest(session: Session, key: str) -> ProcedureVersion | None:
    """The version published last, whether or not its day has come; None without any."""
    newest = versions(session, key)
    return newest[0] if newest else None


def in_force(session: Session, key: str, on: date) -> ProcedureVersion | None:
    """The version on which a case starts that is opened on this day of its region; None when
    nothing of this key counts yet.

    Of the versions whose day has come it is the one published last.
    """
    query = select(ProcedureVersion).where(ProcedureVersion.key == key, counts_on(on))
    return session.scalar(query.order_by(ProcedureVersion.number.desc()).limit(1))


def counts_on(on: date) -> ColumnElement[bool]:
    """The condition that the day of a version has come."""
    day = ProcedureVersion.effective_on
    return or_(day.is_(None), day <= on)


def versions(session: Session, key: str) -> list[ProcedureVersion]:
    """All versions of a key, newest first."""
    query = select(ProcedureVersion).where(ProcedureVersion.key == key)
    return list(session.scalars(query.order_by(ProcedureVersion.number.desc())))


def find_version(session: Session, key: str, number: int) -> ProcedureVersion:
    """One version of a key; NotFound when there is none."""
    query = select(ProcedureVersion).where(ProcedureVersion.key == key)
    version = session.scalar(query.where(ProcedureVersion.number == number))
    if version is None:
        raise NotFound
    return version


def get_version(session: Session, version_id: str) -> ProcedureVersion:
    """The version of an id; NotFound when there is none."""
    version = session.get(ProcedureVersion, version_id)
    if version is None:
        raise NotFound
    return version


def files_of(session: Session, version_id: str) -> dict[str, bytes]:
    """The files of a version by path, as their owner wrote them."""
    query = select(ProcedureFile).where(ProcedureFile.version_id == version_id)
    return {file.path: file.content for file in session.scalars(query.order_by(ProcedureFile.path))}


def keys(session: Session) -> list[str]:
    """The keys under which something was published."""
    query = select(ProcedureVersion.key).distinct().order_by(ProcedureVersion.key)
    return list(session.scalars(query))
