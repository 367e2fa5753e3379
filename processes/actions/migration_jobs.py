"""Putting many running cases onto another version: looked at first, then ordered for the sweeps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.mending import MOST_PARTS, Wish, start_repair
from processes.actions.migration_plans import CasePlan, plan_case
from processes.actions.migration_wishes import MigrationWish
from processes.actions.orders import Order
from processes.engine.migration import check_replacements, drawing_of
from processes.engine.migration.clocks_changed import ChangedClock, changed_clocks
from processes.engine.migration.sameness import is_same_but_words
from processes.engine.procedure import Procedure
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.sentences import say
from processes.store import case_migrations, procedures, repairs
from processes.store.repairs import Target
from processes.store.tables import Case, ProcedureVersion, RepairAct

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class ForeseenMigration:
    """What becomes of one case."""

    case: Case
    #: number of the version it has
    version: int
    #: None when it stays
    plan: CasePlan | None
    #: why it stays; None when it moves
    refusal: KsddError | None


def candidates(
    session: Session,
    version: ProcedureVersion,
    actor: Actor,
    only: Collection[str] | None = None,
) -> list[Case]:
    """The running cases on other versions that the actor acts for, the oldest first.

    `only`: ids or numbers; raises InvalidAnswers (`cases`) for one that is not among them.
    """
    found = case_migrations.running_on_others(
        session, version.key, version.id, regions=actor.regions, only=only
    )
    known = {name for case in found for name in (case.id, case.number)}
    lost = [name for name in only or () if name not in known]
    if lost:
        raise InvalidAnswers({"cases": FieldError("migrating.no_case", name=lost[0][:60])})
    return found


def foresee_migrations(
    session: Session,
    office: Office,
    cases: Sequence[Case],
    wish: MigrationWish,
    *,
    order: Order,
    now: datetime,
) -> list[ForeseenMigration]:
    """What the wish would do to each of the cases, in their order; nothing is written.

    Raises InvalidAnswers (`replacements`) for ids that make no sense for any of them.
    """
    _check(session, office, cases, wish)
    numbers = {v.id: v.number for v in procedures.versions(session, _key(session, wish))}
    found = []
    for case in cases:
        plan, refusal = None, None
        try:
            plan = plan_case(session, office, case, wish, order, now)
        except KsddError as error:
            refusal = error
        version = numbers.get(case.version_id, 0)
        found.append(ForeseenMigration(case=case, version=version, plan=plan, refusal=refusal))
    return found


def start_migration(
    office: Office,
    wish: MigrationWish,
    *,
    only: Collection[str] | None = None,
    order: Order,
    now: datetime,
) -> list[str]:
    """Order that running cases get another version; ids of the jobs that the sweeps carry out.

    `only`: ids or numbers of cases; None: all that the actor acts for. Raises InvalidAnswers
    (`reason`, `cases`, `replacements`), also when no case is left, or NotFound (the version).
    """
    order.check_reason()
    with office.database.read() as session:
        version = procedures.get_version(session, wish.version_id)
        cases = candidates(session, version, order.actor, only)
        targets = [Target(id=case.id, case_id=case.id, task_id=None) for case in cases]
        if targets:
            _check(session, office, cases, wish)
    if not targets:
        raise InvalidAnswers({"cases": FieldError("migrating.nothing_left")})
    wanted = Wish(act=RepairAct.MIGRATE, migration=wish)
    return [start_repair(office, wanted, part, order=order, now=now) for part in _parts(targets)]


def start_undoing(office: Office, job_id: str, *, order: Order, now: datetime) -> str:
    """Order that the cases which a job put onto another version are put back; id of the job."""
    with office.database.read() as session:
        done = [
            record
            for record in case_migrations.of_job(session, job_id).values()
            if record.undone_at is None
        ]
    targets = [Target(id=record.case_id, case_id=record.case_id, task_id=None) for record in done]
    return start_repair(office, Wish(act=RepairAct.UNDO_MIGRATION), targets, order=order, now=now)


def clocks_that_change(
    session: Session, office: Office, cases: Sequence[Case], version: ProcedureVersion
) -> list[ChangedClock]:
    """The deadlines and timers that the version words otherwise than the versions of these cases;
    each once."""
    new = drawing_of(office.procedure(session, version.id))
    found: dict[str, ChangedClock] = {}
    for version_id in dict.fromkeys(case.version_id for case in cases):
        old = drawing_of(office.procedure(session, version_id))
        for each in changed_clocks(old, new):
            found.setdefault(each.element, each)
    return list(found.values())


def who_follows(
    session: Session, office: Office, key: str, new: Procedure, *, but: str = ""
) -> list[Case]:
    """The running cases whose versions differ from a folder in words only, so that they follow its
    publication by themselves; `but`: the version (id) that it is already."""
    cases = case_migrations.running_on_others(session, key, but, regions=None)
    alike = {
        version_id
        for version_id in {case.version_id for case in cases}
        if is_same_but_words(office.procedure(session, version_id), new)
    }
    return [case for case in cases if case.version_id in alike]


def follow_words(
    session: Session, office: Office, version: ProcedureVersion, actor: Actor, now: datetime
) -> int:
    """Order, with the publication itself, that running cases follow a version that differs from
    theirs in words only; how many there are. One that counts from a later day on is followed by
    nobody by himself."""
    if version.effective_on is not None and version.effective_on > office.calendar.today(now):
        return 0
    new = office.procedure(session, version.id)
    cases = who_follows(session, office, version.key, new, but=version.id)
    targets = [Target(id=case.id, case_id=case.id, task_id=None) for case in cases]
    wish = Wish(act=RepairAct.MIGRATE, migration=MigrationWish(version_id=version.id))
    for part in _parts(targets):
        repairs.start(
            session,
            act=wish.act,
            wish=wish.as_json(),
            targets=part,
            reason=say("migrating.words_reason", number=version.number, note=version.note)[:2000],
            authority="",
            actor={**actor.as_entry(), "regions": None},
            region=None,
            now=now,
        )
    return len(targets)


def _parts(targets: Sequence[Target]) -> list[list[Target]]:
    """The targets in lists that one repair may hold."""
    starts = range(0, len(targets), MOST_PARTS)
    return [list(targets[start : start + MOST_PARTS]) for start in starts]


def _check(session: Session, office: Office, cases: Sequence[Case], wish: MigrationWish) -> None:
    olds = {case.version_id for case in cases}
    check_replacements(
        [drawing_of(office.procedure(session, version_id)) for version_id in sorted(olds)],
        drawing_of(office.procedure(session, wish.version_id)),
        wish.replacements,
    )


def _key(session: Session, wish: MigrationWish) -> str:
    return procedures.get_version(session, wish.version_id).key
