"""Pauses and extensions hold, whatever is learnt later about the day a clock counts from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tests.journeys.answers import Journey
from tests.journeys.test_receipt_dates import asked_without_receipt, supplement
from tests.journeys.test_reminders import live, told, working_days_after
from tests.journeys.test_repairs import act, due_day, open_task
from tests.journeys.town import Town
from tests.test_settings_have_effect import FIRST, publish

BOGOR, SUKABUMI = "32.01", "32.02"
WIB = ZoneInfo("Asia/Jakarta")
COUNCIL, ASKED = "tahap4_keputusan_dprd", "tahap4_permohonan_dprd"
WRONG = "Tanda terima keliru dibaca"


def on(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=WIB).astimezone(UTC)


def closed(journey: Journey, element: str, region: str = BOGOR) -> dict[str, object]:
    return [t for t in journey.case["tasks"] if (t["element"], t["region"]) == (element, region)][
        -1
    ]


def test_a_councils_clock_keeps_its_pauses_and_extensions_when_a_receipt_is_entered(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until(ASKED).answer(ASKED, tanggal_terima=None)
    council, letter = open_task(journey, COUNCIL), closed(journey, ASKED)
    both.at(on(date(2026, 7, 8)))
    act(both, council, "pause")
    both.at(on(date(2026, 7, 10)))
    act(both, council, "resume")
    supplement(both, letter, answers={"tanggal_terima": "2026-07-06"})
    assert due_day(open_task(journey, COUNCIL)) == working_days_after(date(2026, 7, 6), 45 + 2)

    # what is granted by working days comes on top of the corrected count, pauses included
    act(both, council, "extend", working_days=10)
    both.at(on(date(2026, 7, 13)))
    act(both, council, "pause")
    supplement(both, letter, answers={"tanggal_terima": "2026-07-07"}, reason=WRONG)
    both.at(on(date(2026, 7, 20)))
    due = due_day(act(both, council, "resume"))
    assert due == working_days_after(date(2026, 7, 7), 45 + 2 + 10 + 5)

    # a pause before the day from which it really counts took nothing from the clock
    supplement(both, letter, answers={"tanggal_terima": "2026-07-09"}, reason=WRONG)
    due = due_day(open_task(journey, COUNCIL))
    assert due == working_days_after(date(2026, 7, 9), 45 + 1 + 10 + 5)
    entries = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    told = [e["details"]["deadlines"] for e in entries if e["kind"] == "task.supplemented"][-1]
    assert [each["task"] for each in told] == [council["id"]]
    before = working_days_after(date(2026, 7, 7), 45 + 2 + 10 + 5)
    assert datetime.fromisoformat(told[0]["before"]).astimezone(WIB).date() == before
    assert datetime.fromisoformat(told[0]["after"]).astimezone(WIB).date() == due

    both.at(on(due, 15))
    assert journey.elements == [COUNCIL]
    both.at(on(due, 17))
    assert journey.elements == ["tahap5_paraf_kabag"] * 2


def test_a_silent_partners_clocks_pause_and_move_with_its_deadline(both: Town) -> None:
    journey = asked_without_receipt(both)
    [letter] = [t for t in journey.case["tasks"] if t["element"] == "tahap1_surat"]
    asked = open_task(journey, "tahap2_kesediaan", SUKABUMI)
    day = working_days_after(date(2026, 7, 6), 34)
    act(both, asked, "extend", due_on=day.isoformat())
    supplement(both, letter, answers={"tanggal_terima": {SUKABUMI: "2026-07-06"}})
    asked = open_task(journey, "tahap2_kesediaan", SUKABUMI)
    assert due_day(asked) == day, "a day that was set by hand stands"

    both.at(on(date(2026, 7, 15)))
    act(both, asked, "pause")
    both.at(on(date(2026, 12, 1)))
    assert journey.elements == ["tahap2_kesediaan"]
    asked = act(both, asked, "resume")
    left = sum(working_days_after(date(2026, 7, 15), n) <= day for n in range(1, 35))
    day = working_days_after(date(2026, 12, 1), left)
    assert due_day(asked) == day
    both.at(on(day, 15))
    assert journey.elements == ["tahap2_kesediaan"]
    both.at(on(day, 17))
    assert sorted(journey.elements) == ["tahap2_kesediaan", "tahap2_surat_kedua"]

    # a second extension, after the second letter: the report waits fifteen days more than it
    day = working_days_after(day, 10)
    act(both, asked, "extend", working_days=10)
    both.at(on(working_days_after(day, 15), 15))
    assert "tahap2_laporan_gwpp" not in journey.elements
    both.at(on(working_days_after(day, 15), 17))
    assert "tahap2_laporan_gwpp" in journey.elements


def test_a_later_receipt_moves_a_day_set_by_hand_when_the_new_count_is_later(both: Town) -> None:
    journey = asked_without_receipt(both)
    [letter] = [t for t in journey.case["tasks"] if t["element"] == "tahap1_surat"]
    asked = open_task(journey, "tahap2_kesediaan", SUKABUMI)
    act(both, asked, "extend", due_on=working_days_after(date(2026, 7, 6), 32).isoformat())
    both.at(on(date(2026, 7, 13)))
    supplement(both, letter, answers={"tanggal_terima": {SUKABUMI: "2026-07-13"}})
    day = working_days_after(date(2026, 7, 13), 30)
    assert due_day(open_task(journey, "tahap2_kesediaan", SUKABUMI)) == day
    both.at(on(day, 15))
    assert journey.elements == ["tahap2_kesediaan"]
    both.at(on(day, 17))
    assert "tahap2_surat_kedua" in journey.elements


def test_a_deadline_that_only_an_extension_gave_survives_a_pause(both: Town) -> None:
    publish(both, {FIRST: {"dueDate": ""}})
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, FIRST)
    assert task["due_at"] is None
    act(both, task, "extend", due_on="2026-07-20")
    act(both, task, "pause")
    both.at(on(date(2026, 7, 8)))
    assert due_day(act(both, task, "resume")) == date(2026, 7, 22)


def test_what_stopped_on_its_last_day_is_not_due_on_a_day_off(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = open_task(journey, "tahap1_permohonan")
    assert due_day(task) == date(2026, 7, 13)
    both.at(on(date(2026, 7, 13)))
    act(both, task, "pause")
    both.at(on(date(2026, 7, 18), 20))
    assert due_day(act(both, task, "resume")) == date(2026, 7, 20), "not that Saturday"
    live(both, date(2026, 7, 25))
    reminded = [day for day, _ in told(both, "Pengingat")]
    assert reminded == [date(2026, 7, 20), date(2026, 7, 22), date(2026, 7, 24)]
