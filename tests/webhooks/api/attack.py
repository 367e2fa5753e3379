"""Requests that nobody thought of, made from the OpenAPI document, against a seeded installation.

`run` sends them call by call and holds each answer against the document. It is the same in a test
(few requests, always the same) and as an attack of its own:

    make attack ATTACK_ARGS="--examples 300 --seed 7"
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from processes import actions
from processes.actions import Actor, WebhookWish
from processes.office import Office
from processes.settings import Settings
from processes.store import accounts
from processes.store.tables import AccountRole, WebhookDirection
from processes.store.webhook_events import TYPES
from tests.webhooks.api.machine import Machine
from webhooks.app import create_app

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
#: how often an id in a path is one that exists
KNOWN = 0.8


@dataclass(kw_only=True)
class Found:
    """What an attack found."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    #: what an answer broke, by call
    broken: dict[str, str] = field(default_factory=dict)


def seeded(office: Office, app: Flask, now: datetime) -> tuple[str, dict[str, list[str]]]:
    """A token of an administrator, and ids that exist by the name they have in paths."""
    with office.database.write() as session:
        token = accounts.create_token(session, name="serangan", role=AccountRole.ADMIN, now=now)
    admin = Machine(app, token)
    case, paper = admin.open_case(), admin.open_case(partners=("33.01",))
    task = admin.until(paper, "tahap1_surat")
    drafts = admin.get(f"/tasks/{task['id']}/drafts").get_json()["items"]
    first = admin.open_task(case)
    message = admin.get("/messages").get_json()["items"][0]
    day = {"day": "2026-12-28", "kind": "cuti_bersama", "name": "Cuti", "decree": "SKB 1/2026"}
    days = admin.post("/calendar/days", day).get_json()["days"]
    wish = WebhookWish(region="32.01", name="SI", url="http://127.0.0.1:9/", events=TYPES)
    actor = Actor(kind="account", name="serangan")
    row, _ = actions.register_webhook(office, wish, actor=actor, now=now)
    incoming = WebhookWish(region="32.01", name="SI", direction=WebhookDirection.IN)
    other, _ = actions.register_webhook(office, incoming, actor=actor, now=now)
    sent = admin.post(f"/webhooks/{row.id}/test").get_json()
    officials = admin.get("/officials?region=32.01").get_json()["items"]
    document = admin.upload(b"%PDF-1.4\n%%EOF\n", "kak.pdf").get_json()
    return token, {
        "case_id": [case["id"], paper["id"]],
        "task_id": [first["id"], task["id"]],
        "document_id": [document["id"]],
        "official_id": [each["id"] for each in officials],
        "message_id": [message["id"]],
        "day_id": [each["id"] for each in days],
        "webhook_id": [row.id, other.id],
        "delivery_id": [sent["id"]],
        "draft": [each["name"] for each in drafts],
        "key": ["ksdd"],
        "number": ["1"],
    }


def run(app: Flask, token: str, known: Mapping[str, list[str]], *, examples: int, by: int) -> Found:
    """Send `examples` requests to every call, always the same ones for the same seed `by`."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found = Found()
    for result in schema.get_all_operations():
        operation = result.ok()
        _attack(operation, token, known, examples, by, found)
    return found


def _attack(
    operation: Any,
    token: str,
    known: Mapping[str, list[str]],
    examples: int,
    by: int,
    found: Found,
) -> None:
    @seed(by)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=_cases(operation), lots=st.randoms(use_true_random=False))
    def send(case: Any, lots: Any) -> None:
        for name in case.path_parameters or {}:
            if name in known and lots.random() < KNOWN:
                case.path_parameters[name] = lots.choice(known[name])
        for name in [name for name in case.headers or {} if name.lower() == "authorization"]:
            del case.headers[name]
        # some of the requests that break the document come without any proof, on purpose
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        found.requests += 1
        found.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=list(CHECKS))
        except AssertionError as error:
            found.broken.setdefault(operation.label, str(error))
        except BaseExceptionGroup as group:
            found.broken.setdefault(operation.label, "\n".join(map(str, group.exceptions)))

    send()


def _cases(operation: Any) -> Any:
    """Requests as the document allows them, and as it does not."""
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    return st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))


def stage(folder: Path, url: str = "") -> tuple[Office, Flask, Callable[[], datetime]]:
    """An installation for an attack, with a clock that stands."""
    opened = Settings(
        env="development",
        data=folder,
        database_url=url or f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}",
        sample=True,
    )
    office = Office.open(opened)
    moment = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    app = create_app(office)
    app.config["CLOCK"] = lambda: moment
    return office, app, lambda: moment


def main() -> None:
    """Attack a fresh installation and print what was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--database", default="")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ksdd-attack-"))
    try:
        office, app, clock = stage(folder, chosen.database)
        token, known = seeded(office, app, clock())
        found = run(app, token, known, examples=chosen.examples, by=chosen.seed)
        office.close()
    finally:
        shutil.rmtree(folder)
    print(f"{found.requests} requests, {dict(sorted(found.statuses.items()))}")  # noqa: T201
    for label, why in found.broken.items():
        print(f"--- {label}\n{why}")  # noqa: T201
    raise SystemExit(bool(found.broken))


if __name__ == "__main__":
    main()
