"""The title of a case is what its first form says, however often that is asked again."""

from __future__ import annotations

import pytest

from tests.journeys.answers import Journey
from tests.journeys.mailbox import Mailbox
from tests.journeys.ten_stages import TenStages
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
OPENED, ASKED = "Pelayanan Publik", "Penyediaan Air Bersih"


def form(town: Town, journey: Journey) -> str:
    """The page on which the request is written."""
    token = town.link(journey.id, "tahap1_permohonan", BOGOR)
    return town.client.get(f"/t/{token}").get_data(as_text=True)


@pytest.mark.parametrize("procedure", [Journey, TenStages])
def test_the_title_in_the_request_is_the_title_of_the_case(
    both: Town, procedure: type[Journey]
) -> None:
    journey = procedure(both, [BOGOR, SUKABUMI], title=OPENED)
    assert f'value="{OPENED}"' in form(both, journey)
    letters = Mailbox(both)
    letters.fresh()
    journey.answer("tahap1_permohonan", judul=f"  {ASKED} ")
    assert journey.case["title"] == ASKED
    history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    [told] = [entry["details"] for entry in history if entry["kind"] == "case.titled"]
    assert told == {"before": OPENED, "after": ASKED}
    assert all(f"Judul: {ASKED}" in mail.text for mail in letters.fresh())
    assert both.link(journey.id, "tahap1_telaah", BOGOR), "somebody was written to"


def test_a_system_that_answers_with_the_example_keeps_the_title(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], title=OPENED)
    [task] = journey.case["tasks"]
    asked = both.call("GET", f"/tasks/{task['id']}").get_json()["schema"]["properties"]
    assert asked["judul"]["examples"] == [OPENED]


def test_who_takes_his_answer_back_has_the_old_title_again(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], title=OPENED)
    token = both.link(journey.id, "tahap1_permohonan", BOGOR)
    journey.answer("tahap1_permohonan", judul=ASKED)
    sent = {"_tindakan": "tarik", "sure": "ya"}
    assert both.post(token, sent, form="tarik").status_code == 200
    assert journey.case["title"] == OPENED
    assert journey.elements == ["tahap1_permohonan"]


def test_a_later_round_of_the_request_begins_with_the_title_and_may_change_it(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], title=OPENED)
    journey.answer("tahap1_permohonan", judul=ASKED)
    journey.answer("tahap1_telaah", hasil="perbaikan", catatan="Judul terlalu umum")
    assert f'value="{ASKED}"' in form(both, journey)
    journey.answer("tahap1_permohonan", judul="Air Bersih Perbatasan")
    assert journey.case["title"] == "Air Bersih Perbatasan"
