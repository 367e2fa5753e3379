"""Whether the signatory that a schedule names is the one whom the signing reaches.

The schedule names signatories as the register reads them: `penanda_tangan` and `status`, one per
region.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from processes.engine.procedure import Procedure
from processes.sentences import say
from processes.store import questions
from processes.store.tables import OfficialStatus, Region, Task

DEFINITIVE = OfficialStatus.DEFINITIF
#: questions of a schedule, answered for each region
SIGNATORY, STATUS = "penanda_tangan", "status"


def warn_of_signers(
    session: Session, procedure: Procedure, answers: Mapping[str, Any], opened: Sequence[Task]
) -> list[str]:
    """A sentence for each region that is to be signed for by somebody acting, while the signing
    that these answers opened goes to its definitive holder."""
    statuses, names = answers.get(STATUS), answers.get(SIGNATORY)
    if not isinstance(statuses, Mapping) or not isinstance(names, Mapping):
        return []
    acting = {code for code, status in statuses.items() if status not in (None, DEFINITIVE.value)}
    signing = [
        task
        for task in opened
        if task.region_code in acting and procedure.shapes[task.element].binding
    ]
    if not signing:
        return []
    holders = questions.holders_of_tasks(session, [task.id for task in signing])
    told = []
    for task in signing:
        held = holders.get(task.id, [])
        if not held or any(official.status is not DEFINITIVE for official, _ in held):
            continue
        told.append(
            say(
                "acts.acting_signs",
                name=names.get(task.region_code) or "-",
                status=statuses[task.region_code],
                region=session.get_one(Region, task.region_code).name,
                holder=held[0][1].name,
            )
        )
    return told
