"""A day that somebody wants to enter into the calendar: read as it was typed, and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.wording import readable
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.store.regions import region_exists
from processes.store.tables import CalendarDay, DayKind

if TYPE_CHECKING:
    from processes.office import Office

#: furthest ahead that a day is entered, in years; a decree reaches one
MOST_YEARS_AHEAD = 5
#: the oldest agreement that is kept is no older
MOST_YEARS_BACK = 100
MOST_NAME, MOST_DECREE, MOST_SOURCE = 200, 200, 300
#: what only the whole country has
NATIONAL = (DayKind.NATIONAL, DayKind.JOINT_LEAVE)


@dataclass(frozen=True, kw_only=True)
class DayWish:
    """What is to stand in the calendar of one day."""

    day: date
    kind: DayKind
    name: str
    #: number of the decree that says so
    decree: str
    #: code of the region where it holds; empty for the whole country
    region: str = ""
    #: where the decree can be found
    source: str = ""

    def as_row(self, *, by: str, now: datetime) -> CalendarDay:
        """The row of it."""
        return CalendarDay(
            day=self.day,
            kind=self.kind,
            region_code=self.region,
            name=self.name,
            decree=self.decree,
            source=self.source,
            entered_by=by[:300],
            entered_at=now,
        )


def read_wish(typed: Mapping[str, str]) -> DayWish:
    """The wish in texts by name (`day`, `kind`, `region`, `name`, `decree`, `source`).

    Raises InvalidAnswers with a sentence per field.
    """
    errors: dict[str, KsddError] = {}
    day = _day(typed.get("day", ""))
    if day is None:
        errors["day"] = FieldError("calendar.day")
    kind = typed.get("kind", "").strip().lower().replace(" ", "_")
    if kind not in set(DayKind):
        errors["kind"] = FieldError("calendar.kind", kinds=", ".join(DayKind))
    words = {}
    for name, most in (("name", MOST_NAME), ("decree", MOST_DECREE), ("source", MOST_SOURCE)):
        try:
            words[name] = _words(typed.get(name, ""), name, most)
        except InvalidAnswers as error:
            errors |= error.fields
    if errors or day is None:
        raise InvalidAnswers(errors)
    return DayWish(day=day, kind=DayKind(kind), region=typed.get("region", "").strip(), **words)


def check_wish(session: Session, office: Office, wish: DayWish, now: datetime) -> DayWish:
    """The wish with clean texts, when it can stand beside what is there; else InvalidAnswers."""
    errors: dict[str, KsddError] = {}
    words = {"name": wish.name, "decree": wish.decree, "source": wish.source}
    clean = read_wish({**words, "day": wish.day.isoformat(), "kind": wish.kind.value})
    if wish.kind in NATIONAL and wish.region:
        errors["region"] = FieldError("calendar.only_national")
    elif wish.kind is DayKind.REGIONAL and not wish.region:
        errors["region"] = FieldError("calendar.region_missing")
    elif wish.region and not region_exists(session, wish.region):
        errors["region"] = FieldError("calendar.region_unknown", code=wish.region[:20])
    else:
        wrong_day = _wrong_day(office, wish, now)
        if wrong_day is not None:
            errors["day"] = wrong_day
    if errors:
        raise InvalidAnswers(errors)
    return replace(clean, region=wish.region)


def twice(wish: DayWish, standing: list[CalendarDay]) -> KsddError | None:
    """That a day is entered already where it is to hold."""
    for row in standing:
        if (row.day, row.region_code) == (wish.day, wish.region):
            return FieldError(
                "calendar.twice", day=wish.day.isoformat(), name=row.name, decree=row.decree
            )
    return None


def _wrong_day(office: Office, wish: DayWish, now: datetime) -> KsddError | None:
    calendar, region = office.calendar, wish.region or None
    today = calendar.today(now, region)
    if wish.day.year < today.year - MOST_YEARS_BACK:
        return FieldError("calendar.too_old", year=today.year - MOST_YEARS_BACK)
    if wish.day.year > today.year + MOST_YEARS_AHEAD:
        return FieldError("calendar.too_far", year=today.year + MOST_YEARS_AHEAD)
    works = calendar.is_working_day(wish.day, region)
    if wish.day < today and works is not (wish.kind is DayKind.WORKDAY):
        return FieldError("calendar.past", day=wish.day.isoformat())
    return None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip()) if len(typed.strip()) == 10 else None
    except ValueError:
        return None


def _words(typed: str, name: str, most: int) -> str:
    if name == "source" and not typed.strip():
        return ""
    return readable(typed, field=name, missing=f"calendar.{name}_missing", limit=most)
