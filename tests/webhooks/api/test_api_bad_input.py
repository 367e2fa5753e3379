"""Bad input of every kind gets a 4xx with a sentence; nothing is saved and nothing breaks."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.webhooks.api.machine import PREFIX, Machine

JSON = "application/json"


def bodies() -> dict[str, tuple[bytes, set[int]]]:
    """What strangers send instead of answers, and how it may be refused."""
    return {
        "nested 5,000 deep": (b'{"answers":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001, {400}),
        "100,000 brackets": (b"[" * 100_000, {400}),
        "NaN": (b'{"answers": {"judul": NaN}}', {400, 422}),
        "infinity": (b'{"answers": {"judul": -Infinity}}', {400, 422}),
        "1e400": (b'{"answers": {"jangka_waktu_bulan": 1e400}}', {400, 422}),
        "a number of 5,000 digits": (b'{"answers": {"a": ' + b"9" * 5_000 + b"}}", {400}),
        "a number of 39 digits": (
            b'{"answers": {"jangka_waktu_bulan": ' + b"9" * 39 + b"}}",
            {422},
        ),
        "minus zero": (b'{"answers": {"jangka_waktu_bulan": -0}}', {422}),
        "duplicate keys": (b'{"answers": {}, "answers": {}}', {400}),
        "duplicate answers": (b'{"answers": {"judul": "a", "judul": "b"}}', {400}),
        "NUL": (b'{"answers": {"judul": "a\\u0000b"}}', {422}),
        "NUL in a name": (b'{"answers": {"a\\u0000": 1}}', {422}),
        "half a surrogate pair": (b'{"answers": {"judul": "\\ud800"}}', {422}),
        "half a pair in a name": (b'{"answers": {"\\udfff": 1}}', {422}),
        "half a pair outside": (b'{"\\udfff": 1}', {422}),
        "UTF-16": ('{"answers": {}}'.encode("utf-16"), {400}),
        "nothing": (b"", {400}),
        "text": (b"halo", {400}),
        "a list": (b"[]", {400}),
        "null": (b"null", {400}),
        "lists for texts": (b'{"answers": {"judul": ["a"], "kak": []}}', {422}),
        "objects for all": (b'{"answers": {"judul": {}, "kak": {"document": {}}}}', {422}),
        "a document of numbers": (b'{"answers": {"kak": {"document": 1}}}', {422}),
        "a document with NUL": (b'{"answers": {"kak": {"document": "\\u0000"}}}', {422}),
        "one megabyte of text": (b'{"answers": {"judul": "' + b"a" * 2**20 + b'"}}', {422}),
        "two megabytes": (b'{"answers": {"judul": "' + b"a" * 2**21 + b'"}}', {413}),
        "10,000 unknown fields": (
            b'{"answers": {' + b",".join(b'"f%d": 1' % n for n in range(10_000)) + b"}}",
            {422},
        ),
    }


@pytest.fixture
def task(system: Machine) -> Any:
    """The first task of a new case."""
    return system.open_task(system.open_case())


@pytest.mark.parametrize("name", bodies())
def test_a_body_no_official_would_send_is_refused(system: Machine, task: Any, name: str) -> None:
    body, statuses = bodies()[name]
    answer = system.post(f"/tasks/{task['id']}/complete", data=body, content_type=JSON)
    assert answer.status_code in statuses, answer.get_json()
    assert answer.get_json()["detail"]
    assert system.get(f"/tasks/{task['id']}").get_json()["status"] == "open"


def in_chunks(system: Machine, path: str, body: bytes) -> TestResponse:
    """Send as a server hands over a body in chunks: without a length, but with an end."""
    return system.post(
        path,
        input_stream=io.BytesIO(body),
        content_type=JSON,
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )


def test_a_body_in_chunks_is_refused_by_its_size_and_never_cut(system: Machine, task: Any) -> None:
    large = b'{"answers": {"judul": "' + b"a" * 2**21 + b'"}}'
    answer = in_chunks(system, f"/tasks/{task['id']}/complete", large)
    assert answer.status_code == 413
    assert "2 MB" in answer.get_json()["detail"]


def test_a_body_that_need_not_be_there_counts_in_chunks_too(system: Machine, task: Any) -> None:
    answer = in_chunks(system, f"/tasks/{task['id']}/link", b'{"purpose": "tidak ada"}')
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("multipart/form-data", {}),
        ("", {}),
        ("application/json; charset=utf-16", {}),
        (JSON, {"Content-Encoding": "gzip"}),
    ],
)
def test_a_body_that_is_not_called_json_is_a_wrong_type(
    system: Machine, content_type: str, headers: dict[str, str]
) -> None:
    answer = system.post("/cases", data=b"{}", content_type=content_type, headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "id_",
    [
        "0" * 32,
        "tidak-ada",
        "a" * 10_000,
        "%00",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "%F0%9F%98%80",
        "%ff%fe",
        "' OR 1=1 --",
        "{case_id}",
    ],
)
@pytest.mark.parametrize("path", ["/cases/{}", "/cases/{}/history", "/tasks/{}", "/documents/{}"])
def test_an_id_that_names_nothing_is_not_found(system: Machine, path: str, id_: str) -> None:
    answer = system.client.get(
        PREFIX + path.format(id_), headers={"Authorization": f"Bearer {system.token}"}
    )
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/halo", "/cases/", "/cases/a/b/c", "/../cases", "/%00"])
def test_an_address_that_does_not_exist_is_not_found(app: Flask, path: str) -> None:
    answer = app.test_client().get(PREFIX + path)
    assert answer.status_code == 404
    assert answer.get_json()["instance"].startswith(PREFIX) or "cases" in path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/cases", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("PUT", "/cases/a", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/tasks/a/complete", {"OPTIONS", "POST"}),
        ("PATCH", "/openapi.json", {"GET", "HEAD", "OPTIONS"}),
        ("TRACE", "/tasks", {"GET", "HEAD", "OPTIONS"}),
        ("HALO", "/tasks", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    app: Flask, method: str, path: str, allowed: set[str]
) -> None:
    answer = app.test_client().open(PREFIX + path, method=method)
    assert answer.status_code == 405
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == allowed
    assert answer.get_json()["status"] == 405


def test_every_call_survives_every_strange_body(system: Machine, task: Any) -> None:
    for template, operations in system.document["paths"].items():
        if "post" not in operations:
            continue
        path = template.format(
            case_id=task["case_id"],
            task_id=task["id"],
            document_id="x",
            reply_id="x",
            draft="permohonan",
            official_id="x",
            substitution_id="x",
            alarm_id="x",
            day_id="x",
            message_id="x",
            webhook_id="x",
            enquiry_id="x",
            delivery_id="x",
            key="ksdd",
            number=1,
            job_id="x",
        )
        for body, _ in bodies().values():
            for content_type in (JSON, "multipart/form-data; boundary=x", "application/zip", ""):
                answer = system.post(path, data=body, content_type=content_type)
                assert answer.status_code < 500
    case = system.get(f"/cases/{task['case_id']}").get_json()
    assert [one["status"] for one in case["tasks"]] == ["open"]


def test_a_defect_of_ours_says_nothing_of_its_inside(
    app: Flask, system: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("rahasia")

    monkeypatch.setattr("processes.actions.open_case", fail)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    answer = app.test_client().post(
        f"{PREFIX}/cases",
        json={"procedure": "ksdd", "region": "32.01", "parties": ["32.02"], "title": "Air"},
        headers={"Authorization": f"Bearer {system.token}"},
    )
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "rahasia" not in answer.get_data(as_text=True)
