"""Several holders of one task: the first to finish wins, and the others see who did."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from processes import actions
from processes.actions import Order
from processes.office import Office
from processes.store import accounts
from processes.store.links import token_for
from processes.store.tables import AccountRole, Link, Person
from processes.store.tables import Official as Row
from tests.webhooks.conftest import ADMINISTRATOR, Clock
from tests.webhooks.official import PDF, Official, complete_isian

Both = tuple[Official, Official]
CLERK, SECRETARY, ASSISTANT = "bagian_kerja_sama", "sekretaris_tkksd", "asisten"


@pytest.fixture
def both(app: Flask, office: Office, clock: Clock, case_id: str) -> Both:
    """The cooperation office and the assistant, who hold the first task together."""
    return holding_together(app, office, clock, case_id, "isian", CLERK)


def holding_together(
    app: Flask, office: Office, clock: Clock, case_id: str, element: str, role: str
) -> Both:
    """Who holds an open task by his role, and the assistant beside him, with a link each."""
    own = Official.holding(app, office, case_id, element, clock())
    with office.database.read() as session:
        rows = [
            session.scalars(
                select(Row.id).where(Row.region_code == "32.01", Row.role == each)
            ).one()
            for each in (role, ASSISTANT)
        ]
    order = Order(actor=ADMINISTRATOR, reason="Dikerjakan bersama")
    actions.reassign_task(office, own.task_id, rows, order=order, now=clock())
    with office.database.read() as session:
        found = [
            session.scalars(
                select(Link.id)
                .where(Link.task_id == own.task_id, Link.official_id == row)
                .where(Link.revoked_at.is_(None))
                .order_by(Link.created_at.desc())
            ).first()
            for row in rows
        ]
    first, second = (
        Official(app, f"/t/{token_for(office.secret, str(link))}", own.task_id) for link in found
    )
    return first, second


def name_of(office: Office, role: str) -> str:
    with office.database.read() as session:
        where = (Row.region_code == "32.01", Row.role == role)
        return session.scalars(select(Person.name).join(Row).where(*where)).one()


def test_whoever_comes_second_is_told_who_was_first_and_keeps_what_he_typed(
    both: Both, office: Office
) -> None:
    winner, other = both
    other.send({"judul": "Ketikan pemegang kedua", "surat": PDF, "_simpan": "1"})
    assert "Jawaban sudah diterima" in winner.send(complete_isian()).text

    seen = other.look().text

    assert f"<h1>Sudah diselesaikan oleh {name_of(office, CLERK)}," in seen
    assert "Terima kasih" not in seen
    assert "Yang Anda isi sebelumnya" in seen
    assert "Ketikan pemegang kedua" in seen
    assert "surat.pdf" in seen, "a file is called by its name"
    assert "Tanda terima" in seen
    assert "Terima kasih. Jawaban sudah diterima." in winner.look().text
    assert "Ketikan pemegang kedua" not in winner.look().text


def test_whoever_sends_second_sees_his_files_by_their_names(
    both: Both,
) -> None:
    winner, other = both
    key = other.prefilled()["_kunci"]
    winner.send(complete_isian())

    late = other.send(complete_isian(_kunci=key, judul="Terlambat"))

    assert late.status_code == 409
    assert "Terlambat" in late.text
    assert "surat.pdf" in late.text


def test_the_next_task_is_offered_to_whom_it_belongs_only(
    both: Both, app: Flask, office: Office, clock: Clock, case_id: str
) -> None:
    both[0].send(complete_isian())
    winner, other = holding_together(app, office, clock, case_id, "putusan", SECRETARY)

    assert "Buka tugas berikutnya" in winner.send({"hasil": "lengkap"}).text
    assert "Buka tugas berikutnya" in winner.look().text
    seen = other.look().text
    assert "Sudah diselesaikan oleh" in seen
    assert "Tugas berikut pada perkara ini juga untuk Anda" not in seen


def test_a_holder_for_whom_a_machine_answered_is_told_so(
    both: Both, office: Office, clock: Clock, app: Flask
) -> None:
    with office.database.write() as session:
        token = accounts.create_token(
            session, name="sistem lain", role=AccountRole.SYSTEM, now=clock()
        )
    holder, _ = both
    holder.send(complete_isian(_simpan="1"))
    answers = {
        "judul": "Dari mesin",
        "bulan": 24,
        "membebani": False,
        "tanggal_surat": "2026-02-27",
        "nomor": {"32.01": "1", "32.02": "2"},
    }
    path = f"/api/v1/tasks/{holder.task_id}/complete"
    bearer = {"Authorization": f"Bearer {token}"}
    document = actions.add_document(
        office, BytesIO(PDF), "a.pdf", actor=ADMINISTRATOR, region="32.01", now=clock()
    )
    sent = {"answers": {**answers, "surat": {"document": document.id}}}
    assert app.test_client().post(path, json=sent, headers=bearer).status_code == 200

    seen = holder.look().text

    assert "<h1>Sudah diselesaikan oleh sistem lain untuk" in seen
    assert "Yang Anda isi sebelumnya" in seen
