"""A region's own system hears what happens to its cases: each event once, come what may."""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import select

from processes import actions
from processes.actions import Actor, WebhookWish
from processes.errors import InvalidAnswers
from processes.store.tables import DeliveryStatus, Person, Webhook, WebhookDelivery
from processes.store.webhook_events import TYPES
from processes.store.webhook_urls import Doors
from tests.journeys.answers import Journey
from tests.journeys.town import Town
from tests.worker.receiver import Receiver
from worker.webhook_calls import call
from worker.webhook_delivery import deliver_events, note_late

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"
ADMIN = Actor(kind="account", name="administrator")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


def register(town: Town, receiver: Receiver, region: str = BOGOR, *events: str) -> Webhook:
    wish = WebhookWish(region=region, name=f"SI {region}", url=receiver.url, events=events or TYPES)
    row, secret = actions.register_webhook(town.office, wish, actor=ADMIN, now=town.now)
    receiver.secrets.append(secret)
    return row


def at(town: Town, moment: datetime) -> None:
    """Let the clock show a moment, and the sweeps run once."""
    town.at(moment)
    note_late(town.office, town.now)
    deliver_events(town.office, town.now)


def wait(town: Town, **span: float) -> None:
    at(town, town.now + timedelta(**span))


def deliveries(town: Town) -> list[WebhookDelivery]:
    with town.office.database.read() as session:
        return list(session.scalars(select(WebhookDelivery)))


def ids(receiver: Receiver) -> list[str]:
    return [identity for identity, _ in receiver.taken]


def test_a_case_tells_each_party_what_it_may_know_and_each_event_once(
    both: Town, receiver: Receiver
) -> None:
    with Receiver() as partner, Receiver() as stranger:
        register(both, receiver)
        register(both, partner, SUKABUMI)
        register(both, stranger, CIANJUR)
        journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
        wait(both, minutes=1)
        wait(both, days=80)
        both.withdraw(journey.id)
        journey.to_rest()
        wait(both, minutes=1)
        assert stranger.calls == []
    document = both.client.get("/api/v1/openapi.json").get_json()
    schema = {"$ref": "#/components/schemas/Event", "components": document["components"]}
    judge = Draft202012Validator(schema, format_checker=FormatChecker())
    for system in (receiver, partner):
        assert system.forged == 0
        assert len(set(ids(system))) == len(ids(system)) == len(system.calls)
        for _, event in system.taken:
            assert list(judge.iter_errors(event)) == [], event
            assert event["type"] in document["webhooks"]
    assert_tells_the_whole_way(receiver)
    assert_names_nobody(both, json.dumps([e for _, e in receiver.taken + partner.taken]))


def assert_tells_the_whole_way(receiver: Receiver) -> None:
    kinds = Counter(receiver.kinds())
    assert kinds["case.opened"] == kinds["case.ended"] == 1
    assert kinds["case.stage_changed"] >= 1
    assert kinds["task.completed"] >= 4
    assert kinds["task.overdue"] >= 1
    opened = [e["data"] for _, e in receiver.taken if e["type"] == "task.opened"]
    assert {"tahap1_permohonan", "tahap2_kesediaan"} <= {each["element"] for each in opened}
    assert opened[0]["links"]["task"].endswith(f"/api/v1/tasks/{opened[0]['task_id']}")


def assert_names_nobody(town: Town, told: str) -> None:
    with town.office.database.read() as session:
        for person in session.scalars(select(Person)):
            assert person.name not in told
            assert not person.email or person.email not in told


def test_in_production_only_an_opened_network_inside_is_called(town: Town) -> None:
    wish = WebhookWish(region=BOGOR, name="SI", url="https://10.20.1.1/x", events=TYPES)
    production = replace(town.settings, env="production")
    closed = replace(town.office, settings=production)
    with pytest.raises(InvalidAnswers):
        actions.register_webhook(closed, wish, actor=ADMIN, now=town.now)
    opened = replace(production, webhook_networks=("10.20.0.0/16",))
    office = replace(town.office, settings=opened)
    assert actions.register_webhook(office, wish, actor=ADMIN, now=town.now)
    for url in ("http://10.20.1.1/x", "https://127.0.0.1/x"):
        with pytest.raises(InvalidAnswers):
            actions.register_webhook(office, replace(wish, url=url), actor=ADMIN, now=town.now)


def test_a_receiver_that_was_down_for_two_days_gets_each_event_once(
    both: Town, receiver: Receiver
) -> None:
    register(both, receiver)
    receiver.status = 503
    Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan")
    for hour in range(48):
        wait(both, hours=1 if hour else 0.1)
    waiting = deliveries(both)
    assert receiver.taken == []
    assert {each.status for each in waiting} == {DeliveryStatus.WAITING}
    receiver.status = 200
    for _ in range(12):
        wait(both, hours=2)
    assert sorted(ids(receiver)) == sorted(each.id for each in waiting)
    bodies: dict[str, set[bytes]] = {}
    for identity, _, body in receiver.calls:
        bodies.setdefault(identity, set()).add(body)
    assert all(len(each) == 1 for each in bodies.values()), "an event says the same at every try"
    wait(both, days=4)
    assert len(receiver.taken) == len(waiting)


