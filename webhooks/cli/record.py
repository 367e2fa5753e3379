"""Commands for the record of what happened: checking every chain, and sealing all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from processes.errors import KsddError
from processes.sentences import say
from processes.sentences.dates import moment
from processes.store import anchors, chains, seals
from webhooks.cli.root import commands, fail, open_office, this_moment

WIB = ZoneInfo("Asia/Jakarta")
#: bytes of a file in which a fingerprint is looked for
MOST_BYTES = 10_000_000


@commands.group(help=say("commands.history"), epilog=say("commands.verify_example"))
def history() -> None:
    """The record of what happened."""


@history.command(help=say("commands.verify"), epilog=say("commands.verify_example"))
@click.option(
    "--anchor",
    "given",
    multiple=True,
    metavar="HASH|FILE",
    help=say("commands.anchor_option"),
)
def verify(given: Sequence[str]) -> None:
    """Check every chain and every seal, and what others kept of the seals."""
    wanted = [found for text in given for found in _hashes(text)]
    with open_office().database.read() as session:
        looked = chains.look_through(session)
        broken = looked.broken or seals.verify(session)
        if broken is not None:
            fail(broken.say())
        for hashed in wanted:
            _compare(session, hashed)
        click.echo(say("commands.whole"))
        click.echo(say("commands.checked", "id", entries=looked.entries, cases=looked.cases))
        click.echo(_reach(session))
        missing = seals.unguarded(session)
    if missing:
        click.echo(say("commands.unguarded", "id", tables=", ".join(missing)), err=True)


def _hashes(text: str) -> list[str]:
    """The fingerprint itself, or those in the file of this name."""
    found = anchors.hashes_in(text)
    path = Path(text)
    if not found and path.is_file() and path.stat().st_size <= MOST_BYTES:
        found = anchors.hashes_in(path.read_text("utf-8", errors="replace"))
    if not found:
        raise KsddError("commands.anchor_none", text=text[:100])
    return found


def _compare(session: Session, hashed: str) -> None:
    seal = seals.with_hash(session, hashed)
    if seal is None:
        fail(say("commands.anchor_unknown", "id", hash=hashed))
    at = _at(seal.at)
    click.echo(say("commands.anchor_matches", "id", hash=hashed, number=seal.number, at=at))


def _reach(session: Session) -> str:
    """How far the seals reach."""
    last = seals.newest(session)
    if last is None:
        return say("commands.not_sealed")
    waiting = len(seals.unsealed(session))
    return say(
        "commands.sealed_until",
        "id",
        number=last.number,
        at=_at(last.at),
        hash=last.hash,
        open=waiting,
    )


@history.command(help=say("commands.seal"), epilog=say("commands.seal_example"))
def seal() -> None:
    """Seal all histories now."""
    from processes import actions

    made = actions.seal_histories(open_office(), now=this_moment())
    if made is None:
        raise KsddError("commands.seal_nothing")
    click.echo(say("commands.seal_made", "id", number=made.number, at=_at(made.at), hash=made.hash))


def _at(at: datetime) -> str:
    return moment(at, WIB)
