"""Another system that knows nothing but the schemas takes a case through all stages."""

from __future__ import annotations

from typing import Any

import pytest

from processes.actions import Actor, publish
from tests.journeys.ten_stages import FOLDER
from tests.journeys.town import Town

OWNER = Actor(kind="account", name="Pemilik")

#: answers that a case with two or three parties may need at most, all rounds of monitoring included
MOST = 200


def by_example(town: Town, task_id: str) -> dict[str, Any]:
    """An answer to every question of a task: the example that its schema gives, a file for each
    file."""
    schema = town.call("GET", f"/tasks/{task_id}").get_json()["schema"]
    return {
        name: value
        for name, asked in schema["properties"].items()
        if (value := _example(town, asked)) is not None
    }


def _example(town: Town, asked: dict[str, Any]) -> Any:
    if "contentMediaType" in asked:
        return {"document": town.scan()}
    parts = asked.get("properties", {})
    if any("contentMediaType" in each for each in parts.values()):
        return {code: {"document": town.scan()} for code in parts}
    return asked["examples"][0]


@pytest.mark.parametrize("procedure", ["ksdd", "ksdd_pp28"])
@pytest.mark.parametrize("partners", [["32.02"], ["32", "51.03"]], ids=["two", "three"])
def test_a_case_that_is_answered_with_the_examples_comes_to_its_end(
    town: Town, procedure: str, partners: list[str]
) -> None:
    if procedure == "ksdd_pp28":
        publish(town.office, FOLDER, note="Prosedur kedua", actor=OWNER, now=town.now)
    body = {"procedure": procedure, "region": "32.01", "parties": partners, "title": "Uji coba"}
    case_id = town.call("POST", "/cases", body).get_json()["id"]
    answered: list[str] = []
    while (case := town.call("GET", f"/cases/{case_id}").get_json())["status"] == "running":
        task = next((each for each in case["tasks"] if each["status"] == "open"), None)
        if task is None:
            town.wait(days=31)
            continue
        answers = {"answers": by_example(town, task["id"])}
        done = town.call("POST", f"/tasks/{task['id']}/complete", answers)
        assert done.status_code == 200, (task["element"], done.get_data(as_text=True))
        answered.append(task["element"])
        assert len(answered) < MOST, answered
    assert (case["status"], case["end_reason"]) == ("completed", "selesai")
    assert case["agreement"]["status"] == "berakhir"
