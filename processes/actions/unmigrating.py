"""Putting a case back onto the version it had before, exactly as it was; only what was in the hands
of somebody who has left since is in those of his successor."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from processes.actions.migration_hands import pass_on
from processes.actions.migration_traces import restore
from processes.actions.orders import Order
from processes.actions.timers import caught_up
from processes.errors import Conflict, NotAllowed
from processes.store import case_migrations, history, procedures
from processes.store.tables import Case, CaseMigration

if TYPE_CHECKING:
    from processes.office import Office


def undo_migration(office: Office, case_id: str, *, order: Order, now: datetime) -> None:
    """Put a case back as it was before it got its version, but for people who act no more.

    Raises NotFound, NotAllowed, InvalidAnswers (`reason`), or Conflict when it never changed its
    version or something has moved it since.
    """
    order.check_reason()
    with caught_up(office, case_id, now) as (session, case):
        order.take_part(session, now)
        if not order.actor.may_act_for(case.region_code):
            raise NotAllowed
        record = case_migrations.newest(session, case.id)
        if record is None or record.undone_at is not None:
            raise Conflict("migrating.nothing_to_undo")
        if not may_undo(case, record):
            raise Conflict("migrating.moved_since")
        left = procedures.get_version(session, record.to_id)
        back = procedures.get_version(session, record.from_id)
        restore(session, case, record, now)
        case.revision += 1
        record.undone_at, record.undone_by = now, order.actor.name[:300]
        record.state = record.kept = None
        history.append(
            session,
            case,
            at=now,
            kind="case.migration_undone",
            actor=order.actor.as_entry(),
            details={"from": left.number, "to": back.number, "reason": order.note},
        )
        session.flush()
        procedure = office.procedure(session, case.version_id)
        pass_on(session, office, case, procedure, order, now)


def may_undo(case: Case, record: CaseMigration) -> bool:
    """Whether nothing has moved the case since."""
    return (
        record.undone_at is None
        and record.state is not None
        and record.kept is not None
        and record.revision == case.revision
    )
