"""Signatures in PDFs: each kind is told apart, and no file can make the check fail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processes.store.signature_examiner import checked
from processes.store.signatures import verify
from tests.store.signed_pdfs import Authority, alter, sign
from tests.webhooks.api.machine import pdf

NOW = datetime.now(UTC)


class Desk:
    """Two authorities, of which the first is trusted, and files to check."""

    def __init__(self, folder: Path) -> None:
        self.trust, self.file = folder / "trust", folder / "naskah.pdf"
        self.known, self.foreign = (Authority.founded(name, NOW) for name in ("Akar", "Asing"))
        self.known.trust_in(self.trust)
        self.plain = pdf()
        self.signed = sign(self.plain, self.known.signer("Bupati Bogor"))

    def told(self, content: bytes, at: datetime = NOW) -> list[tuple[str, str | None]]:
        """Verdicts and reasons, asked of the program in this process: its start is slow."""
        self.file.write_bytes(content)
        given = {
            "path": str(self.file),
            "roots": [str(path) for path in self.trust.iterdir()],
            "lists": [],
            "at": at.isoformat(),
        }
        # in a thread of its own: where a browser was driven before, this one has an event loop
        with ThreadPoolExecutor(1) as pool:
            found = pool.submit(checked, given).result()
        return [(each["verdict"], each.get("why")) for each in found]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("meja"))


def test_every_kind_of_signed_file_is_told_apart(desk: Desk) -> None:
    twice = sign(desk.signed, desk.known.signer("Bupati Cianjur"), "TandaTangan2")
    place = desk.signed.index(b"/MediaBox")
    assert desk.told(desk.plain) == []
    assert desk.told(desk.signed) == [("valid", None)]
    assert desk.told(sign(desk.plain, desk.foreign.signer("X"))) == [("untrusted", "unknown_root")]
    changed = desk.signed[:place] + desk.signed[place:].replace(b"200 200", b"201 200", 1)
    assert desk.told(changed) == [("changed", None)]
    assert desk.told(twice) == [("valid", None), ("valid", None)]
    assert desk.told(alter(desk.signed)) == [("changed_after", None)]
    assert desk.told(alter(twice)) == [("changed_after", None), ("changed_after", None)]


def test_it_is_told_who_signed_when_and_how_much(desk: Desk) -> None:
    twice = sign(desk.signed, desk.known.signer("Bupati Cianjur"), "TandaTangan2")
    desk.file.write_bytes(twice)
    first, second = verify(desk.file, desk.trust, NOW)
    assert first["signer"] == "Bupati Bogor, Pemerintah Contoh"
    assert first["issuer"] == "Akar, Pemerintah Contoh"
    assert int(first["serial"], 16) > 2**64
    assert abs(datetime.fromisoformat(first["signed_at"]) - datetime.now(UTC)) < timedelta(hours=1)
    assert (first["covers"], second["covers"]) == ("revision", "file")
    assert first["revocation_checked"] is False


def test_without_roots_and_out_of_time_nobody_vouches(desk: Desk, tmp_path: Path) -> None:
    desk.file.write_bytes(desk.signed)
    [alone] = verify(desk.file, tmp_path / "none", NOW)
    assert (alone["verdict"], alone["why"]) == ("untrusted", "no_roots")
    assert desk.told(desk.signed, NOW + timedelta(days=400)) == [("untrusted", "expired")]
    (desk.trust / "rusak.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nbukan\n")
    assert desk.told(desk.signed) == [("valid", None)]


def test_a_broken_signature_is_told_as_unchecked(desk: Desk) -> None:
    start = desk.signed.index(b"/Contents <") + 11
    for broken in (
        b"%PDF-1.7 /ByteRange",
        desk.signed[:start] + b"00" * 40 + desk.signed[start + 80 :],
        desk.signed.replace(b"/ByteRange [", b"/ByteRange [9", 1),
    ):
        desk.file.write_bytes(broken)
        told = {each["verdict"] for each in verify(desk.file, desk.trust, NOW)}
        assert told <= {"unchecked", "changed"}
