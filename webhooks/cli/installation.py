"""Commands about a whole installation: its backup, its way back, its move to another database."""

from __future__ import annotations

from pathlib import Path

import click

from processes.errors import Conflict, KsddError
from processes.sentences import say
from webhooks.cli.root import commands, open_office, read_settings, this_moment


@commands.command(help=say("installation.backup"), epilog=say("installation.backup_example"))
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--keep", type=click.IntRange(1, 1000), help=say("installation.backup_keep"))
def backup(path: Path, keep: int | None) -> None:
    """Write everything of the installation into one file, or into a folder of the newest ones."""
    from processes import actions

    if path.is_dir() != (keep is not None):
        raise KsddError(
            "installation.backup_folder" if keep else "installation.backup_keep_missing"
        )
    gone = 0
    with actions.as_left(read_settings()) as found:
        if keep is None:
            contents = actions.back_up(found, path, now=this_moment())
        else:
            path, contents, gone = actions.back_up_into(found, path, keep=keep, now=this_moment())
    click.echo(
        say(
            "installation.backed_up",
            "id",
            path=path,
            rows=contents.entries,
            documents=contents.documents,
        )
    )
    if found.is_old:
        click.echo(say("installation.backup_old", "id", step=contents.step))
    if gone:
        click.echo(say("installation.backup_gone", "id", count=gone))


@commands.command(help=say("installation.upgrade"), epilog=say("installation.upgrade_example"))
@click.option(
    "--backup-to", "folder", type=click.Path(path_type=Path), help=say("installation.upgrade_to")
)
def upgrade(folder: Path | None) -> None:
    """Back up, bring the tables up to date, and see that every case is read."""
    from processes import actions

    settings = read_settings()
    done = actions.bring_up_to_date(
        settings, folder or settings.data / "cadangan", now=this_moment()
    )
    open_office().close()
    if done.backup is None:
        click.echo(say("installation.upgrade_nothing", "id", step=done.after, cases=done.cases))
    else:
        told = {"before": done.before, "after": done.after, "cases": done.cases}
        click.echo(say("installation.upgraded", "id", **told))
        click.echo(say("installation.upgrade_way_back", "id", path=done.backup))
    if done.broken is not None:
        raise KsddError("installation.upgrade_broken", why=done.broken)


@commands.command(help=say("installation.restore"), epilog=say("installation.restore_example"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def restore(file: Path) -> None:
    """Bring a backup into an empty installation."""
    from processes import actions

    try:
        done = actions.restore(read_settings(), file, now=this_moment())
    except OSError as error:
        if error.filename is None or Path(error.filename) != file:
            raise
        raise KsddError("installation.backup_unreadable", path=file, why=error.strerror) from error
    contents = done.contents
    click.echo(
        say(
            "installation.restored",
            "id",
            at=contents.made_at.isoformat(timespec="seconds"),
            rows=contents.entries,
            documents=contents.documents,
        )
    )
    click.echo(say("installation.restored_paused", "id", waiting=done.waiting))


@commands.command(
    "new-key", help=say("installation.new_key"), epilog=say("installation.new_key_example")
)
@click.option("--all-links-die", "sure", is_flag=True, help=say("installation.new_key_sure"))
def new_key(sure: bool) -> None:
    """Begin with a new secret key."""
    from processes import actions

    settings = read_settings()
    made = actions.begin_with_new_key(settings, sure=sure, now=this_moment())
    click.echo(say("installation.new_key_made", "id", path=settings.secret_path, links=made.links))
    if made.aside is not None:
        click.echo(say("installation.new_key_aside", "id", path=made.aside))


@commands.group(help=say("installation.sending"), epilog=say("installation.sending_example"))
def sending() -> None:
    """Whether letters and events go out."""


@sending.command(
    help=say("installation.sending_resume"), epilog=say("installation.sending_example")
)
@click.option("--everything", is_flag=True, help=say("installation.sending_everything"))
def resume(everything: bool) -> None:
    """Let the sending go on after a restore."""
    from processes import actions

    actor = actions.Actor(kind="account", name="ksdd sending resume")
    aside = actions.resume_sending(
        open_office(), actor=actor, everything=everything, now=this_moment()
    )
    click.echo(say("installation.sending_resumed", "id", aside=aside))


@commands.command(
    "move-database", help=say("installation.move_database"), epilog=say("installation.move_example")
)
@click.option("--to", "url", required=True, metavar="URL", help=say("installation.move_to"))
def move_database(url: str) -> None:
    """Copy the installation's rows into another, empty database."""
    from sqlalchemy.engine import make_url

    from processes import actions
    from processes.setting_values import read_database_url

    settings = read_settings()
    target = read_database_url(url, settings.data)
    if make_url(target) == make_url(settings.database_url):
        raise Conflict("installation.move_same")
    counts = actions.move_database(open_office(), target)
    shown = make_url(target).render_as_string(hide_password=True)
    click.echo(
        say("installation.moved", "id", rows=sum(counts.values()), tables=len(counts), url=shown)
    )
