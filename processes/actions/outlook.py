"""What publishing a draft would mean: what differs, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from processes.actions.procedures import check, lost_from
from processes.engine.comparing import Change, compare, is_text_only, name_of
from processes.engine.findings import Finding
from processes.engine.folder import diagram_of
from processes.store import folder_drafts
from processes.store import procedures as versions
from processes.store.tables import FolderDraft, ProcedureVersion


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """A draft beside the newest version of its procedure."""

    draft: FolderDraft
    files: Mapping[str, bytes]
    #: the newest version; None for a procedure without any, and nothing to compare with
    against: ProcedureVersion | None
    old_files: Mapping[str, bytes]
    changes: Sequence[Change]
    findings: Sequence[Finding]
    #: a finding for each legal gate that would be lost
    lost: Sequence[Finding]

    @property
    def against_id(self) -> str | None:
        """Id of the newest version."""
        return None if self.against is None else self.against.id

    @property
    def next_number(self) -> int:
        """The number that a version of the draft gets, unless another one comes before it."""
        return 1 if self.against is None else self.against.number + 1

    @property
    def sha256(self) -> str:
        """SHA-256 over the files of the draft, hex."""
        return versions.sha256_of(self.files)

    @property
    def errors(self) -> list[Finding]:
        """What keeps it from being published."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to publish."""
        return self.against is not None and not self.changes

    @property
    def needs_basis(self) -> bool:
        """Whether a legal basis must be named: more than words and layout is different."""
        return self.against is None or not is_text_only(self.changes)

    @property
    def name(self) -> str:
        """What the procedure is called."""
        return name_of(diagram_of(self.files)) or self.draft.key


def foresee(session: Session, draft_id: str, language: str = "id") -> Outlook:
    """The outlook of a draft, closed ones too; raises NotFound. Nothing is written."""
    draft = folder_drafts.find_draft(session, draft_id)
    files = folder_drafts.files_of(session, draft_id)
    against = versions.latest(session, draft.key)
    old_files = versions.files_of(session, against.id) if against is not None else {}
    return Outlook(
        draft=draft,
        files=files,
        against=against,
        old_files=old_files,
        changes=[] if against is None else compare(old_files, files),
        findings=check(files, language),
        lost=[] if against is None else lost_from(old_files, files, language),
    )
