"""Listing, reading and finishing tasks from another system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete

from processes.office import Office
from processes.store import people
from processes.store.handover import hold
from processes.store.tables import TaskHolder
from tests.webhooks.api.machine import Machine
from tests.webhooks.conftest import Clock


@pytest.fixture
def task(system: Machine) -> Any:
    """The first task of a new case, with its schema."""
    return system.open_task(system.open_case())


def test_a_task_shows_who_must_act_until_when(task: Any) -> None:
    assert task["element"] == "tahap1_permohonan"
    assert (task["role"], task["region"]) == ("bagian_kerja_sama", "32.01")
    assert task["holder"]["name"]
    assert task["holder"] == task["holders"][0]
    assert (task["status"], task["overdue"]) == ("open", False)
    due = datetime.fromisoformat(task["due_at"])
    assert due.isoformat() == "2026-03-09T16:00:00+07:00", "five working days, in Jakarta's time"


def test_the_schema_says_what_an_acceptable_answer_is(system: Machine, task: Any) -> None:
    answers = system.acceptable(task["schema"])
    answer = system.post(f"/tasks/{task['id']}/complete", {"answers": answers})
    assert answer.status_code == 200, answer.get_json()
    receipt = answer.get_json()
    assert (receipt["task_id"], receipt["case_id"]) == (task["id"], task["case_id"])
    case = system.get(f"/cases/{task['case_id']}").get_json()
    assert {t["element"]: t["status"] for t in case["tasks"]} == {
        "tahap1_permohonan": "done",
        "tahap1_telaah": "open",
    }
    assert [document["task_id"] for document in case["documents"]] == [task["id"]] * len(
        case["documents"]
    )


def test_what_a_token_finished_names_the_holder_it_acted_for(system: Machine, task: Any) -> None:
    body = {"answers": system.acceptable(task["schema"])}
    receipt = system.post(f"/tasks/{task['id']}/complete", body).get_json()
    holder, history = task["holder"], system.get(f"/cases/{task['case_id']}/history")
    [done] = [each for each in history.get_json()["items"] if each["kind"] == "task.completed"]
    named = f"{holder['name']}, {holder['position']}"
    assert receipt["done_by"] == f"{done['actor']['name']} untuk {named}"
    told = done["details"]
    assert told["done_by"] == receipt["done_by"]
    assert (told["holders"], told["officials"]) == ([named], [holder["id"]])


def test_a_task_that_a_token_gives_back_was_the_holders_it_acted_for(
    system: Machine, task: Any
) -> None:
    given = system.post(f"/tasks/{task['id']}/decline", {"reason": "Bukan urusan kami"})
    assert given.status_code == 200, given.get_json()
    told = system.get(f"/cases/{task['case_id']}/history").get_json()["items"]
    [entry] = [each for each in told if each["kind"] == "task.declined"]
    holder = f"{task['holder']['name']}, {task['holder']['position']}"
    assert entry["details"]["by"] == f"{entry['actor']['name']} untuk {holder}"


def test_a_token_acts_for_all_holders_and_where_nobody_holds_it_for_the_office(
    office: Office, system: Machine, task: Any
) -> None:
    with office.database.write() as session:
        person = people.add_person(
            session, name="Rina Contoh", email="rina@bogor.example", phone=None
        )
        second = people.make_official(session, "32.01", task["role"], person, "Kepala Bagian")
        session.flush()
        hold(session, task["id"], [second.id])
    body = {"answers": system.acceptable(task["schema"])}
    both = system.post(f"/tasks/{task['id']}/complete", body).get_json()["done_by"]
    assert task["holder"]["name"] in both
    assert "; Rina Contoh, Kepala Bagian" in both
    following = system.open_task(system.get(f"/cases/{task['case_id']}").get_json())
    with office.database.write() as session:
        session.execute(delete(TaskHolder).where(TaskHolder.task_id == following["id"]))
    body = {"answers": system.acceptable(following["schema"])}
    alone = system.post(f"/tasks/{following['id']}/complete", body).get_json()["done_by"]
    assert alone.endswith("untuk Sekretaris TKKSD")


def test_what_is_asked_of_a_finished_task_is_refused_without_a_word_of_answers(
    machine: Callable[..., Machine], task: Any
) -> None:
    keeper = machine("administrator", role="admin")
    body = {"answers": keeper.acceptable(task["schema"])}
    assert keeper.post(f"/tasks/{task['id']}/complete", body).status_code == 200
    reason = {"reason": "Rapat ditunda"}
    acts: dict[str, dict[str, Any] | None] = {
        "extend": {**reason, "working_days": 3},
        "pause": reason,
        "resume": reason,
        "remind": reason,
        "reassign": {**reason, "officials": [task["holder"]["id"]]},
        "decline": reason,
        "link": None,
    }
    for act, given in acts.items():
        refused = keeper.post(f"/tasks/{task['id']}/{act}", given)
        assert refused.status_code == 409, (act, refused.get_json())
        told = refused.get_json()["detail"]
        assert told.startswith("Tugas ini sudah selesai atau ditutup"), (act, told)


def test_the_same_answers_again_get_the_same_receipt(system: Machine, task: Any) -> None:
    path, body = f"/tasks/{task['id']}/complete", {"answers": system.acceptable(task["schema"])}
    first = system.post(path, body)
    for headers in ({}, {"Idempotency-Key": "satu"}, {"Idempotency-Key": "satu"}):
        again = system.post(path, body, headers=headers)
        assert again.status_code == 200
        assert again.get_json() == first.get_json()
    history = system.get(f"/cases/{task['case_id']}/history").get_json()["items"]
    assert sum(entry["kind"] == "task.completed" for entry in history) == 1


def test_other_answers_after_completion_are_a_conflict(system: Machine, task: Any) -> None:
    path, answers = f"/tasks/{task['id']}/complete", system.acceptable(task["schema"])
    key = {"Idempotency-Key": "satu"}
    receipt = system.post(path, {"answers": answers}, headers=key).get_json()
    other = {"answers": {**answers, "objek": "Sesuatu yang lain"}}
    assert system.post(path, other).status_code == 409
    assert system.post(path, other, headers=key).status_code == 409
    assert system.post(path, {"answers": answers}, headers=key).get_json() == receipt


def test_a_key_that_was_refused_may_be_used_for_the_corrected_answers(
    system: Machine, task: Any
) -> None:
    path, key = f"/tasks/{task['id']}/complete", {"Idempotency-Key": "satu"}
    assert system.post(path, {"answers": {}}, headers=key).status_code == 422
    body = {"answers": system.acceptable(task["schema"])}
    assert system.post(path, body, headers=key).status_code == 200


def test_a_key_used_for_one_task_is_refused_for_another(system: Machine, task: Any) -> None:
    key = {"Idempotency-Key": "satu"}
    body = {"answers": system.acceptable(task["schema"])}
    assert system.post(f"/tasks/{task['id']}/complete", body, headers=key).status_code == 200
    other = system.open_task(system.open_case())
    assert system.post(f"/tasks/{other['id']}/complete", body, headers=key).status_code == 409
    assert system.get(f"/tasks/{other['id']}").get_json()["status"] == "open"


@pytest.mark.parametrize("key", ["", "x" * 201, "dua kata"])
def test_an_unusable_key_is_refused_before_anything_happens(
    system: Machine, task: Any, key: str
) -> None:
    body = {"answers": system.acceptable(task["schema"])}
    answer = system.post(f"/tasks/{task['id']}/complete", body, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert system.get(f"/tasks/{task['id']}").get_json()["status"] == "open"


def test_bad_answers_are_named_field_by_field_and_nothing_is_kept(
    system: Machine, task: Any
) -> None:
    answers = system.acceptable(task["schema"])
    wrong = {**answers, "judul": "nol \x00", "jangka_waktu_bulan": 61, "disetujui_dprd": True}
    answer = system.post(f"/tasks/{task['id']}/complete", {"answers": wrong})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"judul", "jangka_waktu_bulan", "disetujui_dprd"}
    assert system.get(f"/tasks/{task['id']}").get_json()["status"] == "open"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "answers"),
        ({"answers": None}, "answers"),
        ({"answers": []}, "answers"),
        ({"answers": {}, "dicatat_dari": []}, "dicatat_dari"),
        ({"answers": {}, "halo": 1}, "halo"),
    ],
)
def test_a_body_of_another_shape_is_refused_by_name(
    system: Machine, task: Any, body: dict[str, Any], field: str
) -> None:
    answer = system.post(f"/tasks/{task['id']}/complete", body)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_a_file_answer_needs_a_document_that_exists(system: Machine, task: Any) -> None:
    answers = system.acceptable(task["schema"])
    answers["kak"] = {"document": "0" * 32}
    answer = system.post(f"/tasks/{task['id']}/complete", {"answers": answers})
    assert list(answer.get_json()["errors"]) == ["kak"]


def test_tasks_are_found_by_status_region_role_case_and_delay(
    system: Machine, task: Any, clock: Clock
) -> None:
    system.open_case("32.03", ("51.03",))

    def total(query: str) -> int:
        return int(system.get(f"/tasks?{query}").get_json()["total"])

    assert total("") == total("status=open") == 2
    assert total("status=done") == total("status=cancelled") == 0
    assert total("region=32.01") == 1
    assert total("role=bagian_kerja_sama&region=32.03") == 1
    assert total("role=tidak_ada") == 0
    assert total(f"case={task['case_id']}") == 1
    assert total("case=tidak-ada") == 0
    assert total("overdue=true") == 0
    clock.pass_days(10)
    assert total("overdue=true&status=open") == 2
    assert total("overdue=false") == 0
    assert system.get(f"/tasks/{task['id']}").get_json()["overdue"]


def test_a_fresh_link_leads_to_the_task(system: Machine, task: Any) -> None:
    answer = system.post(f"/tasks/{task['id']}/link")
    assert answer.status_code == 201
    url = answer.get_json()["url"]
    assert "/t/" in url
    assert system.client.get(f"/t/{url.rpartition('/')[2]}").status_code == 200
    assert system.post(f"/tasks/{task['id']}/link", {}).get_json()["url"] != url


def test_a_closed_task_gets_no_link(system: Machine, task: Any) -> None:
    body = {"answers": system.acceptable(task["schema"])}
    system.post(f"/tasks/{task['id']}/complete", body)
    assert system.post(f"/tasks/{task['id']}/link").status_code == 409


def test_a_task_of_a_withdrawn_case_cannot_be_finished(system: Machine, task: Any) -> None:
    system.post(f"/cases/{task['case_id']}/withdraw", {"reason": "Anggaran dialihkan"})
    body = {"answers": system.acceptable(task["schema"])}
    assert system.post(f"/tasks/{task['id']}/complete", body).status_code == 409
