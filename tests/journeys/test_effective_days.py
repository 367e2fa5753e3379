"""A version counts from its day on, by the clock of the region that opens a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from processes import actions
from processes.actions import Actor, procedures, publish
from processes.errors import InvalidAnswers, NotFound
from processes.office import SHIPPED
from processes.store import procedures as versions
from processes.store import questions
from processes.store.procedures import Grounds
from processes.store.tables import Case, ProcedureVersion
from tests.journeys.town import Town

OWNER = Actor(kind="account", name="Rini Pemilik")
#: a region with its zone: West Java, South Sulawesi, Papua
WIB, WITA, WIT = ("32.01", "Asia/Jakarta"), ("73.06", "Asia/Makassar"), ("91.03", "Asia/Jayapura")
DAY = date(2026, 7, 15)


def renew(town: Town, day: date | None, *, key: str = "ksdd", basis: str = "") -> int:
    """Publish the shipped folder with another deadline; its number."""
    files = procedures.read_folder(SHIPPED / "ksdd")
    files["ksdd.bpmn"] = files["ksdd.bpmn"].replace(b'"30 hari kerja"', b'"20 hari kerja"')
    grounds = Grounds(effective_on=day, basis=basis)
    return publish(
        town.office, files, key=key, note="Tenggat", actor=OWNER, now=town.now, grounds=grounds
    ).number


def version_of_new_case(town: Town, region: str, at: datetime, **more: object) -> int:
    case_id = actions.open_case(
        town.office,
        procedure="ksdd",
        region=region,
        parties=["32.02"],
        title="Air bersih",
        actor=OWNER,
        now=at,
        **more,  # type: ignore[arg-type]
    )
    with town.office.database.read() as session:
        case = session.get_one(Case, case_id)
        return session.get_one(ProcedureVersion, case.version_id).number


@pytest.mark.parametrize(("region", "zone"), [WIB, WITA, WIT])
def test_new_cases_follow_a_version_from_midnight_of_their_own_region(
    town: Town, region: str, zone: str
) -> None:
    assert renew(town, DAY, basis="SK 12/2026") == 2
    assert town.office.kept_calendar.zones[region] == zone
    midnight = datetime(2026, 7, 15, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    last_minute = midnight.replace(hour=(midnight.hour - 1) % 24, minute=59)

    assert version_of_new_case(town, region, last_minute) == 1
    assert version_of_new_case(town, region, midnight) == 2


def test_at_one_moment_the_east_is_a_day_ahead(town: Town) -> None:
    renew(town, DAY)
    at = datetime(2026, 7, 14, 15, 30, tzinfo=UTC)  # 22.30 WIB, 23.30 WITA, 00.30 WIT
    found = [version_of_new_case(town, region, at) for region, _ in (WIB, WITA, WIT)]
    assert found == [1, 1, 2]


def test_a_version_published_later_goes_before_one_that_was_to_come(town: Town) -> None:
    renew(town, date(2026, 9, 1))
    renew(town, None)
    with town.office.database.read() as session:
        for day, number in ((date(2026, 7, 6), 3), (date(2026, 9, 2), 3)):
            found = versions.in_force(session, "ksdd", day)
            assert found is not None
            assert found.number == number


def test_what_is_to_come_is_the_newest_but_nobody_can_follow_it_yet(town: Town) -> None:
    renew(town, DAY, key="baru")
    with town.office.database.read() as session:
        before, after = (
            [v.key for v in questions.procedures_in_force(session, day)]
            for day in (date(2026, 7, 14), DAY)
        )
        newest = [v.key for v in questions.newest_procedures(session)]
        assert versions.latest(session, "baru") is not None
    assert (before, after, newest) == (["ksdd"], ["baru", "ksdd"], ["baru", "ksdd"])
    with pytest.raises(NotFound):
        actions.open_case(
            town.office,
            procedure="baru",
            region="32.01",
            parties=["32.02"],
            title="Air bersih",
            actor=OWNER,
            now=town.now,
        )


def test_a_day_that_has_gone_by_or_is_far_away_is_refused(town: Town) -> None:
    for day in (date(2026, 7, 5), date(2028, 7, 6), date(2999, 1, 1)):
        with pytest.raises(InvalidAnswers) as refused:
            renew(town, day)
        assert set(refused.value.fields) == {"effective_on"}
    assert renew(town, date(2026, 7, 6)) == 2


def test_a_version_keeps_on_what_it_rests(town: Town) -> None:
    files = procedures.read_folder(SHIPPED / "ksdd")
    whole = Grounds(basis="  SK Bupati 12/2026 ", gate_basis="PP 99/2026")
    row = publish(
        town.office, files, key="ksdd", note="Tenggat", actor=OWNER, now=town.now, grounds=whole
    )
    assert (row.basis, row.gate_basis, row.effective_on) == (
        "SK Bupati 12/2026",
        "PP 99/2026",
        None,
    )
    assert (row.published_by, row.asked_by, row.approved_by) == ("Rini Pemilik", "", "")
    with pytest.raises(InvalidAnswers):
        publish(
            town.office,
            files,
            key="ksdd",
            note="Tenggat",
            actor=OWNER,
            now=town.now,
            grounds=replace(whole, basis="x" * 301),
        )
