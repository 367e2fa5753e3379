"""Working days of Indonesian governments; the dates are those of the ministers' decrees."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from processes.engine.calendar import WorkingCalendar
from processes.engine.durations import DurationError, Span, parse_span
from processes.engine.entered_days import EnteredDay, EnteredDays

ZONES = {"32.01": "Asia/Jakarta", "64.72": "Asia/Makassar", "91.71": "Asia/Jayapura"}
#: the anniversary of a regency, off there only
ANNIVERSARY = date(2026, 6, 3)


def zone(region: str) -> ZoneInfo:
    return ZoneInfo(ZONES[region])


OFF_IN_BOGOR = EnteredDays([EnteredDay(day=ANNIVERSARY, region="32.01", is_off=True)])


@pytest.fixture
def calendar() -> WorkingCalendar:
    return WorkingCalendar(zone)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # measured for the decrees of 2026 and 2027
        ("2026-02-02", 7, "2026-02-11"),
        ("2026-02-02", 45, "2026-04-16"),
        ("2026-03-02", 45, "2026-05-13"),
        ("2026-07-01", 45, "2026-09-04"),
        ("2026-03-02", 15, "2026-03-30"),
        ("2026-02-02", 30, "2026-03-25"),
        ("2027-02-22", 45, "2027-05-07"),
        # joint leave counts: without it the day would be 30 March
        ("2026-03-13", 10, "2026-04-06"),
        # over the turn of the year
        ("2026-12-23", 1, "2026-12-28"),
        ("2026-12-31", 1, "2027-01-04"),
        # a start on a day off
        ("2026-03-21", 1, "2026-03-25"),
    ],
)
def test_working_days_are_counted_from_the_day_after(
    calendar: WorkingCalendar, start: str, count: int, end: str
) -> None:
    assert calendar.add_working_days(date.fromisoformat(start), count).isoformat() == end


@pytest.mark.parametrize(
    ("year", "working", "joint"), [(2026, 240, True), (2027, 242, True), (2028, None, False)]
)
def test_a_year_without_a_decree_on_joint_leave_is_known_as_such(
    calendar: WorkingCalendar, year: int, working: int | None, joint: bool
) -> None:
    assert calendar.has_joint_leave(year) is joint
    if working is not None:
        last_year, this_year = date(year - 1, 12, 31), date(year, 12, 31)
        assert calendar.working_days_between(last_year, this_year) == working


@pytest.mark.parametrize("day", ["2026-03-18", "2026-03-20", "2026-12-24", "2026-03-24"])
def test_joint_leave_is_no_working_day(calendar: WorkingCalendar, day: str) -> None:
    assert not calendar.is_working_day(date.fromisoformat(day))


def test_only_days_of_the_moon_without_a_decree_are_estimated(calendar: WorkingCalendar) -> None:
    estimated = [date(2027, 3, 10), date(2027, 3, 11), date(2027, 5, 17)]
    days = (date(2027, 1, 1) + timedelta(days=n) for n in range(365))
    assert [day for day in days if calendar.is_estimated(day)] == estimated
    assert not calendar.is_estimated(date(2026, 3, 21))


def test_counting_back_finds_the_day_that_counting_on_left(calendar: WorkingCalendar) -> None:
    assert calendar.add_working_days(date(2026, 4, 16), -45) == date(2026, 2, 2)
    assert calendar.add_working_days(date(2026, 2, 3), -2) == date(2026, 1, 30)
    assert calendar.add_working_days(date(2027, 1, 4), -1) == date(2026, 12, 31)
    # from a Sunday, one back is the Friday before
    assert calendar.add_working_days(date(2026, 2, 8), -1) == date(2026, 2, 6)


def test_no_working_day_is_the_day_itself_even_when_it_is_off(calendar: WorkingCalendar) -> None:
    assert calendar.add_working_days(date(2026, 2, 8), 0) == date(2026, 2, 8)


def test_counting_agrees_with_walking_from_day_to_day() -> None:
    calendar, luck = WorkingCalendar(zone, OFF_IN_BOGOR), random.Random(7)
    for _ in range(150):
        start = date(2025, 6, 1) + timedelta(days=luck.randrange(900))
        count, at = luck.randrange(1, 80), start
        for direction in (1, -1):
            at = start
            for _ in range(count):
                at += timedelta(days=direction)
                while not calendar.is_working_day(at, "32.01"):
                    at += timedelta(days=direction)
            assert calendar.add_working_days(start, direction * count, "32.01") == at
        between = calendar.working_days_between(at, start, "32.01")
        walked = sum(
            calendar.is_working_day(at + timedelta(days=n), "32.01")
            for n in range(1, (start - at).days + 1)
        )
        assert between == walked == -calendar.working_days_between(start, at, "32.01")


def test_a_regions_own_day_off_moves_only_its_own_deadlines() -> None:
    calendar = WorkingCalendar(zone, OFF_IN_BOGOR)
    start = date(2026, 6, 2)
    assert not calendar.is_working_day(ANNIVERSARY, "32.01")
    assert calendar.add_working_days(start, 1, "32.01") == date(2026, 6, 4)
    assert calendar.add_working_days(start, 1, "64.72") == ANNIVERSARY
    assert calendar.add_working_days(start, 1) == ANNIVERSARY


@pytest.mark.parametrize(
    ("region", "utc_hour"), [("32.01", 9), ("64.72", 8), ("91.71", 7), (None, 9)]
)
def test_a_deadline_ends_at_four_in_the_regions_afternoon(
    calendar: WorkingCalendar, region: str | None, utc_hour: int
) -> None:
    moment = calendar.after_working_days(date(2026, 2, 2), 45, region)
    assert moment.astimezone(UTC) == datetime(2026, 4, 16, utc_hour, tzinfo=UTC)
    assert moment.hour == 16


def test_today_is_the_regions_own(calendar: WorkingCalendar) -> None:
    late = datetime(2026, 6, 1, 16, 30, tzinfo=UTC)
    assert calendar.today(late, "32.01") == date(2026, 6, 1)
    assert calendar.today(late, "64.72") == date(2026, 6, 2)
    assert calendar.today(late, "91.71") == date(2026, 6, 2)


def test_a_moment_without_a_zone_is_refused(calendar: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="aware"):
        calendar.today(late_without_zone(), "32.01")


def late_without_zone() -> datetime:
    return datetime(2026, 6, 1, 16, 30, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("span", "end"),
    [
        ("5 hari kerja", "2026-02-06"),
        ("30 hari", "2026-03-01"),
        ("P10D", "2026-02-09"),
        # calendar days that end on a day off stay there
        ("P14D", "2026-02-13"),
        ("P15D", "2026-02-14"),
        ("6 bulan", "2026-07-30"),
        ("P1M", "2026-02-28"),
        ("PT24H", "2026-01-31"),
        ("PT25H", "2026-02-01"),
        ("PT30M", "2026-01-31"),
        ("P0D", "2026-01-30"),
    ],
)
def test_a_span_ends_on_its_last_day(calendar: WorkingCalendar, span: str, end: str) -> None:
    due = calendar.due(parse_span(span), date(2026, 1, 30), "32.01")
    assert (due.date().isoformat(), due.hour) == (end, 16)


def test_months_end_on_the_last_day_of_a_shorter_one(calendar: WorkingCalendar) -> None:
    month = Span(count=1, unit="bulan")
    assert calendar.due(month, date(2026, 1, 31)).date() == date(2026, 2, 28)
    assert calendar.due(month, date(2028, 1, 31)).date() == date(2028, 2, 29)
    assert calendar.due(Span(count=60, unit="bulan"), date(2026, 6, 2)).date() == date(2031, 6, 2)


@pytest.mark.parametrize(
    "span",
    [
        Span(count=99_999, unit="hari_kerja"),
        Span(count=99_999 * 12, unit="bulan"),
        Span(count=99_999 * 365, unit="hari"),
    ],
)
def test_a_span_beyond_the_calendar_is_refused(calendar: WorkingCalendar, span: Span) -> None:
    with pytest.raises(DurationError, match="melampaui"):
        calendar.due(span, date(2026, 1, 1))


def test_years_that_no_package_knows_have_their_weekends(calendar: WorkingCalendar) -> None:
    assert calendar.is_working_day(date(2199, 12, 25))
    assert not calendar.is_working_day(date(2199, 12, 28))
