"""Commands on an owner's folder: check it, publish it, draw it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from processes.sentences import say
from webhooks.cli.root import commands, open_office, this_moment

if TYPE_CHECKING:
    from processes.engine.calendar import WorkingCalendar

FOLDER = click.argument("folder", type=click.Path(path_type=Path))


@commands.command(help=say("commands.check"), epilog=say("commands.check_example"))
@FOLDER
@click.option("--json", "as_json", is_flag=True, help=say("commands.check_json"))
def check(folder: Path, as_json: bool) -> None:
    """Findings on an owner's folder."""
    from processes.actions import procedures
    from processes.engine.calendar import NATIONAL_ZONE, WorkingCalendar

    files = procedures.read_folder(folder)
    findings = procedures.check(files)
    _warn_of_the_year(files, WorkingCalendar(lambda _: ZoneInfo(NATIONAL_ZONE)))
    if as_json:
        click.echo(json.dumps([f.as_dict() for f in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(say("commands.findings", "id", count=len(findings)))
    sys.exit(any(f.severity == "error" for f in findings))


def _warn_of_the_year(files: Mapping[str, bytes], calendar: WorkingCalendar) -> None:
    """Say on standard error when a deadline that begins today meets a year not fully known."""
    from processes.actions.foresight import look_ahead

    found = look_ahead(files, calendar, calendar.today(this_moment()))
    if found is not None:
        text = say("calendar.foresight", "id", days=found.working_days, year=found.year)
        click.echo(text, err=True)


@commands.command(help=say("commands.publish"), epilog=say("commands.publish_example"))
@FOLDER
@click.option("--note", required=True, help=say("commands.publish_note"))
def publish(folder: Path, note: str) -> None:
    """Make a folder the version that new cases start on."""
    from processes import actions
    from processes.actions import code_warnings, procedures, role_warnings

    actor = actions.Actor(kind="account", name=f"ksdd publish ({os.environ.get('USER', '?')})")
    office = open_office()
    version = actions.publish(office, folder, note=note, actor=actor, now=this_moment())
    _warn_of_the_year(procedures.read_folder(folder), office.calendar)
    with office.database.read() as session:
        for source in (code_warnings, role_warnings):
            for warning in source.warnings_of(session, office, version.key):
                click.echo(warning, err=True)
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
