"""What waits is counted, grouped and listed as an independent count in Python says it should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from processes.actions.horizon import NEAR_DAYS, horizon_of
from processes.office import Office
from processes.settings import Settings
from processes.store import questions
from processes.store.questions.sight import sight
from processes.store.questions.standing import Horizon, Standing
from processes.store.questions.waiting import Order, cases_that_say, waiting_counts, waiting_tasks
from processes.store.questions.waiting_groups import Grouping, waiting_groups
from processes.store.questions.waiting_rows import WaitingFilters
from processes.store.tables import Case, Official, Party, Task, TaskHolder, TaskStatus
from processes.store.viewer import Viewer
from tests.bench import many
from tests.bench.places import Postgres

ALL = Viewer.system()
EVERY = 10_000


class Installation:
    """A filled installation, and the same questions answered by going through every row."""

    def __init__(self, office: Office, now: datetime) -> None:
        self.office, self.now = office, now
        self.horizon: Horizon = horizon_of(office, now)
        with office.database.read() as session:
            self.tasks = list(session.scalars(select(Task)))
            self.cases = {case.id: case for case in session.scalars(select(Case))}
            self.officials = {each.id: each for each in session.scalars(select(Official))}
            self.parties = list(session.scalars(select(Party)))
            self.holders = list(session.scalars(select(TaskHolder)))

    def wanted(self, viewer: Viewer, keep: Callable[[Task], bool] = lambda _: True) -> list[Task]:
        """The open tasks the viewer sees, by going through all of them."""
        regions = viewer.regions
        seen = {p.case_id for p in self.parties if regions is None or p.region_code in regions}
        waiting = (task for task in self.tasks if task.status is TaskStatus.OPEN)
        return [task for task in waiting if task.case_id in seen and keep(task)]

    def stands(self, task: Task) -> set[Standing]:
        """Every standing of a task, by the calendar of its own region."""
        calendar, region = self.office.calendar, task.region_code
        found = set() if self.people(task) else {Standing.UNHELD}
        if task.due_at is None:
            return found | {Standing.PAUSED if task.paused_at else Standing.NO_DEADLINE}
        if task.due_at < self.now:
            return found | {Standing.LATE}
        today, due = calendar.today(self.now, region), calendar.today(task.due_at, region)
        if due == today:
            found.add(Standing.TODAY)
        near = due <= calendar.add_working_days(today, NEAR_DAYS, region)
        return found | {Standing.SOON if near else Standing.LATER}

    def people(self, task: Task) -> set[str]:
        """Ids of those who hold a task."""
        held = (h.official_id for h in self.holders if h.task_id == task.id)
        return {self.officials[official].person_id for official in held}


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One installation of each kind for all tests: nothing here changes it."""
    folder: Path = tmp_path_factory.mktemp("filled")
    url = f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}"
    now = datetime.fromisoformat("2026-03-02T02:00:00+00:00")
    with _database(request, url) as where:
        office = Office.open(
            Settings(env="development", data=folder, database_url=where, sample=False)
        )
        many.fill(office, many.Extent(running=120, ended=40, open_tasks=360), now)
        yield Installation(office, now)
        office.close()


def _database(request: pytest.FixtureRequest, url: str) -> AbstractContextManager[str]:
    if request.param == "sqlite":
        return nullcontext(url)
    return Postgres(server=request.getfixturevalue("postgres_url")).fresh()


def viewers(filled: Installation) -> list[Viewer]:
    """The installation, a region with many cases, and one with few."""
    busy = Counter(p.region_code for p in filled.parties).most_common()
    return [ALL, Viewer.of_region(busy[0][0]), Viewer.of_region(busy[-1][0])]


