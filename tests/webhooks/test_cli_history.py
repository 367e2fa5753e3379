"""`ksdd history`: every chain is checked, sealed, and compared with what others kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from processes import actions
from processes.office import Office
from processes.settings import Settings
from processes.store import seals
from tests.store.test_history import tamper
from tests.webhooks.conftest import ADMINISTRATOR
from tests.webhooks.test_cli import LONG_BEFORE, Run, ksdd, settings

__all__ = ["ksdd", "settings"]

HASH = re.compile(r"\b[0-9a-f]{64}\b")


@pytest.fixture
def office_of(settings: Settings) -> Callable[[], Office]:
    """The installation of the command, with a case when asked for."""

    def opened() -> Office:
        office = Office.open(settings)
        actions.open_case(
            office,
            procedure="ksdd",
            region="32.01",
            parties=["32.02"],
            title="Air bersih",
            actor=ADMINISTRATOR,
            now=LONG_BEFORE,
        )
        return office

    return opened


def test_without_a_case_there_is_nothing_to_seal(ksdd: Run) -> None:
    code, _, err = ksdd("history", "seal")
    assert (code, err) == (1, "Belum ada perkara yang dapat disegel.\n")
    code, out, _ = ksdd("history", "verify")
    assert code == 0
    assert "ksdd history seal" in out


def test_a_seal_is_made_on_demand_and_compared_with_a_letter(
    ksdd: Run, office_of: Callable[[], Office], tmp_path: Path
) -> None:
    office_of().close()
    code, out, _ = ksdd("history", "seal")
    [hashed] = HASH.findall(out)
    assert code == 0
    assert "Segel ke-1" in out
    assert ksdd("history", "seal")[1] == out
    letter = tmp_path / "surat.eml"
    letter.write_text(f"Subject: Segel\n\nSegel riwayat ke-1, sidik: {hashed}\n")
    for anchor in (hashed, str(letter)):
        code, out, err = ksdd("history", "verify", "--anchor", anchor)
        assert (code, err) == (0, "")
        assert "cocok dengan segel ke-1" in out
        assert "Semua rantai riwayat utuh." in out
        assert "Catatan sesudahnya dalam 0 perkara belum disegel" in out


@pytest.mark.parametrize("anchor", ["halo", "/tidak/ada", "."])
def test_an_anchor_without_a_fingerprint_is_refused(ksdd: Run, anchor: str) -> None:
    code, _, err = ksdd("history", "verify", "--anchor", anchor)
    assert code == 1
    assert "bukan sidik" in err


def test_a_database_written_anew_contradicts_the_letter(
    ksdd: Run, office_of: Callable[[], Office]
) -> None:
    office = office_of()
    kept = actions.seal_histories(office, now=LONG_BEFORE)
    assert kept is not None
    tamper(office.database, "DELETE FROM sealed_head")
    with office.database.connect_to_write() as connection:
        connection.exec_driver_sql("DELETE FROM seal")
    again = actions.seal_histories(office, now=LONG_BEFORE.replace(hour=9))
    assert again is not None
    office.close()
    code, _, err = ksdd("history", "verify")
    assert code == 0
    assert "Peringatan" in err
    code, _, err = ksdd("history", "verify", "--anchor", kept.hash)
    assert code == 1
    assert "tidak cocok dengan segel mana pun" in err


def test_a_broken_seal_is_named(ksdd: Run, office_of: Callable[[], Office]) -> None:
    office = office_of()
    actions.seal_histories(office, now=LONG_BEFORE)
    tamper(office.database, "UPDATE seal SET root = 'x'")
    with office.database.read() as session:
        broken = seals.verify(session)
    office.close()
    assert broken is not None
    code, _, err = ksdd("history", "verify")
    assert (code, err) == (1, broken.say() + "\n")
