"""Commands on an owner's folder: check it, try it out, publish it, draw it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from processes.errors import NotFound
from processes.sentences import LANGUAGES, say
from webhooks.cli.root import commands, open_office, this_moment

if TYPE_CHECKING:
    from processes.actions.trying import Tried
    from processes.engine.calendar import WorkingCalendar
    from processes.engine.findings import Finding
    from processes.engine.walking import Walked
    from processes.office import Office

FOLDER = click.argument("folder", type=click.Path(path_type=Path))


@commands.command(help=say("commands.check"), epilog=say("commands.check_example"))
@FOLDER
@click.option("--json", "as_json", is_flag=True, help=say("commands.check_json"))
def check(folder: Path, as_json: bool) -> None:
    """Findings on an owner's folder."""
    from processes.actions import procedures
    from processes.engine.calendar import NATIONAL_ZONE, WorkingCalendar

    try:
        files = procedures.read_folder(folder)
    except NotFound as missing:
        if not as_json:
            raise
        _print([_finding(missing)])
        sys.exit(1)
    findings = procedures.check(files)
    _warn_of_the_year(files, WorkingCalendar(lambda _: ZoneInfo(NATIONAL_ZONE)))
    if as_json:
        _print(findings)
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(say("commands.findings", "id", count=len(findings)))
    sys.exit(any(f.severity == "error" for f in findings))


def _print(findings: Sequence[Finding]) -> None:
    click.echo(json.dumps([f.as_dict() for f in findings], ensure_ascii=False, indent=1))


def _finding(missing: NotFound) -> Finding:
    """That there is no folder, or no diagram in it, as the finding that it is for a machine."""
    from processes.engine.findings import Finding

    code = missing.key.replace("errors.", "folder.")
    return Finding(severity="error", code=code, file="", line=0, element="", message=missing.say())


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
@click.option("--basis", default="", help=say("commands.publish_basis"))
@click.option("--effective", default="", metavar="DATE", help=say("commands.publish_effective"))
@click.option("--gate-basis", default="", help=say("commands.publish_gate_basis"))
def publish(folder: Path, note: str, basis: str, effective: str, gate_basis: str) -> None:
    """Make a folder the version that new cases start on."""
    from processes import actions
    from processes.actions import code_warnings, procedures, role_warnings
    from processes.actions.trying import refuse_what_sticks
    from processes.errors import InvalidAnswers
    from processes.store.procedures import Grounds

    actor = actions.Actor(kind="account", name=f"ksdd publish ({os.environ.get('USER', '?')})")
    # read once: what is published is what was tried, whatever its owner saves meanwhile
    key, files = folder.resolve().name, procedures.read_folder(folder)
    failed = refuse_what_sticks(files, tell=lambda text: click.echo(text, err=True))
    office = open_office()
    _say_who_follows(office, key, files)
    grounds = Grounds(basis=basis, gate_basis=gate_basis, effective_on=_day(effective))
    try:
        version = actions.publish(
            office, files, key=key, note=note, actor=actor, now=this_moment(), grounds=grounds
        )
    except InvalidAnswers as error:
        raise next(iter(error.fields.values())) from None
    for sentence in failed:
        click.echo(say("commands.scenario_failed", why=sentence), err=True)
    _warn_of_the_year(files, office.calendar)
    with office.database.read() as session:
        for source in (code_warnings, role_warnings):
            for warning in source.warnings_of(session, office, version.key):
                click.echo(warning, err=True)
    click.echo(version.number)


def _day(typed: str) -> date | None:
    """The day in ISO form, None for none; KsddError when it is no day."""
    from processes.errors import KsddError

    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise KsddError("publishing.effective_on_wrong") from None


