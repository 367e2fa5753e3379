"""Goes every way a case of one drawing can go, and notes where it leads.

New places, and what is new about the data at a known place, take turns, so that a walk that has to
stop early has been nearly everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import combinations, count, cycle

from processes.engine.walking.moves import Mover
from processes.engine.walking.outcome import Broken, Move, Outcome

#: how new a situation is: reached by a new step, a new place, a new value, a new pair of values, or
#: only a new whole
STEP, PLACE, VALUE, PAIR, WHOLE = range(5)
#: whose turn it is to be explored, over and over
TURNS = tuple(each for turn in (PLACE, VALUE, PLACE, PAIR, PLACE, WHOLE) for each in (STEP, turn))


@dataclass(frozen=True, kw_only=True)
class Way:
    """A move from one situation to another."""

    move: Move
    #: number of the situation it leads to
    to: int
    #: steps of tokens during the move, as (from, to)
    went: frozenset[tuple[str, str]]


@dataclass(kw_only=True)
class Stand:
    """A situation that was met, and where one can go from it."""

    number: int
    outcome: Outcome
    #: where it leads, in the order it was tried
    ways: list[Way] = field(default_factory=list)
    #: moves that the drawing could not carry out
    broken: list[Broken] = field(default_factory=list)
    explored: bool = False


@dataclass(kw_only=True)
class Walk:
    """Everything met on a walk with one set of parties."""

    parties: Sequence[str]
    stands: list[Stand] = field(default_factory=list)
    #: where each way of opening a case leads
    starts: list[Way] = field(default_factory=list)
    #: ways of opening a case that failed
    failed: list[Broken] = field(default_factory=list)
    #: (from, to) of all steps of tokens, those of walks before it included
    went: set[tuple[str, str]] = field(default_factory=set)
    #: acts that were carried out
    acts: int = 0
    #: how new the situations are that were left out; None when nothing was
    left_at: int | None = None
    #: whether answers were left out that made no difference before
    guessed: bool = False

    @property
    def complete(self) -> bool:
        """Whether every situation was explored, with every answer that could matter."""
        return self.left_at is None and not self.guessed


class Explorer:
    """One walk; `known` are steps that walks before it took, which are not new to this one."""

    def __init__(
        self,
        mover: Mover,
        most_acts: int,
        known: Collection[tuple[str, str]] = (),
        *,
        watch: Callable[[Walk, int], None] = lambda _walk, _acts: None,
    ) -> None:
        self.mover = mover
        #: hears after every situation how the walk stands, and how many acts it took
        self.watch = watch
        self.most_acts = most_acts
        self.walk = Walk(parties=mover.parties, went=set(known))
        self._known: dict[object, int] = {}
        self._numbers: dict[object, int] = {}
        self._places: dict[object, set[int]] = {}
        self._pairs: dict[object, set[tuple[int, int]]] = {}
        #: what is lined up, by how new it is: how many messages led there, order, number
        self._queues: tuple[list[tuple[int, int, int]], ...] = ([], [], [], [], [])
        self._order = count()

    def run(self, entries: Sequence[str], now: datetime) -> Walk:
        """Walk from every way of opening a case until nothing is new, or too much was done."""
        for entry in entries:
            begun = self.mover.start(entry, now)
            if isinstance(begun, Broken):
                self.walk.failed.append(begun)
            else:
                self.walk.starts.append(self._way(begun))
        turns = cycle(TURNS)
        while any(self._queues):
            if self.mover.acts >= self.most_acts:
                lined_up = next(n for n, queue in enumerate(self._queues) if queue)
                left = self.walk.left_at
                self.walk.left_at = lined_up if left is None else min(lined_up, left)
                break
            newness = next(turns)
            if self._queues[newness]:
                _, _, number = heappop(self._queues[newness])
                self._explore(self.walk.stands[number], newness)
                self.watch(self.walk, self.mover.acts)
        self.walk.acts, self.walk.guessed = self.mover.acts, self.mover.guessed
        return self.walk

    def _explore(self, stand: Stand, newness: int) -> None:
        stand.explored = True
        if stand.outcome.is_over:
            return
        for outcome in self.mover.following(stand.outcome, quick=newness > PLACE):
            if self.mover.acts > self.most_acts:
                # what else can happen here is left out, so that nothing is claimed of it
                stand.explored, self.walk.left_at = False, newness
                return
            if isinstance(outcome, Broken):
                stand.broken.append(outcome)
            else:
                stand.ways.append(self._way(outcome))

    def _way(self, outcome: Outcome) -> Way:
        return Way(move=outcome.move, to=self._meet(outcome), went=outcome.went)

    def _meet(self, outcome: Outcome) -> int:
        """The number of the situation, which is lined up when it is new."""
        fresh = bool(outcome.went - self.walk.went)
        self.walk.went |= outcome.went
        known = self._known.get(outcome.situation.key)
        if known is not None:
            return known
        number = len(self.walk.stands)
        self._known[outcome.situation.key] = number
        newness = STEP if fresh else self._newness(outcome)
        self.walk.stands.append(Stand(number=number, outcome=_lighter(outcome)))
        # what messages lead to comes after what people and time do
        heappush(self._queues[newness], (outcome.messages, next(self._order), number))
        return number

    def _newness(self, outcome: Outcome) -> int:
        place = outcome.situation.places
        details = {
            self._numbers.setdefault(d, len(self._numbers)) for d in outcome.situation.details
        }
        pairs = set(combinations(sorted(details), 2))
        seen = self._places.get(place)
        if seen is None:
            self._places[place], self._pairs[place] = details, pairs
            return PLACE
        known = self._pairs[place]
        newness = VALUE if details - seen else PAIR if pairs - known else WHOLE
        seen |= details
        known |= pairs
        return newness


def _lighter(outcome: Outcome) -> Outcome:
    """Without what is told of its data, which nobody asks for again."""
    return replace(outcome, situation=replace(outcome.situation, details=frozenset()))
