"""Commands about data that are kept: old agreements, a person's own data, and how long it stays."""

from __future__ import annotations

import os
from pathlib import Path

import click

from processes.errors import InvalidAnswers, KsddError
from processes.sentences import say
from webhooks.cli.keeping import officials
from webhooks.cli.root import commands, open_office, this_moment


@commands.group(help=say("commands.agreements"), epilog=say("commands.agreements_example"))
def agreements() -> None:
    """Agreements that were signed before."""


@agreements.command(
    "import", help=say("commands.agreements_import"), epilog=say("commands.agreements_example")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--procedure", default="ksdd", show_default=True, help=say("commands.procedure"))
@click.option("--preview", is_flag=True, help=say("commands.preview_only"))
def import_agreements(file: Path, procedure: str, preview: bool) -> None:
    """Open a case in stage 7 for every row of a CSV file, or for none."""
    from processes import actions

    if not file.exists():  # a pipe is as good as a file
        raise KsddError("commands.file_missing", path=file)
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise KsddError("commands.no_file", path=file) from None
    actor = actions.Actor(kind="account", name="ksdd agreements import")
    found = actions.import_agreements(
        open_office(),
        text,
        procedure=procedure,
        actor=actor,
        now=this_moment(),
        reason=file.name,
        preview=preview,
    )
    for row in found.rows if preview else ():
        click.echo(f"{row.number}\t{row.region},{','.join(row.partners)}\t{row.title}")
    key = "commands.agreements_seen" if preview else "commands.agreements_imported"
    click.echo(say(key, "id", count=len(found.rows)))


@officials.command(
    "data", help=say("commands.person_data"), epilog=say("commands.person_data_example")
)
@click.argument("person")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--reason", required=True, help=say("commands.person_data_reason"))
def person_data(person: str, file: Path, reason: str) -> None:
    """Write everything kept about a person to a ZIP file; that it was taken is recorded."""
    from processes import actions
    from processes.actions.people import person_known_as
    from processes.errors import NotFound
    from processes.store import questions
    from processes.store.viewer import Viewer
    from webhooks.app import create_app
    from webhooks.person_file import person_zip

    if file.exists():
        raise KsddError("commands.export_exists", path=file)
    office = open_office()
    with office.database.read() as session:
        found = person_known_as(session, person.strip())
        offices = questions.offices_of(session, found.id)
    if not offices:
        raise NotFound("errors.person_unknown", known_as=person)
    try:
        data = actions.export_person(
            office,
            offices[0].id,
            reason=reason,
            viewer=Viewer.system(),
            actor=actions.Actor(kind="account", name="ksdd officials data"),
            now=this_moment(),
        )
    except InvalidAnswers as error:
        raise next(iter(error.fields.values())) from None
    with create_app(office).test_request_context("/berkas"):
        _write(file, person_zip(data))
    click.echo(say("commands.exported", path=file))


def _write(file: Path, content: bytes) -> None:
    """A new file that nobody else may read, whole or not at all."""
    try:
        with file.open("xb") as out:
            file.chmod(0o600)
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise KsddError("commands.export_refused", path=file, why=error.strerror) from error


@commands.command(help=say("commands.retention"), epilog=say("commands.retention_example"))
@click.option("--dry-run", is_flag=True, help=say("commands.retention_dry"))
def retention(dry_run: bool) -> None:
    """Remove what the rules let go, or only say what that would be."""
    from processes import actions
    from processes.store.retention import record

    office, moment = open_office(), this_moment()
    for line in actions.preview_retention(office, now=moment):
        click.echo(
            say(
                "commands.retention_line" if line.months else "commands.retention_kept",
                "id",
                what=say(f"keeping.kept_class_{line.kept.value}"),
                months=line.months or 0,
                there=line.there,
                going=line.going,
            )
        )
    with office.database.read() as session:
        kept = record(session)
    click.echo(say("keeping.record_history", "id", count=kept.history))
    click.echo(say("keeping.record_answers", "id", count=kept.answers))
    click.echo(say("keeping.record_documents", "id", count=kept.documents))
    if not dry_run:
        actor = actions.Actor(kind="account", name="ksdd retention")
        gone = actions.run_retention(office, reason="ksdd retention", actor=actor, now=moment)
        click.echo(say("keeping.retention_done", "id", count=sum(gone.values())))
