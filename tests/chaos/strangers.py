"""Links in the hands of robots, guessers and former holders: nothing is done, nothing is found."""

from __future__ import annotations

import secrets
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from processes import actions
from processes.errors import Conflict
from processes.office import Office
from processes.store import codes, links
from processes.store.links import token_for
from processes.store.tables import History, Link, LinkPurpose, Official, Task, TaskStatus
from tests.chaos import crowd
from tests.chaos.proof import Proof, broken
from tests.engine.drawings import drawing, flows, shape, task
from tests.webhooks.robot import Robot
from webhooks.app import create_app

#: a procedure of one task that one text answers
SHORT = "singkat"
#: rounds from which the time of an answer is held against its promise
ENOUGH = 200


def robots(url: str, where: str, folder: Path, cases: int) -> Proof:
    """Let a mail scanner do with each link whatever it can: look, follow, send what is there."""
    began = time.monotonic()
    office, app, _ = opened(url, folder)
    crowd.open_cases(office, cases, crowd.MONDAY)
    tokens = _tokens(office)
    robot = Robot(app)
    for token in tokens:
        robot.visit(f"/t/{token}")
    alive = sum(app.test_client().get(f"/t/{token}").status_code == 200 for token in tokens)
    with office.database.read() as session:
        done = session.scalars(select(Task.id).where(Task.status != TaskStatus.OPEN)).all()
        acts = session.scalars(select(History.seq).where(History.kind == "task.completed")).all()
    office.close()
    return Proof(
        key="robots",
        what="a robot that looks, follows and submits on every link",
        where=where,
        figures={"links": len(tokens), "requests": robot.requests, "completions": len(done)}
        | {"used up": len(tokens) - alive, "lost": 0, "doubled": len(acts)},
        seconds=time.monotonic() - began,
        broken=broken(
            every_link_was_visited=len(tokens) >= cases,
            nothing_completed=not done and not acts,
            no_link_used_up=alive == len(tokens),
            no_answer_failed=robot.failed == 0,
        ),
    )


