"""What to colour in the drawing before and in the drawing after."""

from __future__ import annotations

from collections.abc import Iterable

from processes.engine.comparing.changes import Change, Sign, Weight
from processes.engine.picture.marking import Mark


def marks_before(changes: Iterable[Change]) -> dict[str, Mark]:
    """By id in the old drawing: what is gone, and what is different now."""
    found: dict[str, Mark] = {}
    for change in _drawn(changes):
        if change.before:
            gone = change.sign is Sign.REMOVED and not change.after
            _put(found, change.before, Mark.REMOVED if gone else Mark.CHANGED)
            found |= {} if not gone else dict.fromkeys(change.along, Mark.REMOVED)
    return found


def marks_after(changes: Iterable[Change]) -> dict[str, Mark]:
    """By id in the new drawing: what is new, and what was different before."""
    found: dict[str, Mark] = {}
    for change in _drawn(changes):
        if change.after:
            new = change.sign is Sign.ADDED and not change.before
            _put(found, change.after, Mark.ADDED if new else Mark.CHANGED)
            found |= {} if not new else dict.fromkeys(change.along, Mark.ADDED)
    return found


def _drawn(changes: Iterable[Change]) -> Iterable[Change]:
    return (change for change in changes if change.weight > Weight.LAYOUT)


def _put(found: dict[str, Mark], own: str, mark: Mark) -> None:
    """What came or went stays so, whatever else is said of it."""
    if found.get(own, Mark.CHANGED) is Mark.CHANGED:
        found[own] = mark
