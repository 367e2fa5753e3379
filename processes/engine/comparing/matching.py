"""Which shape of the new drawing is which of the old one.

By id first. What is left is matched by its name in the same surroundings, by its neighbours, or by
the place where it is drawn, because editors give a new id to what was drawn anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from processes.engine.checks.diagram import EVENTS, GATEWAYS, SCOPES, TASKS
from processes.engine.comparing.drawing import Drawing, Item

#: how far the middle of a shape may have moved to be still at the same place
NEAR = 30.0

Mark = Callable[[Item], Hashable | None]


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Ids in the old drawing with theirs in the new one; what is in neither was added or removed.

    Flows are paired too, in a mapping of their own.
    """

    shapes: Mapping[str, str]
    flows: Mapping[str, str]


def pair_up(old: Drawing, new: Drawing) -> Pairs:
    """Everything that is in both."""
    shapes = {own: own for own, item in old.shapes.items() if _same_family(item, new, own)}
    by_name = (_named(shapes), _named({each: each for each in new.shapes}))
    _match(old, new, shapes, *by_name)
    _match(old, new, shapes, _around(old, shapes), _around(new, None))
    _match_places(old, new, shapes)
    flows = {own: own for own in old.flows if own in new.flows}
    left = {(each.source, each.target): own for own, each in new.flows.items() if own not in flows}
    for own, flow in old.flows.items():
        ends = (shapes.get(flow.source, ""), shapes.get(flow.target, ""))
        if own not in flows and ends in left:
            flows[own] = left.pop(ends)
    return Pairs(shapes=shapes, flows=flows)


def family(kind: str) -> str:
    """What may become what without being something else: one task another kind of task."""
    families = {"task": TASKS, "gateway": GATEWAYS, "event": EVENTS, "scope": SCOPES}
    return next((name for name, kinds in families.items() if kind in kinds), kind)


def _same_family(item: Item, new: Drawing, own: str) -> bool:
    other = new.shapes.get(own)
    return other is not None and family(other.kind) == family(item.kind)


def _named(scopes: Mapping[str, str]) -> Mark:
    def mark(item: Item) -> Hashable | None:
        if not item.name:
            return None
        return family(item.kind), item.name.casefold(), scopes.get(item.scope, item.scope)

    return mark


def _around(drawing: Drawing, shapes: Mapping[str, str] | None) -> Mark:
    """By the shapes before and behind, in the ids of the new drawing."""

    def mark(item: Item) -> Hashable | None:
        sides = []
        for ids in (drawing.before(item.id), drawing.behind(item.id)):
            known = [own if shapes is None else shapes.get(own) for own in ids]
            if None in known:
                return None
            sides.append(frozenset(known))
        return (family(item.kind), *sides) if all(sides) else None

    return mark


def _match(
    old: Drawing, new: Drawing, shapes: dict[str, str], old_mark: Mark, new_mark: Mark
) -> None:
    """Pair what carries the same mark, where only one on each side does."""
    taken = set(shapes.values())
    here = _by_mark((i for own, i in old.shapes.items() if own not in shapes), old_mark)
    there = _by_mark((i for own, i in new.shapes.items() if own not in taken), new_mark)
    for mark, ids in here.items():
        if len(ids) == 1 and len(there.get(mark, ())) == 1:
            shapes[ids[0]] = there[mark][0]


def _by_mark(items: Iterable[Item], mark: Mark) -> dict[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = {}
    for item in items:
        known = mark(item)
        if known is not None:
            found.setdefault(known, []).append(item.id)
    return found


def _match_places(old: Drawing, new: Drawing, shapes: dict[str, str]) -> None:
    taken = set(shapes.values())
    for own, item in old.shapes.items():
        here = old.boxes.get(own)
        if own in shapes or here is None:
            continue
        for other, there in new.shapes.items():
            box = new.boxes.get(other)
            is_near = box is not None and math.dist(box.middle, here.middle) <= NEAR
            same = family(there.kind) == family(item.kind)
            if is_near and same and other not in taken and other not in old.shapes:
                shapes[own] = other
                taken.add(other)
                break
