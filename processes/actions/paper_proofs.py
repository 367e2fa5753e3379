"""Papers that prove themselves: the square on what the product makes, and what it leads to."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.engine.proofs import Proof
from processes.errors import NotFound
from processes.sentences import say
from processes.sentences.dates import short
from processes.store import made_papers
from processes.store.tables import Case, CaseStatus, MadePaper, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office

#: page on which a paper is checked
PAGE = "/v"


class PaperKind(enum.StrEnum):
    """What the product makes."""

    DRAFT = "konsep"
    PACKAGE = "paket"
    RECEIPT = "tanda_terima"


class Standing(enum.StrEnum):
    """Whether a paper still is the one that counts."""

    CURRENT = "berlaku"
    #: a newer one was made
    REPLACED = "diganti"
    #: the task it was made for is done; what was signed then counts
    DONE = "selesai"
    #: the task or the whole case was closed
    CLOSED = "ditutup"


@dataclass(frozen=True, kw_only=True)
class Made:
    """A paper that is being made."""

    code: str
    case_id: str
    task_id: str | None
    kind: PaperKind
    #: what a newer one replaces
    what: str
    title: str
    case_number: str
    day: date
    #: empty when it has none, or stands on a line to write on
    number: str = ""
    parties: str = ""
    #: when it was made first
    made_at: datetime

    def proof(self, office: Office) -> Proof:
        """The square with all that its page will show."""
        lines = [say("drafts.proof_what", "id", title=self.title, case=self.case_number)]
        if self.number:
            lines.append(say("drafts.proof_number", "id", number=self.number))
        if self.parties:
            lines.append(say("drafts.proof_parties", "id", parties=self.parties))
        lines.append(say("drafts.proof_day", "id", day=short(self.day)))
        return Proof(url=address(office, self.code), lines=tuple(lines))

    def keep(self, session: Session, format: str, content: bytes) -> None:
        """Note that it was made, with its hash."""
        made_papers.keep(
            session,
            self.code,
            case_id=self.case_id,
            task_id=self.task_id,
            kind=self.kind.value,
            what=self.what,
            title=self.title,
            shown={
                "case": self.case_number,
                "day": self.day.isoformat(),
                "number": self.number,
                "parties": self.parties,
            },
            format=format,
            sha256=hashlib.sha256(content).hexdigest(),
            now=self.made_at,
        )


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the page of a square shows."""

    kind: PaperKind
    title: str
    case_number: str
    #: when what a receipt tells of was done
    done_at: datetime | None = None
    #: the day that is printed on what was made
    day: date | None = None
    number: str
    parties: str
    #: SHA-256 by format, the newest last
    hashes: Mapping[str, list[str]] = field(default_factory=dict)
    standing: Standing
    #: since when it is not the current one
    since: datetime | None = None
    #: whose clock the moments are shown by
    region: str

    def is_own(self, sha256: str) -> bool:
        """Whether a file with this hash is the paper as it was made."""
        return any(sha256 in known for known in self.hashes.values())


def address(office: Office, code: str) -> str:
    """Where a square leads."""
    return f"{office.settings.base_url}{PAGE}/{code}"


def receipt_proof(office: Office, task: Task) -> Proof | None:
    """The square on the receipt of a finished task."""
    if not task.answers_sha256:
        return None
    code = made_papers.receipt_code(office.secret, task.id, task.answers_sha256)
    return Proof(url=address(office, code), lines=())


def check_paper(session: Session, office: Office, code: str) -> Checked:
    """What is known of the paper with this code; NotFound for every other text."""
    receipt = made_papers.read_receipt_code(office.secret, code)
    if receipt is not None:
        task = session.get(Task, receipt.task_id)
        if task is not None and task.receipt and task.answers_sha256:
            return _receipt(session, office, task, receipt.digest)
        raise NotFound("drafts.code_unknown")
    paper = made_papers.find_paper(session, code)
    if paper is None:
        raise NotFound("drafts.code_unknown")
    return _paper(session, paper)


def _receipt(session: Session, office: Office, task: Task, digest: str) -> Checked:
    case, now = session.get_one(Case, task.case_id), task.answers_sha256 or ""
    is_same = now.startswith(digest)
    return Checked(
        kind=PaperKind.RECEIPT,
        title=office.titled(task),
        case_number=case.number,
        done_at=datetime.fromisoformat((task.receipt or {})["done_at"]),
        number="",
        parties="",
        hashes={"jawaban": [now]} if is_same else {},
        standing=Standing.CURRENT if is_same else Standing.REPLACED,
        region=task.region_code,
    )


def _paper(session: Session, paper: MadePaper) -> Checked:
    case = session.get_one(Case, paper.case_id)
    task = session.get(Task, paper.task_id) if paper.task_id else None
    standing, since = _standing(session, paper, case, task)
    return Checked(
        kind=PaperKind(paper.kind),
        title=paper.title,
        case_number=paper.shown["case"],
        day=date.fromisoformat(paper.shown["day"]),
        number=paper.shown["number"],
        parties=paper.shown["parties"],
        hashes=paper.hashes,
        standing=standing,
        since=since,
        region=task.region_code if task else case.region_code,
    )


def _standing(
    session: Session, paper: MadePaper, case: Case, task: Task | None
) -> tuple[Standing, datetime | None]:
    newer = made_papers.newer_than(session, paper)
    if newer is not None:
        return Standing.REPLACED, newer.made_at
    if task is not None and task.status is TaskStatus.DONE:
        return Standing.DONE, task.closed_at
    if task is not None and task.status is TaskStatus.CANCELLED:
        return Standing.CLOSED, task.closed_at
    if case.status is not CaseStatus.RUNNING and case.closed_at is not None:
        return Standing.CLOSED, case.closed_at
    return Standing.CURRENT, None
