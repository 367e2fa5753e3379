"""Two hosts on one PostgreSQL and one Valkey: one is cut off, returns, is killed, returns.

Each runs web, worker and beat. Officials answer at either, and go to the other one when theirs is
silent, as behind a proxy. Everything else waits for the clock, and is overdue from the start.
"""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sqlalchemy import select

from processes.office import Office
from processes.store.links import token_for
from processes.store.tables import History, Link, LinkPurpose, Task, TaskStatus
from tests import servers
from tests.chaos import crowd
from tests.chaos.network import Host, network
from tests.chaos.parts import meanwhile, wait_for, wait_while_it_moves
from tests.chaos.proof import Proof, broken
from tests.journeys.answers import smooth

#: where officials think that they are: the name that stands before both hosts
NAME = "ksdd.example.test"
#: cases whose every alarm is overdue were begun so long ago
LONG_AGO = timedelta(days=60)
#: seconds that an official waits for an answer before he tries again
IMPATIENT = 10.0
#: seconds that nothing may move while something is due
PATIENCE = 180.0


@dataclass
class Ledger:
    """What officials were told, written down outside the installation."""

    #: ids of tasks whose receipt was given
    done: list[str] = field(default_factory=list)
    #: requests that were not answered in time
    silent: int = 0
    failures: list[Exception] = field(default_factory=list)


def hosts(_url: str, where: str, folder: Path, cases: int, rounds: int) -> Proof:
    """Cut off and kill one of two hosts while both work; nothing is lost, nothing happens twice."""
    began = time.monotonic()
    ledger, took = Ledger(), dict[str, float]()
    with (
        network(2) as net,
        servers.postgres(folder.parent, net.middle) as url,
        servers.valkey(net.middle) as broker,
    ):
        office = crowd.opened(url, folder)
        office = replace(office, settings=replace(office.settings, redis_url=broker))
        environ = {
            "KSDD_ENV": "development",
            "KSDD_BASE_URL": f"https://{NAME}",
            "KSDD_DATA": str(folder),
            "KSDD_DATABASE_URL": url,
            "KSDD_REDIS_URL": broker,
        }
        first, second = net.hosts
        for host in net.hosts:
            host.start(environ)
            _wait_for_pages(host)
        with _at_work(office, net.hosts, ledger):
            for _ in range(rounds):
                _cut_off(office, second, cases, took)
                _killed(office, second, cases, environ, took)
        first.kill("worker", "beat")
        took["alone"] = _settled(office, cases, lambda: None)
        found = crowd.account(office, datetime.now(UTC))
        missing, twice = _missing(office, ledger.done)
        office.close()
    figures = {
        "completions": len(ledger.done),
        "unanswered": ledger.silent,
        "lost": found.lost + missing,
        "doubled": found.doubled + twice,
        "mails doubled": found.mails_doubled,
        **{f"longest {name} seconds": round(seconds, 1) for name, seconds in took.items()},
    }
    return Proof(
        key="hosts",
        what=f"one of two hosts {net.kind}, killed, back",
        where=where,
        figures=figures,
        seconds=time.monotonic() - began,
        broken=broken(
            nothing_lost=found.lost + missing == 0,
            nothing_doubled=found.doubled + twice == 0,
            at_most_the_letters_in_hand_doubled=found.mails_doubled <= 4 * rounds,
            histories_whole=found.whole,
            officials_were_answered=bool(ledger.done) and not ledger.failures,
        ),
    )


def _cut_off(office: Office, host: Host, cases: int, took: dict[str, float]) -> None:
    """Cut a host off in the middle of its work; the other one finishes it; then it is back."""
    seconds = _settled(office, cases, host.cut)
    took["cut"] = max(took.get("cut", 0), seconds)
    host.mend()
    _wait_for_pages(host)


def _killed(
    office: Office, host: Host, cases: int, environ: dict[str, str], took: dict[str, float]
) -> None:
    seconds = _settled(office, cases, host.kill)
    took["killed"] = max(took.get("killed", 0), seconds)
    host.start(environ)
    _wait_for_pages(host)


def _settled(office: Office, cases: int, strike: Callable[[], object]) -> float:
    """Open overdue cases, strike once the clock is at them, wait until all is done; seconds."""
    crowd.open_cases(office, cases, datetime.now(UTC) - LONG_AGO)
    whole = crowd.waiting(office, datetime.now(UTC))
    wait_for(lambda: crowd.waiting(office, datetime.now(UTC)) != whole, PATIENCE)
    strike()
    began = time.monotonic()
    wait_while_it_moves(lambda: crowd.waiting(office, datetime.now(UTC)), PATIENCE)
    return time.monotonic() - began


def _wait_for_pages(host: Host) -> None:
    def answers() -> bool:
        asked = Request(f"{host.url}/healthz", headers={"Host": NAME})
        with suppress(OSError), urlopen(asked, timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    if wait_for(answers, PATIENCE) is None:
        raise RuntimeError(f"{host.name} does not answer")


@contextmanager
def _at_work(office: Office, hosts: list[Host], ledger: Ledger) -> Iterator[None]:
    """An official who answers one task after the other, until the block ends."""
    over = Event()

    def work() -> None:
        try:
            for number in itertools.count():
                if over.is_set():
                    return
                _answer_one(office, hosts, number, ledger)
        except Exception as error:  # noqa: BLE001 - told to the proof, which waits for this thread
            ledger.failures.append(error)

    with meanwhile(over, work):
        yield


def _answer_one(office: Office, hosts: list[Host], number: int, ledger: Ledger) -> None:
    """Open a case and answer its first task over the link, at one host after the other."""
    now = datetime.now(UTC)
    [case] = crowd.open_cases(office, 1, now)
    with office.database.read() as session:
        link, task = session.execute(
            select(Link.id, Task.id)
            .join(Task, Task.id == Link.task_id)
            .where(Task.case_id == case, Link.purpose == LinkPurpose.ANSWER)
        ).one()
    plan = smooth(now.date().isoformat(), parties=[crowd.REGION, crowd.PARTNER])
    kak = crowd.hand_in(office, f"kak-{number}.pdf", now)
    answers = {**plan["tahap1_permohonan"], "kak": {"document": kak}}
    for host in itertools.islice(itertools.cycle(hosts), number % 2, number % 2 + 20):
        if _post(f"{host.url}/t/{token_for(office.secret, link)}", answers):
            ledger.done.append(task)
            return
        ledger.silent += 1
    raise RuntimeError(f"task {task} was never taken")


def _post(url: str, answers: object) -> bool:
    """Whether the task was answered, now or by an earlier request whose receipt got lost."""
    headers = {"Host": NAME, "Content-Type": "application/json", "Accept": "application/json"}
    body = json.dumps({"answers": answers}).encode()
    try:
        with urlopen(Request(url, data=body, headers=headers), timeout=IMPATIENT) as answer:
            answer.read()
            return True
    except HTTPError as error:
        with error:
            if error.code == 409:
                return True
            if error.code >= 500:
                return False
            raise
    except OSError:
        time.sleep(0.2)
        return False


def _missing(office: Office, acknowledged: list[str]) -> tuple[int, int]:
    """How many acknowledged tasks are not done, and how many were completed more than once."""
    with office.database.read() as session:
        done = set(session.scalars(select(Task.id).where(Task.status == TaskStatus.DONE)))
        told = session.scalars(select(History).where(History.kind == "task.completed"))
        times = Counter(str(entry.details.get("task")) for entry in told)
    twice = sum(count - 1 for count in times.values())
    return len(set(acknowledged) - done) + len(set(acknowledged) - times.keys()), twice
