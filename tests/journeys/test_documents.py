"""Documents on their way: what is told of them, to whom, and what is kept of it."""

from __future__ import annotations

from typing import Any

from tests.journeys.answers import Journey
from tests.journeys.town import File, Town
from tests.store.signed_pdfs import Authority, alter, sign
from tests.webhooks.api.machine import pdf

BOGOR, SUKABUMI = "32.01", "32.02"


def test_what_was_found_in_a_signed_file_is_shown_to_the_next_and_recorded(town: Town) -> None:
    """1. A signed KAK, 2. seen by whoever reviews it, 3. kept in the history, whatever it is."""
    authority = Authority.founded("BSrE Contoh", town.now)
    authority.trust_in(town.settings.trust_folder)
    signed = sign(pdf(), authority.signer("Kepala Bagian Contoh"))
    case = Journey(town, [BOGOR, SUKABUMI]).answer("tahap1_permohonan", kak=File(signed))
    page = town.client.get(f"/t/{town.link(case.id, 'tahap1_telaah', BOGOR)}").text
    assert "sah menurut akar kepercayaan yang dipasang administrator" in page
    assert "Pencabutan sertifikat tidak diperiksa" in page
    assert "Penandatangan: Kepala Bagian Contoh, Pemerintah Contoh" in page
    assert "diterbitkan BSrE Contoh" in page
    assert "belum dibagikan kepada pihak lain" in page
    [kept] = signatures_in_history(town, case.id)
    [found] = kept["details"]["signatures"]
    assert (found["verdict"], found["covers"]) == ("valid", "file")
    assert kept["details"]["sha256"] == case.case["documents"][0]["sha256"]
    case.answer("tahap1_telaah", hasil="perbaikan", catatan="Tanda tangani lagi")
    case.answer("tahap1_permohonan", kak=File(alter(signed)))
    again = town.client.get(f"/t/{town.link(case.id, 'tahap1_telaah', BOGOR)}").text
    assert "Berkas diubah setelah ditandatangani." in again
    assert again.index("Unggahan ke-2") < again.index("Unggahan sebelumnya (1)")
    assert again.index("Unggahan sebelumnya (1)") < again.index("Unggahan ke-1")
    verdicts = [
        e["details"]["signatures"][0]["verdict"] for e in signatures_in_history(town, case.id)
    ]
    assert verdicts == ["valid", "changed_after"]


def signatures_in_history(town: Town, case_id: str) -> list[dict[str, Any]]:
    entries = town.call("GET", f"/cases/{case_id}/history").get_json()["items"]
    return [entry for entry in entries if entry["kind"] == "document.signatures"]
