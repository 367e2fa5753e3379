"""Asking the virus scanner, and asking again for what it has not answered.

It fails closed: while a scanner is set up, a file it has not called clean goes to nobody outside
the house that handed it in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from processes.actions.actor import Actor
from processes.errors import WrongType
from processes.settings import Settings
from processes.store import history, scans, sweeps
from processes.store.clamd import FileUnanswered, ScannerSilent, infection
from processes.store.locks import lock_case
from processes.store.tables import Document, Scan

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

#: seconds that somebody who uploads is kept waiting, and seconds for a file that waits
PATIENCE, LATER_PATIENCE = 4.0, 20.0
#: one process at a time asks again, and after a silence not before this time
PAUSE = timedelta(minutes=1)
#: name under which the last round is noted; `done` 0 = at work, or ended in silence
ROUND = "scanner"


def scanned(settings: Settings, path: Path, shown: str) -> Scan:
    """What the scanner says of a file that is just being handed in; WrongType when infected."""
    if settings.clamd_url is None:
        return Scan.NONE
    try:
        found = infection(settings.clamd_url, path, PATIENCE)
    except ScannerSilent as why:
        log.warning("pemindai virus tidak menjawab: %s", why)
        return Scan.WAITING
    if found is not None:
        raise WrongType("store.file_infected", filename=shown, what=found)
    return Scan.CLEAN


def scan_documents(
    office: Office, *, now: datetime, limit: int, alive: Callable[[], None] = lambda: None
) -> int:
    """Ask the scanner for files that wait, the oldest first; returns how many it answered for.

    Files from the time before there was a scanner are asked for too, and stay readable meanwhile.
    `alive` is called after each file.
    """
    if office.settings.clamd_url is None:
        return 0
    with office.database.read() as session:
        waiting = scans.unanswered(session, limit)
        if not waiting or not scans.may_ask(session, ROUND, now, PAUSE):
            return 0
    with office.database.write() as session:
        if not scans.may_ask(session, ROUND, now, PAUSE):
            return 0
        sweeps.beat(session, ROUND, now=now, done=0)
    answered = 0
    for document_id, sha256 in waiting:
        path = office.blobs.path(sha256)
        try:
            found = infection(office.settings.clamd_url, path, LATER_PATIENCE)
        except FileUnanswered as why:
            # one file that it cannot judge must not keep the others from being judged
            log.warning("pemindai virus tidak menjawab tentang satu berkas: %s", why)
        except ScannerSilent as why:
            log.warning("pemindai virus tidak menjawab: %s", why)
            return 0
        else:
            _settle(office, document_id, found, now)
            answered += 1
        alive()
    with office.database.write() as session:
        sweeps.beat(session, ROUND, now=now, done=answered)
    return answered


def _settle(office: Office, document_id: str, found: str | None, now: datetime) -> None:
    with office.database.write() as session:
        document = session.get_one(Document, document_id)
        document.scan = Scan.CLEAN if found is None else Scan.INFECTED
        document.infection = found or ""
        if found is None or document.case_id is None:
            return
        about = {"task": document.task_id} if document.task_id else {"region": document.region_code}
        history.append(
            session,
            lock_case(session, document.case_id),
            at=now,
            kind="document.infected",
            actor=Actor.clock().as_entry(),
            details={**about, "name": document.filename, "document": document.id, "found": found},
        )
