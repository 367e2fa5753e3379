"""A scenario made of a play: its steps, and what there was after each as what must hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, get_args

from processes.actions.playing import Happened, Waiting
from processes.engine.scenario import Hope, Place, Scenario, Told

#: what of each step may be held
Part = Literal["tahap", "terbuka", "tenggat", "pesan", "status"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What must hold when the scenario is run again."""

    parts: Collection[Part] = PARTS
    #: numbers of the steps after which nothing is held; they count from 1
    loose: Collection[int] = ()


def retold(begun: Scenario, happened: Sequence[Happened], holding: Holding) -> Scenario:
    """The scenario of a play; `happened` begins with the opening."""
    steps = [
        replace(after.step, hope=_hope(before, after, holding, number))
        for number, (before, after) in enumerate(pairwise(happened), 1)
        if after.step is not None
    ]
    return replace(begun, steps=tuple(steps))


def _hope(before: Happened, after: Happened, holding: Holding, number: int) -> Hope:
    if number in holding.loose:
        return Hope()
    held = holding.parts
    ended = after.status != before.status
    return Hope(
        stage=after.stage if "tahap" in held else None,
        open=tuple(each.place for each in after.open) if "terbuka" in held else None,
        due={each.place: each.due for each in _newly_due(before, after) if each.due}
        if "tenggat" in held
        else {},
        told=_told(after) if "pesan" in held else (),
        status=after.status if ended and "status" in held else None,
        reason=(after.reason or None) if ended and "status" in held else None,
    )


def _newly_due(before: Happened, after: Happened) -> list[Waiting]:
    """Tasks whose deadline is new or another one; where several are at one place, none, because a
    scenario cannot tell them apart."""
    known = {(each.place, each.due) for each in before.open}
    places = [each.place for each in after.open]
    return [
        each
        for each in after.open
        if (each.place, each.due) not in known and _count(places, each.place) == 1
    ]


def _count(places: Sequence[Place], place: Place) -> int:
    return sum(each == place for each in places)


def _told(after: Happened) -> tuple[Told, ...]:
    told = (
        Told(kind=each.kind, role=each.role, region=each.region, on=each.on)
        for each in after.letters
    )
    return tuple(dict.fromkeys(told))
