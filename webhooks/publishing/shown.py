"""Differences and findings as the pages show them: by stage, with a sign and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Response, render_template

from processes.engine.comparing import (
    Area,
    Change,
    Sign,
    compare,
    is_text_only,
    marks_after,
    marks_before,
    stage_names,
)
from processes.engine.folder import diagram_of
from processes.engine.picture import draw
from processes.engine.picture.marking import Mark
from processes.errors import DiagramRefused, NotFound
from processes.sentences import say
from webhooks.language import language

#: most differences that one page tells
MOST_CHANGES = 150
#: most characters of one sentence about a difference, and of each line under it
LONGEST = 600
#: the signs of the words, and the classes that colour them
SIGNS = {Sign.ADDED: ("+", "good"), Sign.REMOVED: ("−", "bad"), Sign.CHANGED: ("~", "soon")}  # noqa: RUF001
#: the two pictures by the words in their addresses
BEFORE, AFTER = "sebelum", "sesudah"


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One difference."""

    sign: str
    #: what the sign means
    word: str
    tone: str
    sentence: str
    #: lines that came and went: whether one came, and its words
    lines: Sequence[tuple[bool, str]]


@dataclass(frozen=True, kw_only=True)
class ChangeGroup:
    """The differences of one stage, or of one part of the folder."""

    title: str
    rows: Sequence[ChangeRow]


def changes_shown(
    changes: Sequence[Change], old: Mapping[str, bytes], new: Mapping[str, bytes]
) -> dict[str, Any]:
    """What the part `parts/changes.html` needs."""
    names = {**stage_names(diagram_of(old)), **stage_names(diagram_of(new))}
    told = changes[:MOST_CHANGES]
    return {
        "groups": [
            ChangeGroup(title=_title(area, stage, names), rows=[_row(each) for each in several])
            for (area, stage), several in groupby(told, lambda each: (each.area, each.stage))
        ],
        "change_count": len(changes),
        "more_changes": len(changes) - len(told),
        "is_text_only": is_text_only(changes),
        "is_drawn_otherwise": diagram_of(old) != diagram_of(new),
    }


def _title(area: Area, stage: int | None, names: Mapping[int, str]) -> str:
    if stage is None:
        return say(f"comparing.area_{area.value}", language())
    key = "area_stage_named" if names.get(stage) else "area_stage"
    return say(f"comparing.{key}", language(), number=stage, name=names.get(stage, ""))


def _row(change: Change) -> ChangeRow:
    sign, tone = SIGNS[change.sign]
    return ChangeRow(
        sign=sign,
        word=say(f"comparing.sign_{change.sign.value}", language()),
        tone=tone,
        sentence=_short(change.short(language())),
        lines=[
            (
                line.sign is Sign.ADDED,
                _short(line.say(language()).removeprefix("+ ").removeprefix("- ")),
            )
            for line in change.lines
        ],
    )


def _short(told: str) -> str:
    """Words of the owner may be of any length; their beginning is enough to find them."""
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"


def picture_page(old: Mapping[str, bytes], new: Mapping[str, bytes], side: str) -> Response:
    """The drawing before or after with what differs marked; NotFound for another word."""
    changes = compare(old, new)
    sides: dict[str, tuple[Mapping[str, bytes], dict[str, Mark]]] = {
        BEFORE: (old, marks_before(changes)),
        AFTER: (new, marks_after(changes)),
    }
    if side not in sides:
        raise NotFound
    files, marks = sides[side]
    try:
        picture = draw(diagram_of(files), marks=marks, language=language())
    except DiagramRefused:
        raise NotFound from None
    return drawn(picture)


def drawn(picture: str) -> Response:
    """A drawing as an answer of its own."""
    answer = Response(picture, mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def page(template: str, **values: Any) -> str:
    """One of these pages, with what the pictures' legend needs."""
    return render_template(f"publishing/{template}", signs=SIGNS, sides=(BEFORE, AFTER), **values)
