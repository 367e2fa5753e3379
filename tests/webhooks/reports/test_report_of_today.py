"""The day of one region: which house is late against what, on one page and in one message."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.office import Office
from processes.store.tables import (
    AgreementStatus,
    Case,
    Message,
    MessageStatus,
    Official,
    Task,
    TaskHolder,
    TaskStatus,
)
from tests.store.cast import a_case, a_task
from tests.webhooks.conftest import Clock, SignIn
from webhooks.reports.today import is_internal

BOGOR, SUKABUMI, BADUNG = "32.01", "32.02", "51.03"
INTERNAL = "Target internal; pengaturan pemilik proses"
PROCEDURE = "Pengaturan pemilik proses; periksa terhadap Permendagri 22/2020"


def due(day: str) -> datetime:
    """Four o'clock in Jakarta."""
    return datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=UTC)


def a_late_task(
    session: Session, now: datetime, title: str, region: str, day: str, **changes: Any
) -> Task:
    case = a_case(session, now - timedelta(days=60), (BOGOR, SUKABUMI), title=title)
    given = {
        "element": "tahap5_paraf_sekda",
        "name": "Paraf Sekda",
        "role": "sekda",
        "due_at": due(day),
        "basis": INTERNAL,
        **changes,
    }
    return a_task(session, case, region, now - timedelta(days=30), **given)


@pytest.fixture
def day(office: Office, clock: Clock) -> Clock:
    """Monday, 2 March 2026, with something in each house."""
    now = clock()
    with office.database.write() as session:
        own = a_late_task(session, now, "Air bersih", BOGOR, "2026-02-25")
        sekda = session.scalars(
            select(Official).where(Official.region_code == BOGOR, Official.role == "sekda")
        ).first()
        assert sekda is not None
        session.add(TaskHolder(task_id=own.id, official_id=sekda.id))
        session.add(
            Message(
                key="a",
                task_id=own.id,
                kind="pengingat",
                address="a@b.id",
                status=MessageStatus.SENT,
                created_at=now,
                not_before=now,
                sent_at=now - timedelta(days=3),
                message_id="<a@b>",
            )
        )
        a_late_task(
            session,
            now,
            "Sampah *regional*",
            SUKABUMI,
            "2026-02-20",
            role="kepala_daerah",
            name="Jawaban kesediaan kepala daerah",
            basis=PROCEDURE,
        )
        a_late_task(
            session,
            now,
            "Jembatan",
            BOGOR,
            "2026-02-27",
            role="sekretaris_dprd",
            name="Mencatat keputusan DPRD",
            basis=PROCEDURE,
        )
        a_late_task(session, now, "Pasar bersama", BOGOR, "2026-03-09", role="kabag")
        a_late_task(session, now, "Masih jauh", BOGOR, "2026-03-10")
        a_late_task(session, now, "Sedang dijeda", BOGOR, "2026-03-01", due_at=None, paused_at=now)
        late = a_late_task(session, now, "Sudah selesai", BOGOR, "2026-02-20")
        late.status, late.closed_at = TaskStatus.DONE, now
        for title, ends in (("Damkar perbatasan", 30), ("Terminal", 91)):
            a_case(
                session,
                now,
                (SUKABUMI, BOGOR),
                title=title,
                agreement_status=AgreementStatus.BERLAKU,
                agreement_starts_on=date(2021, 1, 1),
                agreement_ends_on=date(2026, 3, 2) + timedelta(days=ends),
            )
    return clock


def pdf_of(browser: FlaskClient, region: str = BOGOR) -> bytes:
    answer = browser.get(f"/laporan/hari-ini.pdf?region={region}")
    assert answer.status_code == 200, answer.text
    return answer.data


def words_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def message_of(browser: FlaskClient) -> str:
    page = browser.get("/laporan/hari-ini?pesan=ya&region=32.01").text
    found = re.search(r'<textarea id="teks"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_each_house_stands_apart_and_targets_apart_from_the_procedure(
    signed_in: SignIn, day: Clock
) -> None:
    message = message_of(signed_in(region=BOGOR))
    parts = message.split("\n\n")
    assert parts[0].startswith("*Laporan per hari ini, Kabupaten Bogor*\nSenin, 2 Maret 2026")
    assert "3 terlambat, 1 segera jatuh tempo, 1 dijeda" in parts[0]
    own, partner, council, soon, ending, _ = parts[1:]
    assert own.startswith("*Target internal di rumah kita: 1 terlambat*")
    assert "Paraf Sekda (Air bersih): Sekretaris Daerah, Kabupaten Bogor" in own
    assert "terlambat 3 hari kerja, sejak 31 Januari 2026; diberi tahu 27 Februari 2026" in own
    assert partner.startswith("*Tenggat prosedur di daerah mitra: 1 terlambat*")
    assert PROCEDURE in partner
    assert "Sampah  regional " in partner, "marks of emphasis in a title do not act"
    assert council.startswith("*Tenggat prosedur di DPRD: 1 terlambat*")
    assert "Jembatan" in council
    assert "Pasar bersama" in soon
    assert "Masih jauh" not in message
    assert "Sudah selesai" not in message
    assert ending.startswith("*Kerja sama yang berakhir dalam 90 hari: 1*")
    assert "Damkar perbatasan" in ending
    assert "://" not in message


