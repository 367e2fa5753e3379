"""Reading a decree's list of days: all its rows, or every reason why not with its row number.

Columns `day,kind,region,name,decree,source`; commas, semicolons and tabs separate them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from processes.actions.calendar_wishes import DayWish, read_wish
from processes.errors import InvalidAnswers, KsddError
from processes.sentences import say
from processes.store.spreadsheet import under

COLUMNS = ("day", "kind", "region", "name", "decree", "source")
NEEDED = ("day", "kind", "name", "decree")
#: characters a list may have
MOST_CHARACTERS = 1_000_000
#: rows it may have; a decree names some thirty days
MOST_ROWS = 1_000


class DaysRefused(KsddError):
    """A list of days cannot be taken; nothing of it was."""

    status = 422
    default_key = "calendar.refused"
    #: rows named in the message itself
    shown = 20

    def __init__(self, errors: Sequence[tuple[int, KsddError]]) -> None:
        self.errors = sorted(errors, key=lambda error: error[0])
        super().__init__(count=len(errors))

    def say(self, language: str = "id") -> str:
        """How many rows are wrong, and what is wrong with the first twenty."""
        lines = [super().say(language)]
        for number, error in self.errors[: self.shown]:
            lines.append(say("calendar.row", language, number=number, what=error.say(language)))
        if len(self.errors) > self.shown:
            lines.append(say("calendar.more", language, count=len(self.errors) - self.shown))
        return "\n".join(lines)


def read_days(text: str) -> list[tuple[int, DayWish]]:
    """The days of a list, each with its row as a spreadsheet numbers it; else DaysRefused."""
    wishes: list[tuple[int, DayWish]] = []
    errors: list[tuple[int, KsddError]] = []
    for number, cells in _rows(text, errors):
        try:
            wishes.append((number, read_wish(cells)))
        except InvalidAnswers as wrong:
            errors += [(number, error) for error in wrong.fields.values()]
    if not wishes and not errors:
        raise _refused(1, "calendar.empty")
    if errors:
        raise DaysRefused(errors)
    return wishes


def _rows(text: str, errors: list[tuple[int, KsddError]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not blank, with its number, as texts by column; rows that do not fit the
    heading join the errors, and the others are read nevertheless."""
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_CHARACTERS or "\0" in text:
        raise _refused(1, "calendar.unreadable")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = [cell.strip().casefold() for cell in next(lines, [])]
        named = [name for name in heading if name]
        if set(NEEDED) - set(named) or set(named) - set(COLUMNS) or _repeats(named):
            raise _refused(1, "calendar.columns", columns=",".join(COLUMNS))
        for number, line in enumerate(lines, start=2):
            wrong = KsddError("calendar.cells", columns=len(named), rows=MOST_ROWS)
            cells = under(heading, [cell.strip() for cell in line])
            if number > MOST_ROWS:
                raise DaysRefused([(number, wrong)])
            if cells is None:
                errors.append((number, wrong))
            elif any(cells.values()):
                yield number, cells
    except csv.Error:
        raise _refused(lines.line_num, "calendar.unreadable") from None


def _repeats(heading: Sequence[str]) -> bool:
    return len(set(heading)) != len(heading)


def _refused(number: int, key: str, **values: object) -> DaysRefused:
    return DaysRefused([(number, KsddError(key, **values))])
