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
    own = [code for code in regions if viewer.regions is None or code in viewer.regions]
    roles = sorted(procedure.chosen_roles)
    known = questions.holders_by_role(session, own, roles)
    rows = []
    for code in own:
        for role in roles:
            holders = known.get((code, role), ())
            if len(holders) < 2:
                continue
            acting = chosen.get((code, role))
            rows.append(
                ChoiceRow(
                    region=regions[code].name,
                    title=procedure.titles.get(role, role),
                    holders=holders,
                    acting=acting[0].id if acting else "",
                )
            )
    return rows
