"""Days and moments as officials write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from webhooks import dates


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Jakarta", "Selasa, 2 Juni 2026 pukul 16.00 WIB"),
        ("Asia/Makassar", "Selasa, 2 Juni 2026 pukul 17.00 WITA"),
        ("Asia/Jayapura", "Selasa, 2 Juni 2026 pukul 18.00 WIT"),
    ],
)
def test_a_moment_is_told_in_the_regions_own_zone(zone: str, words: str) -> None:
    assert dates.moment(datetime(2026, 6, 2, 9, 0, tzinfo=UTC), ZoneInfo(zone)) == words


def test_a_day_is_told_in_the_readers_language() -> None:
    assert dates.day(date(2027, 1, 31)) == "Minggu, 31 Januari 2027"
    assert dates.day(date(2027, 1, 31), "en") == "Sunday, 31 January 2027"
