"""Finishing a task is a handful of statements and one commit, whichever way it comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.journeys.answers import Journey
from tests.journeys.town import File, Town, _HiddenInputs

BOGOR, SUKABUMI = "32.01", "32.02"
#: statements that finishing a task may take, with all that a request asks before
MOST = 8


class Sent:
    """What one request sent to the database."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.commits = 0

    @property
    def is_handful(self) -> bool:
        return len(self.statements) <= MOST and self.commits == 1


@contextmanager
def sent(engine: Engine) -> Iterator[Sent]:
    found = Sent()

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if not sql.startswith(("BEGIN", "PRAGMA")):
            found.statements.append(sql)

    def commit(_connection: Any) -> None:
        found.commits += 1

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    yield found
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", commit)


@pytest.fixture
def journey(postgres_town: Town) -> Journey:
    """A case whose first request is to be examined; everything it needs was met once before."""
    Journey(postgres_town, [BOGOR, SUKABUMI]).until("tahap1_surat")
    found = Journey(postgres_town, [BOGOR, SUKABUMI])
    found.until("tahap1_telaah")
    return found


def test_a_form_sent_through_a_link_is_taken_with_a_handful_of_statements(
    journey: Journey,
) -> None:
    town = journey.town
    token = town.link(journey.id, "tahap1_telaah", BOGOR)
    page = town.client.get(f"/t/{token}").get_data(as_text=True)
    hidden = _HiddenInputs("isian")
    hidden.feed(page)
    typed = {**hidden.values, **dict.fromkeys(hidden.boxes, "ya"), "hasil": "lengkap"}
    with sent(town.office.database.engine) as found:
        answer = town.client.post(f"/t/{token}", data=typed, headers={"Sec-Fetch-Mode": "navigate"})
    assert answer.status_code == 303
    assert found.is_handful, found.statements
    receipt = town.client.get(answer.headers["Location"])
    assert "Lengkap" in receipt.get_data(as_text=True)


def test_whoever_stays_at_his_link_gets_form_and_receipt_with_a_handful_of_statements(
    journey: Journey,
) -> None:
    town = journey.town
    token = town.link(journey.id, "tahap1_telaah", BOGOR)
    # that a link was asked for is noted when it is asked for the first time
    with sent(town.office.database.engine) as first:
        town.client.get(f"/t/{token}")
    assert first.is_handful, first.statements
    with sent(town.office.database.engine) as looked:
        page = town.client.get(f"/t/{token}").get_data(as_text=True)
    assert (len(looked.statements) <= MOST // 2, looked.commits) == (True, 0), looked.statements
    hidden = _HiddenInputs("isian")
    hidden.feed(page)
    typed = {**hidden.values, **dict.fromkeys(hidden.boxes, "ya"), "hasil": "lengkap"}
    with sent(town.office.database.engine) as found:
        answer = town.client.post(f"/t/{token}", data=typed)
    assert "Lengkap" in answer.get_data(as_text=True)
    assert found.is_handful, found.statements


def test_json_sent_through_a_link_is_taken_with_a_handful_of_statements(journey: Journey) -> None:
    town = journey.town
    token = town.link(journey.id, "tahap1_telaah", BOGOR)
    with sent(town.office.database.engine) as found:
        answer = town.client.post(
            f"/t/{token}",
            json={"answers": {"hasil": "lengkap"}},
            headers={"Accept": "application/json"},
        )
    assert answer.status_code == 200
    assert found.is_handful, found.statements


def test_a_machine_with_an_idempotency_key_takes_a_handful_of_statements(
    journey: Journey,
) -> None:
    town = journey.town
    [(_, _, task)] = town._open(journey.id)
    asked = {
        "json": {"answers": {"hasil": "lengkap"}},
        "headers": {"Authorization": f"Bearer {town.token}", "Idempotency-Key": "satu"},
    }
    with sent(town.office.database.engine) as found:
        answer = town.client.post(f"/api/v1/tasks/{task}/complete", **asked)
    assert answer.status_code == 200
    assert found.is_handful, found.statements
    again = town.client.post(f"/api/v1/tasks/{task}/complete", **asked)
    assert again.get_json() == answer.get_json()


def test_every_step_up_to_the_registration_takes_a_handful_of_statements(
    journey: Journey,
) -> None:
    town, taken = journey.town, Counter[str]()
    while "tahap6_registrasi" not in journey.elements:
        [(element, _, task), *_] = town._open(journey.id)
        answers = {
            name: {"document": town.scan()} if isinstance(value, File) else value
            for name, value in journey.plan[element].items()
        }
        with sent(town.office.database.engine) as found:
            answer = town.call("POST", f"/tasks/{task}/complete", {"answers": answers})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert found.is_handful, (element, found.statements)
        taken[element] += 1
    assert taken["tahap3_pembahasan"] == 1
    assert taken["tahap6_tanda_tangan"] == 2
    assert len(taken) > 8
