"""The parts of the product: all on one machine, or each alone."""

from __future__ import annotations

import logging
import os
import platform
import resource
import shutil
import sys
import warnings
from pathlib import Path

import click

from processes.errors import KsddError
from processes.sentences import say
from processes.settings import Settings
from webhooks.cli.root import commands, read_settings, sign_in_url, this_moment

#: connections of browsers and machines that may be open at once
CONNECTIONS = 4096
LEAST_CONNECTIONS = 256
#: files that are open beside them: the database, documents, uploads, the log
OTHER_FILES = 512


@commands.command(help=say("commands.serve"), epilog=say("commands.serve_example"))
def serve() -> None:
    """Web, worker, beat and broker on this machine."""
    from worker.supervisor import (
        Supervisor,
        check_port,
        errands_of_the_product,
        parts_of_the_product,
    )

    settings = read_settings()
    check_port(settings)
    _announce(settings)
    parts, errands = parts_of_the_product(), errands_of_the_product(settings)
    sys.exit(Supervisor(settings, os.environ, parts, click.echo, errands).run())


def _announce(settings: Settings) -> None:
    """Prepare the database and say what is served; on a new installation, how to sign in."""
    from processes.office import Office
    from processes.store import accounts

    click.echo(say("worker.preparing", "id", env=settings.env, folder=settings.data))
    if not settings.is_development and settings.mail_url is None:
        click.echo(say("worker.no_mail"))
    office = Office.open(settings)
    with office.database.write() as session:
        token = accounts.first_sign_in_link(session, this_moment())
    office.database.close()
    if token is not None:
        click.echo(say("worker.sign_in", "id", url=sign_in_url(settings, token)))


@commands.command(help=say("commands.web"), epilog=say("commands.web_example"))
def web() -> None:
    """The web server alone."""
    from webhooks.receiving import THREADS

    settings = read_settings()
    _refuse_unusable(settings)
    server = ["-P", "-m", "granian", "--interface", "wsgi", "--factory", "--http", "1", "--no-ws"]
    # Whoever sends slowly holds a thread until he is done; threads are started when needed.
    threads = ["--blocking-threads", str(THREADS)]
    # Without respawning, granian ends as a whole when its worker is killed.
    connections = ["--backpressure", str(_most_connections())]
    workers = ["--workers", "1", *threads, *connections, "--respawn-failed-workers"]
    patience = ["--respawn-interval", "0.5", "--workers-kill-timeout", "6"]
    # its one warning is about the number of threads, which wait for disks and slow uploads here
    quiet = ["--log-level", "error"]
    address = ["--host", settings.host, "--port", str(settings.port)]
    options = [*server, *workers, *patience, *quiet, *address]
    counted = {"PROMETHEUS_MULTIPROC_DIR": str(_fresh_counters(settings))}
    command = [sys.executable, *options, "webhooks.wsgi:app"]
    os.execve(sys.executable, command, {**os.environ, **counted})


def _refuse_unusable(settings: Settings) -> None:
    """Stop with a sentence where the installation cannot be used: whoever takes over from here
    would print a traceback for each process that it starts."""
    from processes.office import open_database

    open_database(settings).close()
    settings.secret()


def _most_connections() -> int:
    """How many connections may be open at once, so that a thousand silent ones keep nobody out.

    Each is an open file: as many as are wanted are asked for, and some are left for the rest.
    """
    wanted = CONNECTIONS + OTHER_FILES
    may, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if may != resource.RLIM_INFINITY and may < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return max(wanted - OTHER_FILES, LEAST_CONNECTIONS)


def _fresh_counters(settings: Settings) -> Path:
    """An empty folder in which the processes of the pages count their requests."""
    # hosts may share the data folder, and each `ksdd web` counts for itself
    folder = settings.data / "metrics" / f"{platform.node() or 'localhost'}-{settings.port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700)
    return folder


@commands.command(help=say("commands.worker"), epilog=say("commands.worker_example"))
def worker() -> None:
    """A worker alone."""
    from worker.app import make_celery
    from worker.logs import log_instead_of_celery
    from worker.signs import show_signs
    from worker.tasks import register

    settings = read_settings()
    app = make_celery(settings)
    _refuse_unusable(settings)
    register(app, settings)
    show_signs(app, settings, "worker")
    log_instead_of_celery(settings, "worker")
    _warn_of_links(settings)
    _quieten()
    # three sweeps may be kept waiting by a server elsewhere; the others share what is left
    options = ["--loglevel=WARNING", "--concurrency=4", "--without-gossip", "--without-mingle"]
    app.worker_main(["--quiet", "worker", *options])


def _warn_of_links(settings: Settings) -> None:
    """Say so where the letters that this part sends carry links that nobody else can open."""
    from worker.logs import set_up

    if settings.mails_links_to_itself:
        set_up(settings, "worker")
        sentence = say("worker.links_to_itself", "id", url=settings.base_url)
        logging.getLogger("worker").warning(sentence)


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
    from processes.kept_key import check_before_start
    from worker.app import make_celery
    from worker.logs import log_instead_of_celery
    from worker.signs import show_signs

    settings = read_settings()
    check_before_start(settings)
    log_instead_of_celery(settings, "beat")
    app = make_celery(settings)
    show_signs(app, settings, "beat")
    app.start(["--quiet", "beat", "--loglevel=WARNING"])


@commands.command(help=say("commands.alive"), epilog=say("commands.alive_example"))
@click.argument("part", type=click.Choice(["web", "worker", "beat"]))
def alive(part: str) -> None:
    """Exit code 0 while the part of this machine is at work."""
    from worker.alive import is_alive

    if not is_alive(read_settings(), part, this_moment()):
        raise KsddError("commands.not_alive", part=part)
    click.echo(say("commands.is_alive", "id", part=part))
