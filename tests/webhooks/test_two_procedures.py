"""Two procedures in one installation: the pages let everybody choose, and know both."""

from __future__ import annotations

import re

import pytest

from processes import actions
from processes.office import SHIPPED, Office
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in

KEY = "ksdd_pp28"


@pytest.fixture
def second(office: Office, clock: Clock) -> str:
    """The second procedure is published as well; the id of its version."""
    version = actions.publish(
        office, SHIPPED / KEY, note="Prosedur kedua", actor=ADMINISTRATOR, now=clock()
    )
    return version.id


def offered(page: str, select: str) -> list[str]:
    """The values that a list of a page offers."""
    [options] = re.findall(rf'<select[^>]* name="{select}">(.*?)</select>', page, re.DOTALL)
    return re.findall(r'value="([^"]+)"', options) or re.findall(r">(\d+)</option>", options)


@pytest.mark.usefixtures("second")
def test_whoever_opens_a_case_chooses_the_procedure(signed_in: SignIn) -> None:
    browser = signed_in()
    form = browser.get("/perkara/baru").text
    assert {"ksdd", KEY} <= set(offered(form, "procedure"))
    sent = {
        "procedure": KEY,
        "title": "Pengelolaan sampah",
        "region": "32.01",
        "parties": ["32.02"],
        "_kunci": key_in(form),
    }
    page = browser.post("/perkara/baru", data=sent, follow_redirects=True).text
    assert "Menyusun KAK dan rencana kerja sama" in page
    assert "Penyusunan Perjanjian Kerja Sama" in page


def test_each_procedure_has_its_map_and_its_samples(signed_in: SignIn, second: str) -> None:
    browser = signed_in()
    assert second in offered(browser.get("/peta").text, "versi")
    assert "Penatausahaan naskah" in browser.get(f"/peta?versi={second}").text
    samples = browser.get(f"/contoh?prosedur={KEY}").text
    assert "sepuluh tahapan kerja sama daerah" in samples
    letter = browser.get(f"/contoh/surat/penawaran.pdf?prosedur={KEY}")
    assert letter.data.startswith(b"%PDF-")


def test_the_list_of_repairs_offers_the_stages_that_there_are(
    signed_in: SignIn, office: Office, clock: Clock
) -> None:
    browser = signed_in()
    before = [str(number) for number in range(1, 8)]
    assert offered(browser.get("/perbaikan").text, "stage") == before
    actions.publish(office, SHIPPED / KEY, note="Prosedur kedua", actor=ADMINISTRATOR, now=clock())
    assert offered(browser.get("/perbaikan").text, "stage") == [*before, "8", "9", "10"]


@pytest.mark.usefixtures("second")
def test_the_board_names_a_stage_as_every_procedure_does(signed_in: SignIn) -> None:
    page = signed_in().get("/").text
    assert "3. Pembahasan TKKSD / Penyusunan Kesepakatan Bersama" in page
    assert "10. Pelaporan" in page
