"""What an official is shown before he confirms: what you see is what you confirm.

The page, the message with his code, and the code itself are made from the same facts. A change of
any of them makes another fingerprint, and a code for the old one no longer fits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.orm import Session

from processes.actions.finished import digest_of
from processes.engine.forms import Form
from processes.sentences import say
from processes.store import questions
from processes.store.tables import Case, Document, Official, Task
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One task of one official as he sees it now."""

    case: Case
    task: Task
    official: Official
    #: codes of the parties that are still in the case
    parties: Sequence[str]
    #: what he may read of the case, the oldest first
    documents: Sequence[Document]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the hashes of all these documents, hex."""
        hashes = sorted((document.id, document.sha256) for document in self.documents)
        return hashlib.sha256(orjson.dumps(hashes)).hexdigest()

    def bound_to(self, about: str) -> str:
        """What a code is bound to: the task as it stands, title, parties, documents, the official,
        and `about`: the digest of his answers, or another thing that a code may be for."""
        task = self.task
        facts = {
            "version": self.case.version_id,
            "title": self.case.title,
            "parties": list(self.parties),
            "task": task.id,
            "element": task.element,
            "assurance": task.assurance,
            "due": None if task.due_at is None else task.due_at.isoformat(),
            "prepared": None if task.prepared is None else digest_of(task.prepared),
            "official": self.official.id,
            "documents": self.fingerprint,
            "about": about,
        }
        return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_shown(session: Session, case: Case, task: Task, official: Official) -> Shown:
    """The task as the official sees it at this moment."""
    viewer = Viewer.of_region(official.region_code)
    parties = questions.parties_of_case(session, case.id)
    return Shown(
        case=case,
        task=task,
        official=official,
        parties=[party.region_code for party in parties if party.left_at is None],
        documents=questions.documents_of_case(session, viewer, case.id),
    )


def decisions_in_words(form: Form, answers: Mapping[str, Any]) -> str:
    """What somebody decides with these answers: his choices in the owner's words."""
    said = []
    for field in form.fields:
        value = answers.get(field.id)
        if isinstance(value, bool):
            said.append(f"{field.label}: {say('confirming.yes' if value else 'confirming.no')}")
        elif field.type == "enum" and isinstance(value, str):
            said.append(f"{field.label}: {dict(field.options).get(value, value)}")
    return "; ".join(said)


def short(sha256: str) -> str:
    """The first twelve characters of a hash, in groups of four, to be compared by eye."""
    return f"{sha256[:4]} {sha256[4:8]} {sha256[8:12]}"
