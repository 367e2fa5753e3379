"""Making an owner's folder the version on which new cases start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.migration_jobs import follow_words
from processes.actions.wording import readable
from processes.engine.checks import check_folder, gates_lost
from processes.engine.findings import Finding
from processes.engine.procedure import Procedure
from processes.engine.remembered import Remembered
from processes.engine.roles import FILE, RolesRefused, read_roles
from processes.errors import DiagramRefused, FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import procedures as versions
from processes.store.procedures import Grounds
from processes.store.tables import ProcedureVersion

if TYPE_CHECKING:
    from processes.office import Office

#: what a version keeps of an owner's folder
KEPT = {".bpmn", ".dmn", ".txt", ".toml", ".docx", ".typ", ".html"}
#: what a file may be called inside a folder: at most three folders deep, no leading dot
PATH = re.compile(r"\w[\w. -]{0,99}(/\w[\w. -]{0,99}){0,3}")
#: bytes of everything in a folder
FOLDER_LIMIT = 8 * 1024 * 1024
#: most characters of a legal basis
LONGEST_BASIS = 300
#: furthest ahead that a version may begin to count
FURTHEST = timedelta(days=730)
#: any number that all processes of one installation agree on, for PostgreSQL's advisory lock
PUBLISHING = 7_020_918

#: findings about files that are tried out in a process of their own, which may have lacked time or
#: memory just then: they are found out anew
TRIED_OUT = frozenset({"letters.unreadable", "drafts.unreadable"})

#: the folders checked last
_checked: Remembered[tuple[Finding, ...]] = Remembered(
    16, keeps=lambda found: all(each.code not in TRIED_OUT for each in found)
)
#: which legal gates of one folder another one loses, as it was found out last
_lost: Remembered[tuple[Finding, ...]] = Remembered(16)
#: the versions read last, whoever asked for them
_read: Remembered[Procedure] = Remembered(8)


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of an owner's folder by their path inside it; NotFound when it has no diagram."""
    if not folder.is_dir():
        raise NotFound("errors.no_folder", folder=str(folder))
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in KEPT and not path.name.startswith(".")
    }
    if not any(name.endswith(".bpmn") for name in files):
        raise NotFound("errors.no_diagram", folder=str(folder))
    return files


def check(files: Mapping[str, bytes], language: str = "id") -> list[Finding]:
    """Everything wrong with a folder, said in a language; the roles it may use stand in its
    `peran.toml`. The same folder again is answered from memory, unless a letter was refused."""
    mark = f"{versions.sha256_of(files)} {language}"

    def look() -> tuple[Finding, ...]:
        return tuple(check_folder(files, known_roles(files), language=language))

    return list(_checked.get(mark, look))


def known_roles(files: Mapping[str, bytes]) -> frozenset[str] | None:
    """The roles of the folder's `peran.toml`; None when it has none and any role may be used."""
    content = files.get(FILE)
    if content is None:
        return None
    try:
        return frozenset(read_roles(content).titles)
    except RolesRefused:
        return None  # it is a finding of its own


def publish(
    office: Office,
    folder: Path | Mapping[str, bytes],
    *,
    note: str,
    actor: Actor,
    now: datetime,
    key: str | None = None,
    grounds: Grounds | None = None,
) -> ProcedureVersion:
    """Make a folder the version new cases start on; running cases keep theirs, unless nothing but
    words differs: then they follow by themselves.

    Raises InvalidAnswers (note, basis, gate_basis, effective_on), and DiagramRefused with every
    finding when there is an error among them, or when a legal gate of the newest version would be
    lost and no basis for that is named.
    """
    note = readable(note, field="note", missing="errors.note_missing", lines=True)
    grounds = sound(grounds or Grounds(), office.calendar.today(now))
    files = read_folder(folder) if isinstance(folder, Path) else dict(folder)
    name = key or (folder.resolve().name if isinstance(folder, Path) else "ksdd")
    parsed = parse(name, files)
    with office.database.read() as session:
        lost = lost_gates(session, name, files)
    if lost and not grounds.gate_basis:
        raise DiagramRefused(lost)
    with office.database.write() as session:
        version = versions.save_version(
            session,
            key=name,
            name=parsed.name,
            files=files,
            note=note,
            published_by=actor.name,
            now=now,
            grounds=grounds,
        )
        follow_words(session, office, version, actor, now)
        return version


def sound(grounds: Grounds, today: date) -> Grounds:
    """The same with its texts as they are kept; raises InvalidAnswers.

    A version may not begin to count in the past, which has gone by without it, nor further ahead
    than anybody plans, which is a slip of the pen.
    """
    errors: dict[str, KsddError] = {}
    texts = {"basis": grounds.basis, "gate_basis": grounds.gate_basis}
    for name, typed in texts.items():
        try:
            if typed.strip():
                missing = "errors.note_missing"
                texts[name] = readable(typed, field=name, missing=missing, limit=LONGEST_BASIS)
        except InvalidAnswers as wrong:
            errors |= wrong.fields
    day = grounds.effective_on
    if day is not None and not today <= day <= today + FURTHEST:
        errors["effective_on"] = FieldError("publishing.effective_on_wrong")
    if errors:
        raise InvalidAnswers(errors)
    basis, gate_basis = (typed.strip() for typed in texts.values())
    return replace(grounds, basis=basis, gate_basis=gate_basis)


def lost_gates(
    session: Session, key: str, files: Mapping[str, bytes], language: str = "id"
) -> list[Finding]:
    """A finding for each legal gate of the newest version of `key` that the folder would lose."""
    newest = versions.latest(session, key)
    if newest is None:
        return []
    return lost_from(versions.files_of(session, newest.id), files, language)


def lost_from(
    old: Mapping[str, bytes], files: Mapping[str, bytes], language: str = "id"
) -> list[Finding]:
    """A finding for each legal gate of one folder that another would lose. The same two again are
    answered from memory."""
    mark = (versions.sha256_of(old), versions.sha256_of(files), language)
    return list(_lost.get(mark, lambda: tuple(gates_lost(old, files, language=language))))


def parse(key: str, files: Mapping[str, bytes]) -> Procedure:
    """The folder as it would run; DiagramRefused when a finding forbids it."""
    findings = check(files)
    if any(finding.severity == "error" for finding in findings):
        raise DiagramRefused(findings)
    return read(key, files)


def read(key: str, files: Mapping[str, bytes]) -> Procedure:
    """The folder as it would run; the same folder again is read from memory."""
    return _read.get((key, versions.sha256_of(files)), lambda: Procedure(key, files))


def publish_when_missing(office: Office, folder: Path, *, now: datetime) -> None:
    """Publish the shipped folder in an installation that has no version of it yet."""
    with office.database.write() as session:
        if office.database.is_postgres:
            session.execute(text(f"SELECT pg_advisory_xact_lock({PUBLISHING})"))
        if versions.latest(session, folder.name) is not None:
            return
        files = read_folder(folder)
        parsed = parse(folder.name, files)
        versions.save_version(
            session,
            key=folder.name,
            name=parsed.name,
            files=files,
            note="Versi bawaan",
            published_by="ksdd",
            now=now,
        )
