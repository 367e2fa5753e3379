"""Opening, listing, reading and withdrawing cases from another system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.webhooks.api.machine import Machine
from tests.webhooks.conftest import Clock

OPENING = {
    "procedure": "ksdd",
    "region": "32.01",
    "parties": ["32.02"],
    "title": "Pelayanan publik",
}


def test_an_opened_case_stands_in_stage_one_with_its_first_task_open(system: Machine) -> None:
    answer = system.post("/cases", {**OPENING, "parties": ["32.02", "32.03"]})
    assert answer.status_code == 201
    case = answer.get_json()
    assert answer.headers["Location"].endswith(f"/api/v1/cases/{case['id']}")
    assert case["parties"] == ["32.01", "32.02", "32.03"]
    assert (case["procedure"], case["version"]) == ("ksdd", 1)
    assert (case["status"], case["stage"], case["end_reason"]) == ("running", 1, None)
    assert case["agreement"] == {"status": "belum", "starts_on": None, "ends_on": None}
    [task] = case["tasks"]
    assert (task["element"], task["region"]) == ("tahap1_permohonan", "32.01")
    assert "schema" not in task
    assert system.get(f"/cases/{case['id']}").get_json() == case


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"region": "99.99"}, "region"),
        ({"region": "Bogor"}, "region"),
        ({"region": 3201}, "region"),
        ({"region": None}, "region"),
        ({"parties": []}, "parties"),
        ({"parties": ["32.01"]}, "parties"),
        ({"parties": ["32.02", "32.02"]}, "parties"),
        ({"parties": ["99.99"]}, "parties"),
        ({"parties": "32.02"}, "parties"),
        ({"parties": [["32.02"]]}, "parties"),
        ({"parties": [f"32.{n:02}" for n in range(2, 80)]}, "parties"),
        ({"title": ""}, "title"),
        ({"title": "  \u200b"[:2]}, "title"),
        ({"title": "a" * 301}, "title"),
        ({"title": "nol \x00"}, "title"),
        ({"title": "separuh \ud800"}, "title"),
        ({"title": None}, "title"),
        ({"procedure": "lain"}, "procedure"),
        ({"procedure": "../ksdd"}, "procedure"),
        ({"approved": True}, "approved"),
        ({"surat_masuk": {}}, "surat_masuk"),
    ],
)
def test_a_wrong_opening_is_refused_by_the_name_of_its_field(
    system: Machine, change: dict[str, Any], field: str
) -> None:
    answer = system.post("/cases", {**OPENING, **change})
    assert answer.status_code == 422, answer.get_json()
    assert list(answer.get_json()["errors"]) == [field]
    assert system.get("/cases").get_json()["total"] == 0


def test_every_missing_field_is_named_at_once(system: Machine) -> None:
    errors = system.post("/cases", {}).get_json()["errors"]
    assert list(errors) == ["procedure", "region", "parties", "title"]


def test_cases_come_in_pages_of_fifty(system: Machine) -> None:
    for _ in range(51):
        system.open_case()
    first, second = (system.get(f"/cases?page={n}").get_json() for n in (1, 2))
    assert (len(first["items"]), len(second["items"])) == (50, 1)
    assert (first["page"], first["pages"], first["total"]) == (1, 2, 51)
    assert len({case["id"] for case in first["items"] + second["items"]}) == 51
    beyond = system.get("/cases?page=3").get_json()
    assert (beyond["items"], beyond["pages"]) == ([], 2)


def test_cases_are_found_by_status_stage_region_and_delay(system: Machine, clock: Clock) -> None:
    system.open_case("32.01", ("32.02",))
    system.open_case("32.03", ("32.02",))

    def total(query: str) -> int:
        return int(system.get(f"/cases?{query}").get_json()["total"])

    assert total("status=running") == 2
    assert total("status=completed") == 0
    assert total("stage=1&region=32.03") == 1
    assert total("stage=2") == 0
    assert total("region=32.02") == 2
    assert total("region=51.03") == 0
    assert total("overdue=true") == 0
    clock.pass_days(30)
    assert total("overdue=true") == 2
    assert total("overdue=false") == 0
    assert total("status=&stage=&region=&overdue=&page=") == 2


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=satu",
        "page=1.5",
        "page=99999999999999999999",
        "page=%D9%A1",
        "stage=0",
        "status=selesai",
        "overdue=ya",
        "region=32",
        "region=%00",
        "region=' OR 1=1",
        "statu=running",
        "status=running&status=completed",
    ],
)
def test_a_wrong_filter_is_named_instead_of_ignored(system: Machine, query: str) -> None:
    answer = system.get(f"/cases?{query}")
    if query == "region=32":
        assert answer.status_code == 200, "a province is a region"
        return
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [query.partition("=")[0]]


def test_the_history_begins_with_the_opening_and_names_the_token(system: Machine) -> None:
    case = system.open_case()
    history = system.get(f"/cases/{case['id']}/history").get_json()
    first = history["items"][0]
    assert (first["seq"], first["kind"]) == (1, "case.opened")
    assert first["actor"]["name"] == "sistem persuratan"
    assert [entry["seq"] for entry in history["items"]] == list(range(1, history["total"] + 1))


def test_the_history_comes_whole_or_one_page_at_a_time(system: Machine) -> None:
    case = system.open_case()
    path = f"/cases/{case['id']}/history"
    for n in range(60):
        told = {"text": f"Catatan {n}", "region": "32.01", "audience": "parties"}
        assert system.post(f"/cases/{case['id']}/comments", told).status_code == 201
    whole = system.get(path).get_json()
    assert (whole["page"], whole["pages"], len(whole["items"])) == (1, 1, whole["total"])
    first, second, third = (system.get(f"{path}?page={n}").get_json() for n in (1, 2, 3))
    assert first["items"] + second["items"] == whole["items"]
    assert (len(first["items"]), third["items"]) == (50, [])
    assert (second["page"], second["pages"], second["total"]) == (2, 2, whole["total"])
    partner = system.get(f"{path}?page=0")
    assert (partner.status_code, list(partner.get_json()["errors"])) == (422, ["page"])


def test_a_page_of_the_history_keeps_from_a_partner_what_the_whole_keeps(
    system: Machine, machine: Callable[..., Machine]
) -> None:
    case = system.open_case()
    task = system.open_task(case)
    system.post(f"/tasks/{task['id']}/complete", {"answers": system.acceptable(task["schema"])})
    partner = machine("mitra", region="32.02")
    path = f"/cases/{case['id']}/history"
    seen = partner.get(f"{path}?page=1").get_json()["items"]
    assert seen == partner.get(path).get_json()["items"]
    assert any("answers" not in each["details"] for each in seen if "task" in each["details"])


def test_a_case_whose_diagram_waits_for_no_withdrawal_says_what_to_do(system: Machine) -> None:
    body = {"procedure": "uji", "region": "32.01", "parties": ["32.02"], "title": "Uji"}
    case = system.post("/cases", body).get_json()
    refused = system.post(f"/cases/{case['id']}/withdraw", {"reason": "Anggaran dialihkan"})
    told = refused.get_json()["detail"]
    assert refused.status_code == 409
    assert told.startswith("Penarikan perkara ini belum dapat diminta")
    assert "'" not in told


def test_a_withdrawn_case_runs_on_until_its_minutes_are_in(system: Machine) -> None:
    case = system.open_case()
    answer = system.post(f"/cases/{case['id']}/withdraw", {"reason": "Anggaran dialihkan"})
    assert answer.status_code == 200
    withdrawn = answer.get_json()
    assert withdrawn["status"] == "running"
    tasks = {task["element"]: task["status"] for task in withdrawn["tasks"]}
    assert tasks["tahap1_permohonan"] == "cancelled"
    assert tasks["penarikan_berita_acara"] == "open"
    again = system.post(f"/cases/{case['id']}/withdraw", {"reason": "Anggaran dialihkan"})
    assert again.status_code == 409


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": 1}, {"reason": "a\x00"}])
def test_a_withdrawal_needs_a_reason(system: Machine, body: dict[str, Any]) -> None:
    case = system.open_case()
    answer = system.post(f"/cases/{case['id']}/withdraw", body)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["reason"]


def test_a_region_sees_its_own_cases_and_those_it_is_asked_into(
    machine: Callable[..., Machine], system: Machine
) -> None:
    case = system.open_case("32.01", ("32.02",))
    system.open_case("32.03", ("51.03",))
    sukabumi = machine("sukabumi", region="32.02")
    assert [one["id"] for one in sukabumi.get("/cases").get_json()["items"]] == [case["id"]]
