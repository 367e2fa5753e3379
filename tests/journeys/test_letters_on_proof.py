"""A letter that brings a link says beforehand what the task asks for beside it."""

from __future__ import annotations

import email
from email import policy

import pytest

from processes.engine.texts import render
from processes.office import SHIPPED
from tests.journeys.answers import Journey
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
LINK = "http://127.0.0.1:8000/t/x"
SAID = {
    "tautan": "Tidak diperlukan kata sandi",
    "tautan+kode": "akan diminta satu kode konfirmasi",
    "masuk": "perlu masuk dengan akun sendiri",
}


@pytest.mark.parametrize("kind", ["tugas_baru", "pengingat", "jawaban", "konfirmasi"])
@pytest.mark.parametrize("proof", SAID)
def test_each_text_that_brings_a_holders_link_names_the_proof(kind: str, proof: str) -> None:
    source = (SHIPPED / "ksdd" / "pesan" / f"{kind}.txt").read_text("utf-8")
    body = render(source, {"tautan": LINK, "tugas": {"jaminan": proof}}).body
    assert [word for word in SAID.values() if word in body] == [SAID[proof]]


def test_whoever_initials_is_told_of_the_code_and_whoever_asks_for_a_link_alone_is_not(
    town: Town,
) -> None:
    journey = Journey(town, [BOGOR, SUKABUMI])
    town.read_mail()
    journey.until("tahap5_paraf_kabag")
    town.read_mail()
    said = {}
    for path in (town.folder / "mail").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        said[str(mail["Subject"]).partition(" (")[0]] = str(body.get_content())
    assert SAID["tautan+kode"] in said["Tugas: Paraf Kabag"]
    assert SAID["tautan"] in said["Tugas: Menyusun permohonan dan KAK"]
