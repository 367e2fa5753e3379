"""Commands about officials who are away: who stands in (Plh., Plt.), and that somebody is back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from processes.errors import InvalidAnswers, KsddError
from processes.sentences import say
from webhooks.cli.keeping import officials
from webhooks.cli.root import open_office, this_moment

if TYPE_CHECKING:
    from processes.office import Office

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@officials.command(
    "substitute", help=say("commands.substitute"), epilog=say("commands.substitute_example")
)
@click.argument("region")
@click.argument("role")
@click.option("--official", default="", help=say("commands.absent_name"))
@click.option("--status", type=click.Choice(["Plh", "Plt"]), default="Plh", show_default=True)
@click.option("--by", "name", required=True, help=say("commands.substitute_by"))
@click.option("--email", default=None, help=say("commands.substitute_email"))
@click.option("--phone", default=None, help=say("commands.substitute_phone"))
@click.option("--from", "first", type=_DAY, default=None, help=say("commands.substitute_from"))
@click.option("--until", "last", type=_DAY, default=None, help=say("commands.substitute_until"))
@click.option("--letter", required=True, help=say("commands.substitute_letter"))
@click.option("--note", default="", help=say("commands.substitute_note"))
def substitute(
    region: str,
    role: str,
    official: str,
    status: str,
    name: str,
    email: str | None,
    phone: str | None,
    first: datetime | None,
    last: datetime | None,
    letter: str,
    note: str,
) -> None:
    """Let somebody stand in for an official."""
    from processes import actions
    from processes.store.tables import OfficialStatus

    office, now = open_office(), this_moment()
    absent, shown = _absent(office, region, role, official)
    wish = actions.StandIn(
        status=OfficialStatus(status),
        starts_on=first.date() if first else office.calendar.today(now, region),
        ends_on=last.date() if last else None,
        letter_number=letter,
        note=note,
        official_id=None if email or phone else _colleague(office, region, name),
        name=name,
        email=email,
        phone=phone,
    )
    actor = actions.Actor(kind="account", name="ksdd officials substitute")
    try:
        actions.substitute_official(office, absent, wish, actor=actor, now=now)
    except InvalidAnswers as error:
        raise _in_one(error) from None
    until = _day(wish.ends_on) if wish.ends_on else say("commands.until_ended")
    click.echo(
        say(
            "commands.substituted",
            name=name,
            status=status,
            official=shown,
            first=_day(wish.starts_on),
            last=until,
        )
    )


@officials.command("back", help=say("commands.back"), epilog=say("commands.back_example"))
@click.argument("region")
@click.argument("role")
@click.option("--official", default="", help=say("commands.absent_name"))
@click.option("--reason", default="", help=say("commands.back_reason"))
def back(region: str, role: str, official: str, reason: str) -> None:
    """End the substitution of an official who is back, or call off the next one."""
    from processes import actions
    from processes.store import substitutions

    office = open_office()
    absent, shown = _absent(office, region, role, official, only_away=True)
    with office.database.read() as session:
        first = substitutions.open_of(session, absent)[0]
    actor = actions.Actor(kind="account", name="ksdd officials back")
    try:
        actions.end_substitution(office, first.id, actor=actor, now=this_moment(), reason=reason)
    except InvalidAnswers as error:
        raise _in_one(error) from None
    click.echo(say("commands.is_back", official=shown))


def _absent(
    office: Office, region: str, role: str, name: str, *, only_away: bool = False
) -> tuple[str, str]:
    """The one official who is meant: id, and name with office; KsddError names the choices.

    Without a name he is among those who hold the office themselves.
    """
    from processes.store import substitutions

    with office.database.read() as session:
        found = [
            (official, person)
            for official, person in substitutions.who_may_be_away(session, region)
            if official.role == role
            and (person.name.casefold() == name.casefold() if name else official.in_office)
            and (not only_away or substitutions.open_of(session, official.id))
        ]
    if not found:
        key = "commands.nobody_away" if only_away else "commands.no_official"
        raise KsddError(key, role=role, region=region)
    if len(found) > 1:
        names = ", ".join(person.name for _, person in found)
        raise KsddError("commands.which_official", role=role, region=region, names=names)
    [(official, person)] = found
    return official.id, f"{person.name}, {official.position}"


def _colleague(office: Office, region: str, name: str) -> str:
    """The id of an official of the region by his name, whatever his office."""
    from processes.store import substitutions

    with office.database.read() as session:
        for official, person in substitutions.who_may_be_away(session, region):
            if person.name.casefold() == name.strip().casefold():
                return official.id
    raise KsddError("commands.no_colleague", name=name, region=region)


def _in_one(error: InvalidAnswers) -> KsddError:
    """Everything wrong with an order, in one message."""
    return KsddError("commands.order_refused", why=" ".join(error.sentences("id").values()))


def _day(day: date) -> str:
    return day.isoformat()
