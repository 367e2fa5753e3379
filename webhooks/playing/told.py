"""What happened in a play, in words: the newest step first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from processes.actions.playing import Happened, Play, Posted
from processes.store.regions import regions_named
from webhooks.dates import moment
from webhooks.language import language, play_text


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One step of the play in words."""

    #: counts from 1; 0 is the opening
    number: int
    at: datetime
    sentence: str
    #: tasks that it opened
    opened: Sequence[str]
    letters: Sequence[Posted]


def steps_shown(session: Session, play: Play) -> list[StepRow]:
    """Every step in words, the newest first and the opening last."""
    steps = list(zip([None, *play.happened], play.happened, strict=False))
    acted = [_region(before, each) for before, each in steps]
    regions = regions_named(session, sorted(set(filter(None, acted))))
    names = {code: region.name for code, region in regions.items()}
    rows = [
        StepRow(
            number=number,
            at=each.at,
            sentence=_sentence(play, each, names.get(acted[number], acted[number])),
            opened=_opened(before, each),
            letters=each.letters,
        )
        for number, (before, each) in enumerate(steps)
    ]
    return rows[::-1]


def _region(before: Happened | None, happened: Happened) -> str:
    """Whose task a step is about: a scenario leaves it out where only one region holds such a task;
    empty for steps about none."""
    step = happened.step
    if step is None or step.region or before is None:
        return step.region if step else ""
    places = (each.place for each in before.open if each.place.element == step.what)
    return next((place.region for place in places), "")


def _sentence(play: Play, happened: Happened, region: str) -> str:
    step = happened.step
    if step is None:
        return play_text("did_open")
    if step.kind == "maju" and step.span is not None:
        return play_text("did_days", count=step.span.count)
    if step.kind == "pesan":
        return play_text("did_message", message=step.what)
    if step.kind == "maju_ke":
        return play_text("did_maju_ke", at=moment(happened.at, play.case.zone, language()))
    return play_text(
        f"did_{step.kind}",
        task=play.names.get(step.what, step.what),
        region=region,
        to=play.names.get(step.back_to, step.back_to),
    )


def _opened(before: Happened | None, after: Happened) -> list[str]:
    known = list(before.open) if before else []
    return [each.name for each in after.open if each not in known]
