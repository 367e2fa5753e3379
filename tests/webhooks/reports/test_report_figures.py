"""How days are counted, what an estimate rests on, and what a drawing says."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from processes.engine.calendar import WorkingCalendar
from processes.engine.day_count import DayCount
from processes.engine.entered_days import EnteredDay, EnteredDays
from processes.store.questions.performance import ClockFacts, FirstSeen, KindName, TimedTask
from webhooks.reports import charts
from webhooks.reports.charts import Bar, Point
from webhooks.reports.counting import Counter, Period, Report
from webhooks.reports.figures import middle, nine_of_ten
from webhooks.reports.forecast import Experience

ZONES = {"32.01": ZoneInfo("Asia/Jakarta"), "94.01": ZoneInfo("Asia/Jayapura")}
PERIOD = Period(first=date(2026, 1, 1), last=date(2026, 6, 30), months=12)
NOW = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
NAMES = [KindName("telaah", "Telaah", 1, "Permohonan"), KindName("rapat", "Rapat", 3, "Bahas")]


def calendar(*days: EnteredDay) -> WorkingCalendar:
    return WorkingCalendar(ZONES.__getitem__, EnteredDays(days))


def at(day: str, hour: int = 3) -> datetime:
    """A moment in UTC as the database gives it; three o'clock is ten in Jakarta."""
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00")


def task(opened: str, closed: str | None, **changes: Any) -> TimedTask:
    given: dict[str, Any] = {
        "case_id": "1",
        "task_id": "a",
        "element": "telaah",
        "role": "sekda",
        "region": "32.01",
        "concerns": None,
        "status": "done" if closed else "open",
        "opened_at": at(opened),
        "closed_at": at(closed) if closed else None,
        "due_at": None,
        "paused_at": None,
    }
    return TimedTask(**{**given, **changes})


def count(*tasks: TimedTask, clocks: dict[str, ClockFacts] | None = None) -> Report:
    return Counter(calendar(), PERIOD, clocks or {}, NAMES, NOW).count(tasks)


def test_days_are_counted_as_the_calendar_counts_them_in_any_order_of_questions() -> None:
    entered = EnteredDay(day=date(2026, 5, 5), region="94.01", is_off=True, is_joint_leave=False)
    known, chance = calendar(entered), random.Random(3)
    fast, first = DayCount(known), date(2024, 1, 1)
    for _ in range(2000):
        region = chance.choice(list(ZONES))
        days = [first + timedelta(days=chance.randint(0, 1500)) for _ in range(2)]
        found = fast.between(days[0].toordinal(), days[1].toordinal(), region)
        assert found == known.working_days_between(days[0], days[1], region)


def test_weekends_and_feasts_do_not_count_and_the_first_day_neither() -> None:
    # Nyepi, Idul Fitri and their joint leave leave the 17th, 25th, 26th, 27th and 30th of March
    figures = count(task("2026-03-16", "2026-03-30")).total
    assert (figures.count, figures.middle) == (1, 5)
    assert count(task("2026-03-02", "2026-03-02")).total.middle == 0


def test_a_day_is_that_of_the_holder_s_region() -> None:
    # 22:30 UTC on Thursday is Friday morning, in Jakarta and in Jayapura; 16:00 UTC only there
    late = {"opened_at": at("2026-03-05"), "closed_at": at("2026-03-05", 16)}
    assert count(task("2026-03-05", "2026-03-05", **late)).total.middle == 0
    assert count(task("2026-03-05", "2026-03-05", region="94.01", **late)).total.middle == 1


def test_pauses_do_not_count_and_those_that_overlap_count_once() -> None:
    pauses = ((date(2026, 6, 3), date(2026, 6, 8)), (date(2026, 6, 5), date(2026, 6, 9)))
    whole = count(task("2026-06-02", "2026-06-12")).total.middle
    found = count(
        task("2026-06-02", "2026-06-12"), clocks={"a": ClockFacts(pauses=pauses)}
    ).total.middle
    assert (whole, found) == (8, 4)


def test_a_task_finished_while_it_was_paused_counts_up_to_the_pause() -> None:
    stopped = task("2026-06-02", "2026-06-12", paused_at=at("2026-06-04"))
    assert count(stopped).total.middle == 2
    assert count(stopped).total.with_deadline == 0


def test_the_clock_begins_with_the_receipt_when_that_came_later() -> None:
    later = ClockFacts(received_on=date(2026, 6, 8))
    earlier = ClockFacts(received_on=date(2026, 5, 4))
    one = task("2026-06-02", "2026-06-12", due_at=at("2026-06-11", 9))
    assert count(one, clocks={"a": later}).total.middle == 4
    assert count(one, clocks={"a": later}).total.target == 3
    assert count(one, clocks={"a": earlier}).total.middle == 8


def test_in_time_is_up_to_the_very_moment() -> None:
    for closed, in_time in (("2026-06-10", 1), ("2026-06-11", 0)):
        one = task("2026-06-02", closed, due_at=at("2026-06-10"))
        assert count(one).total.on_time == in_time