@commands.command(help=say("commands.compare"), epilog=say("commands.compare_example"))
@FOLDER
@click.option("--with", "number", type=click.IntRange(min=1), help=say("commands.compare_with"))
def compare(folder: Path, number: int | None) -> None:
    """What differs between a version and a folder, in words."""
    from processes.actions import procedures
    from processes.engine.comparing import compare as compared
    from processes.errors import NotFound
    from processes.store import procedures as versions

    files, key = procedures.read_folder(folder), folder.resolve().name
    office = open_office()
    with office.database.read() as session:
        version = (
            versions.latest(session, key)
            if number is None
            else versions.find_version(session, key, number)
        )
        if version is None:
            raise NotFound("errors.no_procedure", key=key)
        old = versions.files_of(session, version.id)
    changes = compared(old, files)
    for change in changes:
        click.echo(change.say())
        for line in change.lines:
            click.echo(f"  {line.say()}")
    click.echo(say("commands.compared", "id", count=len(changes), number=version.number))


def _say_who_follows(office: Office, key: str, files: Mapping[str, bytes]) -> None:
    """Say on standard error how many running cases get the new words, when nothing else differs."""
    from processes import actions
    from processes.engine.procedure import Procedure

    new = Procedure(key, files)
    with office.database.read() as session:
        count = len(actions.who_follows(session, office, key, new))
    if count:
        click.echo(say("commands.publish_follows", count=count), err=True)


@commands.command(help=say("commands.picture"), epilog=say("commands.picture_example"))
@FOLDER
def picture(folder: Path) -> None:
    """The diagram of an owner's folder as an SVG."""
    from processes.actions import procedures
    from processes.engine.folder import diagram_of
    from processes.engine.picture import draw

    click.echo(draw(diagram_of(procedures.read_folder(folder))))


@commands.command(name="try", help=say("commands.try"), epilog=say("commands.try_example"))
@FOLDER
@click.option("--json", "as_json", is_flag=True, help=say("commands.try_json"))
@click.option(
    "--picture", type=click.Path(path_type=Path, dir_okay=False), help=say("commands.try_picture")
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="id", help=say("commands.try_lang"))
def try_(folder: Path, as_json: bool, picture: Path | None, lang: str) -> None:
    """Walk every path of a folder's diagram and run its scenarios."""
    from processes.actions import procedures
    from processes.actions.trying import try_folder

    files = procedures.read_folder(folder)
    tried = try_folder(files, tell=_say_nothing if as_json else click.echo, language=lang)
    if picture is not None and tried.walked is not None:
        _draw_walk(picture, tried.walked, files)
    if as_json:
        click.echo(json.dumps(_as_json(tried), ensure_ascii=False, indent=1))
    else:
        for line in _told(tried):
            click.echo(line)
    sys.exit(not tried.is_sound)


def _say_nothing(_: str) -> None:
    """Progress that nobody reads."""


def _draw_walk(path: Path, walked: Walked, files: Mapping[str, bytes]) -> None:
    """Write the diagram with the way to the first fault, or with all that was walked."""
    from processes.engine.walking.telling import picture_of

    first = walked.troubles[0] if walked.troubles else None
    svg = picture_of(walked, first, files[walked.diagram.file])
    try:
        path.write_text(svg, encoding="utf-8")
    except OSError as error:
        raise NotFound("errors.not_writable", path=str(path), why=error.strerror or "") from None


def _told(tried: Tried) -> list[str]:
    language = tried.language
    lines = [finding.line_in(language) for finding in tried.findings]
    if tried.walked is None:
        return [*lines, say("commands.findings", language, count=len(lines))]
    if tried.walked.unpassed:
        lines.append(say("walking.unpassed", language, names=", ".join(tried.walked.unpassed)))
    troubles = len(tried.walked.troubles)
    end = say("walking.faulty", language, count=troubles) if troubles else None
    return [*lines, end or say("walking.sound", language)]


def _as_json(tried: Tried) -> dict[str, Any]:
    walked = tried.walked
    return {
        "sound": tried.is_sound,
        "findings": [finding.as_dict() for finding in tried.findings],
        "walks": [
            {
                "parties": len(walk.parties),
                "situations": len(walk.stands),
                "acts": walk.acts,
                "complete": walk.complete,
            }
            for walk in (walked.walks if walked else ())
        ],
        "unpassed": list(walked.unpassed) if walked else [],
        "untaken": list(walked.untaken) if walked else [],
        "scenarios": [
            {"file": each.file, "title": each.title, "passed": not each.has_failed}
            for each in tried.rehearsed
        ],
    }
