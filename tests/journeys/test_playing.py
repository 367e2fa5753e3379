"""A folder is played step by step, what was played becomes a scenario, and that scenario holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import processes
from processes.actions.kept_plays import KeptPlays, StepRefused
from processes.actions.playing import Play
from processes.actions.procedures import read_folder
from processes.actions.rehearsing import Rehearsed, rehearse_one
from processes.actions.retelling import PARTS, Holding, Part, retold
from processes.engine.scenario import Scenario, Step
from processes.engine.scenario_file import read_scenario
from processes.engine.scenario_writing import write_scenario

KSDD = Path(processes.__file__ or "").parent / "ksdd"
FILES = read_folder(KSDD)
SHIPPED = sorted((KSDD / "skenario").glob("*.toml"))
PATH = "skenario/coba.toml"
ASK, LOOK = (
    Step(line=0, kind="jawab", what=element, region="32.01", answers=answers)
    for element, answers in (
        ("tahap1_permohonan", {"membebani_daerah": True}),
        ("tahap1_telaah", {"hasil": "lengkap"}),
    )
)
#: a deadline as the diagram has it, and a day longer
DEADLINE = b'name="Telaah TKKSD" camunda:candidateGroups="sekretaris_tkksd" camunda:dueDate="5'


@pytest.fixture
def plays() -> Iterator[KeptPlays]:
    kept = KeptPlays()
    yield kept
    kept.close()


def shipped(name: str) -> Scenario:
    path = f"skenario/{name}.toml"
    return read_scenario(path, FILES[path])


def begun(*steps: Step) -> Scenario:
    return replace(shipped("jalan_lurus"), answers={}, steps=steps)


def run(scenario: Scenario, files: Mapping[str, bytes] = FILES) -> Rehearsed:
    return rehearse_one(PATH, {**files, PATH: write_scenario(scenario)})


def longer_by_a_day() -> dict[str, bytes]:
    diagram = FILES["ksdd.bpmn"]
    assert diagram.count(DEADLINE) == 1
    return {**FILES, "ksdd.bpmn": diagram.replace(DEADLINE, DEADLINE[:-1] + b"6")}


@pytest.mark.parametrize("name", [path.stem for path in SHIPPED])
def test_whatever_is_played_makes_a_scenario_that_holds(plays: KeptPlays, name: str) -> None:
    scenario = shipped(name)
    with plays.played(FILES, scenario) as play:
        made = retold(scenario, play.happened, Holding())
    assert run(made).findings == ()
    assert all(step.hope.stage and step.hope.open is not None for step in made.steps)
    assert any(step.hope.due for step in made.steps)
    assert any(step.hope.told for step in made.steps)


def test_such_a_scenario_fails_when_a_deadline_is_another_one(plays: KeptPlays) -> None:
    with plays.played(FILES, begun(ASK)) as play:
        made = retold(begun(ASK), play.happened, Holding())
        loose = retold(begun(ASK), play.happened, Holding(loose={1}))
        parts: list[Part] = [part for part in PARTS if part != "tenggat"]
        undated = retold(begun(ASK), play.happened, Holding(parts=parts))
    changed = longer_by_a_day()
    (finding,) = run(made, changed).findings
    assert "seharusnya 2026-03-09, ternyata 2026-03-10" in finding.message
    assert run(loose, changed).findings == run(undated, changed).findings == ()


def test_the_next_step_is_taken_in_the_same_office(plays: KeptPlays) -> None:
    with plays.played(FILES, begun(ASK)) as first:
        pass
    with plays.played(FILES, begun(ASK, LOOK)) as second:
        assert second is first
        assert [each.place.element for each in second.happened[-1].open] == ["tahap1_surat"]


def test_what_was_taken_back_is_played_anew(plays: KeptPlays) -> None:
    with plays.played(FILES, begun(ASK, LOOK)) as first:
        pass
    with plays.played(FILES, begun(ASK)) as second:
        assert second is not first
        assert [each.place.element for each in second.happened[-1].open] == ["tahap1_telaah"]


def test_two_at_once_have_an_office_each(plays: KeptPlays) -> None:
    with plays.played(FILES, begun(ASK)) as first, plays.played(FILES, begun(ASK)) as second:
        assert first is not second


def test_another_folder_is_another_play_and_a_scenario_makes_none(plays: KeptPlays) -> None:
    with plays.played(FILES, begun(ASK)) as first:
        assert first.happened[-1].open[0].due == date(2026, 3, 9)
    with plays.played({**FILES, PATH: b""}, begun(ASK)) as again:
        assert again is first
    with plays.played(longer_by_a_day(), begun(ASK)) as other:
        assert other.happened[-1].open[0].due == date(2026, 3, 10)


def test_a_step_that_cannot_be_taken_is_named_and_its_office_is_gone(plays: KeptPlays) -> None:
    with pytest.raises(StepRefused) as refused, plays.played(FILES, begun(ASK, ASK)):
        pass
    assert refused.value.number == 2
    assert "Tugas tahap1_permohonan 32.01 tidak terbuka" in refused.value.say()
    with plays.played(FILES, begun(ASK)) as play:
        assert len(play.steps) == 1


def test_only_some_plays_are_kept_and_nothing_of_the_others_is_left(plays: KeptPlays) -> None:
    folders = []
    for day in range(2, 8):
        scenario = replace(begun(), starts=begun().starts.replace(day=day))
        with plays.played(FILES, scenario) as play:
            folders.append(play.office.settings.data)
    assert [folder.exists() for folder in folders] == [False, False, True, True, True, True]
    plays.close()
    assert not any(folder.exists() for folder in folders)


def test_a_forgotten_play_leaves_nothing_behind() -> None:
    play = Play(FILES, begun())
    folder = play.office.settings.data
    assert folder.exists()
    del play
    assert not folder.exists()


def test_a_case_is_sent_back_in_a_scenario() -> None:
    back = Step(line=0, kind="kembalikan", what="tahap1_surat", back_to="tahap1_permohonan")
    done = run(begun(ASK, LOOK, back, ASK, LOOK))
    assert (done.steps, done.findings) == (5, ())
    nowhere = replace(back, back_to="tahap3_pembahasan")
    (finding,) = run(begun(ASK, LOOK, nowhere)).findings
    assert "tidak mengizinkan pengembalian" in finding.message
