"""A partner without officials: Kabupaten Cilacap, which is asked by Kabupaten Bogor on paper."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from processes import actions
from processes.actions import Actor, Package
from processes.office import Office
from processes.store.tables import Task, TaskStatus
from tests.journeys.answers import smooth
from tests.webhooks.api.machine import PDF

ASKER, PARTNER, OTHER = "32.01", "33.01", "33.02"
TITLE = "Pengelolaan sampah lintas batas"
OBJECT = "Sampah rumah tangga di tepi sungai"
CLERK = Actor(kind="account", name="administrator")
CONTACT = {
    "nama": "Ratna Contoh Kusuma",
    "jabatan": "Kepala Bagian Tata Pemerintahan",
    "surel": "ratna@cilacap.example",
    "telepon": "",
}
REPLY = {
    "nomor_surat": "130/77/2026",
    "tanggal_surat": "2026-03-01",
    "penanda_tangan": "Bupati Cilacap",
    "pengirim": "Ratna Contoh Kusuma",
}


class PaperCase:
    """A case in which the partner's willingness is awaited, and nobody there has an address."""

    def __init__(
        self, app: Flask, office: Office, now: datetime, *, title: str = TITLE, kak: bytes = PDF
    ) -> None:
        self.app, self.office, self.now = app, office, now
        parties = [ASKER, PARTNER, OTHER]
        self.id = actions.open_case(
            office,
            procedure="ksdd",
            region=ASKER,
            parties=parties[1:],
            title=title,
            actor=CLERK,
            now=now,
        )
        plan = smooth("2026-03-02", parties=parties)
        plan["tahap1_permohonan"] |= {"judul": title, "kak": kak, "objek": OBJECT}
        for element in ("tahap1_permohonan", "tahap1_telaah", "tahap1_surat"):
            self.answer(element, plan[element])

    def answer(self, element: str, answers: Mapping[str, Any]) -> None:
        """Complete an open task of this shape; bytes are handed in as a PDF first."""
        kept = {
            name: {"document": self._keep(value, f"{element}-{name}.pdf")}
            if isinstance(value, bytes)
            else value
            for name, value in answers.items()
        }
        task_id = self.task(element)
        actions.complete_task(self.office, task_id, kept, actor=CLERK, now=self.now)

    def task(self, element: str, region: str | None = None) -> str:
        """The id of an open task of this shape."""
        with self.office.database.read() as session:
            query = select(Task.id).where(
                Task.case_id == self.id, Task.element == element, Task.status == TaskStatus.OPEN
            )
            if region is not None:
                query = query.where(Task.region_code == region)
            return str(session.scalars(query).first())

    def _keep(self, content: bytes, filename: str) -> str:
        stream = io.BytesIO(content)
        return actions.add_document(
            self.office, stream, filename, actor=CLERK, region=ASKER, now=self.now
        ).id

    def print_package(self, region: str = PARTNER, **options: Any) -> Package:
        return actions.print_package(
            self.office, self.id, region, actor=CLERK, now=self.now, **options
        )

    # --- the partner, with a phone -----------------------------------------------------------
    def look(self, code: str, **options: Any) -> TestResponse:
        return self.app.test_client().post("/k", data={"kode": code}, **options)

    def name_contact(self, code: str, **changes: str) -> TestResponse:
        form = {"kode": code, **CONTACT, **changes}
        return self.app.test_client().post("/k/narahubung", data=form)

    def hand_in(
        self, code: str, scan: bytes | None = PDF, name: str = "jawaban.pdf", **changes: str
    ) -> TestResponse:
        form: dict[str, Any] = {"kode": code, **REPLY, **changes}
        if scan is not None:
            form["berkas"] = (io.BytesIO(scan), name)
        answer = self.app.test_client().post(
            "/k/balasan", data=form, content_type="multipart/form-data"
        )
        # the test client leaves its copy of a large body open
        answer.request.environ["wsgi.input"].close()
        return answer
