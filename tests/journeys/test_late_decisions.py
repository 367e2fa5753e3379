"""What silence has decided for a council: offered as what it is, only while it can be recorded."""

from __future__ import annotations

from html import unescape

from tests.journeys.answers import Journey
from tests.journeys.test_paper import SUKABUMI, silent_council, task_of
from tests.journeys.town import Town

OFFERED = "Keputusan yang sesungguhnya masih dapat dicatat"


def record_link(town: Town, task_id: str) -> str:
    made = town.call("POST", f"/tasks/{task_id}/link", {"purpose": "catat"})
    assert made.status_code == 201, made.get_data(as_text=True)
    return str(made.get_json()["url"].rpartition("/")[2])


def page_of(town: Town, token: str) -> str:
    return unescape(town.client.get(f"/t/{token}").get_data(as_text=True))


def beside(journey: Journey, town: Town, element: str) -> str:
    """The page on which Sukabumi records another task of this case."""
    journey.until(element)
    return page_of(town, record_link(town, task_of(journey, element, SUKABUMI)["id"]))


def test_what_silence_decided_is_offered_as_such_and_is_not_late(both: Town) -> None:
    journey, task = silent_council(both)
    token = record_link(both, task["id"])
    page = beside(journey, both, "tahap5_paraf_kabag")
    offered = page.partition(OFFERED)[2].partition("</section>")[0]
    assert "Mencatat keputusan DPRD" in offered
    assert "Dianggap setuju sejak" in offered
    assert (
        "Mencatat keputusan DPRD</span>"
        not in page.partition('id="catat"')[2].partition("</section>")[0]
    )
    own = page_of(both, token)
    assert "Dianggap setuju sejak" in own
    assert "selama naskah belum ditandatangani" in own
    assert "terlambat" not in own
    assert "Dapat diselesaikan juga oleh" not in own


def test_what_silence_decided_is_offered_no_more_once_something_is_signed(both: Town) -> None:
    journey, task = silent_council(both)
    token = record_link(both, task["id"])
    journey.until("tahap6_tanda_tangan").pass_with("tahap6_tanda_tangan", "32.01")
    page = beside(journey, both, "tahap6_tanda_tangan")
    assert OFFERED not in page
    over = both.client.get(f"/t/{token}")
    assert over.status_code == 409
    assert "sudah ditandatangani" in over.get_data(as_text=True)
    refused = both.call("POST", f"/tasks/{task['id']}/link", {"purpose": "catat"})
    assert refused.status_code == 409
