"""Commands of whoever connects a region's own system: its webhooks. Keys are printed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from processes.errors import InvalidAnswers
from processes.sentences import say
from webhooks.cli.root import commands, fail, open_office, this_moment

if TYPE_CHECKING:
    from processes.actions import Actor

Found = TypeVar("Found")


@commands.group(help=say("webhooks.cli"), epilog=say("webhooks.cli_example"))
def webhooks() -> None:
    """Webhooks of the regions."""


@webhooks.command(help=say("webhooks.cli_add"), epilog=say("webhooks.cli_example"))
@click.argument("region")
@click.argument("name")
@click.argument("url", required=False)
@click.option("--event", "events", multiple=True, help=say("webhooks.cli_event"))
@click.option("--incoming", is_flag=True, help=say("webhooks.cli_incoming"))
def add(region: str, name: str, url: str | None, events: tuple[str, ...], incoming: bool) -> None:
    """Register one; prints its id and its key, once."""
    from processes import actions
    from processes.store.tables import WebhookDirection
    from processes.store.webhook_events import TYPES

    wish = actions.WebhookWish(
        region=region,
        name=name,
        direction=WebhookDirection.IN if incoming else WebhookDirection.OUT,
        url=url or "",
        events=() if incoming else (events or TYPES),
    )
    row, secret = _told(
        lambda: actions.register_webhook(
            open_office(), wish, actor=_keeper("add"), now=this_moment()
        )
    )
    click.echo(f"{row.id} {secret}")


@webhooks.command("list", help=say("webhooks.cli_list"), epilog=say("webhooks.cli_list_example"))
def show() -> None:
    """Every webhook, one a line."""
    from processes.store import questions
    from processes.store.viewer import Viewer

    with open_office().database.read() as session:
        for row in questions.webhooks_of(session, Viewer.system()):
            state = say("webhooks.on" if row.active else "webhooks.off")
            parts = (row.id, row.region_code, row.direction.value, state, row.name, row.url or "")
            click.echo("\t".join(parts))


@webhooks.command(help=say("webhooks.cli_rotate"), epilog=say("webhooks.cli_rotate_example"))
@click.argument("webhook")
@click.option("--hours", type=int, default=None, help=say("webhooks.cli_hours"))
def rotate(webhook: str, hours: int | None) -> None:
    """A fresh key, printed once."""
    from processes import actions

    _, secret = _told(
        lambda: actions.rotate_webhook(
            open_office(), webhook, actor=_keeper("rotate"), now=this_moment(), hours=hours
        )
    )
    click.echo(secret)


@webhooks.command(help=say("webhooks.cli_switch"), epilog=say("webhooks.cli_switch_example"))
@click.argument("webhook")
@click.argument("state", type=click.Choice(["on", "off"]))
def switch(webhook: str, state: str) -> None:
    """On or off."""
    from processes import actions

    row = actions.change_webhook(
        open_office(), webhook, actor=_keeper("switch"), now=this_moment(), active=state == "on"
    )
    click.echo(say("webhooks.is_now", state=say("webhooks.on" if row.active else "webhooks.off")))


@webhooks.command(help=say("webhooks.cli_remove"), epilog=say("webhooks.cli_remove_example"))
@click.argument("webhook")
def remove(webhook: str) -> None:
    """End one for ever."""
    from processes import actions

    row = actions.remove_webhook(open_office(), webhook, actor=_keeper("remove"), now=this_moment())
    click.echo(say("webhooks.removed", name=row.name))


@webhooks.command(help=say("webhooks.cli_test"), epilog=say("webhooks.cli_test_example"))
@click.argument("webhook")
def test(webhook: str) -> None:
    """Send a test event at once; exit 1 when it was not taken."""
    from processes import actions
    from processes.store.tables import WebhookDelivery
    from worker.webhook_delivery import deliver_events

    office, now = open_office(), this_moment()
    sent = actions.send_test(office, webhook, actor=_keeper("test"), now=now)
    deliver_events(office, now)
    with office.database.read() as session:
        found = session.get_one(WebhookDelivery, sent.id)
    if found.sent_at is None:
        fail(say("webhooks.test_failed", why=found.last_error or ""))
    click.echo(say("webhooks.test_taken", status=found.answer_status))


def _keeper(command: str) -> Actor:
    from processes.actions import Actor

    return Actor(kind="account", name=f"ksdd webhooks {command}")


def _told(act: Callable[[], Found]) -> Found:
    """What an act gives; what is wrong with what was typed ends the command, in one line."""
    try:
        return act()
    except InvalidAnswers as error:
        fail(" ".join(error.sentences().values()))
