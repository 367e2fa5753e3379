"""Linked cases on the board: what a case continues, what continues it, and opening another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from processes.store import questions
from processes.store.tables import AgreementStatus, Case, CaseStatus, Relation
from processes.store.viewer import Viewer
from webhooks.board.rows import TONES


@dataclass(frozen=True, kw_only=True)
class Linked:
    """The cases around one case, as far as the viewer may see them."""

    parent: Case | None
    children: Sequence[Case]
    #: how it may be continued; empty before it is in force
    choices: Sequence[str]
    tones: Mapping[CaseStatus, str]


def read_linked(session: Session, viewer: Viewer, case: Case) -> Linked:
    """The case that this one continues, and those that continue it."""
    begun = case.agreement_status is not AgreementStatus.BELUM
    return Linked(
        parent=questions.parent_of(session, viewer, case),
        children=questions.follow_ups_of(session, viewer, case.id),
        choices=[relation.value for relation in Relation] if begun else [],
        tones=TONES,
    )
