"""Commands of whoever keeps an installation: people, keys, the record, the clock of a trial."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from processes.errors import KsddError
from processes.sentences import say
from webhooks.cli.root import (
    commands,
    open_office,
    read_settings,
    sign_in_url,
    this_moment,
)

#: years between which a moment of `tick` may lie
FIRST_YEAR, LAST_YEAR = 1970, 2200


@commands.command(help=say("commands.tick"), epilog=say("commands.tick_example"))
@click.option("--now", "text", required=True, metavar="ISO8601", help=say("commands.tick_now"))
def tick(text: str) -> None:
    """One pass of every sweep."""
    from worker.turns import tick_in_turn

    if not read_settings().is_development:
        raise KsddError("commands.tick_refused")
    now = _moment(text)
    click.echo(json.dumps(tick_in_turn(open_office(), now)))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise KsddError("commands.moment", text=text) from None
    if moment.tzinfo is None:
        raise KsddError("commands.moment_zone", text=text)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise KsddError("commands.moment_far")
    return moment.astimezone(UTC)


@commands.group(help=say("commands.officials"), epilog=say("commands.officials_example"))
def officials() -> None:
    """Officials of the regions."""


@officials.command("import", help=say("commands.import"), epilog=say("commands.import_example"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help=say("commands.import_replace"))
def import_officials(file: Path, replace: bool) -> None:
    """Bring in officials from a CSV file."""
    from processes import actions
    from processes.actions.code_warnings import warnings_of
    from processes.actions.role_warnings import unknown_roles
    from processes.store import substitutions

    if not file.exists():  # a pipe is as good as a file
        raise KsddError("commands.file_missing", path=file)
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise KsddError("commands.no_file", path=file) from None
    actor = actions.Actor(kind="account", name="ksdd officials import")
    office = open_office()
    result = actions.import_officials(office, text, replace=replace, actor=actor, now=this_moment())
    click.echo(say("commands.imported", "id", added=result.added, updated=result.updated))
    with office.database.read() as session:
        for row, away, acting in substitutions.with_names(session, result.settled.ended):
            click.echo(
                say(
                    "commands.ended_by_import",
                    "id",
                    official=away.name,
                    substitute=acting.name,
                    why=row.end_reason,
                )
            )
        unknown = unknown_roles(session, office, result.roles)
        for warning in (*unknown, *warnings_of(session, office)):
            click.echo(warning, err=True)


@officials.command("channel", help=say("commands.channel"), epilog=say("commands.channel_example"))
@click.argument("person")
@click.argument("url", required=False)
@click.option("--remove", is_flag=True, help=say("commands.channel_remove"))
def channel(person: str, url: str | None, remove: bool) -> None:
    """Give an official a channel; its URL is a secret and never printed."""
    from processes import actions
    from processes.store.channel_urls import masked

    if url == "-":
        url = sys.stdin.readline().strip()
    if bool(url) == remove:
        raise KsddError("commands.channel_url_missing")
    actor = actions.Actor(
        kind="account", name=f"ksdd officials channel ({os.environ.get('USER', '?')})"
    )
    found = actions.set_channel(open_office(), person.strip(), url, actor=actor, now=this_moment())
    if found.channel_url is None:
        click.echo(say("commands.channel_gone", "id", name=found.name))
    else:
        click.echo(say("commands.channel_kept", name=found.name, channel=masked(url)))


@commands.group(help=say("commands.token"), epilog=say("commands.token_example"))
def token() -> None:
    """Keys of other systems."""


@token.command("create", help=say("commands.token_create"), epilog=say("commands.token_example"))
@click.argument("name")
@click.option("--role", type=click.Choice(["admin", "owner", "system"]), required=True)
@click.option("--region", default=None, help=say("commands.token_region"))
def create_token(name: str, role: str, region: str | None) -> None:
    """Make an API token and print it, alone, once."""
    from processes.actions.wording import readable
    from processes.store import accounts
    from processes.store.tables import AccountRole

    name = readable(name, field="name", missing="errors.name_missing", limit=200)
    with open_office().database.write() as session:
        text = accounts.create_token(
            session, name=name, role=AccountRole(role), now=this_moment(), region_code=region
        )
    click.echo(text)


@commands.command("sign-in", help=say("commands.sign_in"), epilog=say("commands.sign_in_example"))
def sign_in() -> None:
    """A fresh sign-in link for the first administrator, who may have lost the printed one."""
    from sqlalchemy import select

    from processes.store import accounts
    from processes.store.tables import Account

    office = open_office()
    with office.database.write() as session:
        made = accounts.first_sign_in_link(session, this_moment())
        if made is None:
            query = select(Account).where(Account.name == accounts.FIRST_ACCOUNT)
            first = session.scalars(query).one()
            if not first.active:
                raise KsddError("accounts.is_disabled")
            made = accounts.make_sign_in_link(session, first.id, this_moment())
    click.echo(sign_in_url(office.settings, made))


@commands.group(help=say("commands.regions"), epilog=say("commands.pattern_example"))
def regions() -> None:
    """Provinces, kabupaten and kota."""


@regions.command(help=say("commands.pattern"), epilog=say("commands.pattern_example"))
@click.argument("code")
@click.argument("pattern")
def pattern(code: str, pattern: str) -> None:
    """Keep how a region numbers its letters, as a hint beside the question for a number."""
    from processes import actions
    from processes.errors import InvalidAnswers

    try:
        region = actions.set_number_pattern(
            open_office(),
            code,
            pattern,
            reason="ksdd regions pattern",
            actor=actions.Actor(kind="account", name="ksdd regions pattern"),
            now=this_moment(),
        )
    except InvalidAnswers as error:
        raise next(iter(error.fields.values())) from None
    said = say("commands.pattern_kept", "id", region=region.name, pattern=region.number_pattern)
    click.echo(said)
