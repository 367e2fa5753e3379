"""The board's three ways of opening a case, its register, and the cases that continue others."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes import actions
from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole
from processes.store.whereabouts import Place
from tests.webhooks.api.machine import PDF
from tests.webhooks.conftest import ADMINISTRATOR, Clock
from tests.webhooks.forms import key_in

SignIn = Callable[..., FlaskClient]
AGREEMENT = {
    "jenis_naskah": "kesepakatan_bersama",
    "nomor": {"32.01": "119/16/KB/2025", "32.02": "119/17/KB/2025"},
    "tanggal_tanda_tangan": "2025-01-06",
    "tanggal_berlaku": "2025-01-06",
    "tanggal_berakhir": "2028-01-06",
    "penanda_tangan": {"32.01": "Ade Contoh"},
    "kategori_naskah": "wajib",
    "pd_pemrakarsa": "Dinas Lingkungan Hidup",
}


@pytest.fixture
def signed_in(app: Flask, office: Office, clock: Clock) -> SignIn:
    """A browser of an administrator, of the whole installation or of one region."""

    def enter(region: str | None = None, role: AccountRole = AccountRole.ADMIN) -> FlaskClient:
        with office.database.write() as session:
            account = accounts.create_account(
                session, name=f"{role.value} {region}", role=role, now=clock(), region_code=region
            )
            token = accounts.make_sign_in_link(session, account.id, clock())
        client = app.test_client()
        assert client.post(f"/masuk/{token}").status_code == 303
        return client

    return enter


@pytest.fixture
def old_case(office: Office, clock: Clock) -> str:
    """An agreement of Kabupaten Bogor and Kabupaten Sukabumi that was signed before."""
    return actions.open_case(
        office,
        procedure="ksdd",
        region="32.01",
        parties=["32.02"],
        title="Pelayanan publik lama",
        actor=ADMINISTRATOR,
        now=clock(),
        entry="naskah_lama",
        known=AGREEMENT,
    )


def letter(browser: FlaskClient, **changes: Any) -> dict[str, Any]:
    return {
        "_kunci": key_in(browser.get("/perkara/baru?jalur=surat_masuk").text),
        "jalur": "surat_masuk",
        "procedure": "ksdd",
        "title": "Pengelolaan sampah",
        "region": "32.01 Kabupaten Bogor",
        "parties": ["32.02 Kabupaten Sukabumi"],
        "surat_masuk.nomor": "660/112",
        "surat_masuk.tanggal": "2026-02-23",
        "surat_masuk.tanggal_terima": "2026-02-26",
        "surat_masuk.dokumen": (io.BytesIO(PDF), "permohonan.pdf"),
        **changes,
    }


def send(browser: FlaskClient, form: dict[str, Any]) -> TestResponse:
    return browser.post(
        "/perkara/baru", data=form, content_type="multipart/form-data", follow_redirects=True
    )


def test_the_three_ways_are_offered_and_the_letter_is_asked_for_only_in_one(
    signed_in: SignIn,
) -> None:
    browser = signed_in()
    usual = browser.get("/perkara/baru").text
    assert usual.count("?jalur=") == 3
    assert "Nomor surat" not in usual
    asked = browser.get("/perkara/baru?jalur=surat_masuk").text
    assert "Nomor surat" in asked
    assert "Daerah pengirim surat" in asked
    assert "Nomor surat" not in browser.get("/perkara/baru?jalur=naskah_lama").text
    assert "Nomor surat" not in browser.get("/perkara/baru?jalur=lain").text


def test_a_letter_is_recorded_while_the_case_is_opened(signed_in: SignIn) -> None:
    browser = signed_in()
    answer = send(browser, letter(browser))
    assert answer.status_code == 200
    assert "Jawaban kesediaan kepala daerah" in answer.text
    assert "permohonan.pdf" in answer.text
    assert "660/112" in answer.text


def test_a_letter_that_cannot_be_taken_is_shown_again_with_its_scan(signed_in: SignIn) -> None:
    browser = signed_in()
    form = letter(browser, **{"surat_masuk.tanggal_terima": "2026-02-01"})
    answer = send(browser, form)
    assert answer.status_code == 422
    assert "tidak boleh sebelum Tanggal surat" in answer.text
    assert 'value="660/112"' in answer.text
    assert "permohonan.pdf" in answer.text
    assert 'href="#isian-surat_masuk.tanggal_terima"' in answer.text
    kept = re.findall(r'type="hidden" name="surat_masuk.dokumen" value="(\w+)"', answer.text)
    again = letter(browser, **{"surat_masuk.dokumen": kept[0]})
    assert send(browser, again).status_code == 200


def test_a_scan_of_a_wrong_kind_is_named_and_nothing_is_opened(signed_in: SignIn) -> None:
    browser = signed_in()
    program = b"MZ".ljust(60, b"\0") + (64).to_bytes(4, "little") + b"PE\0\0"
    form = letter(browser, **{"surat_masuk.dokumen": (io.BytesIO(program), "surat.exe")})
    answer = send(browser, form)
    assert answer.status_code == 422
    assert "Berkas surat.exe adalah program" in answer.text
    assert "Belum ada perkara" in browser.get("/perkara").text


def test_a_procedure_without_that_way_says_so(signed_in: SignIn) -> None:
    browser = signed_in()
    form = letter(browser, procedure="uji", jalur="naskah_lama")
    answer = send(browser, {k: v for k, v in form.items() if not k.startswith("surat")})
    assert answer.status_code == 422
    assert "tidak mengenal cara pembukaan" in answer.text


def test_an_old_agreement_asks_for_its_document_next(signed_in: SignIn) -> None:
    browser = signed_in()
    form = {k: v for k, v in letter(browser).items() if not k.startswith("surat")}
    answer = send(browser, {**form, "jalur": "naskah_lama"})
    assert answer.status_code == 200
    assert "Mencatat kerja sama yang sudah ditandatangani" in answer.text


def test_the_register_shows_what_the_document_says(signed_in: SignIn, old_case: str) -> None:
    browser = signed_in()
    page = browser.get("/register").text
    for words in (
        "Pelayanan publik lama",
        "119/16/KB/2025",
        "119/17/KB/2025",
        "Ade Contoh",
        "Kesepakatan Bersama",
        "Senin, 6 Januari 2025",
        "sisa 675 hari",
    ):
        assert words in page
    assert "675 days left" in browser.get("/register?lang=en").text


def test_the_register_is_filtered_without_a_script(signed_in: SignIn, old_case: str) -> None:
    browser = signed_in()
    assert "Pelayanan publik lama" in browser.get("/register?region=Kabupaten+Bogor").text
    assert "Pelayanan publik lama" not in browser.get("/register?region=32.03").text
    assert "Pelayanan publik lama" not in browser.get("/register?status=berakhir").text
    assert "Pelayanan publik lama" in browser.get("/register?ending=2028-01-07").text
    unknown = browser.get("/register?region=Antah+Berantah&status=x&ending=kemarin&page=-1").text
    assert "Antah Berantah&#39; tidak dikenal" in unknown


def test_another_region_finds_an_empty_register(signed_in: SignIn, old_case: str) -> None:
    assert "Belum ada kerja sama" in signed_in("51.03").get("/register").text
    assert "Pelayanan publik lama" in signed_in("32.02").get("/register").text


def test_an_agreement_is_continued_from_its_page_and_both_name_each_other(
    signed_in: SignIn, old_case: str
) -> None:
    browser = signed_in()
    page = browser.get(f"/perkara/{old_case}").text
    form = {"_kunci": key_in(page), "relation": "adendum", "title": ""}
    opened = browser.post(f"/perkara/{old_case}/lanjutan", data=form, follow_redirects=True)
    assert opened.status_code == 200
    assert "Adendum atas Pelayanan publik lama" in opened.text
    assert f"/perkara/{old_case}" in opened.text
    parent = browser.get(f"/perkara/{old_case}").text
    assert "KSDD/2026/0002" in parent
    assert "Perkara lanjutan dibuka" in parent


def test_a_wish_that_cannot_be_met_keeps_the_title_and_says_why(
    signed_in: SignIn, old_case: str
) -> None:
    browser = signed_in()
    page = browser.get(f"/perkara/{old_case}").text
    key = {"_kunci": key_in(page), "title": "Adendum kedua"}
    nothing = browser.post(f"/perkara/{old_case}/lanjutan", data=key)
    assert nothing.status_code == 422
    assert 'value="Adendum kedua"' in nothing.text
    wish = {**key, "relation": "adendum"}
    assert browser.post(f"/perkara/{old_case}/lanjutan", data=wish).status_code == 303
    twice = browser.post(f"/perkara/{old_case}/lanjutan", data=wish)
    assert twice.status_code == 409
    assert "masih disusun" in twice.text


def test_only_an_administrator_of_a_party_continues_it(signed_in: SignIn, old_case: str) -> None:
    owner = signed_in(role=AccountRole.OWNER)
    page = owner.get(f"/perkara/{old_case}").text
    assert "Buka perkara lanjutan" not in page
    form = {"_kunci": key_in(page), "relation": "adendum"}
    assert owner.post(f"/perkara/{old_case}/lanjutan", data=form).status_code == 403
    stranger = signed_in("51.03")
    form["_kunci"] = key_in(stranger.get("/").text)
    assert stranger.post(f"/perkara/{old_case}/lanjutan", data=form).status_code == 404


def test_a_case_that_is_not_in_force_offers_no_follow_up(signed_in: SignIn, case_id: str) -> None:
    assert "Perkara terkait" not in signed_in().get(f"/perkara/{case_id}").text


def test_the_register_names_where_the_originals_lie_and_goes_along_as_a_file(
    signed_in: SignIn, office: Office, old_case: str, clock: Clock
) -> None:
    browser = signed_in()
    assert "belum dicatat" in browser.get("/register").text
    actions.note_place(
        office,
        old_case,
        Place(place="Lemari 3 Bagian Kerja Sama", since=date(2025, 2, 3)),
        actor=ADMINISTRATOR,
        now=clock(),
    )
    page = browser.get("/register").text
    assert "Lemari 3 Bagian Kerja Sama" in page
    assert 'Perangkat daerah pemrakarsa: <span lang="id">Dinas Lingkungan Hidup<' in page
    text = browser.get("/laporan/register.csv?lang=en&region=32.01").data.decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(text))
    assert line["Numbers"] == (
        "Kabupaten Bogor: 119/16/KB/2025; Kabupaten Sukabumi: 119/17/KB/2025"
    )
    assert (line["Signed on"], line["Ends"]) == ("2025-01-06", "2028-01-06")
    assert (line["Party 1 (pemrakarsa)"], line["Party 2 and others"]) == (
        "Kabupaten Bogor",
        "Kabupaten Sukabumi",
    )
    assert line["Place of the originals"] == "Lemari 3 Bagian Kerja Sama"
    assert line["Signatories"] == "Kabupaten Bogor: Ade Contoh"
    assert line["State"] == "in force"
    assert line["Proposing office"] == "Dinas Lingkungan Hidup"
    assert browser.get("/laporan/register.xlsx").data[:2] == b"PK"
    empty = signed_in("51.03").get("/laporan/register.csv").data.decode("utf-8-sig")
    assert len(empty.splitlines()) == 1


def test_agreements_that_end_within_a_year_stand_first_the_next_one_on_top(
    signed_in: SignIn, office: Office, old_case: str, clock: Clock
) -> None:
    for title, ends in (
        ("Setahun lagi", "2027-03-03"),
        ("Segera", "2026-05-01"),
        ("Nanti", "2027-03-01"),
    ):
        actions.open_case(
            office,
            procedure="ksdd",
            region="32.01",
            parties=["32.02"],
            title=title,
            actor=ADMINISTRATOR,
            now=clock(),
            entry="naskah_lama",
            known={**AGREEMENT, "tanggal_berakhir": ends},
        )
    page = signed_in().get("/register").text
    places = [page.index(f">{title}<") for title in ("Segera", "Nanti")]
    later = [page.index(f">{title}<") for title in ("Setahun lagi", "Pelayanan publik lama")]
    assert places == sorted(places)
    assert max(places) < min(later)
