"""Going once over the tasks and sorting each into its kind, stage, office and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from processes.engine.calendar import WorkingCalendar
from processes.engine.day_count import DayCount
from processes.store.questions.performance import ClockFacts, KindName, TimedTask
from processes.store.tables import TaskStatus
from webhooks.reports.figures import (
    Figures,
    KindRow,
    MonthRow,
    OfficeRow,
    StageRow,
    Tally,
    middle,
    nine_of_ten,
)

#: an office is ranked when it finished at least so many tasks that had a deadline
RANKED_FROM = 3
NOTHING = ClockFacts()
DONE = TaskStatus.DONE.value


@dataclass(frozen=True, kw_only=True)
class Period:
    """Which days are counted, first and last, and how many months the trend goes back from then."""

    first: date
    last: date
    months: int = 12

    @property
    def trend(self) -> list[date]:
        """The first day of each month of the trend, the oldest first."""
        last = self.last.year * 12 + self.last.month - 1
        numbers = range(last - self.months + 1, last + 1)
        return [date(number // 12, number % 12 + 1, 1) for number in numbers]

    @property
    def since(self) -> datetime:
        """A moment before which nothing is counted in any zone."""
        first = min(self.first, self.trend[0])
        return datetime.combine(first, time(), UTC) - timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that one pass over the tasks finds."""

    total: Figures
    stages: list[StageRow]
    kinds: list[KindRow]
    #: the slowest first: the smallest share in time, then the longest
    offices: list[OfficeRow]
    trend: list[MonthRow]
    #: cases with a task that was opened, finished or open in the period
    cases: int


@dataclass(kw_only=True)
class _Stay:
    """One case in one stage."""

    first: int
    last: int
    is_over: bool
    returns: int = 0
    paused: list[tuple[int, int]] = field(default_factory=list)


