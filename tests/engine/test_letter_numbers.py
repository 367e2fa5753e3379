"""A region's own way to number its letters, with the month and year of the day it is shown."""

from __future__ import annotations

from datetime import date

import pytest

from processes.engine.letter_numbers import fill, unknown_place


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("119/…-Kesber/{bulan_romawi}/{tahun}", "119/…-Kesber/IX/2026"),
        ("{bulan}.{tahun}/…", "09.2026/…"),
        ("134.4/…/Pem", "134.4/…/Pem"),
        ("", ""),
    ],
)
def test_month_and_year_are_those_of_the_day(pattern: str, shown: str) -> None:
    assert fill(pattern, date(2026, 9, 30)) == shown


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("119/{bulan_romawi}/{tahun}", None),
        ("119/{bulan}", None),
        ("119/{bln}", "{bln}"),
        ("119/{tahun", "{"),
        ("119/{}/{x}", "{}"),
    ],
)
def test_what_no_day_can_fill_is_named(pattern: str, found: str | None) -> None:
    assert unknown_place(pattern) == found
