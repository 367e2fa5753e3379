"""What is wrong with a drawing, by what a walk met; each fault with a short way that shows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from processes.engine.walking.explore import Stand, Walk, Way
from processes.engine.walking.outcome import Broken, Move

#: most faults of one kind that are told
MOST_TOLD = 3


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that goes wrong, and how to come there."""

    #: `fault`, `stuck`, `twice`, `lost`, `no_exit`
    kind: str
    #: the shape where it shows; empty when it cannot be said
    element: str
    #: moves from the opening of a case to it, the last one included
    path: tuple[Move, ...]
    #: steps of tokens on that way, as (from, to)
    went: frozenset[tuple[str, str]]
    #: what the engine says
    why: str = ""
    #: how many parties the case has
    parties: int


def troubles(walk: Walk) -> list[Trouble]:
    """Everything that is wrong, the shortest ways first, at most `MOST_TOLD` of a kind."""
    judge = _Judge(walk)
    found = [*judge.faults(), *judge.standing(), *judge.without_exit()]
    return list(_few(sorted(found, key=lambda each: len(each.path))))


def _few(found: Sequence[Trouble]) -> Iterator[Trouble]:
    told: dict[str, set[str]] = {}
    for each in found:
        places = told.setdefault(each.kind, set())
        if each.element not in places and len(places) < MOST_TOLD:
            places.add(each.element)
            yield each


class _Judge:
    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        #: by situation, the way by which it is reached soonest, and from where
        self.came = _soonest(walk)

    def faults(self) -> Iterator[Trouble]:
        """Moves that the engine could not carry out."""
        for broken in self.walk.failed:
            yield self._trouble("fault", "", [], broken=broken)
        for stand in self._reached():
            for broken in stand.broken:
                way = self._path(stand.number)
                yield self._trouble("fault", broken.move.what, way, broken=broken)

    def standing(self) -> Iterator[Trouble]:
        """Situations that are wrong by themselves."""
        for stand in self._reached():
            outcome = stand.outcome
            if outcome.is_over and outcome.open:
                yield self._at(stand, "lost", outcome.open[0][0])
            elif _is_stuck(stand):
                yield self._at(stand, "stuck", _waiting_at(stand))
            for element, _, _ in outcome.twice[:1]:
                yield self._at(stand, "twice", element)

    def without_exit(self) -> Iterator[Trouble]:
        """Situations from which no end is reached, whoever answers what and however long it takes.

        What was not explored, is stuck or fails may lead anywhere: of that others tell.
        """
        ends = _reaching(self.walk, filter(_may_lead_on, self.walk.stands))
        for stand in self._reached():
            if stand.number not in ends:
                yield self._at(stand, "no_exit", _waiting_at(stand))

    def _reached(self) -> Iterator[Stand]:
        """In the order in which they are reached, the soonest first."""
        return (self.walk.stands[number] for number in self.came)

    def _path(self, number: int) -> list[Way]:
        way, before = self.came[number]
        found = [way]
        while before is not None:
            way, before = self.came[before]
            found.append(way)
        return found[::-1]

    def _at(self, stand: Stand, kind: str, element: str) -> Trouble:
        return self._trouble(kind, element, self._path(stand.number))

    def _trouble(
        self, kind: str, element: str, ways: Sequence[Way], *, broken: Broken | None = None
    ) -> Trouble:
        moves = [way.move for way in ways] + ([broken.move] if broken else [])
        return Trouble(
            kind=kind,
            element=element,
            path=tuple(moves),
            went=frozenset().union(*(way.went for way in ways)),
            why=broken.why if broken else "",
            parties=len(self.walk.parties),
        )


def _soonest(walk: Walk) -> dict[int, tuple[Way, int | None]]:
    """Breadth first, messages last: who reads the way asks what people and time do."""
    found: dict[int, tuple[Way, int | None]] = {}
    waiting: deque[int] = deque()
    for way in walk.starts:
        if way.to not in found:
            found[way.to] = (way, None)
    wanted: list[Callable[[Way], bool]] = [lambda w: w.move.kind != "message", lambda _: True]
    for takes in wanted:
        waiting.extend(found)
        while waiting:
            number = waiting.popleft()
            for way in walk.stands[number].ways:
                if takes(way) and way.to not in found:
                    found[way.to] = (way, number)
                    waiting.append(way.to)
    return found


def _may_lead_on(stand: Stand) -> bool:
    over = stand.outcome.is_over or not stand.explored
    return over or bool(stand.broken) or _is_stuck(stand)


def _reaching(walk: Walk, goals: Iterable[Stand]) -> set[int]:
    """Numbers of the situations from which one of these is reached without a message."""
    back: dict[int, list[int]] = {}
    for stand in walk.stands:
        for way in stand.ways:
            if way.move.kind != "message":
                back.setdefault(way.to, []).append(stand.number)
    found = {stand.number for stand in goals}
    waiting = list(found)
    while waiting:
        fresh = set(back.get(waiting.pop(), [])) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def _is_stuck(stand: Stand) -> bool:
    outcome = stand.outcome
    return not outcome.is_over and not outcome.open and outcome.next_timer is None


def _waiting_at(stand: Stand) -> str:
    """The shape where the case stands: an open task, else whatever waits."""
    if stand.outcome.open:
        return stand.outcome.open[0][0]
    _, places = stand.outcome.situation.places
    names = [str(place[0]).removesuffix(" [child]") for place in places]
    return next((name for name in names if "." not in name), "")
