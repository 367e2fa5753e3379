"""What takes the place of shapes that are gone: the same shape by another id, or another place.

A replacement whose new id is not in the old version is a new name: what is open keeps its id and
everything that hangs on it. One that is in both versions is another place: what is open is closed
and the token goes on there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from processes.engine.migration.drawing import END, Drawing, parted
from processes.errors import FieldError, InvalidAnswers


@dataclass(frozen=True, kw_only=True)
class Replacements:
    """Old ids to new ones."""

    #: shapes that got another id
    renamed: Mapping[str, str]
    #: where tokens at shapes that are gone go on
    elsewhere: Mapping[str, str]

    @classmethod
    def read(cls, old: Drawing, new: Drawing, wanted: Mapping[str, str]) -> Replacements:
        """What the new drawing says itself (`dahulu`), and what is `wanted` besides; what concerns
        other versions is left aside."""
        given = {
            before: after
            for before, after in {**new.former_names(), **wanted}.items()
            if before in old.elements and before not in new.elements and after in new.elements
        }
        return cls(
            renamed={b: a for b, a in given.items() if a not in old.elements},
            elsewhere={b: a for b, a in given.items() if a in old.elements},
        )

    def level(self, level: str) -> str:
        """The name of a level in the new version."""
        return self.renamed.get(level, level)

    def shape(self, new: Drawing, level: str, shape: str) -> str:
        """The name of a task spec in the new version; `level` is its name there."""
        element, suffix = parted(shape)
        if suffix == END:
            inside = new.levels.get(level)
            return f"{inside.name}{END}" if inside is not None else shape
        return f"{self.renamed.get(element, element)}{suffix}"


def check_replacements(olds: Iterable[Drawing], new: Drawing, wanted: Mapping[str, str]) -> None:
    """Raise InvalidAnswers (`replacements`) for ids that are in none of the drawings that cases
    come from, that are still there in the new one, or that are not there."""
    known = frozenset[str]().union(*(old.elements for old in olds))
    for before, after in wanted.items():
        if before not in known:
            raise _refused("replace_unknown_old", before, after)
        if before in new.elements:
            raise _refused("replace_still_there", before, after)
        if after not in new.elements:
            raise _refused("replace_unknown_new", before, after)


def _refused(key: str, before: str, after: str) -> InvalidAnswers:
    error = FieldError(f"migrating.{key}", old=before[:60], new=after[:60])
    return InvalidAnswers({"replacements": error})