def test_what_was_open_before_in_the_same_case_came_back_and_only_then() -> None:
    report = count(
        task("2026-06-01", "2026-06-02"),
        task("2026-06-02", "2026-06-03", region="94.01"),
        task("2026-06-03", "2026-06-04"),
        task("2026-06-04", "2026-06-05", element="rapat"),
        task("2026-06-05", "2026-06-08", case_id="2"),
    )
    assert report.total.returns == 1
    first, third = report.stages
    assert (first.came_back, first.cases, first.passed) == (1, 2, 2)
    assert (third.came_back, third.cases) == (0, 1)
    assert first.middle == 2, "from the first task's opening to the last one's end, of both cases"


def test_only_the_period_counts_but_the_trend_goes_further_back() -> None:
    report = count(
        task("2025-08-04", "2025-08-06"),
        task("2026-06-01", "2026-06-03", case_id="2"),
        task("2026-06-30", "2026-07-02", case_id="3"),
        task("2026-06-01", None, case_id="4", due_at=at("2026-06-05")),
        task("2026-06-01", "2026-06-02", case_id="5", status="cancelled"),
    )
    total = report.total
    assert (total.count, total.open, total.late, total.cancelled) == (1, 1, 1, 1)
    assert [row.figures.count for row in report.trend if row.figures.count] == [1, 1]
    assert next(row.month for row in report.trend) == date(2025, 7, 1)


def test_offices_stand_with_the_smallest_share_in_time_first() -> None:
    def three(role: str, closed: str) -> list[TimedTask]:
        return [
            task("2026-06-01", closed, case_id=f"{role}{n}", role=role, due_at=at("2026-06-09"))
            for n in range(3)
        ]

    few = task("2026-06-01", "2026-06-29", case_id="few", role="asisten", due_at=at("2026-06-02"))
    offices = count(*three("kabag", "2026-06-03"), *three("sekda", "2026-06-29"), few).offices
    assert [office.role for office in offices] == ["sekda", "kabag"]


@pytest.mark.parametrize(
    ("values", "found"), [([], None), ([3], 3), (list(range(1, 11)), 9), (list(range(1, 12)), 10)]
)
def test_nine_of_ten_were_finished_within_the_90th_percentile(
    values: list[int], found: int | None
) -> None:
    assert nine_of_ten(values) == found
    assert middle([]) is None


def experience(*needed: int) -> Experience:
    """Cases that needed so many working days from stage 2 on; they began on Monday 5 January."""
    known, began = calendar(), datetime(2026, 1, 5, 3, tzinfo=UTC)
    ends = {
        str(n): known.after_working_days(date(2026, 1, 5), days, "32.01")
        for n, days in enumerate(needed)
    }
    return Experience(known, [FirstSeen(n, "32.01", 2, began) for n in ends], ends)


def test_an_estimate_is_the_middle_of_what_others_still_needed_and_says_how_many() -> None:
    known = calendar()
    since = datetime(2026, 6, 2, 3, tzinfo=UTC)
    now = known.after_working_days(date(2026, 6, 2), 10, "32.01")
    found = experience(5, 8, 12, 14, 20, 30, 40).estimate("32.01", 2, since, now)
    # five needed more than ten days: 2, 4, 10, 20 and 30 more
    assert (found.basis, found.since) == (5, 10)
    today = known.today(now, "32.01")
    assert found.on == known.add_working_days(today, 10, "32.01")


def test_fewer_than_five_cases_say_nothing() -> None:
    since = datetime(2026, 6, 2, 3, tzinfo=UTC)
    assert experience(3, 4, 5, 6).estimate("32.01", 2, since, since).on is None
    assert experience(3, 4, 5, 6, 7).estimate("32.01", 2, since, since).on is not None
    assert experience(3, 4, 5, 6, 7).estimate("32.01", 3, since, since).on is None


def test_a_drawing_names_and_describes_itself_and_prints_its_numbers() -> None:
    bars = charts.bars(
        "a", "Judul & <b>", "Uraian", [Bar(label='Tahap "1"', value=4, shown="4 hk", target=5)]
    )
    points = [Point(label="Jan", value=2, shown="2"), Point(label="Feb", value=None, shown="-")]
    lines = charts.lines("b", "Tren", "Uraian", [*points, Point(label="Mar", value=3, shown="3")])
    for drawing, words in ((bars, ['Tahap "1"', "4 hk"]), (lines, ["Jan", "Mar", "2", "3"])):
        root = ElementTree.fromstring(drawing)
        space = "{http://www.w3.org/2000/svg}"
        title, told = root.find(f"{space}title"), root.find(f"{space}desc")
        assert title is not None
        assert told is not None
        assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
        printed = [each.text for each in root.iter(f"{space}text")]
        assert set(words) <= set(printed)
        assert "style=" not in drawing
        assert "script" not in drawing
    assert bars.count("<line") == 1, "what was allowed is marked"
    assert lines.count("<line") == 2, "a month without a number breaks the line"
