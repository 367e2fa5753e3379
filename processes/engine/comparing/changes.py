"""One difference between two folders, as facts that are said in the reader's language."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from processes.sentences import say
from processes.sentences.dates import listing


class Weight(enum.IntEnum):
    """How far a difference reaches."""

    #: where things are drawn, and how the file is written
    LAYOUT = 0
    #: what people read
    TEXT = 1
    #: what the engine does, when clocks ring, or which answers a form takes
    RULE = 2


class Sign(enum.StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Area(enum.StrEnum):
    """Which part of the folder differs, in the order in which it is told."""

    #: a shape of a numbered stage
    STAGE = "stage"
    #: a shape that belongs to no stage
    NO_STAGE = "no_stage"
    PROCEDURE = "procedure"
    ROLES = "roles"
    DECISIONS = "decisions"
    MESSAGES = "messages"
    LETTERS = "letters"
    SCENARIOS = "scenarios"
    FILES = "files"
    LAYOUT = "layout"


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A sentence of the catalogue `comparing` with its values, not yet in any language."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, language: str = "id") -> str:
        """The words in `id` or `en`."""
        told = {name: told_of(value, language) for name, value in self.values.items()}
        return say(f"comparing.{self.key}", language, **told)


#: words as they stand, words of the catalogue, or several of them
Said: TypeAlias = "str | int | Phrase | tuple[Said, ...]"


def phrase(key: str, /, **values: Said) -> Phrase:
    """A phrase of the catalogue."""
    return Phrase(key=key, values=values)


def told_of(value: Said, language: str) -> str:
    """Words in a language; several become a list with an "and"."""
    if isinstance(value, Phrase):
        return value.say(language)
    if isinstance(value, tuple):
        return listing([told_of(each, language) for each in value], language)
    return str(value)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a text, or a fact of something new, that came or went."""

    sign: Sign
    said: Said

    def say(self, language: str = "id") -> str:
        """The line behind its sign, `+` or `-`."""
        mark = "-" if self.sign is Sign.REMOVED else "+"
        return f"{mark} {told_of(self.said, language)}"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference: where, about what, and what became of it."""

    area: Area
    sign: Sign
    weight: Weight
    #: what it is about, for example the name of a task
    subject: Said
    what: Phrase
    lines: tuple[Line, ...] = ()
    #: number of the stage, when the area is STAGE
    stage: int | None = None
    #: id of the shape or flow in the old and in the new drawing; empty where there is none
    before: str = ""
    after: str = ""
    #: ids of the flows that came or went with a shape, which are not told by themselves
    along: tuple[str, ...] = ()

    def say(self, language: str = "id") -> str:
        """The whole sentence, "Tahap 4, Keputusan DPRD: tenggat 45 → 60 hari kerja"."""
        if self.stage is None:
            return self.short(language)
        return say("comparing.in_stage", language, stage=self.stage, rest=self.short(language))

    def short(self, language: str = "id") -> str:
        """The sentence without its stage, to stand below a heading."""
        return say(
            "comparing.about",
            language,
            subject=told_of(self.subject, language),
            what=self.what.say(language),
        )


def is_text_only(changes: Iterable[Change]) -> bool:
    """Whether nothing that an engine, a clock or a form's validity depends on is different.

    True for differences in names, labels, explanations, legal bases, message texts, letters,
    titles of roles, the owner's own scenarios, the layout and the writing of files, and for none at
    all. What the comparison does not know counts as a rule, so the answer is never true by mistake.
    """
    return all(change.weight < Weight.RULE for change in changes)