class Counter:
    """One pass. Tasks come case by case, in the order they were opened in each.

    `names` say what elements and stages are called, the newest last.
    """

    def __init__(
        self,
        calendar: WorkingCalendar,
        period: Period,
        clocks: Mapping[str, ClockFacts],
        names: Sequence[KindName],
        now: datetime,
    ) -> None:
        self._calendar, self._period, self._clocks, self._now = calendar, period, clocks, now
        self._count = DayCount(calendar)
        self._utc_now = now.astimezone(UTC).replace(tzinfo=None)
        self._offsets: dict[str, timedelta] = {}
        self._first, self._last = period.first.toordinal(), period.last.toordinal()
        self._named = {name.element: name for name in names}
        self._stage_names = {name.stage: name.stage_name for name in names}
        self._trend = {month.year * 12 + month.month: Tally() for month in period.trend}
        self._kinds: dict[str, Tally] = defaultdict(Tally)
        self._offices: dict[tuple[str, str], Tally] = defaultdict(Tally)
        self._passes: dict[int, list[int]] = defaultdict(list)
        self._met: dict[int, int] = defaultdict(int)
        self._back: dict[int, int] = defaultdict(int)
        self._cases = 0
        self._case = ""
        self._region = ""
        self._known: set[tuple[str, str, str | None]] = set()
        self._stays: dict[int, _Stay] = {}

    def count(self, tasks: Iterable[TimedTask]) -> Report:
        """The report over these tasks."""
        for task in tasks:
            if task.case_id != self._case:
                self._leave_case()
                self._case, self._region = task.case_id, task.region
            self._take(task)
        self._leave_case()
        return self._report()

    def _take(self, task: TimedTask) -> None:
        offset = self._offset(task.region)
        opened = (task.opened_at + offset).toordinal()
        closed_at = task.closed_at
        closed = None if closed_at is None else (closed_at + offset).toordinal()
        kind, house = self._kinds[task.element], self._offices[task.role, task.region]
        clock = self._clocks.get(task.task_id, NOTHING)
        came_back = self._comes_back(task, opened)
        kind.returns += came_back
        house.returns += came_back
        self._stay(task, opened, closed, came_back, clock)
        if closed is None or closed_at is None:
            late = task.due_at is not None and task.due_at < self._utc_now
            for pile in (kind, house):
                pile.open += 1
                pile.late += late
        elif task.status == DONE:
            self._finish(task, clock, opened, closed, (kind, house))
        elif self._first <= closed <= self._last:
            kind.cancelled += 1
            house.cancelled += 1

    def _comes_back(self, task: TimedTask, opened: int) -> bool:
        """Whether the same task was open in the case before, and again in the period."""
        key = (task.element, task.region, task.concerns)
        if key in self._known:
            return self._first <= opened <= self._last
        self._known.add(key)
        return False

    def _finish(
        self, task: TimedTask, clock: ClockFacts, opened: int, closed: int, piles: tuple[Tally, ...]
    ) -> None:
        closed_at = task.closed_at or task.opened_at
        region, began, still = task.region, opened, 0
        if clock is not NOTHING or task.paused_at is not None:
            if clock.received_on is not None:
                began = min(max(opened, clock.received_on.toordinal()), closed)
            still = self._still(clock, task, began, closed)
        length = self._count.between(began, closed, region) - still
        seconds = (closed_at - task.opened_at).total_seconds()
        if not self._first <= closed <= self._last:
            piles = ()
        day = date.fromordinal(closed)
        month = self._trend.get(day.year * 12 + day.month)
        if month is not None and closed <= self._last:
            piles = (*piles, month)
        for pile in piles:
            pile.lengths.append(length)
            pile.seconds.append(seconds)
        if task.due_at is None:
            return
        in_time = closed_at <= task.due_at
        due = (task.due_at + self._offset(region)).toordinal()
        target = self._count.between(began, due, region) - still
        for pile in piles:
            pile.targets.append(target)
            pile.on_time += in_time

    def _still(self, clock: ClockFacts, task: TimedTask, began: int, closed: int) -> int:
        """Working days between the two days on which the clock stood still."""
        pauses = [(a.toordinal(), b.toordinal()) for a, b in clock.pauses]
        if task.paused_at is not None:
            stopped = task.paused_at + self._offset(task.region)
            pauses.append((stopped.toordinal(), closed))
        return self._within(pauses, began, closed, task.region)

    def _within(self, pauses: list[tuple[int, int]], began: int, closed: int, region: str) -> int:
        """Working days of the pauses inside a span, those in several of them once."""
        total, upto = 0, began
        for stopped, started in sorted(pauses):
            stopped, started = max(stopped, upto), min(started, closed)
            if started > stopped:
                total += self._count.between(stopped, started, region)
                upto = started
        return total

    def _stay(
        self, task: TimedTask, opened: int, closed: int | None, came_back: bool, clock: ClockFacts
    ) -> None:
        number = self._named[task.element].stage
        stay = self._stays.get(number)
        if stay is None:
            stay = self._stays[number] = _Stay(first=opened, last=opened, is_over=True)
        stay.first = min(stay.first, opened)
        stay.last = max(stay.last, closed or opened)
        stay.is_over = stay.is_over and closed is not None
        stay.returns += came_back
        stay.paused += [(a.toordinal(), b.toordinal()) for a, b in clock.pauses]

    def _leave_case(self) -> None:
        """Close the books of one case."""
        is_met = False
        for number, stay in self._stays.items():
            if (stay.is_over and stay.last < self._first) or stay.first > self._last:
                continue
            is_met = True
            self._met[number] += 1
            self._back[number] += stay.returns > 0
            if stay.is_over and stay.last <= self._last:
                whole = self._count.between(stay.first, stay.last, self._region)
                still = self._within(stay.paused, stay.first, stay.last, self._region)
                self._passes[number].append(whole - still)
        self._cases += is_met
        self._known.clear()
        self._stays.clear()

    def _offset(self, region: str) -> timedelta:
        """How far the region's clock is ahead of UTC; in Indonesia the same since 1988."""
        found = self._offsets.get(region)
        if found is None:
            ahead = self._now.astimezone(self._calendar.zone(region)).utcoffset()
            found = self._offsets[region] = ahead or timedelta()
        return found

    def _report(self) -> Report:
        total, stages = Tally(), defaultdict[int, Tally](Tally)
        for element, tally in self._kinds.items():
            total.add(tally)
            stages[self._named[element].stage].add(tally)
        offices = [
            OfficeRow(role=role, region=region, figures=tally.figures())
            for (role, region), tally in self._offices.items()
            if len(tally.targets) >= RANKED_FROM
        ]
        kinds = [
            KindRow(element=element, name=name.name, stage=name.stage, figures=tally.figures())
            for element, tally in self._kinds.items()
            for name in (self._named[element],)
        ]
        return Report(
            total=total.figures(),
            stages=[self._stage_row(number, stages[number]) for number in sorted(stages)],
            kinds=sorted(kinds, key=lambda row: (row.stage, row.element)),
            offices=sorted(offices, key=_slowest_first),
            trend=[
                MonthRow(month=month, figures=tally.figures())
                for month, tally in zip(self._period.trend, self._trend.values(), strict=True)
            ],
            cases=self._cases,
        )

    def _stage_row(self, number: int, tally: Tally) -> StageRow:
        passes = self._passes[number]
        return StageRow(
            number=number,
            name=self._stage_names.get(number, ""),
            figures=tally.figures(),
            passed=len(passes),
            middle=middle(passes),
            slowest_tenth=nine_of_ten(passes),
            cases=self._met[number],
            came_back=self._back[number],
        )


def _slowest_first(row: OfficeRow) -> tuple[float, int, str, str]:
    figures = row.figures
    rate = 1.0 if figures.rate is None else figures.rate
    return rate, -(figures.slowest_tenth or 0), row.region, row.role
