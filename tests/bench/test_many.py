"""The large installation is what it says, on both databases, and its histories are whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from processes.office import Office
from processes.settings import Settings
from processes.store import history
from processes.store.tables import Case, History, Task, TaskStatus
from tests.bench import many


def test_a_filled_installation_has_what_was_asked_for(
    empty_database_url: str, tmp_path: Path, now: datetime
) -> None:
    settings = Settings(
        env="development", data=tmp_path, database_url=empty_database_url, sample=False
    )
    office = Office.open(settings)
    try:
        many.fill(office, many.SMALL, now)
        with office.database.read() as session:
            waiting = select(func.count()).where(Task.status == TaskStatus.OPEN)
            assert session.scalar(waiting) == many.SMALL.open_tasks
            assert session.scalar(select(func.count()).select_from(Case)) == 100
            assert session.scalar(select(func.count()).select_from(History)) == 1000
            assert history.verify(session) is None
    finally:
        office.close()
