"""A partner with a phone and a letter: from the square on the paper to its reply and contact."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from processes.office import Office
from tests.browser.test_first_visit import assert_fits
from tests.webhooks.api.machine import PDF
from tests.webhooks.paper import CONTACT, REPLY, TITLE, PaperCase
from webhooks.app import create_app

pytestmark = pytest.mark.browser


def test_from_the_square_on_the_letter_to_the_reply_and_the_contact(
    phone: Page, office: Office
) -> None:
    paper = PaperCase(create_app(office), office, datetime.now(UTC))
    phone.goto(paper.print_package().url)
    assert_fits(phone)
    assert TITLE not in phone.content()

    phone.get_by_role("button", name="Lanjutkan").click()
    assert_fits(phone)
    assert TITLE in phone.content()

    phone.get_by_label("Nomor surat").fill(REPLY["nomor_surat"])
    scan = {"name": "jawaban.pdf", "mimeType": "application/pdf", "buffer": PDF}
    phone.get_by_label("Pindaian surat").set_input_files(scan)  # type: ignore[arg-type]
    phone.get_by_role("button", name="Kirim surat jawaban").click()
    assert_fits(phone)
    assert phone.locator('[role="alert"] li').count() == 3
    assert "jawaban.pdf" in phone.content()

    phone.get_by_label("Tanggal surat").fill(REPLY["tanggal_surat"])
    phone.get_by_label("Nama dan jabatan penanda tangan").fill(REPLY["penanda_tangan"])
    phone.get_by_label("Nama Anda yang mengunggah").fill(REPLY["pengirim"])
    phone.get_by_role("button", name="Kirim surat jawaban").click()
    assert "menunggu pemeriksaan" in phone.content()

    phone.get_by_label("Nama lengkap").fill(CONTACT["nama"])
    phone.get_by_label("Jabatan", exact=True).fill(CONTACT["jabatan"])
    phone.get_by_label("Surel").fill(CONTACT["surel"])
    phone.get_by_role("button", name="Tunjuk narahubung ini").click()
    assert_fits(phone)
    assert phone.locator('[role="status"]').count() == 1
    assert f"<strong>{CONTACT['nama']}</strong>" in phone.content()
