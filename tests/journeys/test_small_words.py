"""Small words on pages and in letters: each says what it is and no more."""

from __future__ import annotations

from html import unescape
from io import BytesIO

from pypdf import PdfReader

from tests.journeys.test_partner_without_officials import (
    BOGOR,
    bogor_office,
    hand_in,
    mails_to,
    name_contact,
    printed,
    waiting_for_partner,
)
from tests.journeys.test_replies_that_wait import page_of
from tests.journeys.town import Town


def test_a_partners_letters_and_news_hold_nothing_that_is_not_for_them(town: Town) -> None:
    journey = waiting_for_partner(town)
    letters = printed(town, journey.id)
    words = "\n".join(page.extract_text() for page in PdfReader(BytesIO(letters.pdf)).pages)
    assert "Jawaban kesediaan" in words
    assert "Pengaturan pemilik proses" not in words
    assert name_contact(town, letters.code).status_code == 200
    [named] = [m for m in mails_to(town, bogor_office(town)) if "menunjuk narahubung" in m]
    assert "surel ratna@cilacap.example)" in named.replace("=\n", "").replace("\n", " ")
    assert hand_in(town, letters.code).status_code == 200
    journey.town.wait(days=50)
    page = unescape(page_of(town, town.link(journey.id, "tahap2_surat_kedua", BOGOR)))
    assert "Surat jawaban mitra" in page
    assert ">balasan<" not in page
    # a choice that steers nothing is no decision; one that does stands in the heading
    assert "Mengirim surat permohonan</span> · Kabupaten Bogor</summary>" in page
    assert 'Telaah TKKSD</span> · Kabupaten Bogor: <strong lang="id">Lengkap, dapat' in page
