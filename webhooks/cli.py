"""The command `ksdd`: every part of the product and every tool of its keepers.

Each command says in its help what it promises, with one example. An error is one sentence on
standard error and exit code 1.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from processes.errors import KsddError
from processes.sentences import say
from processes.settings import Settings

if TYPE_CHECKING:
    from processes.office import Office


@click.group(help=say("commands.ksdd"), epilog=say("commands.ksdd_example"))
def commands() -> None:
    """The command `ksdd`."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code."""
    try:
        commands.main(arguments, prog_name="ksdd", standalone_mode=False)
    except KsddError as error:
        _fail(error.say())
    except click.Abort:
        _fail(say("commands.aborted"))
    except click.ClickException as error:
        _fail(say("commands.usage", what=error.format_message()))
    except BrokenPipeError:
        # whoever read the output has gone, for example `ksdd ... | head`
        os._exit(0)
    except Exception as error:  # noqa: BLE001 - the last stop: a keeper gets a sentence, no traceback
        _fail(say("commands.unexpected", what=_where(error)))
    sys.exit(0)


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def _where(error: Exception) -> str:
    """The error in one line, with the place in our code that a report needs."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}{place}"


def _settings() -> Settings:
    return Settings.from_environment(os.environ)


def _office() -> Office:
    from processes.office import Office

    return Office.open(_settings())


def _now() -> datetime:
    return datetime.now(UTC)


@commands.command(help=say("commands.serve"), epilog=say("commands.serve_example"))
def serve() -> None:
    """Web, worker, beat and broker on this machine."""
    from worker.supervisor import Supervisor, check_port, parts_of_the_product

    settings = _settings()
    check_port(settings)
    _announce(settings)
    sys.exit(Supervisor(settings, os.environ, parts_of_the_product(), click.echo).run())


def _announce(settings: Settings) -> None:
    """Prepare the database and say what is served; on a new installation, how to sign in."""
    from processes.office import Office
    from processes.store import accounts

    click.echo(say("worker.preparing", "id", env=settings.env, folder=settings.data))
    if not settings.is_development and settings.mail_url is None:
        click.echo(say("worker.no_mail"))
    office = Office.open(settings)
    with office.database.write() as session:
        token = accounts.first_sign_in_link(session, _now())
    office.database.close()
    if token is not None:
        click.echo(say("worker.sign_in", "id", url=_sign_in_url(settings, token)))


@commands.command(help=say("commands.web"), epilog=say("commands.web_example"))
def web() -> None:
    """The web server alone."""
    settings = _settings()
    server = ["-P", "-m", "granian", "--interface", "wsgi", "--factory", "--http", "1", "--no-ws"]
    # Without respawning, granian ends as a whole when its worker is killed.
    workers = ["--workers", "1", "--blocking-threads", "16", "--respawn-failed-workers"]
    patience = ["--respawn-interval", "0.5", "--workers-kill-timeout", "6"]
    # its one warning is about the number of threads, which wait for disks and slow uploads here
    quiet = ["--log-level", "error"]
    address = ["--host", settings.host, "--port", str(settings.port)]
    options = [*server, *workers, *patience, *quiet, *address]
    os.execv(sys.executable, [sys.executable, *options, "webhooks.wsgi:app"])


@commands.command(help=say("commands.worker"), epilog=say("commands.worker_example"))
def worker() -> None:
    """A worker alone."""
    from worker.app import make_celery
    from worker.tasks import register

    settings = _settings()
    app = make_celery(settings)
    register(app, settings)
    _quieten()
    options = ["--loglevel=WARNING", "--concurrency=2", "--without-gossip", "--without-mingle"]
    app.worker_main(["--quiet", "worker", *options])


def _quieten() -> None:
    """Keep back two warnings of Celery that do not hold for us.

    It warns of root because a pickled message could run code: we take JSON only. And it advises to
    cut tasks short when the broker goes away: a sweep does not need the broker to finish.
    """
    warnings.filterwarnings("ignore", message="You're running the worker with superuser")
    logging.getLogger("py.warnings").addFilter(
        lambda record: "cancel_long_running_tasks_on_connection_loss" not in record.getMessage()
    )


@commands.command(help=say("commands.beat"), epilog=say("commands.beat_example"))
def beat() -> None:
    """Beat alone."""
    from worker.app import make_celery

    make_celery(_settings()).start(["--quiet", "beat", "--loglevel=WARNING"])


@commands.command(help=say("commands.tick"), epilog=say("commands.tick_example"))
@click.option("--now", "text", required=True, metavar="ISO8601", help=say("commands.tick_now"))
def tick(text: str) -> None:
    """One pass of every sweep."""
    from worker.tick import tick as pass_once

    if not _settings().is_development:
        raise KsddError("commands.tick_refused")
    now = _moment(text)
    click.echo(json.dumps(pass_once(_office(), now)))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise KsddError("commands.moment", text=text) from None
    if moment.tzinfo is None:
        raise KsddError("commands.moment_zone", text=text)
    return moment.astimezone(UTC)


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
    version = actions.publish(_office(), folder, note=note, actor=actor, now=_now())
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


@commands.group(help=say("commands.officials"), epilog=say("commands.officials_example"))
def officials() -> None:
    """Officials of the regions."""


@officials.command("import", help=say("commands.import"), epilog=say("commands.import_example"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help=say("commands.import_replace"))
def import_officials(file: Path, replace: bool) -> None:
    """Bring in officials from a CSV file."""
    from processes import actions

    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise KsddError("commands.no_file", path=file) from None
    actor = actions.Actor(kind="account", name="ksdd officials import")
    result = actions.import_officials(_office(), text, replace=replace, actor=actor, now=_now())
    click.echo(say("commands.imported", "id", added=result.added, updated=result.updated))


@commands.group(help=say("commands.token"), epilog=say("commands.token_example"))
def token() -> None:
    """Keys of other systems."""


@token.command("create", help=say("commands.token_create"), epilog=say("commands.token_example"))
@click.argument("name")
@click.option("--role", type=click.Choice(["admin", "owner", "system"]), required=True)
@click.option("--region", default=None, help=say("commands.token_region"))
def create_token(name: str, role: str, region: str | None) -> None:
    """Make an API token and print it, alone, once."""
    from processes.store import accounts
    from processes.store.tables import AccountRole

    with _office().database.write() as session:
        text = accounts.create_token(
            session, name=name, role=AccountRole(role), now=_now(), region_code=region
        )
    click.echo(text)


@commands.command("sign-in", help=say("commands.sign_in"), epilog=say("commands.sign_in_example"))
def sign_in() -> None:
    """A fresh sign-in link for the first administrator, who may have lost the printed one."""
    from sqlalchemy import select

    from processes.store import accounts
    from processes.store.tables import Account

    office = _office()
    with office.database.write() as session:
        made = accounts.first_sign_in_link(session, _now())
        if made is None:
            first = select(Account).where(Account.name == accounts.FIRST_ACCOUNT)
            made = accounts.make_sign_in_link(session, session.scalars(first).one().id, _now())
    click.echo(_sign_in_url(office.settings, made))


def _sign_in_url(settings: Settings, token: str) -> str:
    return f"{settings.base_url}/masuk/{token}"


@commands.group(help=say("commands.history"), epilog=say("commands.verify_example"))
def history() -> None:
    """The record of what happened."""


@history.command(help=say("commands.verify"), epilog=say("commands.verify_example"))
def verify() -> None:
    """Check every chain."""
    from processes.store import history as record

    with _office().database.read() as session:
        broken = record.verify(session)
    if broken is not None:
        _fail(broken.say())
    click.echo(say("commands.whole"))


if __name__ == "__main__":
    main()
