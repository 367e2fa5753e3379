"""One installation, opened once per process: its settings, database, documents and procedures."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Self
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.calendar_edition import note_package
from processes.actions.procedures import publish_when_missing, read
from processes.engine.calendar import WorkingCalendar
from processes.engine.forms import FormContext
from processes.engine.procedure import Procedure
from processes.engine.shapes import TaskShape
from processes.errors import SettingsError
from processes.kept_calendar import KeptCalendar
from processes.kept_key import check_key, open_key
from processes.sentences import say
from processes.setting_values import is_loopback
from processes.settings import Settings
from processes.store import outbox, questions, regions, sample, sealing
from processes.store import procedures as versions
from processes.store.asking import ask_ahead
from processes.store.database import Database
from processes.store.documents import BlobStore
from processes.store.questions.cases import PARTIES
from processes.store.questions.tasks import DRAWN_BEFORE
from processes.store.tables import Case, Document, ProcedureVersion, Region, Scan, Task
from processes.store.viewer import Viewer

#: where the procedures shipped with the product lie, one folder each
SHIPPED = Path(__file__).parent
#: parsed versions kept in memory per process
KEPT_VERSIONS = 8


def open_database(settings: Settings) -> Database:
    """The installation's database with the tables of this program, which an empty one is given.

    Tables of an older program are brought up to date in development. In production that is done by
    `ksdd upgrade`, which makes a backup before: OldTables says so. SettingsError for a database
    that cannot be used, or whose `secret.key` is another one; nothing has changed then.
    """
    settings.make_folder()
    database = Database.open(settings.database_url)
    try:
        with database.connect_to_read() as connection:
            check_key(settings, connection)
        if settings.is_development:
            database.migrate()
        else:
            database.begin()
    except BaseException:
        database.close()
        raise
    return database


@dataclass(frozen=True, kw_only=True)
class Office:
    """Everything an act needs. Make it with `Office.open`; safe to share between threads."""

    settings: Settings
    database: Database
    blobs: BlobStore
    #: from which link tokens and nonces are derived; never leaves the machine
    secret: bytes
    kept_calendar: KeptCalendar
    #: what every region is called, by its code
    region_names: Mapping[str, str]
    _procedures: OrderedDict[str, Procedure] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the installation, and fill an empty one.

        An empty installation gets all regions, the shipped procedure as version 1 and, unless
        `KSDD_SAMPLE=0`, sample officials. Any number of processes may open it at once. Raises what
        `open_database` raises, and SettingsError where another machine was first with another key.
        """
        database = open_database(settings)
        try:
            secret = open_key(settings, database, now=datetime.now(UTC))
        except SettingsError:
            database.close()
            raise
        with database.read() as session:
            is_open = sealing.has_open(session)
        if is_open:
            with database.write() as session:
                sealing.seal_open(session, secret)
        note_package(database, now=datetime.now(UTC))
        with database.write() as session:
            regions.load_regions(session)
            if settings.sample:
                sample.load_sample(session)
        with database.read() as session:
            every = list(session.scalars(select(Region)))
            kept_calendar = KeptCalendar({r.code: r.zone for r in every}, session)
        office = cls(
            settings=settings,
            database=database,
            blobs=BlobStore(settings.data / "documents"),
            secret=secret,
            kept_calendar=kept_calendar,
            region_names={region.code: region.name for region in every},
        )
        office._publish_shipped()
        return office

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar as this process read it last."""
        return self.kept_calendar.calendar

    @property
    def mail_domain(self) -> str:
        """What stands behind the @ of a Message-ID: the host of the base URL, or our own name."""
        host = urlsplit(self.settings.base_url).hostname or ""
        return outbox.DOMAIN if is_loopback(host) else host

    def close(self) -> None:
        """Close the database's connections."""
        self.database.close()

    def procedure(self, session: Session, version_id: str) -> Procedure:
        """The parsed version, from memory when this process has met it before."""
        with self._lock:
            known = self._procedures.get(version_id)
            if known is not None:
                self._procedures.move_to_end(version_id)
                return known
        version = session.get_one(ProcedureVersion, version_id)
        parsed = read(version.key, versions.files_of(session, version_id))
        self.remember(version_id, parsed)
        return parsed

    def remember(self, version_id: str, parsed: Procedure) -> None:
        """Keep a parsed version in memory, in the place of one that was not asked for longest."""
        with self._lock:
            self._procedures[version_id] = parsed
            while len(self._procedures) > KEPT_VERSIONS:
                self._procedures.popitem(last=False)

    def form_context(self, session: Session, task: Task, now: datetime) -> FormContext:
        """What a form must know to judge the answers to this task."""
        near = regions.PATTERNS.about(case=task.case_id, region=task.region_code)
        ask_ahead(session, [PARTIES.about(case=task.case_id), near])
        parties = [
            party.region_code
            for party in questions.parties_of_case(session, task.case_id)
            if party.left_at is None
        ]

        def document_exists(document_id: str) -> bool:
            document = session.get(Document, document_id)
            if document is None or document.scan is Scan.INFECTED:
                return False
            if document.case_id is None:
                return True
            own = Viewer.of_region(task.region_code)
            seen = questions.find_document(session, own, document_id)
            return seen is not None and seen.case_id == task.case_id

        def region_exists(code: str) -> bool:
            return session.get(Region, code) is not None

        def region_name(code: str) -> str:
            return session.get_one(Region, code).name

        @cache
        def earlier() -> dict[str, Any]:
            # the task itself is null until it was finished once
            return {task.element: None, **questions.answers_by_element(session, task.case_id)}

        return FormContext(
            parties=parties,
            partners=parties[1:],
            today=self.calendar.today(now, task.region_code),
            document_exists=document_exists,
            region_exists=region_exists,
            region_name=region_name,
            region=task.region_code,
            patterns=regions.number_patterns(session, task.case_id, task.region_code),
            earlier=earlier,
            title=lambda: session.get_one(Case, task.case_id).title,
        )

    def procedure_of(self, session: Session, case: Case) -> Procedure:
        """The version a case began with."""
        return self.procedure(session, case.version_id)

    def drawn_for(self, session: Session, case: Case, task: Task) -> Procedure:
        """The version that a task is read by: that of its case, or the one by which it was finished
        before its case got another."""
        return self.procedure(session, task.version_id or case.version_id)

    def drawn_before(self, session: Session, case: Case) -> dict[str, Procedure]:
        """The versions by which tasks of a case were finished before it got another, by id."""
        before = sorted(set(DRAWN_BEFORE.firsts(session, case=case.id)))
        return {version_id: self.procedure(session, version_id) for version_id in before}

    def shape_of(self, session: Session, case: Case, task: Task) -> TaskShape:
        """The task as its owner drew it."""
        return self.drawn_for(session, case, task).shapes[task.element]

    def about(self, code: str | None, language: str = "id") -> str:
        """Whom a task is about (`Task.about`) in words, "mengenai Kabupaten Sukabumi"; or empty."""
        if not code:
            return ""
        return say("tasks.about", language, region=self.region_names.get(code, code))

    def titled(self, task: Task, language: str = "id") -> str:
        """The title of a task, with the region that it is about where another one does it."""
        about = self.about(task.about, language)
        return say("tasks.titled", language, name=task.name, about=about) if about else task.name

    def _publish_shipped(self) -> None:
        publish_when_missing(self, SHIPPED / "ksdd", now=datetime.now(UTC))
