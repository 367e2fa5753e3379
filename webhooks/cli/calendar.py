"""Commands on the working calendar: show a year, enter days of a decree, take one back."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from processes.errors import InvalidAnswers, KsddError
from processes.sentences import say
from processes.sentences.dates import moment, short
from webhooks.cli.root import commands, open_office, this_moment

if TYPE_CHECKING:
    from processes.actions import Actor, CalendarResult
    from processes.office import Office

PREVIEW = click.option("--preview", is_flag=True, help=say("commands.calendar_preview"))
REGION = click.option("--region", default="", help=say("commands.calendar_region"))


@commands.group(help=say("commands.calendar"), epilog=say("commands.calendar_example"))
def calendar() -> None:
    """The working calendar."""


@calendar.command(help=say("commands.calendar_show"), epilog=say("commands.calendar_example"))
@REGION
@click.option("--year", type=int, default=None, help=say("commands.calendar_year"))
def show(region: str, year: int | None) -> None:
    """The days off of a year."""
    from processes.actions.calendar_year import FIRST_YEAR, LAST_YEAR, calendar_year
    from processes.store.regions import find_region

    office = open_office()
    wanted = year or office.calendar.today(this_moment()).year
    if not FIRST_YEAR <= wanted <= LAST_YEAR:
        raise KsddError("api.field_year", first=FIRST_YEAR, last=LAST_YEAR)
    with office.database.read() as session:
        if region:
            find_region(session, region)
        found = calendar_year(session, office, wanted, region or None)
    for line in found.days:
        estimated = f" ({say('commands.calendar_estimated')})" if line.estimated else ""
        source = " · ".join(part for part in (line.decree, line.source) if part)
        where = line.region or "-"
        click.echo(f"{line.day}  {line.kind.value}  {where}  {line.name}{estimated}  [{source}]")
    if not found.joint_leave_known:
        click.echo(say("calendar.warning_year", "id", year=wanted), err=True)


@calendar.command(help=say("commands.calendar_add"), epilog=say("commands.calendar_add_example"))
@click.argument("day")
@click.option("--kind", required=True, help=say("commands.calendar_kind"))
@click.option("--name", required=True, help=say("commands.calendar_name"))
@click.option("--decree", required=True, help=say("commands.calendar_decree"))
@click.option("--source", default="", help=say("commands.calendar_source"))
@REGION
@PREVIEW
def add(
    day: str, kind: str, name: str, decree: str, source: str, region: str, preview: bool
) -> None:
    """Enter one day."""
    from processes import actions
    from processes.actions.calendar_wishes import read_wish

    typed = {"day": day, "kind": kind, "name": name, "decree": decree}
    try:
        wish = read_wish({**typed, "source": source, "region": region})
        office = open_office()
        done = actions.add_day(
            office, wish, actor=_actor("add"), now=this_moment(), preview=preview
        )
    except InvalidAnswers as error:
        raise _in_one_sentence(error) from None
    _tell(office, done, preview)


@calendar.command(
    "remove", help=say("commands.calendar_remove"), epilog=say("commands.calendar_remove_example")
)
@click.argument("day")
@click.option("--reason", required=True, help=say("commands.calendar_reason"))
@REGION
@PREVIEW
def remove(day: str, reason: str, region: str, preview: bool) -> None:
    """Take back a day that was entered."""
    from processes import actions

    office = open_office()
    try:
        done = actions.remove_day(
            office,
            _entered(office, day, region),
            reason=reason,
            actor=_actor("remove"),
            now=this_moment(),
            preview=preview,
        )
    except InvalidAnswers as error:
        raise _in_one_sentence(error) from None
    _tell(office, done, preview)


@calendar.command(
    "import", help=say("commands.calendar_import"), epilog=say("commands.calendar_import_example")
)
@click.argument("file", type=click.Path(path_type=Path))
@PREVIEW
def import_file(file: Path, preview: bool) -> None:
    """Enter the days of a decree from a CSV file."""
    from processes import actions

    if not file.exists():  # a pipe is as good as a file
        raise KsddError("commands.file_missing", path=file)
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise KsddError("commands.no_file", path=file) from None
    office = open_office()
    done = actions.import_days(
        office, text, actor=_actor("import"), now=this_moment(), preview=preview
    )
    _tell(office, done, preview)


def _actor(act: str) -> Actor:
    from processes.actions import Actor

    return Actor(kind="account", name=f"ksdd calendar {act} ({os.environ.get('USER', '?')})")


def _entered(office: Office, day: str, region: str) -> str:
    """The id of the day that stands entered at a date, or that has this id."""
    from processes.store import calendar_days

    try:
        on: date | None = date.fromisoformat(day)
    except ValueError:
        on = None
    with office.database.read() as session:
        for row in calendar_days.standing(session):
            if row.id == day or (row.day == on and row.region_code == region):
                return row.id
    raise KsddError("calendar.not_entered")


def _tell(office: Office, done: CalendarResult, preview: bool) -> None:
    for move in done.moves.found:
        zone = office.calendar.zone(move.region)
        click.echo(
            say(
                "commands.calendar_move",
                "id",
                number=move.case_number,
                name=move.name,
                region=move.region,
                before=moment(move.before, zone),
                after=moment(move.after, zone),
            )
        )
    for number in done.moves.uncountable:
        click.echo(say("commands.calendar_uncountable", "id", number=number), err=True)
    key = "commands.calendar_would" if preview else "commands.calendar_done"
    days = ", ".join(short(row.day) for row in done.days)
    click.echo(say(key, "id", days=days, count=len(done.moves.found), waiting=done.waiting))


def _in_one_sentence(error: InvalidAnswers) -> KsddError:
    """What is wrong with the options, all of it."""
    sentences = " ".join(error.sentences("id").values())
    return KsddError("commands.calendar_wrong", what=sentences)
