"""A new `secret.key` where the old one is lost for good: a decision, and never made by itself."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from processes.actions.backing_up import stopped
from processes.errors import Conflict
from processes.settings import Settings, new_secret
from processes.store import secret_mark
from processes.store.database import Database


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """What came of it."""

    #: living links whose addresses are dead wherever they were sent
    links: int
    #: where the key lies that was in the data folder before; None when there was none
    aside: Path | None


def begin_with_new_key(settings: Settings, *, sure: bool, now: datetime) -> NewKey:
    """Make a new key for the data folder and let the database belong to it.

    1. Put a key that lies there aside; it may be that of another installation.
    2. In one transaction: note the new one, and let every living link follow from it, so that what
       waits to be sent carries addresses that live.

    When it is cut short the start is refused as before, and it may be called again. Raises Conflict
    unless `sure`, and while `ksdd serve` runs on this data folder.
    """
    if not sure:
        raise Conflict("installation.new_key_unsure")
    with stopped(settings), closing(Database.open(settings.database_url)) as database:
        database.migrate()
        secret, aside = new_secret(), None
        with database.write() as session:
            links = secret_mark.replace(session, secret, now=now)
            path = settings.secret_path
            if path.exists():
                aside = path.with_name(f"{path.name}.{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
                path.rename(aside)
            settings.keep_secret(secret)
    return NewKey(links=links, aside=aside)