def guesses(url: str, where: str, folder: Path, tries: int, rounds: int) -> Proof:
    """Guess tokens and short codes; then time what unknown, revoked and old tokens are told."""
    began = time.monotonic()
    office, app, clock = opened(url, folder)
    crowd.open_cases(office, 60, crowd.MONDAY)
    tokens = _tokens(office)
    client, statuses, refused = app.test_client(), Counter[int](), 0
    for number, guess in enumerate(_guesses(tokens, tries)):
        if number % 1000 == 0:
            clock.moment += timedelta(minutes=1)
        status = client.get(f"/t/{guess}").status_code
        statuses[status] += 1
        if number % 1000 == 999:
            refused += client.get(f"/t/{tokens[number % len(tokens)]}").status_code != 200
    in_time = statuses[404] <= 20 * (tries // 1000 + 1)
    hits = tries - statuses[404] - statuses[429] + _code_hits(office, tries)
    told = _timed(office, app, clock, tokens, rounds)
    spread = max(told.values()) - min(told.values())
    office.close()
    return Proof(
        key="guesses",
        what="guessed tokens and codes, and how long a refusal takes",
        where=where,
        figures={"guesses": tries, "hits": hits, "404": statuses[404], "429": statuses[429]}
        | {"valid refused": refused, "codes guessed": tries, "lost": 0, "doubled": 0}
        | {f"{name} ms": round(value, 3) for name, value in told.items()}
        | {"spread ms": round(spread, 3)},
        seconds=time.monotonic() - began,
        broken=broken(
            no_guess_hits=hits == 0,
            guessers_wait=in_time,
            no_valid_link_refused=refused == 0,
            same_time_for_all=rounds < ENOUGH or spread <= 1.0,
        ),
    )


def _guesses(tokens: list[str], number: int) -> Iterator[str]:
    """Random tokens, and real ones with one sign changed, cut off or turned around."""
    for n in range(number):
        real = tokens[n % len(tokens)]
        at = secrets.randbelow(42)
        sign = "A" if real[at] != "A" else "B"
        spoiled = (real[:at] + sign + real[at + 1 :], real[:-1], real[::-1])
        yield secrets.token_urlsafe(32) if n % 4 else spoiled[n // 4 % 3]


def _code_hits(office: Office, tries: int) -> int:
    """How many of so many random short codes are one of fifty that were printed."""
    with office.database.write() as session:
        case = session.scalars(select(Task.case_id)).first()
        for _ in range(50):
            codes.keep_code(
                session,
                office.secret,
                codes.make_code(),
                case_id=str(case),
                region_code=crowd.PARTNER,
                created_by="uji",
                now=crowd.MONDAY,
            )
        tried = (codes.make_code() for _ in range(tries))
        return sum(codes.find_code(session, office.secret, each) is not None for each in tried)


def _timed(
    office: Office, app: Flask, clock: Clock, tokens: list[str], rounds: int
) -> dict[str, float]:
    """Median milliseconds of the answer to an unknown, a revoked and an old link."""
    revoked, expired = tokens[0], tokens[1]
    with office.database.write() as session:
        first, second = links.find(session, revoked), links.find(session, expired)
        assert first is not None
        assert second is not None
        first.link.revoked_at = clock.moment
        second.task.status = TaskStatus.CANCELLED
        second.task.closed_at = clock.moment - timedelta(days=8)
    taken: dict[str, list[float]] = {"unknown": [], "revoked": [], "expired": []}
    for number in range(rounds):
        asked = {"unknown": secrets.token_urlsafe(32), "revoked": revoked, "expired": expired}
        order = sorted(asked, key=lambda _: secrets.token_bytes(4))
        for place, name in enumerate(order):
            # whoever calls is new each time, so that nobody is made to wait
            caller = {"REMOTE_ADDR": f"10.{place}.{number // 250}.{number % 250}"}
            began = time.perf_counter()
            status = app.test_client().get(f"/t/{asked[name]}", environ_base=caller).status_code
            taken[name].append((time.perf_counter() - began) * 1000)
            assert status in (404, 410)
    return {name: statistics.median(values) for name, values in taken.items()}


def former_holders(url: str, where: str, folder: Path, races: int) -> Proof:
    """Hand tasks over between a holder's look and his answer, or in the same instant."""
    began = time.monotonic()
    office, app, clock = opened(url, folder)
    actions.publish(
        office,
        {f"{SHORT}.bpmn": short_diagram()},
        note="Satu tugas saja",
        actor=crowd.ACTOR,
        now=crowd.MONDAY,
        key=SHORT,
    )
    crowd.open_cases(office, races, crowd.MONDAY, procedure=SHORT)
    outcomes, stolen, unclear = Counter[str](), 0, 0
    for number, (token, task_id, official) in enumerate(_held(office)):
        race = _Race(office=office, app=app, now=clock.moment, token=token, task_id=task_id)
        outcome = race.run(official, at_once=number % 2 == 0)
        outcomes[outcome] += 1
        stolen += outcome == "both"
        unclear += outcome == "neither"
    office.close()
    return Proof(
        key="former_holders",
        what="tasks handed over between look and answer",
        where=where,
        figures={"races": sum(outcomes.values()), "handed over": outcomes["handed"]}
        | {"answered before": outcomes["answered"], "by the old holder": stolen}
        | {"lost": unclear, "doubled": stolen},
        seconds=time.monotonic() - began,
        broken=broken(
            every_race_was_run=sum(outcomes.values()) == races,
            nothing_by_the_old_holder=stolen == 0,
            one_of_the_two_happened=unclear == 0,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Race:
    """One task that is handed over while its holder answers."""

    office: Office
    app: Flask
    now: datetime
    token: str
    task_id: str

    def run(self, colleague: str, *, at_once: bool) -> str:
        """`handed`, `answered`, `both` or `neither`: what became of it."""
        client = self.app.test_client()
        assert client.get(f"/t/{self.token}").status_code == 200
        start = Barrier(2 if at_once else 1)
        acts = (lambda: self._hand_over(colleague, start), lambda: self._answer(client, start))
        with ThreadPoolExecutor(2 if at_once else 1) as pool:
            handed, answered = (each.result() for each in [pool.submit(act) for act in acts])
        if handed == answered:
            return "both" if handed else "neither"
        return "handed" if handed else "answered"

    def _hand_over(self, colleague: str, start: Barrier) -> bool:
        order = actions.Order(actor=crowd.ACTOR, reason="Cuti")
        start.wait()
        try:
            actions.reassign_task(self.office, self.task_id, [colleague], order=order, now=self.now)
        except Conflict:
            return False
        return True

    def _answer(self, client: FlaskClient, start: Barrier) -> bool:
        start.wait()
        sent = client.post(f"/t/{self.token}", json={"answers": {"catatan": "sudah"}})
        assert sent.status_code in (200, 409, 410), sent.status_code
        return sent.status_code == 200


def short_diagram() -> bytes:
    """A procedure of one task of one text."""
    return drawing(
        shape("startEvent", "mulai"),
        task("jawab", ["catatan"], name="Jawab"),
        shape("endEvent", "akhir", crowd.ENDING),
        flows(("mulai", "jawab"), ("jawab", "akhir")),
    )


def _held(office: Office) -> list[tuple[str, str, str]]:
    """Token and task of every case, and an official of the house who does not hold it."""
    with office.database.read() as session:
        rows = session.execute(
            select(Link.id, Link.task_id, Link.official_id)
            .join(Task, Task.id == Link.task_id)
            .where(Task.element == "jawab", Link.purpose == LinkPurpose.ANSWER)
        ).all()
        free = session.scalars(
            select(Official.id).where(
                Official.region_code == crowd.REGION, Official.role == "sekda", Official.active
            )
        ).first()
    return [(token_for(office.secret, link), task, str(free)) for link, task, _ in rows]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = crowd.MONDAY

    def __call__(self) -> datetime:
        return self.moment


def opened(url: str, folder: Path) -> tuple[Office, Flask, Clock]:
    """An installation with its pages, and the clock they go by."""
    office, clock = crowd.opened(url, folder), Clock()
    app = create_app(office)
    app.config["CLOCK"] = clock
    return office, app, clock


def _tokens(office: Office) -> list[str]:
    """Tokens of the links to every open task, as they are mailed."""
    with office.database.read() as session:
        found = session.scalars(select(Link.id).order_by(Link.created_at, Link.id)).all()
    return [token_for(office.secret, link) for link in found]
