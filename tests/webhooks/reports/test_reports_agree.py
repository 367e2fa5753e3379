"""What the report says is what the exported log says, counted by other code from the log alone."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from processes.office import Office
from tests.webhooks.forms import key_in
from tests.webhooks.reports.cast import BADUNG, BOGOR, STRANGER, SUKABUMI
from tests.webhooks.reports.conftest import Enter
from tests.webhooks.reports.recount import recount, works

ALL = "since=2024-01-01&until=2026-07-06&lang=en"


def log_of(browser: FlaskClient, query: str = ALL, **form: str) -> bytes:
    key = key_in(browser.get("/laporan/log").text)
    answer = browser.post(f"/laporan/log?{query}", data={"_kunci": key, "format": "xes", **form})
    assert answer.status_code == 200, answer.text
    return answer.data


def kinds_of(browser: FlaskClient, query: str = ALL) -> dict[str, dict[str, str]]:
    text = browser.get(f"/laporan/ringkasan-tugas.csv?{query}").data.decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return {row["Element of the diagram"]: row for row in rows}


@pytest.mark.parametrize("region", [None, BADUNG])
@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        (ALL, date(2024, 1, 1), date(2026, 7, 6)),
        ("since=2026-01-12&until=2026-03-27&lang=en", date(2026, 1, 12), date(2026, 3, 27)),
    ],
)
def test_each_line_of_the_report_follows_from_the_log(
    worked: Office, enter: Enter, region: str | None, query: str, first: date, last: date
) -> None:
    browser = enter(region)
    found = [work for work in works(log_of(browser)) if region in (None, work.region)]
    again = recount(found, worked.calendar, first, last)
    told = {e: row for e, row in kinds_of(browser, query).items() if row["Finished"] != "0"}
    assert told.keys() == again.keys()
    assert len(again) > 3
    for element, row in told.items():
        line = again[element]
        assert int(row["Finished"]) == line.count, element
        assert float(row["Median (wd)"]) == line.middle, element
        assert int(row["90th percentile (wd)"]) == line.slowest_tenth, element
        assert float(row["On time"]) == pytest.approx(line.in_time / line.count, abs=1e-4)
        assert int(row["Came back"]) == line.returns, element
        assert float(row["Median (calendar days)"]) == pytest.approx(line.calendar_days, abs=1e-3)


def test_pauses_receipts_and_returns_are_among_what_was_compared(enter: Enter) -> None:
    found = list(works(log_of(enter())))
    assert any(work.paused for work in found)
    assert any(work.received for work in found)
    assert any(work.closed is None for work in found)
    assert len({(work.case, work.element) for work in found}) < len(found)


def test_a_region_reports_on_its_own_houses_only(enter: Enter) -> None:
    browser = enter(BOGOR)
    offices = browser.get(f"/laporan/ringkasan-kantor.csv?{ALL}").text
    assert "Kabupaten Bogor" in offices
    for other in ("Badung", "Sukabumi", STRANGER):
        assert other not in offices
    whole = browser.get(f"/laporan?{ALL}").text
    assert "Kabupaten Badung" not in whole
    narrowed = browser.get(f"/laporan?region={SUKABUMI}&{ALL}").text
    assert "There is nothing to count" in narrowed


def test_nothing_of_a_stranger_is_in_any_page_or_file(enter: Enter) -> None:
    browser, strange = enter(BOGOR), enter(STRANGER)
    numbers = [row["Case number"] for row in cases_of(strange)]
    assert numbers
    key = key_in(browser.get("/laporan/log").text)
    taken = [
        browser.post(f"/laporan/log?{ALL}", data={"_kunci": key, "format": f}).text
        for f in ("xes", "ocel")
    ]
    for path in ("", "/perkiraan", "/hari-ini", "/perkara.csv", "/tugas.csv", "/register.csv"):
        taken.append(browser.get(f"/laporan{path}").text)
    for text in taken:
        assert not any(number in text for number in numbers)
    for path in ("/hari-ini.pdf?region=94.01", "/bulanan.pdf?month=2026-06&region=94.01"):
        assert browser.get(f"/laporan{path}").status_code == 404


def cases_of(browser: FlaskClient) -> list[dict[str, str]]:
    text = browser.get("/laporan/perkara.csv?lang=en").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_another_house_s_person_is_in_no_log_even_when_names_are_asked_for(enter: Enter) -> None:
    browser = enter(BOGOR)
    assert b"Sari Rahasia" not in log_of(browser)
    named = log_of(browser, names="ya").decode()
    events = [line for line in named.splitlines() if "<event>" in line]
    assert any("Sari Rahasia" in line for line in events)
    for line in events:
        assert "Sari Rahasia" not in line or 'key="org:group" value="32.01"' in line


def test_what_is_taken_is_recorded_with_who_and_whether_it_names_persons(enter: Enter) -> None:
    browser = enter(SUKABUMI)
    log_of(browser, names="ya")
    page = browser.get("/laporan/log?lang=id").text
    assert "dengan nama orang" in page
    assert "Kabupaten Sukabumi" in page
    assert "dengan nama orang" not in enter(STRANGER).get("/laporan/log").text
    refused = browser.post("/laporan/log", data={"format": "xes"})
    assert refused.status_code == 403
    key = key_in(page)
    assert browser.post("/laporan/log", data={"_kunci": key, "format": "pdf"}).status_code == 404


def test_the_object_log_ties_events_to_cases_tasks_agreements_and_regions(enter: Enter) -> None:
    browser = enter()
    key = key_in(browser.get("/laporan/log").text)
    answer = browser.post(f"/laporan/log?{ALL}", data={"_kunci": key, "format": "ocel"})
    log: dict[str, Any] = json.loads(answer.data)
    objects = {each["id"]: each["type"] for each in log["objects"]}
    assert len(objects) == len(log["objects"])
    assert set(objects.values()) == {"case", "task", "agreement", "region"}
    types = {each["name"] for each in log["eventTypes"]}
    assert len({event["id"] for event in log["events"]}) == len(log["events"])
    for event in log["events"]:
        assert event["type"] in types
        assert all(related["objectId"] in objects for related in event["relationships"])
    for each in log["objects"]:
        assert all(related["objectId"] in objects for related in each["relationships"])
    known = {each["name"]: {a["name"] for a in each["attributes"]} for each in log["objectTypes"]}
    for each in log["objects"]:
        assert {told["name"] for told in each["attributes"]} <= known[each["type"]]
