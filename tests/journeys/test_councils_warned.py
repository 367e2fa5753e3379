"""A council's silence: its house is warned before it counts, and nobody else decides for it."""

from __future__ import annotations

from collections import Counter
from datetime import date

from tests.journeys.answers import Journey
from tests.journeys.test_clocks_granted import ASKED, COUNCIL, closed, on
from tests.journeys.test_receipt_dates import supplement
from tests.journeys.test_reminders import mails, working_days_after
from tests.journeys.test_repairs import WHY, due_day, open_task
from tests.journeys.town import Town
from tests.test_settings_have_effect import publish
from worker.tick import tick

BOGOR, SUKABUMI = "32.01", "32.02"
WARNED = ["kabag.3201", "sekda.3201", "sekretaris-dprd.3201"]


def warnings(town: Town) -> list[tuple[date, str, str]]:
    return [
        (at.date(), to.split("@")[0], body)
        for at, to, subject, body in mails(town)
        if subject.startswith(
            "Peringatan: Mencatat keputusan DPRD, “Dianggap setuju” bila belum dijawab sampai "
        )
    ]


def look(town: Town, day: date) -> None:
    """The sweeps look at nine."""
    town.now = on(day, 9)
    tick(town.office, town.now)


def test_secretary_kabag_and_sekda_are_warned_ten_and_three_days_before_silence_counts(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until(COUNCIL)
    council = open_task(journey, COUNCIL)

    [sekda] = both.call("GET", f"/officials?region={BOGOR}&role=sekda").get_json()["items"]
    body = {**WHY, "official": sekda["id"]}
    refused = both.call("POST", f"/tasks/{council['id']}/reassign", body)
    assert refused.status_code == 422
    assert "catat Plh." in refused.get_json()["errors"]["official"]
    assert open_task(journey, COUNCIL)["holder"] == council["holder"]

    words = "-12 hari kerja: asisten, peringatkan; -5 hari kerja: asisten, peringatkan"
    publish(both, {COUNCIL: {"eskalasi": words}})
    unknown = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    unknown.until(ASKED).answer(ASKED, tanggal_terima=None)
    both.read_mail()  # a letter that lies long would be shared by the warning
    due = due_day(council)
    tenth, fifth, third = (working_days_after(due, -before) for before in (10, 5, 3))
    look(both, tenth)
    assert {who for _, who, _ in warnings(both)} == set(WARNED), "no receipt, no warning"
    supplement(both, closed(unknown, ASKED), answers={"tanggal_terima": "2026-07-06"})
    for day in (tenth, fifth, third, due):
        look(both, day)
    told = warnings(both)
    expected = [(day, who) for day in (tenth, third) for who in WARNED]
    expected += [(day, "asisten.3201") for day in (tenth, fifth)]
    assert Counter((day, who) for day, who, _ in told) == Counter(expected)
    assert all("belum selesai pada tenggatnya" not in text for *_, text in told)
    assert {who for _, who, text in told if "/t/" in text} == {"sekretaris-dprd.3201"}
