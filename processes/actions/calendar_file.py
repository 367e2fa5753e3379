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
    for number, cells in _rows(text):
        try:
            wishes.append((number, read_wish(cells)))
        except InvalidAnswers as wrong:
            errors += [(number, error) for error in wrong.fields.values()]
    if not wishes and not errors:
        raise _refused(1, "calendar.empty")
    if errors:
        raise DaysRefused(errors)
    return wishes


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not blank, with its number, as texts by column."""
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_CHARACTERS or "\0" in text:
        raise _refused(1, "calendar.unreadable")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = [cell.strip().casefold() for cell in next(lines, [])]
        if set(NEEDED) - set(heading) or set(heading) - set(COLUMNS) or _repeats(heading):
            raise _refused(1, "calendar.columns", columns=",".join(COLUMNS))
        for number, line in enumerate(lines, start=2):
            if number > MOST_ROWS or any(cell.strip() for cell in line[len(heading) :]):
                raise _refused(number, "calendar.cells", columns=len(heading), rows=MOST_ROWS)
            if any(cell.strip() for cell in line):
                yield number, dict(zip(heading, line, strict=False))
    except csv.Error:
        raise _refused(lines.line_num, "calendar.unreadable") from None


def _repeats(heading: Sequence[str]) -> bool:
    return len(set(heading)) != len(heading)


def _refused(number: int, key: str, **values: object) -> DaysRefused:
    return DaysRefused([(number, KsddError(key, **values))])
