"""A small procedure whose tasks ask for more than their link, and an official who types codes.

All its tasks are open at once: two initials with a code, one with a code that may not come by the
same mail, one for those who are signed in, and one that hands in a document.
"""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store.tables import Case, History, LinkPurpose, Message, Person, Task
from processes.store.tables import Official as Row
from tests.engine.drawings import drawing, flows, shape
from tests.webhooks.official import PDF, FormReader, Official
from worker.delivery import deliver_due

CLERK = Actor(kind="account", name="administrator")
WITH_CODE = "tautan+kode"
CODE = re.compile(r"^Kode: (\d{8})\b", re.MULTILINE)
CHOICE = (
    '<camunda:formField id="paraf" label="Paraf" type="enum">'
    '<camunda:value id="paraf" name="Memaraf"/>'
    '<camunda:value id="kembalikan" name="Mengembalikan"/>'
    '<camunda:validation><camunda:constraint name="required"/></camunda:validation>'
    "</camunda:formField>"
    '<camunda:formField id="catatan" label="Catatan" type="string"/>'
)
FILE = (
    '<camunda:formField id="naskah" label="Naskah" type="string">'
    '<camunda:properties><camunda:property id="jenis" value="berkas"/></camunda:properties>'
    '<camunda:validation><camunda:constraint name="required"/></camunda:validation>'
    "</camunda:formField>"
)


def _task(id: str, role: str, form: str, **properties: str) -> str:
    given = {"tahap": "1 Paraf", "daerah": "pemrakarsa", **properties}
    written = "".join(f'<camunda:property name="{n}" value="{v}"/>' for n, v in given.items())
    inside = (
        f"<bpmn:extensionElements><camunda:properties>{written}</camunda:properties>"
        f"<camunda:formData>{form}</camunda:formData></bpmn:extensionElements>"
    )
    due = {"camunda__dueDate": "5 hari kerja", "camunda__candidateGroups": role}
    return shape("userTask", id, inside, name=id.capitalize(), **due)


TASKS = {
    "utama": _task("utama", "kabag", CHOICE, jaminan=WITH_CODE),
    "lain": _task("lain", "sekda", CHOICE, jaminan=WITH_CODE),
    "ketat": _task("ketat", "sekretaris_dprd", CHOICE, jaminan=WITH_CODE, kode_lemah="tidak"),
    "masuk": _task("masuk", "asisten", CHOICE, jaminan="masuk"),
    "berkas": _task("berkas", "bagian_kerja_sama", FILE),
}


def procedure() -> dict[str, bytes]:
    """The folder, to be published as `kode`."""
    pairs = [pair for name in TASKS for pair in (("cabang", name), (name, "temu"))]
    drawn = drawing(
        shape("startEvent", "mulai"),
        shape("parallelGateway", "cabang"),
        *TASKS.values(),
        shape("parallelGateway", "temu"),
        shape("endEvent", "selesai"),
        flows(("mulai", "cabang"), *pairs, ("temu", "selesai")),
    )
    return {"kode.bpmn": drawn}


class CodedCase:
    """A case of that procedure, with the mailbox of everybody in it."""

    def __init__(self, app: Flask, office: Office, now: datetime) -> None:
        self.app = app
        self.office = office
        self._read: set[str] = set()
        self._codes: list[str] = []
        actions.publish(office, procedure(), key="kode", note="uji", actor=CLERK, now=now)
        self.id = self.open(now)

    def open(self, now: datetime) -> str:
        return actions.open_case(
            self.office,
            procedure="kode",
            region="32.01",
            parties=["32.02"],
            title="Pelayanan publik",
            actor=CLERK,
            now=now,
        )

    def task(self, element: str, case_id: str | None = None) -> str:
        with self.office.database.read() as session:
            where = (Task.case_id == (case_id or self.id), Task.element == element)
            return session.scalars(select(Task.id).where(*where)).one()

    def holder(self, element: str, now: datetime, case_id: str | None = None) -> Signer:
        return Signer.holding(self.app, self.office, case_id or self.id, element, now)

    def recorder(self, element: str, now: datetime) -> Signer:
        """The cooperation office, with its link to record the task from paper."""
        url = actions.make_link(
            self.office, self.task(element), actor=CLERK, now=now, purpose=LinkPurpose.RECORD
        )
        path = url.removeprefix(self.office.settings.base_url)
        return Signer(self.app, path, self.task(element))

    def change(self, role: str, **values: Any) -> None:
        """Give the person who holds a role at Bogor other addresses."""
        with self.office.database.write() as session:
            own = select(Row.person_id).where(Row.region_code == "32.01", Row.role == role)
            session.execute(update(Person).where(Person.id.in_(own)).values(**values))

    def hand_in(self, now: datetime) -> None:
        """A document comes into the case."""
        self.holder("berkas", now).send({"naskah": PDF})

    def codes(self, now: datetime) -> list[str]:
        """Every code that was read in a mail so far, the newest last."""
        deliver_due(self.office, now)
        fresh = [text for name, text in self.mails().items() if name not in self._read]
        self._codes += [code for text in fresh for code in CODE.findall(text)]
        self._read |= set(self.mails())
        return list(self._codes)

    def mails(self) -> dict[str, str]:
        """The text of every mail with its receiver, by file name."""
        found = {}
        for path in sorted(self.office.settings.mail_folder.glob("*.eml")):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            found[path.name] = f"To: {message['To']}\n{message['Subject']}\n{body.get_content()}"
        return found

    def history(self, kind: str) -> list[dict[str, Any]]:
        with self.office.database.read() as session:
            rows = select(History.details).where(History.case_id == self.id, History.kind == kind)
            return list(session.scalars(rows.order_by(History.seq)))

    def messages(self, kind: str = "kode") -> list[Message]:
        with self.office.database.read() as session:
            rows = select(Message).where(Message.kind == kind)
            return list(session.scalars(rows.order_by(Message.created_at)))

    def is_open(self, element: str) -> bool:
        with self.office.database.read() as session:
            task = session.get_one(Task, self.task(element))
            return task.answers is None

    def retitle(self, title: str) -> None:
        with self.office.database.write() as session:
            session.execute(update(Case).where(Case.id == self.id).values(title=title))


class Signer(Official):
    """An official who looks twice and types a code."""

    def ask(self, **answers: Any) -> TestResponse:
        """Send the answers; the page to check them comes back."""
        return self.send({"paraf": "paraf", **answers})

    def confirm(self, review: TestResponse, code: str, **changes: str) -> TestResponse:
        """Type a code into the page that is to be checked."""
        reader = FormReader()
        reader.feed(review.text)
        return self.client.post(self.path, data={**reader.values, "_kode": code, **changes})

    def json(self, **body: Any) -> TestResponse:
        sent = {"answers": {"paraf": "paraf"}, **body}
        return self.client.post(self.path, json=sent, headers={"Accept": "application/json"})
