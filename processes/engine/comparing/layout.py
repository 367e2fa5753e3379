"""What was only drawn elsewhere or otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processes.engine.comparing.changes import Area, Change, Phrase, Said, Sign, Weight, phrase
from processes.engine.comparing.facts import Sides

#: most shapes that are named
MOST_NAMES = 5


def layout_changes(sides: Sides) -> Iterator[Change]:
    """Shapes that were moved and flows that were drawn anew, counted."""
    shapes = _moved(sides, sides.pairs.shapes)
    flows = _moved(sides, sides.pairs.flows)
    if shapes:
        names: tuple[Said, ...] = tuple(sides.new.shape(own) for own in shapes[:MOST_NAMES])
        key = "shapes_moved" if len(shapes) <= MOST_NAMES else "more_shapes_moved"
        yield _change(phrase(key, count=len(shapes), names=names, more=len(shapes) - MOST_NAMES))
    if flows:
        yield _change(phrase("flows_moved", count=len(flows)))


def _moved(sides: Sides, pairs: Mapping[str, str]) -> list[str]:
    old, new = sides.old.drawing.drawn, sides.new.drawing.drawn
    return [after for before, after in pairs.items() if old.get(before) != new.get(after)]


def _change(what: Phrase) -> Change:
    return Change(
        area=Area.LAYOUT,
        sign=Sign.CHANGED,
        weight=Weight.LAYOUT,
        subject=phrase("the_drawing"),
        what=what,
    )
