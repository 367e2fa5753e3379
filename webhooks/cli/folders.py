"""Commands on an owner's folder: check it, publish it, draw it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from processes.sentences import say
from webhooks.cli.root import commands, open_office, this_moment

FOLDER = click.argument("folder", type=click.Path(path_type=Path))


@commands.command(help=say("commands.check"), epilog=say("commands.check_example"))
@FOLDER
@click.option("--json", "as_json", is_flag=True, help=say("commands.check_json"))
def check(folder: Path, as_json: bool) -> None:
    """Findings on an owner's folder."""
    from processes.actions import procedures

    findings = procedures.check(procedures.read_folder(folder))
    if as_json:
        click.echo(json.dumps([f.as_dict() for f in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(say("commands.findings", "id", count=len(findings)))
    sys.exit(any(f.severity == "error" for f in findings))


@commands.command(help=say("commands.publish"), epilog=say("commands.publish_example"))
@FOLDER
@click.option("--note", required=True, help=say("commands.publish_note"))
def publish(folder: Path, note: str) -> None:
    """Make a folder the version that new cases start on."""
    from processes import actions

    actor = actions.Actor(kind="account", name=f"ksdd publish ({os.environ.get('USER', '?')})")
    version = actions.publish(open_office(), folder, note=note, actor=actor, now=this_moment())
    click.echo(version.number)


@commands.command(help=say("commands.picture"), epilog=say("commands.picture_example"))
@FOLDER
def picture(folder: Path) -> None:
    """The diagram of an owner's folder as an SVG."""
    from processes.actions import procedures
    from processes.engine.picture import draw

    files = procedures.read_folder(folder)
    diagram = next(content for name, content in files.items() if name.endswith(".bpmn"))
    click.echo(draw(diagram))
