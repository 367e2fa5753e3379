"""Days, moments and lists as a formal letter writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from processes.sentences.dates import day, listing, moment

EVENING = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)


def test_a_day_is_written_with_its_name() -> None:
    assert day(date(2026, 6, 2)) == "Selasa, 2 Juni 2026"
    assert day(date(2026, 6, 2), "en") == "Tuesday, 2 June 2026"


def test_a_moment_is_told_by_the_regions_own_clock() -> None:
    assert moment(EVENING, ZoneInfo("Asia/Jakarta")) == "Kamis, 31 Desember 2026 pukul 23.30 WIB"
    assert moment(EVENING, ZoneInfo("Asia/Makassar")) == "Jumat, 1 Januari 2027 pukul 00.30 WITA"
    assert moment(EVENING, ZoneInfo("Asia/Jayapura"), "en").endswith("at 01.30 WIT")


def test_a_list_ends_in_and() -> None:
    assert listing(["A"]) == "A"
    assert listing(["A", "B"]) == "A dan B"
    assert listing(["A", "B", "C"]) == "A, B, dan C"
    assert listing(["A", "B"], "en") == "A and B"
    assert listing([]) == ""
