"""The tables of an older program brought up to date, with a backup before and a look at all after.

The steps and the look at the cases are one transaction: when one cannot be read afterwards, nothing
has changed, and the older program goes on. It may be serving meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from processes.actions.backing_up import stopped, write_whole
from processes.engine.calendar import WorkingCalendar
from processes.engine.procedure import Procedure
from processes.errors import KsddError
from processes.kept_calendar import KeptCalendar
from processes.kept_key import check_key
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
    #: where the history does not hold together, in words; the upgrade neither did nor mends that
    broken: str | None


def bring_up_to_date(settings: Settings, folder: Path, *, now: datetime) -> Upgraded:
    """Back up into `folder`, bring the tables up to date, and look whether every case is read.

    1. Write a backup of what is there, unless there is nothing to change.
    2. In one transaction: make the tables of this program, and read every running case as it was
       saved.
    3. Go through every chain of the history, of one moment, while others may work.

    Raises Conflict while `ksdd serve` runs on this data folder, SettingsError where its key is not
    that of the database, KsddError naming the cases that cannot be read; then the tables are as
    before, and the backup stays.
    """
    with stopped(settings), closing(Database.open(settings.database_url)) as database:
        with database.connect_to_read() as connection:
            check_key(settings, connection)
            before = None if rows.is_empty(connection) else rows.step_of(connection)
        backup = None
        if before is not None and not is_newest(before):
            backup = _back_up(settings, database, folder, before, now)
        with database.connect_to_rebuild() as connection:
            upgrade(connection)
            cases = _check(connection, now)
            after = rows.step_of(connection)
        with database.read() as session:
            broken = history.verify(session)
    return Upgraded(
        backup=backup,
        before=before,
        after=after,
        cases=cases,
        broken=None if broken is None else broken.say(),
    )


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
    """Read every running case; how many there were."""
    session = Session(connection, autoflush=False)
    zones = {region.code: region.zone for region in session.scalars(select(Region))}
    calendar = KeptCalendar(zones, session).calendar
    procedures: dict[str, Procedure] = {}
    count, unreadable = 0, []
    for case, open_tasks in _running(connection):
        count += 1
        if case.version_id not in procedures:
            procedures = {case.version_id: _procedure(session, case.version_id)}
        if not _is_read(case, open_tasks, procedures[case.version_id], calendar, now):
            unreadable.append(case.number)
    if unreadable:
        raise KsddError(
            "installation.upgrade_unreadable",
            count=len(unreadable),
            numbers=", ".join(unreadable[:5]),
        )
    return count


def _running(connection: Connection) -> Iterator[tuple[Any, set[str]]]:
    """Every running case with its open tasks, by version.

    One statement, so that both are of one moment although the older program may be at work.
    """
    is_open = (Task.case_id == Case.id) & (Task.status == TaskStatus.OPEN)
    columns = (Case.id, Case.number, Case.version_id, Case.region_code, Case.state)
    query = (
        select(*columns, Task.id.label("task_id"))
        .outerjoin(Task, is_open)
        .where(Case.status == CaseStatus.RUNNING)
        .order_by(Case.version_id, Case.id)
        .execution_options(yield_per=100)
    )
    for _, rows_of_case in groupby(connection.execute(query), key=lambda row: row.id):
        same = list(rows_of_case)
        yield same[0], {row.task_id for row in same if row.task_id is not None}


def _procedure(session: Session, version_id: str) -> Procedure:
    version = session.get_one(ProcedureVersion, version_id)
    return Procedure(version.key, versions.files_of(session, version_id))


def _is_read(
    case: Any, open_tasks: set[str], procedure: Procedure, calendar: WorkingCalendar, now: datetime
) -> bool:
    """Whether the engine finds the tasks open that the rows say are open."""
    try:
        run = procedure.resume(case.state, region=case.region_code, now=now, calendar=calendar)
        return {task.id for task in run.open_tasks()} == open_tasks
    except Exception:  # noqa: BLE001 - whatever a state does to its reader, it is not read
        return False
