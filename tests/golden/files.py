"""Installations as earlier programs left them: each a backup with one case at every step.

`installations/DATE-STEP.zip` is what `ksdd backup` writes, made by the program of that day, whose
newest step of the tables was STEP. Every case has the element at which it waits as its title;
those of stage 7 and after wait for time.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processes import actions
from processes.settings import Settings
from tests.journeys.town import Town

FOLDER = Path(__file__).parent / "installations"
GOLDEN = sorted(FOLDER.glob("*.zip"))
#: the moment at which every one of them was left
LEFT = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
PARTIES = ["32.01", "32.02"]
#: what is made again, and how
REMEDY = "make golden"


@contextmanager
def restored(path: Path, url: str, folder: Path) -> Iterator[Town]:
    """The installation in a file, brought into an empty place and up to date, with a machine."""
    settings = Settings(env="development", data=folder, database_url=url, sample=True)
    actions.restore(settings, path, now=LEFT)
    town = Town(url, folder, LEFT, fresh=False)
    try:
        with town.office.database.write() as session:
            town.token = _token(session)
        yield town
    finally:
        town.close()


def _token(session: Any) -> str:
    from processes.store import accounts
    from processes.store.tables import AccountRole

    return accounts.create_token(
        session, name="emas", role=AccountRole.SYSTEM, region_code=None, now=LEFT
    )


def rows_of(path: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table as the earlier program wrote them."""
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(f"data/{table}.jsonl").splitlines()]
