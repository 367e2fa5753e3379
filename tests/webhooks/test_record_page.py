"""The page about the record: its seals, what is wrong with it, and a fingerprint compared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from processes import actions
from processes.office import Office
from processes.store import seals
from processes.store.tables import AccountRole, Seal
from tests.store.test_history import tamper
from tests.webhooks.conftest import Clock, SignIn


@pytest.fixture
def seal(office: Office, case_id: str, clock: Clock) -> Seal:
    """The first seal, of a case of Bogor and Sukabumi."""
    made = actions.seal_histories(office, now=clock())
    assert made is not None
    return made


def inspect(office: Office, clock: Clock) -> None:
    while actions.inspect_some(office, now=clock()):
        pass


def test_the_page_shows_seals_and_the_last_look(
    signed_in: SignIn, office: Office, clock: Clock, seal: Seal
) -> None:
    browser = signed_in()
    assert "Belum ada pemeriksaan yang selesai" in browser.get("/riwayat").text
    inspect(office, clock)
    page = browser.get("/riwayat").text
    assert seal.hash in page
    assert "Segel ke-1" in page
    assert ">utuh<" in page
    assert "catatan dalam 1 perkara" in page
    assert 'class="note bad"' not in page


def test_how_much_there_is_in_all_houses_is_told_only_to_who_sees_them(
    signed_in: SignIn, office: Office, clock: Clock, seal: Seal
) -> None:
    inspect(office, clock)
    page = signed_in(region="32.01").get("/riwayat").text
    assert seal.hash in page
    assert "catatan dalam" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("{hash}", "Cocok dengan segel ke-1"),
        (" {HASH} ", "Cocok dengan segel ke-1"),
        ("0" * 64, "Tidak cocok dengan segel mana pun"),
        ("halo", "Ini bukan sidik"),
        ("{hash}00", "Ini bukan sidik"),
    ],
)
def test_a_fingerprint_is_compared(signed_in: SignIn, seal: Seal, typed: str, said: str) -> None:
    wanted = typed.format(hash=seal.hash, HASH=seal.hash.upper())
    page = signed_in(role=AccountRole.OBSERVER).get("/riwayat", query_string={"sidik": wanted})
    assert page.status_code == 200
    assert said in page.text


def test_the_board_is_red_when_the_record_is_broken(
    signed_in: SignIn, office: Office, clock: Clock, seal: Seal
) -> None:
    tamper(office.database, "UPDATE history SET kind = 'lain' WHERE seq = 2")
    inspect(office, clock)
    for path in ("/", "/riwayat"):
        page = signed_in(region="32.02").get(path).text if path == "/" else ""
        page = page or signed_in().get(path).text
        assert "Riwayat tidak utuh" in page
        assert "catatan ke-2" in page
    elsewhere = signed_in(region="51.03").get("/").text
    assert "pada perkara yang tidak Anda lihat" in elsewhere
    assert "KSDD/2026" not in elsewhere


def test_the_board_says_when_nobody_seals_any_more(
    signed_in: SignIn, clock: Clock, seal: Seal
) -> None:
    assert "tidak disegel" not in signed_in().get("/").text
    clock.moment += timedelta(days=3)
    assert "lebih dari dua hari tidak disegel" in signed_in(region="32.01").get("/").text


def test_the_board_says_when_the_database_no_longer_refuses_changes(
    signed_in: SignIn, office: Office, seal: Seal
) -> None:
    with office.database.connect_to_write() as connection:
        connection.execute(text("DROP TRIGGER seal_no_update"))
    assert "Pelindung basis data pada tabel seal" in signed_in().get("/").text
    with office.database.read() as session:
        assert seals.unguarded(session) == ["seal"]
