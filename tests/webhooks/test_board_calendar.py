"""The calendar on the board: read by everybody, changed by administrators after a preview."""

from __future__ import annotations

import re

from processes import actions
from processes.office import Office
from processes.store.tables import AccountRole
from tests.webhooks.conftest import ADMINISTRATOR, Clock, SignIn
from tests.webhooks.forms import key_in

DAY = {
    "day": "2026-03-05",
    "kind": "libur_daerah",
    "region": "32.01 Kabupaten Bogor",
    "name": "Hari <Jadi>",
    "decree": "SK Bupati 12/2026",
    "source": "",
}


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in found}


def test_a_day_is_previewed_then_entered_then_taken_back_with_a_reason(
    signed_in: SignIn, case_id: str
) -> None:
    browser = signed_in()
    page = browser.get("/kalender").text
    assert "Kalender kerja 2026" in page
    assert "Tahun Baru Masehi" in page
    seen = browser.post("/kalender", data={**DAY, "_kunci": key_in(page)})
    assert seen.status_code == 200
    assert "1 tenggat akan bergeser" in seen.text
    assert f"/perkara/{case_id}" in seen.text
    assert "Hari &lt;Jadi&gt;" not in browser.get("/kalender").text, "a preview keeps nothing"
    done = browser.post("/kalender", data=hidden(seen.text), follow_redirects=True)
    assert "Kalender sudah diubah. 1 tenggat bergeser" in done.text
    assert "Hari &lt;Jadi&gt;" in done.text
    story = browser.get(f"/perkara/{case_id}").text
    assert "Tenggat dihitung ulang menurut kalender kerja" in story
    assert "SK Bupati 12/2026" in story
    remove = re.findall(r'href="(/kalender/[0-9a-f]+/hapus)"', done.text)[0]
    asked = browser.get(remove)
    assert "1 tenggat akan bergeser" in asked.text
    silent = browser.post(remove, data=hidden(asked.text))
    assert silent.status_code == 422
    gone = browser.post(
        remove, data={**hidden(asked.text), "reason": "SK dicabut"}, follow_redirects=True
    )
    assert "Dihapus oleh" in gone.text
    assert "SK dicabut" in gone.text
    assert browser.get(remove).status_code == 409


def test_a_day_that_cannot_stand_says_why_and_keeps_what_was_typed(signed_in: SignIn) -> None:
    browser = signed_in()
    key = key_in(browser.get("/kalender").text)
    wrong = {**DAY, "day": "2026-02-30", "decree": "", "_kunci": key}
    answer = browser.post("/kalender", data=wrong)
    assert answer.status_code == 422
    assert "Tanggal belum terbaca" in answer.text
    assert "Nomor SK belum diisi" in answer.text
    assert "Hari &lt;Jadi&gt;" in answer.text
    national = {**DAY, "kind": "cuti_bersama", "_kunci": key}
    assert "Kosongkan daerahnya" in browser.post("/kalender", data=national).text
    assert browser.post("/kalender", data=DAY).status_code == 403


def test_only_an_administrator_changes_the_calendar_and_only_of_his_region(
    signed_in: SignIn,
) -> None:
    owner = signed_in(region=None, role=AccountRole.OWNER)
    page = owner.get("/kalender").text
    assert 'name="decree"' not in page
    assert owner.post("/kalender", data={**DAY, "_kunci": key_in(page)}).status_code == 403
    cilacap = signed_in(region="33.01", role=AccountRole.ADMIN)
    key = key_in(cilacap.get("/kalender").text)
    assert cilacap.post("/kalender", data={**DAY, "_kunci": key}).status_code == 403
    national = {**DAY, "kind": "libur_nasional", "region": "", "_kunci": key}
    assert cilacap.post("/kalender", data=national).status_code == 403


def test_the_calendar_of_a_year_and_region_is_shown_in_both_languages(signed_in: SignIn) -> None:
    browser = signed_in()
    page = browser.get("/kalender?tahun=2028&daerah=64.72 Kota Samarinda").text
    assert "Kota Samarinda" in page
    assert "Data cuti bersama tahun 2028 belum ada" in page
    assert "perkiraan" in page
    english = browser.get("/kalender?tahun=2028&lang=en").text
    assert "The joint leave of 2028 is not known yet" in english
    assert browser.get("/kalender?tahun=1066").status_code == 404
    assert "tidak dikenal" in browser.get("/kalender?daerah=xx&lang=id").text


def test_the_board_warns_of_deadlines_in_a_year_without_joint_leave(
    signed_in: SignIn, clock: Clock, office: Office
) -> None:
    clock.moment = clock.moment.replace(year=2027, month=12, day=29)
    actions.open_case(
        office,
        procedure="uji",
        region="32.01",
        parties=["32.02"],
        title="Pelayanan publik",
        actor=ADMINISTRATOR,
        now=clock(),
    )
    page = signed_in().get("/").text
    assert "Data cuti bersama tahun 2028 belum ada; 1 tenggat yang terbuka dapat bergeser" in page
