"""The command that puts a case's file together."""

from __future__ import annotations

import os
from pathlib import Path

import click

from processes.errors import KsddError, NotFound
from processes.sentences import say
from webhooks.cli.root import commands, open_office, this_moment


@commands.command(help=say("commands.export"), epilog=say("commands.export_example"))
@click.argument("case")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(case: str, file: Path) -> None:
    """Write the whole file of a case, named by its number or id."""
    from sqlalchemy import or_, select

    from processes.actions import Actor
    from processes.store.tables import Case
    from processes.store.viewer import Viewer
    from webhooks import case_file
    from webhooks.app import create_app

    if file.exists():
        raise KsddError("commands.export_exists", path=file)
    office = open_office()
    with office.database.read() as session:
        found = session.scalar(select(Case.id).where(or_(Case.number == case, Case.id == case)))
    if found is None:
        raise NotFound("commands.export_no_case", case=case)
    actor, viewer = Actor(kind="account", name="ksdd export"), Viewer.system()
    draft = file.with_name(f".{file.name}.draft")
    try:
        with create_app(office).app_context(), draft.open("wb") as out:
            made = case_file.export(found, viewer=viewer, actor=actor, now=this_moment())
            out.writelines(made.chunks)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError as error:
        raise KsddError("commands.export_refused", path=file, why=error.strerror) from error
    finally:
        draft.unlink(missing_ok=True)
    click.echo(say("commands.exported", path=file))
