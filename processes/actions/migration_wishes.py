"""What somebody wants to become of running cases when they get another version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from processes.errors import FieldError, InvalidAnswers
from processes.store.tables import DeadlineChoice


@dataclass(frozen=True, kw_only=True)
class MigrationWish:
    """To which version, what becomes of each deadline, and what takes the place of what is gone."""

    #: the version (id)
    version_id: str
    deadlines: DeadlineChoice = DeadlineChoice.KEEP
    #: for tasks and timers (ids of the new version) that are to be treated otherwise
    by_element: Mapping[str, DeadlineChoice] = field(default_factory=dict)
    #: for ids of the old version that are gone, ids of the new one
    replacements: Mapping[str, str] = field(default_factory=dict)

    def choice_for(self, *elements: str) -> DeadlineChoice:
        """What is wanted for a deadline: what was said of the first of these that was named."""
        named = (self.by_element[each] for each in elements if each in self.by_element)
        return next(named, self.deadlines)

    def as_json(self) -> dict[str, Any]:
        """How it is kept."""
        return {
            "version_id": self.version_id,
            "deadlines": self.deadlines.value,
            "by_element": {name: choice.value for name, choice in self.by_element.items()},
            "replacements": dict(self.replacements),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> MigrationWish:
        """The wish as it was kept."""
        return cls(
            version_id=kept["version_id"],
            deadlines=DeadlineChoice(kept["deadlines"]),
            by_element={n: DeadlineChoice(c) for n, c in kept["by_element"].items()},
            replacements=dict(kept["replacements"]),
        )


def read_pairs(lines: list[str], *, field_name: str) -> dict[str, str]:
    """Pairs written as `this=that`; raises InvalidAnswers (`field_name`) for any other line."""
    found = {}
    for line in lines:
        before, sign, after = line.partition("=")
        if not sign or not before.strip() or not after.strip():
            error = FieldError("migrating.pair", line=line[:80])
            raise InvalidAnswers({field_name: error})
        found[before.strip()] = after.strip()
    return found


def read_choices(lines: list[str], *, field_name: str) -> dict[str, DeadlineChoice]:
    """Pairs of an element and what becomes of its deadline, as `element=recount`."""
    pairs = read_pairs(lines, field_name=field_name)
    return {
        element: read_choice(word, field_name=field_name, element=element)
        for element, word in pairs.items()
    }


def read_choice(word: str, *, field_name: str, element: str = "") -> DeadlineChoice:
    """What is to become of a deadline, that of one element or of all; raises InvalidAnswers."""
    known = {choice.value: choice for choice in DeadlineChoice}
    if word not in known:
        key = "choice" if element else "choice_of_all"
        error = FieldError(f"migrating.{key}", element=element[:60], words=", ".join(known))
        raise InvalidAnswers({field_name: error})
    return known[word]
