"""How far the signed-in person played: read from the table, lengthened and shortened there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from flask import current_app

from processes.actions.kept_plays import KeptPlays
from processes.engine.scenario import Scenario, Step
from processes.engine.scenario_file import read_scenario
from processes.engine.scenario_writing import write_scenario
from processes.store import folder_plays
from webhooks.clock import now
from webhooks.current import office
from webhooks.playing.subject import Subject
from webhooks.sessions import account


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A play as it stands in the table."""

    text: str
    scenario: Scenario

    @property
    def mark(self) -> str:
        """Changes with every step, so that a page of before is told apart."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def plays() -> KeptPlays:
    """The plays that this process keeps open."""
    found: KeptPlays = current_app.extensions.setdefault("plays", KeptPlays())
    return found


def written(scenario: Scenario) -> Kept:
    """A play to keep; raises ScenarioRefused when it has become too long."""
    content = write_scenario(scenario)
    return Kept(text=content.decode(), scenario=_read(content))


def kept_of(subject: Subject) -> Kept | None:
    """What the signed-in person played of this; None when nothing."""
    with office().database.read() as session:
        text = folder_plays.find(session, account().id, subject.id)
    return Kept(text=text, scenario=_read(text.encode())) if text else None


def keep(subject: Subject, play: Kept, *, before: Kept | None) -> None:
    """Keep a play instead of the one before; raises PlayedOn when that is not kept any more."""
    with office().database.write() as session:
        folder_plays.keep(
            session,
            account().id,
            subject.id,
            play.text,
            before=before.text if before else "",
            now=now(),
        )


def forget(subject: Subject) -> None:
    """Forget what the signed-in person played of this."""
    with office().database.write() as session:
        folder_plays.drop(session, account().id, subject.id)


def longer(kept: Kept, step: Step) -> Kept:
    """The play with one more step; raises ScenarioRefused when it becomes too long."""
    return written(replace(kept.scenario, steps=(*kept.scenario.steps, step)))


def shorter(kept: Kept, count: int) -> Kept:
    """The first so many steps of a play."""
    return written(replace(kept.scenario, steps=kept.scenario.steps[: max(count, 0)]))


def _read(content: bytes) -> Scenario:
    return read_scenario("coba", content, is_begun=True)
