"""A region's own system completes its tasks by signed messages, within its own scope."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from processes.office import Office
from processes.store import limits
from tests.webhooks.api.machine import Machine
from tests.worker.receiver import signed_headers

Clock = Callable[[], datetime]


class Sender:
    """A system that tells us what it did, over HTTP."""

    def __init__(self, admin: Machine, clock: Clock, region: str = "32.01") -> None:
        wish = {"region": region, "name": "SI Bogor", "direction": "masuk"}
        made = admin.post("/webhooks", wish).get_json()
        self.id, self.secret, self.admin, self.clock = made["id"], made["secret"], admin, clock
        assert made["url"].endswith(f"/api/v1/webhooks/{self.id}")

    def body(self, task: Any, **changes: Any) -> bytes:
        answers = self.admin.acceptable(task["schema"]) | changes
        data = {"task_id": task["id"], "answers": answers}
        return json.dumps({"type": "task.complete", "data": data}).encode()

    def send(
        self, body: bytes, *, message: str = "msg_1", off: int = 0, **changed: str
    ) -> TestResponse:
        headers = signed_headers(self.secret, message, int(self.clock().timestamp()) + off, body)
        return self.raw(body, {**headers, **changed})

    def raw(self, body: bytes, headers: dict[str, str], endpoint: str = "") -> TestResponse:
        path = f"/webhooks/{endpoint or self.id}"
        answer = self.admin.client.post(f"/api/v1{path}", data=body, headers=headers)
        self.admin.check("POST", path, answer)
        return answer


@pytest.fixture
def admin(machine: Callable[..., Machine]) -> Machine:
    return machine("administrator", role="admin")


@pytest.fixture
def sender(admin: Machine, clock: Clock) -> Sender:
    return Sender(admin, clock)


@pytest.fixture
def task(admin: Machine) -> Any:
    return admin.open_task(admin.open_case())


def test_a_hundred_replays_of_a_signed_message_have_one_effect(
    admin: Machine, sender: Sender, task: Any
) -> None:
    body = sender.body(task)
    first = sender.send(body)
    assert first.status_code == 200, first.get_data(as_text=True)
    assert first.get_json()["done_by"].startswith("SI Bogor")
    for off in range(100):
        again = sender.send(body, off=off - 50)
        assert (again.status_code, again.get_json()) == (200, first.get_json())
    entries = admin.get(f"/cases/{task['case_id']}/history").get_json()["items"]
    [done] = [each for each in entries if each["kind"] == "task.completed"]
    assert done["actor"]["name"] == "SI Bogor"
    other = sender.send(sender.body(task, judul="Judul lain"))
    assert other.status_code == 409, "the same id with another body"
    fresh = sender.send(sender.body(task, judul="Judul lain"), message="msg_2")
    assert fresh.status_code == 409, "answered otherwise before"


@pytest.mark.parametrize(("off", "status"), [(-301, 401), (-299, 200), (299, 200), (301, 401)])
def test_a_message_counts_for_five_minutes(
    sender: Sender, task: Any, off: int, status: int
) -> None:
    assert sender.send(sender.body(task), off=off).status_code == status


def test_no_changed_message_is_taken_over_http(
    office: Office, admin: Machine, sender: Sender, task: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TRIES_PER_MINUTE", 10_000)
    at, body = random.Random(5), sender.body(task)
    now = int(sender.clock().timestamp())
    whole = signed_headers(sender.secret, "msg_1", now, body)
    accepted = 0
    for number in range(160):
        headers, sent = dict(whole), body
        part = ("body", "webhook-id", "webhook-timestamp", "webhook-signature")[number % 4]
        text = bytearray(body if part == "body" else whole[part].encode())
        text[at.randrange(len(text))] ^= 1 << at.randrange(7)
        if part == "body":
            sent = bytes(text)
        elif any(sign in b"\r\n\0" for sign in text):
            continue
        else:
            headers[part] = text.decode("latin-1")
        accepted += sender.raw(sent, headers).status_code != 401
    assert accepted == 0
    assert admin.get(f"/tasks/{task['id']}").get_json()["status"] == "open"
    assert sender.raw(body, whole, endpoint="tidak-ada").status_code == 401
    assert sender.raw(body, whole).status_code == 200


def test_a_guesser_waits_and_the_right_signature_beside_him_does_not(
    sender: Sender, task: Any
) -> None:
    body = sender.body(task)
    bad = {"webhook-signature": "v1,AAAA"}
    found = [sender.send(body, **bad).status_code for _ in range(limits.TRIES_PER_MINUTE + 2)]
    assert (found[0], found[-1]) == (401, 429)
    assert sender.send(body).status_code == 200


def test_a_renewed_key_replaces_the_old_one_without_a_refusal(
    admin: Machine, sender: Sender, task: Any
) -> None:
    renewed = admin.post(f"/webhooks/{sender.id}/rotate").get_json()
    body = sender.body(task)
    assert sender.send(body).status_code == 200, "the old key, for a day"
    sender.secret = renewed["secret"]
    assert sender.send(body).status_code == 200
    admin.post(f"/webhooks/{sender.id}/rotate", {"hours": 0})
    assert sender.send(body).status_code == 401, "a leaked key ends at once"
    admin.post(f"/webhooks/{sender.id}/remove")
    assert sender.send(body).status_code == 401


def test_a_system_reaches_only_the_tasks_of_its_own_region(
    admin: Machine, clock: Clock, task: Any
) -> None:
    partner = Sender(admin, clock, "32.02")
    assert partner.send(partner.body(task)).status_code == 403
    stranger = Sender(admin, clock, "51.03")
    assert stranger.send(stranger.body(task)).status_code == 404
    assert admin.get(f"/tasks/{task['id']}").get_json()["status"] == "open"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 422),
        (b'{"type":"task.complete","data":[]}', 422),
        (b'{"type":"lain","data":{}}', 422),
        (b'{"type":"task.complete","data":{"task_id":"x","answers":[]}}', 422),
        (b'{"type":"task.complete","data":{"task_id":"x","answers":{}}}', 404),
        (b'{"type":"task.complete","data":{"task_id":"x","answers":{},"lain":1}}', 422),
    ],
)
def test_a_signed_message_that_says_nothing_useful_is_told_so(
    sender: Sender, body: bytes, status: int
) -> None:
    answer = sender.send(body)
    assert answer.status_code == status, answer.get_data(as_text=True)


def test_bad_answers_are_named_and_may_be_sent_again_under_the_same_id(
    sender: Sender, task: Any
) -> None:
    refused = sender.send(sender.body(task, judul=""))
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["judul"])
    assert sender.send(sender.body(task)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"events": ["task.lain"]}, "events"),
        ({"events": []}, "events"),
        ({"url": "https://user:x@si.example.go.id/"}, "url"),
        ({"url": "ftp://si.example.go.id/"}, "url"),
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"region": "99.99"}, "region"),
        ({"name": "\u200b"}, "name"),
        ({"direction": "masuk"}, "url"),
        ({"active": "ya"}, "active"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused_by_the_field(
    admin: Machine, changes: dict[str, Any], field: str
) -> None:
    wish = {"region": "32.01", "name": "SI", "url": "http://127.0.0.1:9/", "events": ["case.ended"]}
    answer = admin.post("/webhooks", wish | changes)
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert field in answer.get_json()["errors"]
    assert admin.get("/webhooks").get_json()["items"] == []


def test_an_administrator_of_a_region_keeps_only_its_own_webhooks(
    machine: Callable[..., Machine], sender: Sender
) -> None:
    other = machine("sukabumi", role="admin", region="32.02")
    assert other.get("/webhooks").get_json()["items"] == []
    wish = {"region": "32.01", "name": "SI", "direction": "masuk"}
    assert other.post("/webhooks", wish).status_code == 403
    for act in ("rotate", "remove", "test"):
        assert other.post(f"/webhooks/{sender.id}/{act}").status_code == 404
    assert other.get(f"/webhooks/{sender.id}/deliveries").status_code == 404
    assert other.post("/deliveries/msg_x/again").status_code == 404
