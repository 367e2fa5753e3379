"""One fact of a shape that reads otherwise than before, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from processes.engine.comparing.changes import Line, Phrase, Said, Weight, phrase
from processes.engine.comparing.drawing import Item
from processes.engine.comparing.matching import Pairs
from processes.engine.comparing.texts import line_changes
from processes.engine.comparing.wording import (
    FACTS,
    LONGEST,
    RINGS,
    SHAPE_LISTS,
    SPANS,
    Known,
    fact_word,
    only_the_count,
    value_words,
)
from processes.engine.shapes import Stage

#: facts that only people read
TEXTS = frozenset(("petunjuk", "dasar", "lajur", "text"))
#: facts that are always shown line by line
BY_LINE = frozenset(("petunjuk", "skrip", "text"))
#: facts that name shapes or flows by their ids
BY_ID = SHAPE_LISTS | {"bawaan", "pada"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What to say of a fact."""

    what: Phrase
    weight: Weight
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The two folders as one comparison knows them."""

    old: Known
    new: Known
    pairs: Pairs


def facts_told(before: Item, after: Item, sides: Sides) -> Iterator[Told]:
    """Every fact of a shape, flow or process that differs, in the order in which it is told."""
    names = [*FACTS, *sorted({*before.facts, *after.facts} - set(FACTS))]
    for name in names:
        old, new = before.facts.get(name, ""), after.facts.get(name, "")
        if name in BY_ID:
            old_in_new = _translated(old, sides.pairs)
            if old_in_new == ", ".join(_parts(new)):
                continue
        if old == new:
            continue
        told = _stage(old, new) if name == "tahap" else None
        yield told or _told(name, old, new, sides)


def facts_of_new(item: Item, known: Known) -> Iterator[Phrase]:
    """What stands on a new shape, a fact each; what only people read is left out."""
    for name in FACTS:
        if name in item.facts and name not in TEXTS:
            text = item.facts[name]
            shown = phrase("several_lines") if "\n" in text else value_words(name, text, known)
            yield phrase("fact_is", fact=fact_word(name), value=shown)


def _stage(old: str, new: str) -> Told | None:
    """The stage, when its number is the same and only its name is not."""
    before, after = Stage.read(old), Stage.read(new)
    if before is None or after is None or before.number != after.number:
        return None
    what = phrase("stage_renamed", number=before.number, before=before.name, after=after.name)
    return Told(what=what, weight=Weight.TEXT)


def _told(name: str, old: str, new: str, sides: Sides) -> Told:
    weight = Weight.TEXT if name in TEXTS else Weight.RULE
    fact = fact_word(name)
    if _is_shown_by_line(name, old, new):
        what = phrase("rewritten_fact", fact=fact)
        return Told(what=what, weight=weight, lines=line_changes(old, new))
    was = value_words(name, old, sides.old) if old else ""
    now = value_words(name, new, sides.new) if new else ""
    if not old:
        return Told(what=phrase("set", fact=fact, after=now), weight=weight)
    if not new:
        return Told(what=phrase("unset", fact=fact, before=was), weight=weight)
    if isinstance(was, tuple) and isinstance(now, tuple):
        return Told(what=more_or_less(fact, was, now), weight=weight)
    if name in SPANS:
        was = only_the_count(old, new) or was
    return Told(what=phrase("changed", fact=fact, before=was, after=now), weight=weight)


def more_or_less(fact: Said, was: tuple[Said, ...], now: tuple[Said, ...]) -> Phrase:
    """What a list has more and less than before."""
    more = tuple(each for each in now if each not in was)
    less = tuple(each for each in was if each not in now)
    if more and less:
        return phrase("more_and_less", fact=fact, more=more, less=less)
    if more:
        return phrase("more", fact=fact, more=more)
    if less:
        return phrase("less", fact=fact, less=less)
    return phrase("reordered", fact=fact)


def _is_shown_by_line(name: str, old: str, new: str) -> bool:
    if name in SHAPE_LISTS or name in RINGS:
        return False
    return name in BY_LINE or "\n" in old + new or max(len(old), len(new)) > LONGEST


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _translated(text: str, pairs: Pairs) -> str:
    """A list of ids of the old drawing in those of the new one."""
    known: Mapping[str, str] = {**pairs.shapes, **pairs.flows}
    return ", ".join(known.get(part, part) for part in _parts(text))
