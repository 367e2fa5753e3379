"""Which text a message is written with."""

from __future__ import annotations

import logging

import pytest

from worker.texts import shipped, write

KASUS = {"perkara": {"nomor": "KSDD/2026/0001", "judul": "Air bersih"}}


def test_the_owners_own_text_is_used() -> None:
    owners = {"pesan/kabar.txt": b"Dari pemilik {{ perkara.nomor }}\n\nIsi."}
    assert write("kabar", owners, KASUS).subject == "Dari pemilik KSDD/2026/0001"


@pytest.mark.parametrize("slip", [b"Judul\n{{ perkara.nomor", b"Judul\n\xff\xfe", b""])
def test_a_slip_in_the_owners_text_does_not_keep_the_message_back(
    slip: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        text = write("tugas_baru", {"pesan/tugas_baru.txt": slip}, KASUS)
    assert "KSDD/2026/0001" in text.subject
    assert "pesan/tugas_baru.txt" in caplog.text


@pytest.mark.parametrize("kind", ["belum_ada", "../../../etc/passwd", "", "Kabar"])
def test_a_kind_without_a_text_is_told_as_news(kind: str) -> None:
    assert shipped(kind) == shipped("kabar")
