"""The command that lets an official sign in with an account of his own."""

from __future__ import annotations

import click

from processes.sentences import say
from webhooks.cli.keeping import officials
from webhooks.cli.root import open_office, sign_in_url, this_moment


@officials.command(
    "sign-in", help=say("commands.own_sign_in"), epilog=say("commands.own_sign_in_example")
)
@click.argument("person")
def own_sign_in(person: str) -> None:
    """Print a sign-in link for the official's own account, alone, once."""
    from processes import actions

    office = open_office()
    made = actions.own_sign_in_link(office, person.strip(), now=this_moment())
    click.echo(sign_in_url(office.settings, made))