def filters_of(filled: Installation) -> list[tuple[WaitingFilters, Callable[[Task], bool]]]:
    """Filters, each with what it means."""
    some = next(task for task in filled.wanted(ALL) if filled.people(task))
    person = min(filled.people(some))
    number = filled.cases[some.case_id].number
    region, role, stage = some.region_code, some.role, some.stage
    return [
        (WaitingFilters(), lambda _: True),
        (WaitingFilters(region=region), lambda t: t.region_code == region),
        (WaitingFilters(stage=stage), lambda t: t.stage == stage),
        (WaitingFilters(role=role), lambda t: t.role == role),
        (WaitingFilters(person=person), lambda t: person in filled.people(t)),
        (
            WaitingFilters(stage=stage, role=role),
            lambda t: (t.stage, t.role) == (stage, role),
        ),
        (WaitingFilters(element=some.element), lambda t: t.element == some.element),
        (
            WaitingFilters(version=filled.cases[some.case_id].version_id),
            lambda _: True,
        ),
        (
            WaitingFilters(cases=(some.case_id,)),
            lambda t: filled.cases[t.case_id].number == number,
        ),
        (WaitingFilters(cases=()), lambda _: False),
    ]


def test_every_standing_is_counted_as_the_calendar_says(filled: Installation) -> None:
    for viewer in viewers(filled):
        for filters, keep in filters_of(filled):
            wanted = filled.wanted(viewer, keep)
            by_hand = Counter(standing for task in wanted for standing in filled.stands(task))
            with filled.office.database.read() as session:
                counts = waiting_counts(session, viewer, filters, filled.horizon)
                for grouping in set(Grouping) - {Grouping.PERSON}:
                    groups = waiting_groups(
                        session, viewer, filters, grouping, filled.horizon, limit=1
                    )
                    known = waiting_counts(session, viewer, filters, filled.horizon, known=groups)
                    assert known == counts, (viewer, filters, grouping)
            assert counts.total == len(wanted), (viewer, filters)
            assert counts.by_standing == {s: by_hand[s] for s in Standing}, (viewer, filters)


def test_every_group_has_the_numbers_of_its_tasks(filled: Installation) -> None:
    def keys(grouping: Grouping, task: Task) -> list[tuple[object, ...]]:
        return {
            Grouping.REGION: [(task.region_code,)],
            Grouping.STAGE: [(task.stage,)],
            Grouping.OFFICE: [(task.region_code, task.role)],
            Grouping.PERSON: [(person,) for person in filled.people(task)],
        }[grouping]

    for viewer in viewers(filled):
        for filters, keep in filters_of(filled):
            wanted = filled.wanted(viewer, keep)
            for grouping in Grouping:
                with filled.office.database.read() as session:
                    found_groups = waiting_groups(
                        session, viewer, filters, grouping, filled.horizon, limit=EVERY
                    )
                groups = found_groups.first
                found = {g.key: (g.open, g.late, g.soon) for g in groups}
                by_hand: dict[tuple[object, ...], tuple[int, int, int]] = {}
                for task in wanted:
                    stands = filled.stands(task)
                    for key in keys(grouping, task):
                        waiting, late, soon = by_hand.get(key, (0, 0, 0))
                        by_hand[key] = (
                            waiting + 1,
                            late + (Standing.LATE in stands),
                            soon + (Standing.SOON in stands),
                        )
                assert found == by_hand, (viewer, filters, grouping)
                assert [g.late for g in groups] == sorted((g.late for g in groups), reverse=True)


def test_the_first_groups_are_those_of_all_groups(filled: Installation) -> None:
    for viewer in viewers(filled):
        for filters, _keep in filters_of(filled):
            for grouping in Grouping:
                with filled.office.database.read() as session:
                    every, *some = (
                        waiting_groups(
                            session, viewer, filters, grouping, filled.horizon, limit=limit
                        )
                        for limit in (EVERY, 1, 3)
                    )
                for limit, found in zip((1, 3), some, strict=True):
                    assert found.first == every.first[:limit], (viewer, filters, grouping)
                    assert (found.late, found.soon) == (every.late, every.soon)


def test_the_list_of_every_standing_is_whole_and_comes_page_by_page(filled: Installation) -> None:
    for viewer in viewers(filled):
        for standing in (None, *Standing):
            filters = WaitingFilters(standing=standing)
            wanted = filled.wanted(viewer, lambda t, s=standing: s is None or s in filled.stands(t))
            with filled.office.database.read() as session:
                pages = [
                    waiting_tasks(session, viewer, filters, filled.horizon, limit=50, offset=offset)
                    for offset in range(0, len(wanted) + 1, 50)
                ]
            listed = [row.task.id for page in pages for row in page]
            assert sorted(listed) == sorted(task.id for task in wanted), (viewer, standing)