def test_an_event_nobody_took_for_three_days_waits_for_an_administrator(
    both: Town, receiver: Receiver
) -> None:
    register(both, receiver, BOGOR, "case.opened")
    receiver.status = 500
    Journey(both, [BOGOR, SUKABUMI])
    for _ in range(45):
        wait(both, hours=2)
    [parked] = deliveries(both)
    assert (parked.status, parked.attempts, parked.answer_status) == ("parked", 10, 500)
    [shown] = both.call("GET", "/troubles").get_json()["deliveries"]
    assert (shown["id"], shown["last_error"]) == (parked.id, "HTTP 500")
    receiver.status = 200
    actions.deliver_again(both.office, parked.id, actor=ADMIN, now=both.now)
    deliver_events(both.office, both.now)
    assert ids(receiver) == [parked.id]
    assert both.call("GET", "/troubles").get_json()["deliveries"] == []


def test_410_switches_a_webhook_off_and_429_is_left_in_peace(
    both: Town, receiver: Receiver
) -> None:
    row = register(both, receiver, BOGOR, "case.opened")
    receiver.status, receiver.headers = 429, {"Retry-After": "7200"}
    Journey(both, [BOGOR, SUKABUMI])
    wait(both, minutes=1)
    wait(both, minutes=100)
    assert len(receiver.calls) == 1, "it asked for two hours"
    wait(both, minutes=30)
    assert len(receiver.calls) == 2
    receiver.status = 410
    wait(both, hours=3)
    with both.office.database.read() as session:
        found = session.get_one(Webhook, row.id)
        assert (found.active, "410" in found.off_reason) == (False, True)
    assert [each.status for each in deliveries(both)] == ["parked"]
    Journey(both, [BOGOR, SUKABUMI])
    wait(both, hours=1)
    assert (len(receiver.calls), len(deliveries(both))) == (3, 1)
    actions.change_webhook(both.office, row.id, actor=ADMIN, now=both.now, active=True)
    receiver.status = 200
    Journey(both, [BOGOR, SUKABUMI])
    wait(both, minutes=1)
    assert receiver.kinds() == ["case.opened"]


def test_a_redirect_is_not_followed(both: Town, receiver: Receiver) -> None:
    with Receiver() as elsewhere:
        register(both, receiver, BOGOR, "case.opened")
        receiver.status, receiver.headers = 302, {"Location": elsewhere.url}
        Journey(both, [BOGOR, SUKABUMI])
        wait(both, minutes=1)
        assert (len(receiver.calls), elsewhere.calls) == (1, [])
    assert [each.answer_status for each in deliveries(both)] == [302]


def test_a_key_is_renewed_without_a_refusal(both: Town, receiver: Receiver) -> None:
    row = register(both, receiver, BOGOR, "case.opened")
    Journey(both, [BOGOR, SUKABUMI])
    wait(both, minutes=1)
    _, fresh = actions.rotate_webhook(both.office, row.id, actor=ADMIN, now=both.now)
    Journey(both, [BOGOR, SUKABUMI])
    wait(both, minutes=1)
    assert [signatures for _, signatures, _ in receiver.calls] == [1, 2]
    receiver.secrets = [fresh]
    Journey(both, [BOGOR, SUKABUMI])
    wait(both, hours=25)
    Journey(both, [BOGOR, SUKABUMI])
    wait(both, minutes=1)
    assert [signatures for _, signatures, _ in receiver.calls] == [1, 2, 1, 1]
    assert (receiver.forged, len(receiver.taken)) == (0, 4)


def test_no_key_stands_in_the_database(town: Town, receiver: Receiver) -> None:
    row = register(town, receiver)
    actions.rotate_webhook(town.office, row.id, actor=ADMIN, now=town.now)
    files = [p for p in town.folder.parent.rglob("*") if p.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert row.salt.encode() in kept
    assert receiver.secrets[0].removeprefix("whsec_").encode() not in kept


def test_a_name_that_changes_after_it_was_looked_at_leads_nowhere(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        """First an address that is open, then our own machine."""
        asked.append(host)
        address = "127.0.0.2" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    doors = Doors(networks=("127.0.0.2/32",), plain=True)
    url = f"http://sistem.example.test:{receiver.port}/"
    call(url, b"{}", {}, doors, timeout=1.0)
    assert receiver.calls == []
    refused = call(url, b"{}", {}, doors, timeout=1.0)
    assert (refused.status, receiver.calls) == (None, [])


def test_a_receiver_that_never_ends_is_hung_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        doors = Doors(networks=("127.0.0.0/8",), plain=True)
        answer = call(f"http://127.0.0.1:{port}/", b"{}", {}, doors, timeout=0.3)
    assert answer.status is None
    assert "15 seconds" in answer.why


def test_the_moment_of_an_overdue_event_is_the_deadline(town: Town, receiver: Receiver) -> None:
    register(town, receiver, BOGOR, "task.overdue", "task.due_changed")
    journey = Journey(town, [BOGOR, SUKABUMI])
    [task] = [t for t in town.case(journey.id)["tasks"] if t["status"] == "open"]
    at(town, datetime.fromisoformat(task["due_at"]) + timedelta(hours=1))
    wait(town, minutes=5)
    [(_, event)] = receiver.taken
    due = datetime.fromisoformat(task["due_at"]).astimezone(UTC)
    assert datetime.fromisoformat(event["timestamp"]) == due
    why = {"reason": "Menunggu data"}
    assert town.call("POST", f"/tasks/{task['id']}/extend", why).status_code == 200
    wait(town, minutes=1)
    moved = receiver.taken[-1][1]["data"]["due_at"]
    shown = town.call("GET", f"/tasks/{task['id']}").get_json()["due_at"]
    assert datetime.fromisoformat(moved) == datetime.fromisoformat(shown)
    at(town, datetime.fromisoformat(shown) + timedelta(hours=1))
    assert receiver.kinds() == ["task.overdue", "task.due_changed", "task.overdue"]
