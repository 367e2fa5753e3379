"""Noting that a link was asked for: a fact for the ledger, nothing that changes the task.

Mail programs and scanners ask too, so it is no proof that anybody read the page. The page never
waits for the note: where another writer is in the way, it is left out.
"""

from __future__ import annotations

import logging
from datetime import datetime

from flask import request
from sqlalchemy.exc import OperationalError

from processes.store import ledger
from processes.store.tables import Link
from webhooks.current import office

log = logging.getLogger(__name__)


def note_fetch(link: Link, now: datetime) -> None:
    """Note the first time that a link's page is asked for; only its headers does not count."""
    if request.method != "GET":
        return
    with office().database.glance() as session:
        if ledger.is_fetched(session, link):
            return
    try:
        with office().database.write_if_free() as session:
            ledger.note_fetched(session, link, now)
    except OperationalError:
        log.info("fetch not noted: the database is busy", extra={"link": link.id})