def test_the_list_is_sorted_both_ways(filled: Installation) -> None:
    last = datetime.max.replace(tzinfo=filled.now.tzinfo)
    by: dict[Order, Callable[[Task], object]] = {
        Order.DUE: lambda t: t.due_at or last,
        Order.SINCE: lambda t: t.opened_at,
        Order.REGION: lambda t: t.region_code,
        Order.STAGE: lambda t: t.stage,
        Order.CASE: lambda t: filled.cases[t.case_id].number,
    }
    for order, key in by.items():
        with filled.office.database.read() as session:
            ways = [
                [
                    row.task
                    for row in waiting_tasks(
                        session,
                        ALL,
                        WaitingFilters(),
                        filled.horizon,
                        order=order,
                        descending=descending,
                        limit=EVERY,
                    )
                ]
                for descending in (False, True)
            ]
        up, down = ([key(task) for task in way] for way in ways)
        assert up == sorted(up), order  # type: ignore[type-var]
        assert down == sorted(down, reverse=True), order  # type: ignore[type-var]


def test_words_find_cases_that_go_on_and_that_the_viewer_sees(filled: Installation) -> None:
    ended = next(case for case in filled.cases.values() if case.closed_at is not None)
    goes_on = next(case for case in filled.cases.values() if case.closed_at is None)
    stranger = Viewer.of_region(
        next(
            p.region_code
            for p in filled.parties
            if goes_on.id
            not in {q.case_id for q in filled.parties if q.region_code == p.region_code}
        )
    )
    with filled.office.database.read() as session:
        assert cases_that_say(session, ALL, ended.number) == ()
        assert cases_that_say(session, ALL, goes_on.number.lower()) == (goes_on.id,)
        assert cases_that_say(session, ALL, goes_on.title) == (goes_on.id,)
        assert cases_that_say(session, stranger, goes_on.number) == ()
        assert cases_that_say(session, ALL, "%' OR 1=1 --") == ()


def test_a_feast_of_one_region_moves_what_is_near_there_only(filled: Installation) -> None:
    """32.01 has its near days until later: what is due by then is near there, and nowhere else."""
    ends = filled.horizon.bounds[-1].soon_ends
    own = replace(
        filled.horizon.bounds[-1],
        soon_ends=ends + timedelta(days=30),
        regions=frozenset({"32.01"}),
    )
    moved = replace(filled.horizon, bounds=(own, *filled.horizon.bounds))
    with filled.office.database.read() as session:

        def near(region: str, horizon: Horizon) -> int:
            filters = WaitingFilters(region=region)
            return waiting_counts(session, ALL, filters, horizon).by_standing[Standing.SOON]

        later = [
            task
            for task in filled.wanted(ALL, lambda t: t.region_code == "32.01")
            if task.due_at is not None and ends <= task.due_at < own.soon_ends
        ]
        assert later
        assert near("32.01", moved) == near("32.01", filled.horizon) + len(later)
        assert near("32.02", moved) == near("32.02", filled.horizon)
        filters = WaitingFilters(region="32.01", standing=Standing.SOON)
        listed = waiting_tasks(session, ALL, filters, moved, limit=EVERY)
        assert len(listed) == near("32.01", moved)


def test_open_cases_are_seen_as_all_cases_are(filled: Installation) -> None:
    """The sight of open cases leaves out nothing that waits."""
    viewer = viewers(filled)[1]
    with filled.office.database.read() as session:
        seen = set(session.scalars(select(sight(viewer).c.case_id)))
        counted = waiting_counts(session, viewer, WaitingFilters(), filled.horizon).total
        waiting = [t for t in filled.wanted(ALL) if t.case_id in seen]
        assert questions.counts(session, viewer, filled.now).open_tasks == len(waiting) == counted
