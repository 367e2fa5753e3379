"""Who may call the machine API, and what a region's token can see and do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from processes.office import Office
from processes.store import accounts
from tests.webhooks.api.machine import PDF, Machine

Maker = Callable[..., Machine]


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer ksdd_unknown", "Bearer a b"],
)
def test_a_caller_without_a_valid_token_is_told_to_bring_one(
    app: Flask, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = app.test_client().get("/api/v1/cases", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"
    assert "ksdd token create" in answer.get_json()["detail"]


def test_a_revoked_token_opens_nothing(system: Machine, office: Office, clock: object) -> None:
    assert system.get("/cases").status_code == 200
    with office.database.write() as session:
        accounts.revoke_token(session, "sistem persuratan", clock())  # type: ignore[operator]
    assert system.get("/cases").status_code == 401


def test_the_scheme_is_read_whatever_its_case(system: Machine) -> None:
    answer = system.get("/cases", headers={"Authorization": f"bearer {system.token}"})
    assert answer.status_code == 200


def test_guessing_tokens_is_slowed_down_but_a_valid_one_never_is(
    system: Machine, app: Flask
) -> None:
    stranger = Machine(app, "ksdd_guessed")
    statuses = [stranger.get("/cases").status_code for _ in range(22)]
    assert statuses[:20] == [401] * 20
    assert statuses[20:] == [429, 429]
    assert stranger.get("/cases").headers["Retry-After"]
    assert system.get("/cases").status_code == 200


def test_a_sentence_comes_in_the_language_that_was_asked_for(app: Flask) -> None:
    client = app.test_client()
    indonesian = client.get("/api/v1/cases")
    english = client.get("/api/v1/cases", headers={"Accept-Language": "en-GB, id;q=0.5"})
    assert indonesian.get_json()["title"] == "Perlu token"
    assert english.get_json()["title"] == "Token needed"
    assert english.headers["Content-Language"] == "en"
    assert "Accept-Language" in english.headers["Vary"]


def test_an_owner_may_look_and_publish_but_not_act_on_cases(
    machine: Maker, system: Machine
) -> None:
    case = system.open_case()
    owner = machine("pemilik proses", role="owner")
    assert owner.get(f"/cases/{case['id']}").status_code == 200
    assert owner.post(f"/cases/{case['id']}/withdraw", {"reason": "keliru"}).status_code == 403
    assert owner.post("/procedures/ksdd/versions?check=only").status_code == 415
    refused = system.post("/procedures/ksdd/versions?check=only")
    assert refused.status_code == 403
    assert "owner" in refused.get_json()["detail"]


def test_a_token_of_one_region_cannot_publish_for_all(machine: Maker) -> None:
    answer = machine("bogor", role="owner", region="32.01").post("/procedures/ksdd/versions")
    assert answer.status_code == 403


def test_a_region_opens_cases_only_for_itself(machine: Maker) -> None:
    bogor = machine("bogor", region="32.01")
    assert bogor.open_case("32.01")["parties"] == ["32.01", "32.02"]
    body = {"procedure": "ksdd", "region": "32.02", "parties": ["32.01"], "title": "Air bersih"}
    assert bogor.post("/cases", body).status_code == 403


def test_a_region_outside_a_case_does_not_learn_that_it_exists(
    machine: Maker, system: Machine
) -> None:
    case = system.open_case()
    task = system.open_task(case)
    badung = machine("badung", region="51.03")
    unknown = badung.get("/cases/0123456789abcdef0123456789abcdef")
    for path in (
        f"/cases/{case['id']}",
        f"/cases/{case['id']}/history",
        f"/tasks/{task['id']}",
    ):
        answer = badung.get(path)
        assert answer.status_code == 404
        assert answer.get_json()["detail"] == unknown.get_json()["detail"]
    for path, body in (
        (f"/cases/{case['id']}/withdraw", {"reason": "bukan milik kami"}),
        (f"/tasks/{task['id']}/complete", {"answers": {}}),
        (f"/tasks/{task['id']}/link", {}),
    ):
        assert badung.post(path, body).status_code == 404
    assert badung.get("/cases").get_json()["total"] == 0
    assert badung.get("/tasks").get_json()["total"] == 0
    assert badung.get(f"/tasks?case={case['id']}").get_json()["items"] == []


def test_a_partner_cannot_act_for_the_region_that_asked(machine: Maker, system: Machine) -> None:
    case = system.open_case()
    task = system.open_task(case)
    sukabumi = machine("sukabumi", region="32.02")
    for path, body in (
        (f"/tasks/{task['id']}/complete", {"answers": {}}),
        (f"/tasks/{task['id']}/link", {}),
        (f"/cases/{case['id']}/withdraw", {"reason": "kami tidak jadi"}),
    ):
        assert sukabumi.post(path, body).status_code in (403, 404)
    assert system.get(f"/tasks/{task['id']}").get_json()["status"] == "open"


def test_a_document_nobody_has_used_is_seen_by_its_own_region_only(machine: Maker) -> None:
    bogor, badung = machine("bogor", region="32.01"), machine("badung", region="51.03")
    document = bogor.upload(PDF, "kak.pdf").get_json()
    assert document["region"] == "32.01"
    assert bogor.get(f"/documents/{document['id']}").status_code == 200
    assert badung.get(f"/documents/{document['id']}").status_code == 404
    assert badung.get(f"/documents/{document['id']}/content").status_code == 404


def test_a_region_hands_in_documents_only_for_itself(machine: Maker) -> None:
    bogor = machine("bogor", region="32.01")
    assert bogor.upload(PDF, "kak.pdf", region="51.03").status_code == 403
