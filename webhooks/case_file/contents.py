"""What a case file tells, asked for one viewer in one look at the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store import procedures, questions
from processes.store.tables import History, Party, Region, Task, TaskStatus
from processes.store.viewer import Viewer
from webhooks.api import shapes
from webhooks.api.shapes import iso
from webhooks.board.happenings import Happening, in_words
from webhooks.case_facts import AnsweredTask, CaseFacts, has_left, read_facts
from webhooks.current import office
from webhooks.documents import DocumentRow, row

#: letters of a document's name inside the archive
MOST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A document of the case, and where its bytes lie in the archive."""

    row: DocumentRow
    #: None when it is held back or its bytes are missing; `why` is then the key of a sentence
    path: str | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything of one case that one viewer may know."""

    facts: CaseFacts
    parties: Sequence[tuple[Party, Region]]
    zone: ZoneInfo
    version: int
    decided: Sequence[AnsweredTask]
    waiting: Sequence[Task]
    enclosures: Sequence[Enclosure]
    entries: Sequence[History]
    happenings: Sequence[Happening]
    made_at: datetime
    made_by: str
    #: names of the regions whose part it is; none = the whole installation
    seen_as: Sequence[str]

    def has_left(self, party: Party) -> bool:
        """Whether a party left, as far as this viewer may know."""
        return has_left(party, self.facts.case)

    def as_json(self) -> dict[str, Any]:
        """The same for machines; times are UTC."""
        case, office_ = self.facts.case, office()
        today = office_.calendar.today(self.made_at, case.region_code)
        parties = [party for party, _ in self.parties]
        with office_.database.read() as session:
            version = procedures.get_version(session, case.version_id)
        return {
            "format": "ksdd-berkas-perkara",
            "format_version": 1,
            "made_at": self.made_at.isoformat(),
            "made_by": self.made_by,
            "seen_as": list(self.seen_as),
            "installation": office_.settings.base_url,
            "case": shapes.case_line(case, version, parties, today),
            "parties": [
                {
                    "region": party.region_code,
                    "name": region.name,
                    "own_number": party.own_number,
                    "left_at": iso(party.left_at if self.has_left(party) else None),
                }
                for party, region in self.parties
            ],
            "tasks": [self._task(task) for task in self.facts.tasks],
            "documents": [
                {**shapes.document(document), "path": self._path(document.id)}
                for document in self.facts.documents
            ],
        }

    def _task(self, task: Task) -> dict[str, Any]:
        line = shapes.task_line(task, (), zone=self.zone, now=self.made_at)
        told = {key: value for key, value in line.items() if not key.startswith("holder")}
        return {**told, "answers": task.answers}

    def _path(self, document_id: str) -> str | None:
        return next(each.path for each in self.enclosures if each.row.id == document_id)


def read_contents(
    session: Session, viewer: Viewer, case_id: str, *, made_by: str, now: datetime
) -> Contents:
    """The contents for a viewer; NotFound when the case is not for him."""
    case = questions.find_case(session, viewer, case_id)
    if case is None:
        raise NotFound
    facts = read_facts(session, office(), viewer, case)
    parties = questions.parties_of_case(session, case.id)
    entries = questions.history_of_case(session, viewer, case.id)
    seen = sorted(viewer.regions or ())
    return Contents(
        facts=facts,
        parties=[(party, facts.regions[party.region_code]) for party in parties],
        zone=office().calendar.zone(case.region_code),
        version=procedures.get_version(session, case.version_id).number,
        decided=sorted(facts.answered(), key=lambda task: task.at),
        waiting=[task for task in facts.tasks if task.status is TaskStatus.OPEN],
        enclosures=_enclosures(facts, viewer),
        entries=entries,
        happenings=[in_words(entry, facts.regions) for entry in entries],
        made_at=now,
        made_by=made_by,
        seen_as=[region.name for code in seen if (region := session.get(Region, code))],
    )


def _enclosures(facts: CaseFacts, viewer: Viewer) -> list[Enclosure]:
    oldest_first = sorted(facts.documents, key=lambda each: (each.uploaded_at, each.id))
    found = []
    for number, document in enumerate(oldest_first, start=1):
        path = f"dokumen/{number:03d}-{_short(document.filename)}"
        shown = row(facts, viewer, document, path)
        why = "" if shown.is_readable else f"scan_{document.scan.value}"
        if not why and not office().blobs.path(document.sha256).is_file():
            why = "file_bytes_missing"
        found.append(Enclosure(row=shown, path=None if why else path, why=why))
    return found


def _short(filename: str) -> str:
    stem, dot, ending = filename.rpartition(".")
    return stem[: MOST_NAME - len(ending)] + dot + ending
