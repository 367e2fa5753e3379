"""The tables of an older program brought up to date, with a backup before and a look at all after.

The steps and the look are one transaction: when a case cannot be read afterwards, nothing has
changed, and the older program goes on.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from processes.actions.backing_up import stopped, write_whole
from processes.engine.calendar import WorkingCalendar
from processes.engine.procedure import Procedure
from processes.errors import KsddError
from processes.kept_calendar import KeptCalendar
from processes.settings import Settings
from processes.store import history, rows
from processes.store import procedures as versions
from processes.store.database import Database
from processes.store.documents import BlobStore
from processes.store.migrations import is_newest, upgrade
from processes.store.tables import Case, CaseStatus, ProcedureVersion, Region, Task, TaskStatus


@dataclass(frozen=True, kw_only=True)
class Upgraded:
    """What an upgrade did."""

    #: the backup of before; None when the tables were up to date, or there were none
    backup: Path | None
    #: last step of the tables before; None when there were none
    before: str | None
    #: and after
    after: str
    #: running cases that this program was seen to read
    cases: int


def bring_up_to_date(settings: Settings, folder: Path, *, now: datetime) -> Upgraded:
    """Back up into `folder`, bring the tables up to date, and look whether every case is read.

    1. Write a backup of what is there, unless there is nothing to change.
    2. In one transaction: make the tables of this program, read every running case as it was
       saved, and go through every chain of the history.

    Raises Conflict while the installation is served on this machine, KsddError naming what cannot
    be read; then the tables are as before, and the backup stays.
    """
    with stopped(settings), closing(Database.open(settings.database_url)) as database:
        with database.connect_to_read() as connection:
            before = None if rows.is_empty(connection) else rows.step_of(connection)
        backup = None
        if before is not None and not is_newest(before):
            backup = _back_up(settings, database, folder, before, now)
        with database.connect_to_rebuild() as connection:
            upgrade(connection)
            cases = _check(connection, now)
            after = rows.step_of(connection)
    return Upgraded(backup=backup, before=before, after=after, cases=cases)


def _back_up(
    settings: Settings, database: Database, folder: Path, step: str, now: datetime
) -> Path:
    """A backup by the tables of the older program, which that program brings in again."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise KsddError("installation.backup_refused", path=folder, why=error.strerror) from error
    path = folder / f"sebelum-{step}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    blobs = BlobStore(settings.data / "documents")
    write_whole(path, database, blobs, settings.secret(), now=now)
    return path


def _check(connection: Connection, now: datetime) -> int:
    """Read every running case, and every chain; how many cases there were."""
    session = Session(connection, autoflush=False)
    zones = {region.code: region.zone for region in session.scalars(select(Region))}
    calendar = KeptCalendar(zones, session).calendar
    running = select(Case).where(Case.status == CaseStatus.RUNNING).order_by(Case.version_id)
    procedures: dict[str, Procedure] = {}
    count, unreadable = 0, []
    for case in session.scalars(running.execution_options(yield_per=100)):
        count += 1
        if case.version_id not in procedures:
            procedures = {case.version_id: _procedure(session, case.version_id)}
        if not _is_read(session, case, procedures[case.version_id], calendar, now):
            unreadable.append(case.number)
    if unreadable:
        raise KsddError(
            "installation.upgrade_unreadable",
            count=len(unreadable),
            numbers=", ".join(unreadable[:5]),
        )
    broken = history.verify(session)
    if broken is not None:
        raise KsddError("installation.upgrade_broken", why=broken.say())
    return count


def _procedure(session: Session, version_id: str) -> Procedure:
    version = session.get_one(ProcedureVersion, version_id)
    return Procedure(version.key, versions.files_of(session, version_id))


def _is_read(
    session: Session, case: Case, procedure: Procedure, calendar: WorkingCalendar, now: datetime
) -> bool:
    """Whether the engine finds the tasks open that the rows say are open."""
    mine = select(Task.id).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    expected = set(session.scalars(mine))
    try:
        run = procedure.resume(case.state, region=case.region_code, now=now, calendar=calendar)
        return {task.id for task in run.open_tasks()} == expected
    except Exception:  # noqa: BLE001 - whatever a state does to its reader, it is not read
        return False
