"""Robots that send what a page has filled in: nothing is finished by them, nothing put forward."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from tests.journeys.answers import SCAN, Journey
from tests.journeys.town import Town, flat

BOGOR, SUKABUMI = "32.01", "32.02"
#: inputs of which nothing is sent as long as nobody touches them
ASKED = ("radio", "checkbox", "file")
PAPER = {
    "dicatat_dari.nomor": "119/88-Pem/2026",
    "dicatat_dari.tanggal": "2026-03-02",
    "dicatat_dari.penanda_tangan": "Kepala Bagian Contoh",
    "dicatat_dari.dokumen": SCAN,
}


class Untouched(HTMLParser):
    """What a browser would send of the form `isian` when nobody touched it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._inside = False
        self._list = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == "isian"
        name, value = given.get("name") or "", given.get("value") or ""
        if not self._inside:
            return
        if tag == "select":
            self._list = name
        elif tag == "option" and self._list and "selected" in given:
            self.values[self._list] = value
        elif tag == "textarea":
            self.values[name] = ""
        elif tag == "input" and (given.get("type") not in ASKED or "checked" in given):
            self.values[name] = value


def untouched(town: Town, token: str) -> dict[str, Any]:
    return Untouched(town.app.test_client().get(f"/t/{token}").get_data(as_text=True)).values


def record_link(town: Town, journey: Journey, element: str, region: str) -> str:
    """A link by which the holder's house records a task from paper."""
    [task] = [
        task["id"]
        for task in journey.case["tasks"]
        if (task["element"], task["region"], task["status"]) == (element, region, "open")
    ]
    made = town.call("POST", f"/tasks/{task}/link", {"purpose": "catat"})
    return str(made.get_json()["url"].rpartition("/")[2])


@pytest.mark.parametrize(
    ("element", "region", "purpose", "answers"),
    [
        ("tahap5_paraf_kabag", BOGOR, "catat", {"paraf": "paraf", **PAPER}),
        ("tahap2_kesediaan", SUKABUMI, "siapkan", {}),
    ],
)
def test_a_draft_of_a_form_without_a_second_look_is_sent_by_a_tick_only(
    town: Town, element: str, region: str, purpose: str, answers: dict[str, Any]
) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI]).until(element)
    if purpose == "catat":
        token = record_link(town, journey, element, region)
    else:
        token = town.link(journey.id, element, region, purpose=purpose)
    typed = {**untouched(town, token), **flat(answers or journey.plan[element]), "_simpan": "1"}
    town.client.post(f"/t/{token}", data=typed, content_type="multipart/form-data")
    before = town.call("GET", f"/cases/{journey.id}/history").get_json()

    robot = town.app.test_client().post(f"/t/{token}", data=untouched(town, token))

    assert robot.status_code == 422
    assert 'name="_pernyataan"' in robot.get_data(as_text=True)
    assert town.call("GET", f"/cases/{journey.id}/history").get_json() == before
    sent = {**untouched(town, token), "_pernyataan": "ya"}
    assert town.client.post(f"/t/{token}", data=sent).status_code == 200
    assert town.call("GET", f"/cases/{journey.id}/history").get_json() != before
