"""Differences between two drawings: shapes, flows and what stands beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from processes.engine.comparing.changes import Area, Change, Line, Phrase, Sign, Weight, phrase
from processes.engine.comparing.drawing import Item
from processes.engine.comparing.facts import Sides, facts_of_new, facts_told
from processes.engine.comparing.fields import field_changes, fields_of_new
from processes.engine.comparing.wording import Known, kind_word


def drawing_changes(sides: Sides) -> Iterator[Change]:
    """Everything that differs but for the layout."""
    yield from _process(sides)
    yield from _removed(sides)
    yield from _kept(sides)
    yield from _added(sides)
    yield from _around(sides)


def _process(sides: Sides) -> Iterator[Change]:
    before, after = sides.old.drawing.process, sides.new.drawing.process
    subject = phrase("the_procedure")

    def change(what: Phrase, weight: Weight, lines: tuple[Line, ...] = ()) -> Change:
        return Change(
            area=Area.PROCEDURE, sign=Sign.CHANGED, weight=weight, subject=subject, what=what,
            lines=lines,
        )  # fmt: skip

    if before.name != after.name:
        yield change(phrase("renamed", before=before.name, after=after.name), Weight.TEXT)
    if before.id != after.id:
        yield change(_id(before, after), Weight.RULE)
    for told in facts_told(before, after, sides):
        yield change(told.what, told.weight, told.lines)
    rests = [(each.drawing.process.rest, each.drawing.rest) for each in (sides.old, sides.new)]
    if rests[0] != rests[1]:
        yield change(phrase("rest"), Weight.RULE)


def _removed(sides: Sides) -> Iterator[Change]:
    for own, item in sides.old.drawing.shapes.items():
        if own not in sides.pairs.shapes:
            along = tuple(
                each.id
                for each in sides.old.drawing.flows.values()
                if own in (each.source, each.target) and each.id not in sides.pairs.flows
            )
            what = phrase("removed_kind", kind=kind_word(item.kind))
            yield _at(sides.old, own, Sign.REMOVED, what, before=own, along=along)
    gone = set(sides.old.drawing.shapes) - set(sides.pairs.shapes)
    for own, flow in sides.old.drawing.flows.items():
        if own not in sides.pairs.flows and not {flow.source, flow.target} & gone:
            yield _at(sides.old, own, Sign.REMOVED, phrase("removed"), before=own)


def _added(sides: Sides) -> Iterator[Change]:
    known, drawing = sides.new, sides.new.drawing
    new = set(drawing.shapes) - set(sides.pairs.shapes.values())
    kept = set(sides.pairs.flows.values())
    for own in drawing.shapes:
        if own in new:
            yield _new_shape(known, own, kept)
    for own, flow in drawing.flows.items():
        if own in kept:
            continue
        condition = flow.facts.get("syarat", "")
        if condition:
            yield _at(known, own, Sign.ADDED, phrase("added_if", condition=condition), after=own)
        elif not {flow.source, flow.target} & new:
            yield _at(known, own, Sign.ADDED, phrase("added"), after=own)


def _new_shape(known: Known, own: str, kept: Collection[str]) -> Change:
    item, flows = known.drawing.shapes[own], known.drawing.flows.values()
    along = (e.id for e in flows if own in (e.source, e.target) and e.id not in kept)
    behind = tuple(known.shape(each) for each in known.drawing.before(own))
    ahead = tuple(known.shape(each) for each in known.drawing.behind(own))
    key = "added" + ("_behind" if behind else "") + ("_ahead" if ahead else "")
    what = phrase(f"{key}_kind", kind=kind_word(item.kind), behind=behind, ahead=ahead)
    lines = tuple(
        Line(sign=Sign.ADDED, said=each)
        for each in (*facts_of_new(item, known), *fields_of_new(item))
    )
    return _at(known, own, Sign.ADDED, what, after=own, lines=lines, along=tuple(along))


def _kept(sides: Sides) -> Iterator[Change]:
    for own, other in sides.pairs.shapes.items():
        yield from _shape(sides, own, other)
    for own, other in sides.pairs.flows.items():
        yield from _flow(sides, own, other)
    for own, other in sides.pairs.shapes.items():
        if _is_reordered(sides, own, other):
            what = phrase("conditions_reordered")
            yield _at(sides.new, other, Sign.CHANGED, what, before=own, after=other)


def _shape(sides: Sides, own: str, other: str) -> Iterator[Change]:
    before, after = sides.old.drawing.shapes[own], sides.new.drawing.shapes[other]
    ends: dict[str, Any] = {"before": own, "after": other}
    yield from _both(sides, before, after)
    if before.kind != after.kind:
        words = {"before": kind_word(before.kind), "after": kind_word(after.kind)}
        what = phrase("changed", fact=phrase("fact_kind"), **words)
        yield _at(sides.new, other, Sign.CHANGED, what, **ends)
    if sides.pairs.shapes.get(before.scope, before.scope) != after.scope:
        places = [
            known.shape(item.scope) if item.scope else phrase("outside")
            for known, item in ((sides.old, before), (sides.new, after))
        ]
        what = phrase("changed", fact=phrase("fact_scope"), before=places[0], after=places[1])
        yield _at(sides.new, other, Sign.CHANGED, what, **ends)
    for field in field_changes(before, after):
        yield _at(
            sides.new, other, field.sign, field.what, weight=field.weight, lines=field.lines, **ends
        )


def _both(sides: Sides, before: Item, after: Item) -> Iterator[Change]:
    """What shapes and flows share: their id, name, facts, and whatever else is written there."""
    ends: dict[str, Any] = {"before": before.id, "after": after.id}
    if before.id != after.id and before.kind != "sequenceFlow":
        yield _at(sides.new, after.id, Sign.CHANGED, _id(before, after), **ends)
    if before.name != after.name:
        what = _renamed(before.name, after.name)
        yield _at(sides.new, after.id, Sign.CHANGED, what, weight=Weight.TEXT, **ends)
    for told in facts_told(before, after, sides):
        yield _at(
            sides.new, after.id, Sign.CHANGED, told.what, weight=told.weight, lines=told.lines,
            **ends,
        )  # fmt: skip
    if before.rest != after.rest and before.kind == after.kind:
        yield _at(sides.new, after.id, Sign.CHANGED, phrase("rest"), **ends)


def _flow(sides: Sides, own: str, other: str) -> Iterator[Change]:
    before, after = sides.old.drawing.flows[own], sides.new.drawing.flows[other]
    shapes = sides.pairs.shapes
    source, target = (shapes.get(each, each) for each in (before.source, before.target))
    moved = []
    if source != after.source:
        moved.append(phrase("flow_from", after=sides.new.shape(after.source)))
    if target != after.target:
        moved.append(phrase("flow_to", after=sides.new.shape(after.target)))
    if moved:
        what = phrase("flow_moved", how=tuple(moved))
        yield _at(sides.old, own, Sign.CHANGED, what, before=own, after=other)
    yield from _both(sides, before, after)


def _is_reordered(sides: Sides, own: str, other: str) -> bool:
    """Whether conditions behind a shape are asked in another order: the first that holds counts."""
    before = [sides.pairs.flows.get(each, "") for each in _conditional(sides.old, own)]
    after = _conditional(sides.new, other)
    return [e for e in before if e in after] != [e for e in after if e in before]


def _conditional(known: Known, own: str) -> list[str]:
    flows = known.drawing.flows.items()
    return [each for each, flow in flows if flow.source == own and flow.facts.get("syarat")]


def _around(sides: Sides) -> Iterator[Change]:
    """Pools, lanes and remarks: what only people read."""
    old, new = sides.old.drawing.around, sides.new.drawing.around
    for own in (*old, *(each for each in new if each not in old)):
        before, after = old.get(own), new.get(own)
        item = after or before
        if item is None or item.kind in ("association", "messageFlow") or before == after:
            continue
        for sign, what, lines in _beside(before, after, sides):
            yield Change(
                area=Area.PROCEDURE,
                sign=sign,
                weight=Weight.TEXT,
                subject=phrase("named", kind=kind_word(item.kind), name=item.name or own),
                what=what,
                lines=lines,
                before=own if before else "",
                after=own if after else "",
            )


def _beside(
    before: Item | None, after: Item | None, sides: Sides
) -> Iterator[tuple[Sign, Phrase, tuple[Line, ...]]]:
    if before is None or after is None:
        sign = Sign.ADDED if before is None else Sign.REMOVED
        yield sign, phrase(sign.value), ()
        return
    if before.name != after.name:
        yield Sign.CHANGED, _renamed(before.name, after.name), ()
    for told in facts_told(before, after, sides):
        yield Sign.CHANGED, told.what, told.lines


def _at(
    known: Known,
    own: str,
    sign: Sign,
    what: Phrase,
    *,
    weight: Weight = Weight.RULE,
    **more: Any,
) -> Change:
    """A change of a shape or flow of one of the drawings, at its stage."""
    flow = known.drawing.flows.get(own)
    stages = known.drawing.stages
    stage = stages.get(own) if flow is None else stages.get(flow.source, stages.get(flow.target))
    return Change(
        area=Area.NO_STAGE if stage is None else Area.STAGE,
        stage=stage,
        sign=sign,
        weight=weight,
        subject=known.shape(own),
        what=what,
        **more,
    )


def _id(before: Item, after: Item) -> Phrase:
    return phrase(
        "changed",
        fact=phrase("fact_id"),
        before=phrase("quoted", text=before.id),
        after=phrase("quoted", text=after.id),
    )


def _renamed(before: str, after: str) -> Phrase:
    if not before:
        return phrase("name_set", after=after)
    if not after:
        return phrase("name_unset", before=before)
    return phrase("renamed", before=before, after=after)
