"""What is written of a scenario is read back as the same scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import processes
from processes.engine.durations import Span, Unit
from processes.engine.scenario import Hope, Place, Scenario, Step, Told
from processes.engine.scenario_file import read_scenario
from processes.engine.scenario_writing import write_scenario

SHIPPED = sorted(Path(processes.__file__ or "").parent.glob("*/skenario/*.toml"))
PATH = "skenario/coba.toml"
BEGUN = Scenario(
    name="coba",
    title="Coba",
    starts=datetime.fromisoformat("2026-03-02T09:00"),
    parties=("32.01", "32.02"),
    entry="permohonan",
    answers={},
    steps=(),
)
#: what a form may hold: also what TOML writes in another way than people would think
VALUES: list[Any] = [
    True,
    12,
    "Isi “biasa”",
    'kutip " dan garis \\ miring',
    "dua\nbaris\tdan \x7f\x01",
    "2026-03-02",
    "2026-13-99",
    "",
    "hari kerja = 5 # bukan catatan",
    {"32.01": "a", "32.02": True},
]


def without_lines(scenario: Scenario) -> Scenario:
    return replace(scenario, steps=tuple(replace(step, line=0) for step in scenario.steps))


def read_back(scenario: Scenario) -> Scenario:
    return without_lines(read_scenario(PATH, write_scenario(scenario), is_begun=True))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_shipped_scenario_is_read_back(path: Path) -> None:
    scenario = replace(read_scenario(PATH, path.read_bytes()), name="coba")
    assert read_back(scenario) == without_lines(scenario)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_answer_is_read_back(value: Any) -> None:
    step = Step(line=0, kind="jawab", what="a", region="32.01", answers={"x": value, "a b": value})
    scenario = replace(BEGUN, answers={"tugas.lain": {"x": value}}, steps=(step,))
    assert read_back(scenario) == scenario


def test_what_was_not_answered_is_left_out() -> None:
    step = Step(line=0, kind="jawab", what="a", answers={"x": None, "y": 1})
    (found,) = read_back(replace(BEGUN, steps=(step,))).steps
    assert found.answers == {"y": 1}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_every_text_is_read_back(text: str) -> None:
    step = Step(line=0, kind="jawab", what="a", answers={"x": text})
    scenario = replace(BEGUN, steps=(step,))
    assert read_back(scenario) == scenario


@pytest.mark.parametrize(
    ("count", "unit"), [(3, "hari_kerja"), (30, "hari"), (2, "bulan"), (5, "jam"), (1.5, "jam")]
)
def test_every_length_of_time_is_read_back(count: float, unit: Unit) -> None:
    step = Step(line=0, kind="maju", span=Span(count=count, unit=unit))
    scenario = replace(BEGUN, steps=(step,))
    assert read_back(scenario) == scenario


def test_everything_that_is_hoped_for_is_read_back() -> None:
    place = Place(element="b", region="32.02")
    hope = Hope(
        stage=2,
        open=(place, Place(element="c")),
        due={place: date(2026, 3, 9)},
        told=tuple(
            Told(kind="tugas_baru", role="kabag", region="32.02", on=date(2026, 3, day))
            for day in range(2, 9)
        ),
        untold=("eskalasi",),
        status="completed",
        reason="selesai",
    )
    steps = (
        Step(line=0, kind="jawab", what="a", hope=hope),
        Step(line=0, kind="kembalikan", what="b", region="32.02", back_to="a"),
        Step(line=0, kind="maju_ke", moment=datetime.fromisoformat("2026-05-04T23:59:01")),
        Step(line=0, kind="pesan", what="penarikan", hope=Hope(open=())),
    )
    scenario = replace(BEGUN, entry="surat_masuk", steps=steps)
    assert read_back(scenario) == scenario


def test_a_scenario_that_is_only_begun_has_no_steps() -> None:
    assert read_back(BEGUN) == BEGUN
