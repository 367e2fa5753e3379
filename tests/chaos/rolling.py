"""The program is renewed while it serves: the previous one answers until the new one is there.

The previous program is the newest commit whose tables are one or more steps older, run from a
worktree of its own; KSDD_TEST_PREVIOUS names another. Its cases wait at every step.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from sqlalchemy import select

from processes.office import Office
from processes.settings import Settings
from processes.store.tables import Case, History, Task, TaskStatus
from tests import servers
from tests.chaos import crowd
from tests.chaos.parts import KSDD, ROOT, Part, meanwhile, wait_for
from tests.chaos.proof import Proof, broken
from tests.chaos.remote import Remote
from tests.golden.files import GOLDEN
from tests.servers import free_port

STEPS = "processes/store/migrations/versions"
#: seconds that a part may take to begin
PATIENCE = 300.0


@dataclass
class Ledger:
    """What the officials saw meanwhile."""

    done: list[str] = field(default_factory=list)
    refused: int = 0


def rolling(url: str, where: str, folder: Path) -> Proof:
    """Upgrade under a serving program; every case then goes on to its monitoring, once."""
    began = time.monotonic()
    folder.mkdir(parents=True)
    ledger = Ledger()
    with ExitStack() as stack:
        previous = stack.enter_context(worktree(folder / "previous"))
        broker = stack.enter_context(servers.valkey())
        environ = {
            "KSDD_ENV": "development",
            "KSDD_DATA": str(folder / "data"),
            "KSDD_DATABASE_URL": url,
            "KSDD_REDIS_URL": broker,
        }
        golden = max(path for path in GOLDEN if path.stem[-4:] <= newest_step(previous))
        command(previous, environ, "restore", str(golden))
        command(previous, environ, "sending", "resume", "--everything")
        token = command(previous, environ, "token", "create", "mesin", "--role", "system")
        old = stack.enter_context(serving(previous, environ, token))
        with at_work(old, ledger):
            said = command(ROOT, environ, "upgrade", "--backup-to", str(folder / "backup"))
            seconds = time.monotonic()
            new = stack.enter_context(serving(ROOT, environ, token))
            seconds = time.monotonic() - seconds
        after = Ledger()
        for case in new.cases():
            after.done += new.walk(case)
        settings = Settings(env="development", data=folder / "data", database_url=url)
        with closing(Office.open(settings)) as office:
            wait_for(lambda: crowd.is_settled(office, datetime.now(UTC)), PATIENCE)
            found = crowd.account(office, datetime.now(UTC))
            missing, twice, behind = _compared(office, ledger.done + after.done)
    figures = {
        "from step": float(newest_step_said(said)),
        "answered by the previous program meanwhile": len(ledger.done),
        "refused by it": ledger.refused,
        "answered after": len(after.done),
        "lost": found.lost + missing + behind,
        "doubled": found.doubled + twice,
        "mails doubled": found.mails_doubled,
        "seconds until the new one answers": round(seconds, 1),
    }
    return Proof(
        key="rolling",
        what="renewed while it serves",
        where=where,
        figures=figures,
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=found.lost + missing + behind == 0,
            nothing_doubled=found.doubled + twice == 0,
            histories_whole=found.whole,
            the_tables_were_older=newest_step_said(said) < newest_step(ROOT),
            the_previous_program_answered=bool(ledger.done),
        ),
    )


@contextmanager
def worktree(place: Path) -> Iterator[Path]:
    """The previous program in a folder of its own."""
    _git("worktree", "add", "--detach", "--force", str(place), previous_commit())
    try:
        yield place
    finally:
        _git("worktree", "remove", "--force", str(place))


def previous_commit() -> str:
    """The newest commit whose steps all are steps of this program, and not the last of them."""
    given = os.environ.get("KSDD_TEST_PREVIOUS")
    if given:
        return given
    ours = _steps("HEAD")
    for commit in _git("log", "--format=%H", "--", STEPS).split():
        theirs = _steps(commit)
        if theirs < ours:
            return commit
    raise RuntimeError("no previous program in this repository")


def newest_step(program: Path) -> str:
    """Number of the last step that a program knows."""
    return max(path.name[:4] for path in (program / STEPS).glob("[0-9]*.py"))


def newest_step_said(said: str) -> str:
    """The step from which `ksdd upgrade` says that it came."""
    return said.partition("langkah ")[2][:4]


def _steps(commit: str) -> set[str]:
    return set(_git("ls-tree", commit, f"{STEPS}/").splitlines())


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def command(program: Path, environ: Mapping[str, str], *words: str) -> str:
    """What a command of that program prints."""
    own = {**os.environ, **environ, "PYTHONPATH": str(program)}
    done = subprocess.run([*KSDD, *words], env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ksdd {' '.join(words)}: {done.stderr}")
    return done.stdout.strip()


@contextmanager
def serving(program: Path, environ: Mapping[str, str], token: str) -> Iterator[Remote]:
    """Web, worker and beat of that program, until the block ends."""
    port = free_port()
    own = {**environ, "KSDD_PORT": str(port)}
    parts = [Part(name, own, program=program) for name in ("web", "worker", "beat")]
    remote = Remote(f"http://127.0.0.1:{port}", token)
    try:
        if wait_for(remote.answers, PATIENCE) is None:
            raise RuntimeError(f"{program} does not answer")
        yield remote
    finally:
        for part in parts:
            part.kill()


@contextmanager
def at_work(remote: Remote, ledger: Ledger) -> Iterator[None]:
    """An official who goes from case to case, one task at each, until the block ends."""
    over, cases = Event(), remote.cases()

    def work() -> None:
        for case in itertools.cycle(cases):
            if over.is_set():
                return
            try:
                ledger.done += remote.step(case)
            except OSError:
                # the previous program may meet tables that it cannot write any more
                ledger.refused += 1
            time.sleep(0.1)

    with meanwhile(over, work):
        yield


def _compared(office: Office, acknowledged: list[str]) -> tuple[int, int, int]:
    """Acknowledged tasks that are not done; tasks done twice; cases that did not come to rest."""
    with office.database.read() as session:
        done = set(session.scalars(select(Task.id).where(Task.status == TaskStatus.DONE)))
        told = session.scalars(select(History).where(History.kind == "task.completed"))
        times = Counter(str(entry.details.get("task")) for entry in told)
        behind = sum(stage < 7 for stage in session.scalars(select(Case.stage)))
    return len(set(acknowledged) - done), sum(n - 1 for n in times.values()), behind