def test_the_page_says_the_same_and_names_persons_of_the_own_house_only(
    office: Office, signed_in: SignIn, day: Clock
) -> None:
    page = signed_in(region=BOGOR).get("/laporan/hari-ini").text
    with office.database.read() as session:
        task = session.scalars(select(Task).join(Case).where(Case.title == "Air bersih")).one()
        holder = session.scalars(select(TaskHolder).where(TaskHolder.task_id == task.id)).one()
        position = session.get_one(Official, holder.official_id).position
    assert position in page
    for words in ("Di rumah kita: 1 terlambat", "Di daerah mitra: 1", "Di DPRD: 1", "31 Januari"):
        assert words in page
    partner = signed_in(region=SUKABUMI).get("/laporan/hari-ini").text
    assert "Air bersih" in partner
    assert position not in partner.replace("Sekretaris Daerah, Kabupaten", "")


def test_the_paper_is_one_archival_page_with_all_of_it(signed_in: SignIn, day: Clock) -> None:
    made = pdf_of(signed_in(region=BOGOR))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        told = pdf.open_metadata()
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "B")
        assert len(pdf.pages) == 1
    words = words_of(made)
    for wanted in (
        "Laporan per hari ini, Kabupaten Bogor",
        "Di rumah kita: 1 terlambat",
        "Target internal",
        "Tenggat prosedur",
        "Air bersih",
        "3 hk",
        "27 Februari 2026",
        "Pasar bersama",
        "Damkar perbatasan",
    ):
        assert wanted in words
    assert "lainnya" not in words


def test_too_much_for_a_page_or_a_message_is_cut_and_the_rest_counted(
    office: Office, signed_in: SignIn, day: Clock
) -> None:
    with office.database.write() as session:
        for number in range(70):
            a_late_task(session, day(), f"Perkara yang panjang {number}", BOGOR, "2026-02-26")
    browser = signed_in(region=BOGOR)
    made = pdf_of(browser)
    assert len(PdfReader(io.BytesIO(made)).pages) == 1
    words = words_of(made)
    cut = re.search(r"dan (\d+) lainnya", words)
    assert cut is not None
    assert int(cut[1]) + words.count("Paraf Sekda") == 72, "late ones, and one that is due soon"
    message = message_of(browser)
    assert len(message) <= 4000
    left = re.search(r"dan (\d+) lainnya", message)
    assert left is not None
    assert int(left[1]) + message.count("Paraf Sekda") == 72
    assert "Damkar perbatasan" in message


def test_whose_day_it_is_is_asked_where_there_are_several(signed_in: SignIn, day: Clock) -> None:
    browser = signed_in()
    assert "Air bersih" not in browser.get("/laporan/hari-ini").text
    assert "Air bersih" in browser.get("/laporan/hari-ini?region=Kabupaten+Bogor").text
    assert "tidak dikenal" in browser.get("/laporan/hari-ini?region=Antah").text
    stranger = signed_in(region=BADUNG)
    assert "Air bersih" not in stranger.get("/laporan/hari-ini").text
    assert stranger.get(f"/laporan/hari-ini.pdf?region={BOGOR}").status_code == 404


def test_the_owner_says_with_the_basis_which_deadlines_are_targets_of_the_house() -> None:
    assert is_internal(INTERNAL)
    assert is_internal("")
    assert not is_internal(PROCEDURE)


def test_the_month_is_a_paper_with_numbers_drawings_and_agreements(
    signed_in: SignIn, day: Clock
) -> None:
    browser = signed_in(region=BOGOR)
    assert "Februari 2026" in browser.get("/laporan/bulanan").text
    made = browser.get("/laporan/bulanan.pdf?month=2026-04").data
    words = words_of(made)
    assert "Laporan bulanan April 2026" in words
    assert "Kabupaten Bogor" in words
    assert "Damkar perbatasan" in words, "its agreement ends in that month"
    assert "Terminal" not in words
    march = words_of(browser.get("/laporan/bulanan.pdf?month=2026-03").data)
    for wanted in ("Paraf Sekda", "Persentil 90", "Median hari kerja per bulan", "Mar 26"):
        assert wanted in march, wanted
    english = words_of(browser.get("/laporan/bulanan.pdf?month=2026-03&lang=en").data)
    assert "Monthly report March 2026" in english
