"""A few requests that nobody thought of, to every call: no 5xx, and every answer as promised.

The same attack at length: `make attack`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from processes.office import Office
from tests.webhooks.api.attack import run, seeded
from tests.webhooks.api.machine import Machine

#: requests to each call; more of them with KSDD_TEST_ATTACK=300
EXAMPLES = int(os.environ.get("KSDD_TEST_ATTACK", "2"))


@pytest.mark.filterwarnings(
    # the client leaves the files open that it was sent
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore::ResourceWarning",
)
def test_every_call_answers_strange_requests_as_its_document_promises(
    office: Office, app: Flask, clock: Callable[[], datetime]
) -> None:
    token, known = seeded(office, app, clock())
    found = run(app, token, known, examples=EXAMPLES, by=1)
    assert found.broken == {}
    assert found.requests >= EXAMPLES * 30


def test_parts_without_a_name_and_days_without_an_end_are_refused(
    machine: Callable[..., Machine],
) -> None:
    admin = machine("administrator", role="admin")
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\n0\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    assert admin.post("/documents", data=body, content_type=kind).status_code == 422
    day = {"kind": "hari_kerja", "name": "Lama", "decree": "SK 1"}
    for text in ("0001-01-01", "9999-12-31", "1900-01-01"):
        refused = admin.post("/calendar/days", {**day, "day": text})
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["day"])
    assert admin.get("/calendar?region=00.00").status_code == 422
