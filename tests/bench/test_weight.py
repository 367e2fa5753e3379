"""A case of many years weighs a few kilobytes, and as much after many rounds as after two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench import growth
from tests.bench.cases import opened
from tests.bench.turns import TINY

#: how far states of one case may differ that hold other moments and other ids
NOISE = 0.03


@pytest.mark.parametrize(("parties", "most", "late"), [(2, 3_000, 30), (28, 8_000, 4)])
def test_a_case_in_stage_7_is_small_and_stays_so(
    parties: int, most: int, late: int, sqlite_url: str, tmp_path: Path
) -> None:
    office = opened(sqlite_url, tmp_path)
    try:
        rows = growth.in_memory(office, replace(TINY, parties=(parties, parties), late=late))
    finally:
        office.close()
    weights = {row.key: row.values for row in rows if row.unit == "bytes"}
    [early], [after] = (weights[f"state_round_{number}"] for number in (growth.EARLY, late))
    assert early < most
    assert abs(after - early) < NOISE * early
