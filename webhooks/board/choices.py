"""For which roles of a case somebody has to be chosen, among whom, and who acts now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from processes.engine.procedure import Procedure
from processes.store import case_officials, questions
from processes.store.questions import Holder
from processes.store.tables import Case, Region
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class ChoiceRow:
    """One role of one region that has several holders."""

    region: str
    #: what the owner calls the role
    title: str
    holders: Sequence[Holder]
    #: id of the official who acts in this case; empty while nobody was chosen
    acting: str


def choice_rows(
    session: Session,
    viewer: Viewer,
    case: Case,
    procedure: Procedure,
    regions: Mapping[str, Region],
) -> list[ChoiceRow]:
    """The choices of the viewer's own regions, in the order of the parties and roles."""
    chosen = case_officials.chosen_in(session, case.id)
    rows = []
    for code, region in regions.items():
        if viewer.regions is not None and code not in viewer.regions:
            continue
        for role in sorted(procedure.chosen_roles):
            holders = questions.holders_of(session, code, role)
            if len(holders) < 2:
                continue
            acting = chosen.get((code, role))
            rows.append(
                ChoiceRow(
                    region=region.name,
                    title=procedure.titles.get(role, role),
                    holders=holders,
                    acting=acting[0].id if acting else "",
                )
            )
    return rows
