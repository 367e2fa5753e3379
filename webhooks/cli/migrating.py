"""The command that puts running cases onto another version of their procedure."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from processes.errors import InvalidAnswers
from processes.sentences import dates, say
from webhooks.cli.root import commands, fail, open_office, this_moment

if TYPE_CHECKING:
    from datetime import datetime

    from processes.actions import MigrationWish, Order
    from processes.office import Office

#: cases that are looked at, or moved, in one go
_SOME = 100
_CHOICES = ["keep", "recount", "restart"]


@commands.command(
    "migrate-cases", help=say("commands.migrate"), epilog=say("commands.migrate_example")
)
@click.option("--to", "number", type=int, required=True, help=say("commands.migrate_to"))
@click.option("--procedure", "key", default="ksdd", show_default=True)
@click.option("--dry-run", is_flag=True, help=say("commands.migrate_dry"))
@click.option(
    "--deadlines",
    type=click.Choice(_CHOICES),
    default="keep",
    show_default=True,
    help=say("commands.migrate_deadlines"),
)
@click.option("--deadline", "by_element", multiple=True, help=say("commands.migrate_deadline"))
@click.option("--replace", "replacements", multiple=True, help=say("commands.migrate_replace"))
@click.option("--case", "only", multiple=True, help=say("commands.migrate_case"))
@click.option("--reason", default="", help=say("commands.migrate_reason"))
@click.option("--authority", default="", help=say("commands.migrate_authority"))
@click.option("--json", "as_json", is_flag=True, help=say("commands.migrate_json"))
def migrate_cases(
    number: int,
    key: str,
    dry_run: bool,
    deadlines: str,
    by_element: Sequence[str],
    replacements: Sequence[str],
    only: Sequence[str],
    reason: str,
    authority: str,
    as_json: bool,
) -> None:
    """Put running cases onto a version, or say what would become of them."""
    from processes import actions
    from processes.actions.migration_wishes import read_choices, read_pairs
    from processes.store import procedures
    from processes.store.tables import DeadlineChoice

    office, now = open_office(), this_moment()
    with office.database.read() as session:
        version = procedures.find_version(session, key, number)
    words = reason or say("commands.migrate_no_reason", number=number)
    actor = actions.Actor(
        kind="account", name=f"ksdd migrate-cases ({os.environ.get('USER', '?')})"
    )
    order = actions.Order(actor=actor, reason=words, authority=authority)
    work = _foresee if dry_run else _carry_out
    try:
        wish = actions.MigrationWish(
            version_id=version.id,
            deadlines=DeadlineChoice(deadlines),
            by_element=read_choices(list(by_element), field_name="--deadline"),
            replacements=read_pairs(list(replacements), field_name="--replace"),
        )
        rows = work(office, wish, order, list(only) or None, now)
    except InvalidAnswers as error:
        fail(" ".join(each.say() for each in error.fields.values()))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        _tell(row, number)
    moved = sum(row["moves"] for row in rows)
    click.echo(say("commands.migrated", moved=moved, stayed=len(rows) - moved, number=number))


def _foresee(
    office: Office,
    wish: MigrationWish,
    order: Order,
    only: list[str] | None,
    now: datetime,
) -> list[dict[str, Any]]:
    """What would become of each case."""
    from processes import actions
    from processes.store import procedures
    from webhooks.migration_rows import foreseen_row

    rows = []
    with office.database.read() as session:
        version = procedures.get_version(session, wish.version_id)
        cases = actions.candidates(session, version, order.actor, only)
        for start in range(0, len(cases), _SOME):
            some = cases[start : start + _SOME]
            found = actions.foresee_migrations(session, office, some, wish, order=order, now=now)
            rows += [foreseen_row(each, "id").as_json() for each in found]
    return rows


def _carry_out(
    office: Office,
    wish: MigrationWish,
    order: Order,
    only: list[str] | None,
    now: datetime,
) -> list[dict[str, Any]]:
    """What became of each case. The order is written down first: what this process leaves undone
    the sweeps carry on."""
    from processes import actions
    from processes.store import case_migrations, procedures, questions
    from processes.store.viewer import Viewer
    from webhooks.migration_rows import outcome

    with office.database.read() as session:
        version = procedures.get_version(session, wish.version_id)
        if not actions.candidates(session, version, order.actor, only):
            return []
        numbers = {each.id: each.number for each in procedures.versions(session, version.key)}
    rows = []
    for job_id in actions.start_migration(office, wish, only=only, order=order, now=now):
        while actions.carry_on_repairs(office, now=now, limit=_SOME, job_id=job_id):
            pass
        with office.database.read() as session:
            found = questions.find_repair(session, Viewer.system(), job_id)
            done = case_migrations.of_job(session, job_id)
            for part in questions.parts_of(session, found.job) if found else ():
                record = done.get(part.case.id)
                told = outcome(part.item, record)
                before = record.from_id if record else part.case.version_id
                rows.append(
                    {
                        "case_id": part.case.id,
                        "case_number": part.case.number,
                        "version": numbers.get(before, 0),
                        "moves": told["moved"],
                        "why": told["why"],
                        "words_only": bool(record and record.words_only),
                        "deadlines": told["deadlines"],
                    }
                )
    return rows


def _tell(row: dict[str, Any], number: int) -> None:
    if row["moves"]:
        click.echo(
            say(
                "commands.migrate_moves",
                case=row["case_number"],
                before=row["version"],
                after=number,
            )
        )
    else:
        click.echo(say("commands.migrate_stays", case=row["case_number"], why=row["why"]))
    for each in row["deadlines"]:
        if each["before"] != each["after"]:
            days = {name: _day(each[name]) for name in ("before", "after")}
            click.echo(f"  {each['name']} ({each['region']}): {days['before']} → {days['after']}")


def _day(text: str | None) -> str:
    from datetime import datetime

    from webhooks.rendering import WIB

    return dates.moment(datetime.fromisoformat(text), WIB, "id") if text else "-"
