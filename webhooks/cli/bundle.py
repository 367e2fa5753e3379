"""The command `ksdd bundle`: make the scripts of the modeler, or carry them between machines."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click

from processes.sentences import say
from webhooks.cli.root import commands, read_settings, this_moment

PATH = click.Path(path_type=Path)


@commands.command(help=say("bundle.command"), epilog=say("bundle.command_example"))
@click.option("--from", "source", type=PATH, help=say("bundle.command_from"))
@click.option("--to", "target", type=PATH, help=say("bundle.command_to"))
@click.option("--again", is_flag=True, help=say("bundle.command_again"))
def bundle(source: Path | None, target: Path | None, again: bool) -> None:
    """Make, bring or carry away what the modeler needs in a browser."""
    from webhooks.bundle.carrying import bring, carry
    from webhooks.bundle.making import make
    from webhooks.bundle.shelf import Shelf

    settings = read_settings()
    settings.make_folder()
    shelf = Shelf(settings.data)
    if source is not None:
        bring(shelf, source)
    elif target is not None:
        carry(shelf, target)
        click.echo(say("bundle.carried", "id", folder=target))
        return
    elif not shelf.is_ready() or again:
        click.echo(say("bundle.begun"))
        with suppress(OSError):
            os.nice(10)  # nobody waits for it; the pages come first
        make(shelf, now=this_moment(), again=again)
    click.echo(say("bundle.ready", "id", folder=shelf.folder))
