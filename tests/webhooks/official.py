"""An official with a phone: opens the link, reads the page, fills the form in, sends it."""

from __future__ import annotations

import io
import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any, Self

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from processes import actions
from processes.actions import Actor
from processes.office import Office
from processes.store.tables import Task, TaskStatus

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n"
    b"trailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
)


class FormReader(HTMLParser):
    """What a page pre-fills in its form: name to value, as a browser would send it untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name")
        if tag not in ("input", "select", "textarea") or name is None:
            return
        self.names.add(name)
        kind = found.get("type")
        if kind in ("radio", "checkbox") and "checked" not in found:
            return
        if tag == "input" and kind != "file":
            self.values[name] = found.get("value") or ""


class Official:
    """One holder of one task, in a browser of his own."""

    def __init__(self, app: Flask, path: str, task_id: str) -> None:
        self.client = app.test_client()
        self.path = path
        self.task_id = task_id

    @classmethod
    def holding(cls, app: Flask, office: Office, case_id: str, element: str, now: datetime) -> Self:
        """The holder of the case's open task of `element`, with a fresh link."""
        with office.database.read() as session:
            task_id = session.scalars(
                select(Task.id).where(
                    Task.case_id == case_id,
                    Task.element == element,
                    Task.status == TaskStatus.OPEN,
                )
            ).one()
        clerk = Actor(kind="account", name="administrator")
        url = actions.make_link(office, task_id, actor=clerk, now=now)
        return cls(app, url.removeprefix(office.settings.base_url), task_id)

    def on_another_device(self) -> Official:
        """The same link in a browser of its own."""
        return Official(self.client.application, self.path, self.task_id)

    def look(self, **options: Any) -> TestResponse:
        return self.client.get(self.path, **options)

    def prefilled(self) -> dict[str, str]:
        """What an untouched form would send."""
        reader = FormReader()
        reader.feed(self.look().text)
        return reader.values

    def send(self, answers: dict[str, Any], **options: Any) -> TestResponse:
        """Fill the page's form in and send it; bytes are sent as a PDF."""
        files = {
            name: (io.BytesIO(value), f"{re.sub('[^a-z]', '', name)}.pdf")
            for name, value in answers.items()
            if isinstance(value, bytes)
        }
        data = {**self.prefilled(), **answers, **files}
        answer = self.client.post(
            self.path, data=data, content_type="multipart/form-data", **options
        )
        # the test client leaves its copy of a large body open
        answer.request.environ["wsgi.input"].close()
        return answer


def complete_isian(**changes: Any) -> dict[str, Any]:
    """Good answers to the task `isian` of the drawing `uji`."""
    return {
        "judul": "Pelayanan publik",
        "bulan": "24",
        "nilai": "1.500.000",
        "tanggal_surat": "2026-02-27",
        "membebani": "false",
        "surat": PDF,
        "nomor[32.01]": "119/16-Kesber/2026",
        "nomor[32.02]": "119/17/KB/2026",
        **changes,
    }
