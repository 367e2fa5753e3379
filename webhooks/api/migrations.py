"""Putting running cases onto another version of their procedure: looked at, ordered, undone."""

from __future__ import annotations

from math import ceil
from typing import Any

from flask import Response

from processes import actions
from processes.actions import MigrationWish, Order
from processes.actions.migration_wishes import read_choices, read_pairs
from processes.errors import NotFound
from processes.store import case_migrations, procedures, questions
from processes.store.tables import AccountRole, DeadlineChoice, RepairAct
from webhooks.api import shapes
from webhooks.api.answers import answer
from webhooks.api.calls import Ask, Call, shape
from webhooks.api.fields import Choice, Fields, Flag, Text, Texts, Whole
from webhooks.migration_rows import foreseen_row, outcome

#: cases of a preview in one answer
SHOWN = 100
#: who may put cases onto other versions
REPAIRING = frozenset({AccountRole.ADMIN})
_PAIR = Text(maximum=130, example="tahap5_paraf_asisten=tahap5_paraf_sekda")
_CHOICE = Text(maximum=80, example="tahap4_keputusan_dprd=recount")


def migrate_cases(ask: Ask, key: str, number: int) -> Response:
    """Say what would become of each running case, or order it for the sweeps."""
    body = ask.body
    with ask.office.database.read() as session:
        version = procedures.find_version(session, key, number)
    wish = MigrationWish(
        version_id=version.id,
        deadlines=DeadlineChoice(body.get("deadlines", DeadlineChoice.KEEP.value)),
        by_element=read_choices(body.get("by_element", []), field_name="by_element"),
        replacements=read_pairs(body.get("replacements", []), field_name="replacements"),
    )
    order = Order(
        actor=ask.caller.actor, reason=body["reason"], authority=body.get("authority", "")
    )
    only = body.get("cases")
    if body.get("dry_run"):
        return answer(_preview(ask, wish, order, only))
    jobs = actions.start_migration(ask.office, wish, only=only, order=order, now=ask.now)
    location = ask.url(f"/migrations/{jobs[0]}")
    return answer({"jobs": jobs}, 202, location=location)


def show_migration(ask: Ask, job_id: str) -> Response:
    """How far it is, and what became of each case."""
    return answer(_job(ask, job_id))


def undo_migration(ask: Ask, job_id: str) -> Response:
    """Order that the cases of a job are put back, as far as nothing has moved them since."""
    if _job(ask, job_id)["act"] != RepairAct.MIGRATE.value:
        raise NotFound
    order = Order(
        actor=ask.caller.actor,
        reason=ask.body["reason"],
        authority=ask.body.get("authority", ""),
    )
    order.check_reason()
    undoing = actions.start_undoing(ask.office, job_id, order=order, now=ask.now)
    return answer({"jobs": [undoing]}, 202, location=ask.url(f"/migrations/{undoing}"))


def _preview(ask: Ask, wish: MigrationWish, order: Order, only: list[str] | None) -> dict[str, Any]:
    order.check_reason()
    with ask.office.database.read() as session:
        version = procedures.get_version(session, wish.version_id)
        cases = actions.candidates(session, version, order.actor, only)
        pages = max(ceil(len(cases) / SHOWN), 1)
        page = min(ask.body.get("page", 1), pages)
        some = cases[(page - 1) * SHOWN : page * SHOWN]
        found = actions.foresee_migrations(
            session, ask.office, some, wish, order=order, now=ask.now
        )
        items = [foreseen_row(each, ask.language).as_json() for each in found]
    return {"items": items, "page": page, "pages": pages, "total": len(cases)}


def _job(ask: Ask, job_id: str) -> dict[str, Any]:
    with ask.office.database.read() as session:
        found = questions.find_repair(session, ask.caller.viewer, job_id)
        if found is None or found.job.act not in (RepairAct.MIGRATE, RepairAct.UNDO_MIGRATION):
            raise NotFound
        parts = questions.parts_of(session, found.job)
        records = case_migrations.of_job(session, job_id)
    return {
        **shapes.repair(found),
        "items": [
            {
                **outcome(each.item, records.get(each.case.id)),
                "case_number": each.case.number,
                "status": each.item.status.value,
            }
            for each in parts
        ],
    }


CALLS = (
    Call(
        name="migrate_cases",
        method="POST",
        path="/procedures/{key}/versions/{number}/cases",
        view=migrate_cases,
        roles=REPAIRING,
        json=Fields(
            kinds={
                "deadlines": Choice(words=tuple(choice.value for choice in DeadlineChoice)),
                "by_element": Texts(of=_CHOICE, minimum=1, maximum=100),
                "replacements": Texts(of=_PAIR, minimum=1, maximum=100),
                "cases": Texts(of=Text(maximum=64), minimum=1, maximum=2000),
                "reason": Text(maximum=1000),
                "authority": Text(maximum=300),
                "dry_run": Flag(),
                "page": Whole(),
            },
            required=("reason",),
        ),
        answers={200: shape("MigrationPage"), 202: shape("MigrationJobs")},
    ),
    Call(
        name="show_migration",
        method="GET",
        path="/migrations/{job_id}",
        view=show_migration,
        answers={200: shape("Migration")},
    ),
    Call(
        name="undo_migration",
        method="POST",
        path="/migrations/{job_id}/undo",
        view=undo_migration,
        roles=REPAIRING,
        json=Fields(
            kinds={"reason": Text(maximum=1000), "authority": Text(maximum=300)},
            required=("reason",),
        ),
        answers={202: shape("MigrationJobs")},
    ),
)
