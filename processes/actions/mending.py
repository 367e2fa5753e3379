"""Repairs of many tasks at once: written down as a job, carried out part by part by a sweep.

Each part is one transaction, which marks it as done together with its act. What a part refuses is
kept with it, in words, and holds up no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from processes.actions import (
    ending,
    migrating,
    repair,
    replacing_links,
    retrying,
    unmigrating,
)
from processes.actions.actor import Actor
from processes.actions.granting import Until
from processes.actions.migration_wishes import MigrationWish
from processes.actions.orders import Order
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.store import repairs
from processes.store.repairs import Part, PartTaken, Target
from processes.store.tables import RepairAct, RepairItem, RepairJob

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

#: most parts of one repair
MOST_PARTS = 2000
#: acts that change a deadline the law or a letter set, and so need somebody's authority
ON_AUTHORITY = frozenset({RepairAct.EXTEND, RepairAct.PAUSE, RepairAct.RESUME})
#: acts on a case as a whole
ON_CASES = frozenset({RepairAct.WITHDRAW, RepairAct.CANCEL})


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be done, whichever task it is done to."""

    act: RepairAct
    #: ids of those whom tasks are given to
    officials: tuple[str, ...] = ()
    #: until when a deadline is moved, or by how many working days; neither: by its own span again
    due_on: date | None = None
    working_days: int | None = None
    #: how cases get another version
    migration: MigrationWish | None = None

    def as_json(self) -> dict[str, Any]:
        """How it is kept."""
        return {
            "officials": list(self.officials),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "working_days": self.working_days,
            **({"migration": self.migration.as_json()} if self.migration else {}),
        }

    @classmethod
    def of(cls, job: RepairJob) -> Wish:
        """What a job is to do."""
        due_on, moves = job.wish.get("due_on"), job.wish.get("migration")
        return cls(
            act=job.act,
            officials=tuple(job.wish.get("officials") or ()),
            due_on=date.fromisoformat(due_on) if due_on else None,
            working_days=job.wish.get("working_days"),
            migration=MigrationWish.of(moves) if moves else None,
        )


def carry_out(office: Office, target: str, wish: Wish, *, order: Order, now: datetime) -> None:
    """Do what is wished to one task, case or alarm (id)."""
    acts: Mapping[RepairAct, Callable[..., object]] = {
        RepairAct.REMIND: repair.remind_now,
        RepairAct.REASSIGN: partial(repair.reassign_task, official_ids=wish.officials),
        RepairAct.EXTEND: partial(
            repair.extend_task, due_on=wish.due_on, working_days=wish.working_days
        ),
        RepairAct.PAUSE: repair.pause_task,
        RepairAct.RESUME: repair.resume_task,
        RepairAct.RELINK: replacing_links.replace_links,
        RepairAct.WITHDRAW: ending.withdraw_on_order,
        RepairAct.CANCEL: ending.cancel_case,
        RepairAct.RETRY_CASE: retrying.retry_case,
        RepairAct.RETRY_ALARM: retrying.retry_alarm,
        RepairAct.MIGRATE: partial(_migrate, wish=wish.migration),
        RepairAct.UNDO_MIGRATION: unmigrating.undo_migration,
    }
    acts[wish.act](office, target, order=order, now=now)


def _migrate(
    office: Office, case_id: str, *, wish: MigrationWish | None, order: Order, now: datetime
) -> None:
    if wish is None:
        raise ValueError("nobody said onto which version")
    migrating.migrate_case(office, case_id, wish, order=order, now=now)


def start_repair(
    office: Office, wish: Wish, targets: Sequence[Target], *, order: Order, now: datetime
) -> str:
    """Write down a bulk repair for the sweeps; returns its id.

    Each part is checked when its turn comes. Raises InvalidAnswers without a reason, without a
    target, with too many, or for a day or a number of days that no task could be given.
    """
    order.check_reason()
    wanted = list({target.id: target for target in targets}.values())
    if not 1 <= len(wanted) <= MOST_PARTS:
        raise InvalidAnswers({"tasks": FieldError("repairing.parts_reach", most=MOST_PARTS)})
    if wish.act is RepairAct.REASSIGN and not wish.officials:
        raise InvalidAnswers({"official": FieldError("errors.official_missing")})
    Until(due_on=wish.due_on, working_days=wish.working_days).check()
    actor = order.actor
    regions = sorted(actor.regions) if actor.regions is not None else None
    with office.database.write() as session:
        job = repairs.start(
            session,
            act=wish.act,
            wish=wish.as_json(),
            targets=wanted,
            reason=order.reason,
            authority=order.authority,
            actor={**actor.as_entry(), "regions": regions},
            region=regions[0] if regions else None,
            now=now,
        )
        return job.id


def carry_on_repairs(
    office: Office, *, now: datetime, limit: int = 100, job_id: str | None = None
) -> int:
    """Carry out up to `limit` waiting parts of bulk repairs, or of one; returns how many are
    settled."""
    with office.database.read() as session:
        found = repairs.waiting(session, limit, job_id)
    settled = sum(_do_part(office, job, item, now) for job, item in found)
    with office.database.read() as session:
        is_any_over = repairs.is_any_over(session)
    if is_any_over:
        with office.database.write() as session:
            repairs.finish(session, now)
    return settled


def _do_part(office: Office, job: RepairJob, item: RepairItem, now: datetime) -> bool:
    part = Part(job_id=job.id, position=item.position)
    order = Order(actor=_actor(job), reason=job.reason, authority=job.authority, part=part)
    try:
        carry_out(office, item.target_id, Wish.of(job), order=order, now=now)
    except PartTaken:
        return False
    except OperationalError:
        # the database is busy or gone: the part waits for the next sweep
        log.exception("part %s of repair %s", item.position, job.id)
        return False
    except KsddError as error:
        return _refuse(office, part, _in_words(error), now)
    except Exception as fault:
        # whatever one part does must not keep the others waiting; it is kept with it
        log.exception("part %s of repair %s", item.position, job.id)
        return _refuse(office, part, f"{type(fault).__name__}: {fault}", now)
    return True


def _refuse(office: Office, part: Part, why: str, now: datetime) -> bool:
    try:
        with office.database.write() as session:
            repairs.refuse(session, part, why, now)
    except PartTaken:
        return False
    return True


def _in_words(error: KsddError) -> str:
    if isinstance(error, InvalidAnswers):
        return " ".join(each.tell() for each in error.fields.values())
    return error.tell()


def _actor(job: RepairJob) -> Actor:
    """Whoever asked, with the regions he acted for then."""
    kept = dict(job.actor)
    regions = kept.pop("regions", None)
    return Actor(**kept, regions=frozenset(regions) if regions is not None else None)
