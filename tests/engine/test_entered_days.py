"""Days that were entered: who is heard first, what they settle, and what stays in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from processes.engine.calendar import Doubts, WorkingCalendar
from processes.engine.entered_days import EVERYWHERE, EnteredDay, EnteredDays

DAY = date(2026, 6, 3)
JAVA, BOGOR, CIREBON = "32", "32.01", "32.09"


def calendar(*days: EnteredDay) -> WorkingCalendar:
    return WorkingCalendar(lambda _: ZoneInfo("Asia/Jakarta"), EnteredDays(days))


def off(region: str, day: date = DAY) -> EnteredDay:
    return EnteredDay(day=day, region=region, is_off=True)


def works(region: str, day: date = DAY) -> EnteredDay:
    return EnteredDay(day=day, region=region, is_off=False)


@pytest.mark.parametrize(
    ("days", "bogor", "cirebon", "nation"),
    [
        ([], True, True, True),
        ([off(BOGOR)], False, True, True),
        ([off(JAVA)], False, False, True),
        ([off(JAVA), works(BOGOR)], True, False, True),
        ([off(EVERYWHERE)], False, False, False),
        ([off(EVERYWHERE), works(JAVA)], True, True, False),
        ([works(EVERYWHERE), off(BOGOR)], False, True, True),
    ],
)
def test_the_nearest_word_counts(
    days: Sequence[EnteredDay], bogor: bool, cirebon: bool, nation: bool
) -> None:
    found = calendar(*days)
    assert found.is_working_day(DAY, BOGOR) is bogor
    assert found.is_working_day(DAY, CIREBON) is cirebon
    assert found.is_working_day(DAY) is nation


def test_a_weekend_and_a_holiday_can_be_worked() -> None:
    saturday, holiday = date(2026, 6, 6), date(2026, 6, 1)
    found = calendar(works(BOGOR, saturday), works(EVERYWHERE, holiday))
    assert found.is_working_day(saturday, BOGOR)
    assert not found.is_working_day(saturday)
    assert found.is_working_day(holiday, CIREBON)


def test_an_estimated_feast_is_in_doubt_until_a_decree_says_what_its_day_is() -> None:
    first, last = date(2027, 5, 3), date(2027, 5, 17)
    assert calendar().doubts(first, last) == Doubts(estimated=True, unknown_year=None)
    assert not calendar().doubts(first, date(2027, 5, 14)).estimated
    eve = last - timedelta(days=1)
    assert calendar().doubts(first, eve).estimated, "the moon may be seen a day earlier"
    assert not calendar().doubts(last, date(2027, 5, 20)).estimated, "the first day is not counted"
    feast = date(2027, 5, 17)
    assert not calendar(off(EVERYWHERE, feast)).doubts(first, last).estimated
    assert not calendar(works(EVERYWHERE, feast)).doubts(first, last).estimated
    assert calendar(off(BOGOR, feast)).doubts(first, last).estimated


def test_a_year_is_known_once_any_joint_leave_of_it_was_entered() -> None:
    first, last = date(2027, 12, 27), date(2028, 1, 7)
    assert calendar().doubts(first, last).unknown_year == 2028
    assert calendar().doubts(first, date(2027, 12, 31)).unknown_year is None
    leave = EnteredDay(day=date(2028, 4, 24), region=EVERYWHERE, is_off=True, is_joint_leave=True)
    assert calendar(leave).doubts(first, last).unknown_year is None
