"""What pages and records say of a case is what happened: stages, decisions, silence, slips."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from processes.store import accounts
from tests.journeys.answers import Journey
from tests.journeys.town import PDF, Town, _HiddenInputs

BOGOR, SUKABUMI = "32.01", "32.02"
STAGE = re.compile(r'<span class="hidden">(\d)\. <span lang="id">[^<]*</span>: ([^<]*)</span>')


def board(town: Town, path: str) -> str:
    """A page of the board as its administrator sees it."""
    with town.office.database.write() as session:
        link = accounts.first_sign_in_link(session, town.now)
    if link is not None:
        assert town.client.post(f"/masuk/{link}").status_code == 303
    page = town.client.get(path)
    assert page.status_code == 200
    return page.get_data(as_text=True)


def stages(html: str) -> dict[int, str]:
    return {int(number): state for number, state in STAGE.findall(html)}


def test_a_refused_case_does_not_claim_that_its_later_stages_were_done(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    journey.answer("tahap1_permohonan", berbatasan=False).until("tahap2_kesediaan")
    token = both.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    receipt = both.post(token, {**journey.plan["tahap2_kesediaan"], "tanggapan": "menolak"})
    expected = {1: "selesai", 2: "berakhir di sini", **dict.fromkeys(range(3, 8), "tidak dijalani")}
    assert stages(receipt.get_data(as_text=True)) == expected
    page = board(both, f"/perkara/{journey.id}")
    assert stages(page) == expected
    assert "ditolak" in page.lower()


def test_a_withdrawn_case_says_where_it_was_withdrawn(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    both.withdraw(journey.id)
    journey.answer("penarikan_berita_acara")
    found = stages(board(both, f"/perkara/{journey.id}"))
    assert found[2] == "selesai"
    assert found[3] == "berakhir di sini"
    assert {found[n] for n in range(4, 8)} == {"tidak dijalani"}


def test_a_council_that_nobody_needed_is_not_shown_as_having_agreed(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    page = board(both, f"/perkara/{journey.id}")
    assert stages(page)[4] == "tidak diperlukan"
    assert page.count("Perlukah persetujuan DPRD daerah ini?") == 2
    assert "Perlu DPRD? Tidak" in page
    history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    decided = [e["details"] for e in history if e["kind"] == "decision.made"]
    assert {d["region"] for d in decided if d["element"] == "tahap4_perlu"} == {BOGOR, SUKABUMI}
    assert decided[-1]["outputs"] == {"Perlu DPRD?": False}
    assert decided[-1]["inputs"]["Sudah teranggarkan?"] is True


def test_the_reasons_of_another_regions_decision_stay_in_its_house(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    with both.office.database.write() as session:
        both.token = accounts.create_token(
            session, name="bogor", role=accounts.AccountRole.SYSTEM, region_code=BOGOR, now=both.now
        )
    history = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    told = {
        e["details"]["region"]: e["details"]
        for e in history
        if e["kind"] == "decision.made" and e["details"]["element"] == "tahap4_perlu"
    }
    assert "inputs" in told[BOGOR]
    assert "inputs" not in told[SUKABUMI]


def test_silence_that_counted_as_a_yes_is_told_in_words(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", membebani_daerah=True)
    journey.until("tahap4_keputusan_dprd")
    both.at(datetime(2026, 9, 10, 3, 0, tzinfo=UTC))
    page = board(both, f"/perkara/{journey.id}")
    assert "Dianggap setuju sejak Rabu, 9 September 2026 pukul 16.00 WIB" in page
    link = both.client.get(f"/t/{both.link(journey.id, 'tahap5_paraf_kabag', BOGOR)}")
    text = link.get_data(as_text=True)
    assert "Dianggap setuju" in text
    assert "Tidak ada jawaban sampai tenggat" in text


@pytest.mark.parametrize("typed", ["\u200b", "\ufeff", "\u3164", "\u202eabc", "a\u2066b", "a\x00b"])
def test_what_cannot_be_read_is_no_title_and_no_reason(both: Town, typed: str) -> None:
    body = {"procedure": "ksdd", "region": BOGOR, "parties": [SUKABUMI], "title": typed}
    refused = both.call("POST", "/cases", body)
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["title"]
    journey = Journey(both, [BOGOR, SUKABUMI])
    refused = both.call("POST", f"/cases/{journey.id}/withdraw", {"reason": typed})
    assert refused.status_code == 422
    assert journey.elements == ["tahap1_permohonan"]


def form_of(town: Town, token: str) -> dict[str, Any]:
    hidden = _HiddenInputs("isian")
    hidden.feed(town.client.get(f"/t/{token}").get_data(as_text=True))
    return dict(hidden.values)


def test_a_second_file_for_one_question_is_not_lost_in_silence(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    token = both.link(journey.id, "tahap1_permohonan", BOGOR)
    given = journey.plan["tahap1_permohonan"]
    plain = {
        k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in given.items() if k != "kak"
    }
    files = [(BytesIO(PDF), "a.pdf"), (BytesIO(PDF + b"%"), "b.pdf")]
    refused = both.client.post(
        f"/t/{token}",
        data={**form_of(both, token), **plain, "kak": files},
        content_type="multipart/form-data",
    )
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert "Hanya satu berkas" in text
    assert "a.pdf" in text, "the first one is kept"


def test_a_form_that_is_not_utf_8_is_refused(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    token = both.link(journey.id, "tahap1_permohonan", BOGOR)
    [(name, nonce)] = form_of(both, token).items()
    part = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    body = part % (name.encode(), nonce.encode()) + part % (b"judul", b"\xff\xfe") + b"--x--\r\n"
    refused = both.client.post(
        f"/t/{token}", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert refused.status_code == 400
    assert "UTF-8" in refused.get_data(as_text=True)


def test_every_id_on_a_page_is_there_once(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True)
    for _ in range(200):
        if not journey.open:
            break
        element, region = journey.open[0]
        page = both.client.get(f"/t/{both.link(journey.id, element, region)}")
        ids = re.findall(r'\sid="([^"]+)"', page.get_data(as_text=True))
        assert len(ids) == len(set(ids)), (element, sorted(i for i in ids if ids.count(i) > 1))
        journey.answer(element, region)


def test_a_sign_in_link_that_is_spent_promises_no_button(both: Town) -> None:
    with both.office.database.write() as session:
        link = accounts.first_sign_in_link(session, both.now)
    assert both.client.get(f"/masuk/{link}").status_code == 200
    assert both.client.post(f"/masuk/{link}").status_code == 303
    spent, unknown = both.client.get(f"/masuk/{link}"), both.client.get("/masuk/x")
    assert (spent.status_code, unknown.status_code) == (410, 410)
    assert spent.get_data() == unknown.get_data()


def test_the_same_key_opens_one_case(both: Town) -> None:
    body = {"procedure": "ksdd", "region": BOGOR, "parties": [SUKABUMI], "title": "Air bersih"}
    headers = {"Authorization": f"Bearer {both.token}", "Idempotency-Key": "satu"}
    answers = [both.client.post("/api/v1/cases", json=body, headers=headers) for _ in range(3)]
    assert {a.status_code for a in answers} == {201}
    assert len({a.get_json()["id"] for a in answers}) == 1
    assert both.call("GET", "/cases").get_json()["total"] == 1
    body["title"] = "Lain"
    assert both.client.post("/api/v1/cases", json=body, headers=headers).status_code == 409


def test_an_agreement_whose_term_is_over_is_told_at_once_and_ends_in_its_last_stage(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap6_registrasi")
    token = both.link(journey.id, "tahap6_registrasi", BOGOR)
    over = {"tanggal_berlaku": "2010-01-01", "tanggal_berakhir": "2015-01-01"}
    receipt = both.post(token, {**journey.plan["tahap6_registrasi"], **over})
    assert "Waktu laporan" in receipt.get_data(as_text=True)
    assert (journey.case["stage"], journey.stands()) == (7, ("completed", "selesai"))
