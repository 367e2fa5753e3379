"""The message with a code says which version of which document it is for."""

from __future__ import annotations

from tests.journeys.answers import Journey
from tests.journeys.test_reminders import mails
from tests.journeys.town import Town

BOGOR, SUKABUMI = "32.01", "32.02"
KABAG = "tahap5_paraf_kabag"


def test_a_code_names_the_newest_draft_by_its_version_and_no_superseded_one(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_pembahasan")
    journey.pass_with("tahap3_pembahasan", BOGOR, hasil="revisi").until(KABAG)
    journey.answer(KABAG, BOGOR)
    body = next(b for _, _, s, b in mails(both) if s.startswith("Kode konfirmasi: Paraf Kabag"))
    files = body.replace("\r\n", "\n").partition("Berkas:\n")[2].partition("\n\n")[0].split("\n")
    # what the round before brought is told by its version and before all else, and once
    versions = [line.partition(": ")[0] for line in files if "unggahan ke-" in line]
    assert sorted(versions) == ["Berita acara, unggahan ke-2", "Rancangan naskah, unggahan ke-2"]
    assert [line.partition(": ")[0] for line in files[:2]] == versions
    assert sum("Rancangan naskah" in line for line in files) == 1
    assert any(line.startswith("Kerangka acuan kerja (KAK): ") for line in files)
