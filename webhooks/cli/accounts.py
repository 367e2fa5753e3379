"""Commands about accounts: make one, list them, disable one, hand out a sign-in link."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from processes.errors import InvalidAnswers, KsddError, NotFound
from processes.sentences import say
from webhooks.cli.root import commands, open_office, sign_in_url, this_moment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from processes.store.tables import Account

_ROLES = click.Choice(["petugas", "admin", "owner", "pengamat"])
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@commands.group(help=say("commands.accounts"), epilog=say("commands.accounts_add_example"))
def accounts() -> None:
    """Who signs in."""


@accounts.command(
    "add", help=say("commands.accounts_add"), epilog=say("commands.accounts_add_example")
)
@click.argument("name")
@click.option("--role", type=_ROLES, required=True)
@click.option("--region", "regions", multiple=True, help=say("commands.accounts_region"))
@click.option("--email", default="", help=say("commands.accounts_email"))
@click.option("--until", type=_DAY, default=None, help=say("commands.accounts_until"))
@click.option("--official", default="", help=say("commands.accounts_official"))
@click.option("--reason", default="ksdd accounts add", help=say("commands.accounts_reason"))
def add(
    name: str,
    role: str,
    regions: tuple[str, ...],
    email: str,
    until: datetime | None,
    official: str,
    reason: str,
) -> None:
    """Make an account and print its invitation, alone, once."""
    from processes import actions
    from processes.store.tables import AccountRole

    scope = actions.Scope(
        role=AccountRole(role),
        regions=list(dict.fromkeys(regions)),
        ends_on=until.date() if until else None,
    )
    wish = actions.NewAccount(name=name, scope=scope, email=email, official=official)
    order = actions.Order(
        actor=actions.Actor(kind="account", name="ksdd accounts add"), reason=reason
    )
    try:
        made = actions.invite_account(open_office(), wish, order=order, now=this_moment())
    except InvalidAnswers as error:
        raise _in_one(error) from None
    click.echo(made.url)


@accounts.command(
    "list", help=say("commands.accounts_list"), epilog=say("commands.accounts_list_example")
)
def list_accounts() -> None:
    """Every account in one line: name, role, regions, end, whether it is disabled."""
    from processes.actions.account_scope import last_day
    from processes.store import questions
    from processes.store.viewer import Viewer

    office = open_office()
    with office.database.read() as session:
        for account in questions.managed_accounts(session, Viewer.system()):
            regions = ", ".join(sorted(account.regions or ())) or say("accounts.everywhere")
            ends_on = last_day(office, account)
            parts = [
                account.name,
                account.email or "",
                say(f"accounts.role_{account.role.value}"),
                regions,
                f"{say('accounts.until')} {ends_on.isoformat()}" if ends_on else "",
                "" if account.active else say("accounts.state_disabled"),
            ]
            click.echo("\t".join(part for part in parts if part))


@accounts.command(
    "disable",
    help=say("commands.accounts_disable"),
    epilog=say("commands.accounts_disable_example"),
)
@click.argument("name")
@click.option("--reason", required=True, help=say("commands.accounts_reason"))
def disable(name: str, reason: str) -> None:
    """Let an account be of no use; its sessions and invitations die at once."""
    from processes import actions

    office = open_office()
    with office.database.read() as session:
        account = _known(session, name)
    order = actions.Order(
        actor=actions.Actor(kind="account", name="ksdd accounts disable"), reason=reason
    )
    try:
        actions.disable_account(office, account.id, order=order, now=this_moment())
    except InvalidAnswers as error:
        raise _in_one(error) from None
    click.echo(say("commands.accounts_disabled", name=account.name))


@accounts.command(
    "link", help=say("commands.accounts_link"), epilog=say("commands.accounts_link_example")
)
@click.argument("name")
def link(name: str) -> None:
    """Print a sign-in link for an account, alone, once."""
    from processes.store import accounts as kept

    office = open_office()
    with office.database.write() as session:
        account = _known(session, name)
        if not account.active:
            raise KsddError("accounts.is_disabled")
        made = kept.make_sign_in_link(session, account.id, this_moment())
    click.echo(sign_in_url(office.settings, made))


def _known(session: Session, name: str) -> Account:
    """The account of this name, or with this address."""
    from processes.store import questions
    from processes.store.viewer import Viewer

    wanted = name.strip().casefold()
    for account in questions.managed_accounts(session, Viewer.system()):
        if wanted in (account.name.casefold(), account.email):
            return account
    raise NotFound("accounts.account_unknown", name=name)


def _in_one(error: InvalidAnswers) -> KsddError:
    """Everything wrong with what was asked for, in one message."""
    return KsddError("commands.accounts_refused", why=" ".join(error.sentences("id").values()))
