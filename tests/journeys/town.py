"""A town of officials who only read their mail and open the links in it."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email import policy
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from processes import actions
from processes.office import Office
from processes.settings import Settings
from processes.store import accounts, links
from processes.store.tables import AccountRole, Task, TaskStatus
from webhooks.app import create_app
from worker.delivery import deliver_due
from worker.tick import tick

BASE = "http://127.0.0.1:8000"
LINK = re.compile(r"/t/([A-Za-z0-9_-]{43})")
CODE = re.compile(r"^Kode: ([0-9]{8})\b", re.MULTILINE)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


class File(bytes):
    """Bytes that an official attaches, as a PDF."""


class _HiddenInputs(HTMLParser):
    """What one form of a page sends by itself, and its boxes to tick."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.boxes: list[str] = []
        self._wanted = form
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == self._wanted
        name = given.get("name")
        if tag != "input" or name is None or not self._inside:
            return
        if given.get("type") == "hidden":
            self.values[name] = given.get("value") or ""
        if given.get("type") == "checkbox":
            self.boxes.append(name)


class Town:
    """One installation, its clock, its web app and the mailbox of everybody in it."""

    def __init__(
        self,
        database_url: str,
        folder: Path,
        now: datetime,
        base_url: str = BASE,
        *,
        fresh: bool = True,
    ) -> None:
        self.now = now
        self.folder = folder
        self.settings = Settings(
            env="development",
            data=folder,
            database_url=database_url,
            base_url=base_url,
            sample=True,
        )
        self.office = Office.open(self.settings)
        self.app: Flask = create_app(self.office)
        self.app.config["CLOCK"] = lambda: self.now
        self.client = self.app.test_client()
        if fresh:
            with self.office.database.write() as session:
                self.token = accounts.create_token(
                    session, name="kota", role=AccountRole.SYSTEM, region_code=None, now=now
                )
        #: tokens found in mails and on receipts, newest last, by (purpose, case, element, region)
        self.links: dict[tuple[str, str, str, str], list[str]] = {}
        #: one-time codes found in mails, newest last
        self.codes: list[str] = []
        self._read: set[str] = set()
        self._known: set[str] = set()

    def close(self) -> None:
        self.office.close()

    # --- the machine API, for opening a case and for looking -------------------------------------
    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self.client.open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
        )

    def open_case(
        self,
        region: str,
        parties: Sequence[str],
        title: str = "Pelayanan Publik",
        **entry: Any,
    ) -> str:
        body = {"procedure": "ksdd", "region": region, "parties": list(parties), "title": title}
        answer = self.call("POST", "/cases", {**body, **entry})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.get_json()["id"])

    def scan(self, token: str | None = None) -> str:
        """The id of a PDF that a machine hands in."""
        answer = self.client.post(
            "/api/v1/documents",
            data={"file": (BytesIO(PDF), "surat.pdf")},
            headers={"Authorization": f"Bearer {token or self.token}"},
        )
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.get_json()["id"])

    def case(self, case_id: str) -> dict[str, Any]:
        answer = self.call("GET", f"/cases/{case_id}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.get_json()
        return found

    def open_tasks(self, case_id: str) -> list[tuple[str, str]]:
        """(element, region) of every open task, sorted."""
        return sorted((element, region) for element, region, _ in self._open(case_id))

    def _open(self, case_id: str) -> list[tuple[str, str, str]]:
        """Element, region and id of the open tasks; asked of the database, as every step asks."""
        query = select(Task.element, Task.region_code, Task.id).order_by(Task.position)
        mine = query.where(Task.case_id == case_id, Task.status == TaskStatus.OPEN)
        with self.office.database.read() as session:
            return [(row[0], row[1], row[2]) for row in session.execute(mine)]

    def withdraw(self, case_id: str, reason: str = "Perubahan rencana") -> None:
        answer = self.call("POST", f"/cases/{case_id}/withdraw", {"reason": reason})
        assert answer.status_code == 200, answer.get_data(as_text=True)

    def complete(self, case_id: str, element: str, region: str, answers: Mapping[str, Any]) -> None:
        """Finish an open task with the token of a machine."""
        task = next(t for e, r, t in self._open(case_id) if (e, r) == (element, region))
        given = {
            name: {"document": self.scan()} if isinstance(value, File) else value
            for name, value in answers.items()
        }
        answer = self.call("POST", f"/tasks/{task}/complete", {"answers": given})
        assert answer.status_code == 200, answer.get_data(as_text=True)

    # --- time ------------------------------------------------------------------------------------
    def wait(self, **span: float) -> None:
        """Let time pass; the sweeps run once at its end."""
        self.at(self.now + timedelta(**span))

    def at(self, moment: datetime) -> None:
        """Move the clock to a moment and let the sweeps run."""
        self.now = moment.astimezone(UTC)
        actions.fire_timers(self.office, now=self.now)
        self.read_mail()

    # --- officials -------------------------------------------------------------------------------
    def read_mail(self) -> None:
        """Deliver what waits, and sort the links of all new mails by the task they lead to."""
        deliver_due(self.office, self.now)
        for path in sorted((self.folder / "mail").glob("*.eml")):
            if path.name in self._read:
                continue
            self._read.add(path.name)
            body = _body(path)
            self.codes += CODE.findall(body)
            for token in dict.fromkeys(LINK.findall(body)):
                self._sort_in(token)

    def _sort_in(self, token: str) -> None:
        if token in self._known:
            return
        self._known.add(token)
        with self.office.database.read() as session:
            found = links.find(session, token)
        if found is None or found.link.revoked_at is not None:
            return
        task = found.task
        key = (found.link.purpose.value, task.case_id, task.element, task.region_code)
        self.links.setdefault(key, []).append(token)

    def link(self, case_id: str, element: str, region: str, purpose: str = "jawab") -> str:
        """The newest link for this purpose to a task of this kind that is still open."""
        self.read_mail()
        found = self._open_link(purpose, case_id, element, region)
        if found is None:
            # what comes late shares one letter with the reminders that are late too
            tick(self.office, self.now)
            self.read_mail()
            found = self._open_link(purpose, case_id, element, region)
        assert found is not None, (element, region, purpose)
        return found

    def _open_link(self, *wanted: str) -> str | None:
        purpose, case_id, element, region = wanted
        tokens = reversed(self.links.get((purpose, case_id, element, region), []))
        return next((token for token in tokens if self._is_open(token)), None)

    def _is_open(self, token: str) -> bool:
        with self.office.database.read() as session:
            found = links.find(session, token)
        return (
            found is not None
            and found.link.revoked_at is None
            and found.task.status is TaskStatus.OPEN
        )

    def post(self, token: str, answers: Mapping[str, Any], form: str = "isian") -> TestResponse:
        """Open a link and send its form, as a phone without JavaScript would; then look at the
        links that the answer offers."""
        page = self.client.get(f"/t/{token}")
        assert page.status_code == 200, page.get_data(as_text=True)
        hidden = _HiddenInputs(form)
        hidden.feed(page.get_data(as_text=True))
        sent = {**hidden.values, **dict.fromkeys(hidden.boxes, "ya"), **flat(answers)}
        answer = self.client.post(f"/t/{token}", data=sent, content_type="multipart/form-data")
        if 'id="tinjauan"' in answer.get_data(as_text=True):
            # what comes from a draft is shown once more before it is taken
            shown = _HiddenInputs("tinjauan")
            shown.feed(answer.get_data(as_text=True))
            sent = {**shown.values, **dict.fromkeys(shown.boxes, "ya")}
            answer = self.client.post(f"/t/{token}", data=sent)
        if answer.status_code == 200 and 'name="_kode"' in answer.get_data(as_text=True):
            answer = self.type_code(token, answer)
        for found in dict.fromkeys(LINK.findall(answer.get_data(as_text=True))):
            self._sort_in(found)
        return answer

    def type_code(self, token: str, review: TestResponse) -> TestResponse:
        """Read the code in the newest mail and confirm what the page shows."""
        hidden = _HiddenInputs("konfirmasi")
        hidden.feed(review.get_data(as_text=True))
        self.read_mail()
        return self.client.post(f"/t/{token}", data={**hidden.values, "_kode": self.codes[-1]})

    def post_json(self, token: str, answers: Mapping[str, Any]) -> TestResponse:
        return self.client.post(f"/t/{token}", json={"answers": dict(answers)})

    def answer(self, case_id: str, element: str, region: str, **answers: Any) -> None:
        """Finish a task through the link that its holder was mailed."""
        response = self.post(self.link(case_id, element, region), answers)
        assert response.status_code == 200, response.get_data(as_text=True)


def _body(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def flat(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as form inputs: files as uploads, one input per region where asked per region."""
    flat: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}[{region}]": str(inner) for region, inner in value.items()}
        elif isinstance(value, bool):
            flat[name] = "true" if value else "false"
        elif isinstance(value, bytes):
            flat[name] = (BytesIO(value), f"{name}.pdf")
        elif value is not None:
            flat[name] = str(value)
    return flat


def as_json(answer: TestResponse) -> Any:
    return json.loads(answer.get_data(as_text=True))
