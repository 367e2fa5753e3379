"""Walks a drawing before anybody works with it: every way a case can go, in memory.

The case is run by the engine itself, save and restore at every step included. Where a walk would
grow beyond bounds it goes everywhere first and then stops, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from processes.engine.checks.diagram import Diagram, read_diagram
from processes.engine.decisions import Decision
from processes.engine.folder import diagram_name
from processes.engine.procedure import Procedure
from processes.engine.remembered import Remembered
from processes.engine.shapes import ENTRIES, USUAL_ENTRY
from processes.engine.walking.explore import Explorer, Walk
from processes.engine.walking.listening import Listening, listening
from processes.engine.walking.moves import Mover
from processes.engine.walking.reading import Reading
from processes.engine.walking.verdict import Trouble, troubles
from processes.engine.xml import load_xml

#: when every walk begins: a Monday morning, so that the same folder is always walked alike
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
#: regions that a walk uses, pemrakarsa first
REGIONS = ("32.01", "32.02", "32.03", "32.04")
#: acts of one walk by number of parties, before it stops
MOST_ACTS: Mapping[int, int] = {2: 2200, 3: 500, 4: 100}
#: a walk that came to no end is followed by one that tries numbers in the other order, so that last
#: year's budgets, for example, come as far as this year's; the share of the acts of each
SHARES = ((False, 0.6), (True, 0.4))
#: walked folders that a process remembers
REMEMBERED = 64
#: shapes that a walk should have passed
PASSED = ("userTask", "scriptTask", "businessRuleTask", "endEvent", "intermediateCatchEvent")


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How far the walks through one folder are."""

    #: situations met
    situations: int
    #: acts carried out, and after how many every walk has stopped
    acts: int
    most: int


Watch = Callable[[Extent], None]


@dataclass(frozen=True, kw_only=True)
class Walked:
    """What the walks through one folder found."""

    diagram: Diagram
    walks: tuple[Walk, ...]
    troubles: tuple[Trouble, ...]
    #: shapes that no walk passed
    unpassed: tuple[str, ...]
    #: flows that no walk passed
    untaken: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return all(walk.complete for walk in self.walks)

    @property
    def situations(self) -> int:
        """How many situations were met."""
        return sum(len(walk.stands) for walk in self.walks)

    @property
    def acts(self) -> int:
        """How many acts were carried out."""
        return sum(walk.acts for walk in self.walks)


#: the folders walked last, by content and bounds
_walked_last: Remembered[Walked] = Remembered(REMEMBERED)


def walk_folder(
    files: Mapping[str, bytes],
    *,
    most_acts: Mapping[int, int] = MOST_ACTS,
    watch: Watch = lambda _: None,
) -> Walked:
    """Walk an owner's folder in which `check_folder` found no error; remembered by its content.

    `watch` hears after every situation how far it is.
    """
    content = tuple(sorted((n, c) for n, c in files.items() if n.endswith((".bpmn", ".dmn"))))
    bounds = tuple(sorted(most_acts.items()))
    return _walked_last.get((content, bounds), lambda: _walked(content, bounds, watch))


def _walked(
    content: tuple[tuple[str, bytes], ...], most_acts: tuple[tuple[int, int], ...], watch: Watch
) -> Walked:
    files = dict(content)
    procedure, ear = listening("walked", files)
    name = diagram_name(files)
    diagram = read_diagram(load_xml(files[name], name), name)
    tables = [Decision.read(c, n) for n, c in files.items() if n.endswith(".dmn")]
    reading = Reading.of(diagram, procedure.language, tables)
    walks = list(_walks(procedure, ear, reading, most_acts, watch))
    found = [each for walk in walks for each in troubles(walk)]
    return Walked(
        diagram=diagram,
        walks=tuple(walks),
        troubles=tuple(_first_of_each(found)),
        unpassed=tuple(_unpassed(diagram, walks)),
        untaken=tuple(_untaken(diagram, walks)),
    )


def _walks(
    procedure: Procedure,
    ear: Listening,
    reading: Reading,
    most_acts: tuple[tuple[int, int], ...],
    watch: Watch,
) -> Iterator[Walk]:
    known: set[tuple[str, str]] = set()
    situations = acts = 0
    total = sum(most for _, most in most_acts)

    def seen(walk: Walk, done: int) -> None:
        watch(Extent(situations=situations + len(walk.stands), acts=acts + done, most=total))

    for parties, most in most_acts:
        for contrary, share in SHARES if parties == 2 else ((False, 1.0),):
            mover = Mover(procedure, ear, reading, REGIONS[:parties], contrary=contrary)
            explorer = Explorer(mover, max(int(most * share), 1), known, watch=seen)
            walk = explorer.run(_entries(procedure, reading), START)
            known |= walk.went
            situations, acts = situations + len(walk.stands), acts + walk.acts
            yield walk
            if walk.complete:
                break
        if not any(shape.loop for shape in reading.diagram.shapes()):
            return  # more parties make no difference where nothing is done by each of them


def _entries(procedure: Procedure, reading: Reading) -> Sequence[str]:
    """The ways of opening a case that the drawing knows."""
    drawn = {shape.entry for shape in procedure.shapes.values()}
    return [e for e in ENTRIES if e == USUAL_ENTRY or (e in drawn and e in reading.quoted)]


def _first_of_each(found: Sequence[Trouble]) -> Iterator[Trouble]:
    """Of what cases of two and of more parties show alike, the smaller case."""
    told: set[tuple[str, str]] = set()
    for each in found:
        if (each.kind, each.element) not in told:
            told.add((each.kind, each.element))
            yield each


def _unpassed(diagram: Diagram, walks: Sequence[Walk]) -> Iterator[str]:
    passed = {own for walk in walks for _, own in walk.went}
    return (shape.id for shape in diagram.shapes(*PASSED) if shape.id not in passed)


def _untaken(diagram: Diagram, walks: Sequence[Walk]) -> Iterator[str]:
    went = set().union(*(walk.went for walk in walks))
    for scope in diagram.scopes:
        for flow in scope.flows:
            if flow.source != flow.target and (flow.source, flow.target) not in went:
                yield flow.id
