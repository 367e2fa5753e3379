"""The owner's scenarios run over a real office of their own, and say what is not as hoped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import processes
from processes.actions.procedures import read_folder
from processes.actions.rehearsing import Rehearsed, rehearse

HERE = Path(processes.__file__ or "").parent
KSDD, PP28 = HERE / "ksdd", HERE / "ksdd_pp28"
SHIPPED = sorted((KSDD / "skenario").glob("*.toml"))
OF_TEN_STAGES = sorted((PP28 / "skenario").glob("*.toml"))
HEAD = 'judul = "Uji"\nmulai = 2026-03-02\npihak = ["32.01", "32.02"]\n'
ASK = '[[langkah]]\njawab = "tahap1_permohonan"\n'


def played(text: str, files: Mapping[str, bytes] | None = None) -> Rehearsed:
    """What comes of one scenario over the shipped folder, or one with other files."""
    folder = {n: c for n, c in read_folder(KSDD).items() if not n.startswith("skenario/")}
    (done,) = rehearse({**folder, **(files or {}), "skenario/uji.toml": text.encode()})
    return done


def why(done: Rehearsed) -> str:
    (finding,) = done.findings
    assert (finding.severity, finding.code) == ("error", "scenarios.failed")
    return finding.message


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_comes_to_what_it_says(path: Path) -> None:
    done = played(path.read_text("utf-8"))
    assert done.findings == ()
    assert done.steps > 0


def test_scenarios_are_shipped() -> None:
    assert len(SHIPPED) >= 8
    assert len(OF_TEN_STAGES) >= 4


def test_every_scenario_of_the_ten_stages_comes_to_what_it_says() -> None:
    played_ones = list(rehearse(read_folder(PP28)))
    assert [done.findings for done in played_ones] == [()] * len(OF_TEN_STAGES)


def test_a_council_that_the_ten_stages_no_longer_ask_fails_the_scenarios_with_one() -> None:
    files = read_folder(PP28)
    table = files["persetujuan_dprd.dmn"]
    never = table.replace(b'_hasil"><text>true', b'_hasil"><text>false')
    assert never != table
    failed = {
        done.file for done in rehearse({**files, "persetujuan_dprd.dmn": never}) if done.has_failed
    }
    assert failed == {"skenario/dprd_menolak.toml", "skenario/jalan_lurus.toml"}


def test_answers_that_are_not_given_are_examples_and_the_step_beats_the_scenario() -> None:
    done = played(
        HEAD
        + '[isian.tahap1_telaah]\nhasil = "perbaikan"\n'
        + ASK
        + '[[langkah]]\njawab = "tahap1_telaah"\nharap.terbuka = ["tahap1_permohonan"]\n'
        + ASK
        + '[[langkah]]\njawab = "tahap1_telaah"\nisian = { hasil = "lengkap" }\n'
        + 'harap.terbuka = ["tahap1_surat 32.01"]\n'
    )
    assert done.findings == ()


@pytest.mark.parametrize(
    ("hope", "told"),
    [
        ("harap.tahap = 3", "Tahap seharusnya 3, ternyata 1"),
        ('harap.status = "completed"', "Status seharusnya completed, ternyata running"),
        ('harap.terbuka = ["tahap1_surat"]', "ternyata tahap1_telaah 32.01"),
        (
            'harap.tenggat = { "tahap1_telaah 32.01" = 2026-03-10 }',
            "seharusnya 2026-03-10, ternyata 2026-03-09",
        ),
        ('harap.pesan = ["pengingat"]', "Pesan pengingat tidak dikirim"),
        ('harap.tanpa_pesan = ["tugas_baru"]', "Pesan tugas_baru seharusnya tidak dikirim"),
    ],
)
def test_what_is_not_as_hoped_is_told_with_step_and_line(hope: str, told: str) -> None:
    done = played(HEAD + ASK + hope + "\n")
    assert told in why(done)
    (finding,) = done.findings
    assert (finding.file, finding.line) == ("skenario/uji.toml", 4)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (ASK + "harap.tahap = 3", "The stage should be 3, but is 1"),
        ('[[langkah]]\njawab = "tahap1_surat"', "The task tahap1_surat is not open; open are:"),
        (ASK + "isian = { jangka_waktu_bulan = 61 }", "The answers cannot be taken: jangka"),
    ],
)
def test_what_is_not_as_hoped_is_told_in_english_too(step: str, told: str) -> None:
    (finding,) = played(HEAD + step + "\n").findings_in("en")
    assert finding.message.startswith("Scenario")
    assert told in finding.message
    assert finding.line_in("en").startswith("skenario/uji.toml line 4: Scenario")


def test_a_task_that_is_not_open_cannot_be_answered() -> None:
    done = played(HEAD + '[[langkah]]\njawab = "tahap1_surat"\n')
    assert "Tugas tahap1_surat tidak terbuka; yang terbuka: tahap1_permohonan 32.01" in why(done)


def test_an_answer_that_the_form_does_not_take_is_told() -> None:
    done = played(HEAD + ASK + "isian = { jangka_waktu_bulan = 61 }\n")
    assert "jangka_waktu_bulan" in why(done)


def test_reminders_and_escalations_go_out_on_the_day_that_the_diagram_says() -> None:
    done = played(
        HEAD
        + '[[langkah]]\nmaju = "1 hari kerja"\nharap.tanpa_pesan = ["pengingat"]\n'
        + '[[langkah]]\nmaju = "5 hari kerja"\n'
        + 'harap.pesan = ["pengingat bagian_kerja_sama 32.01"]\n'
    )
    assert done.findings == ()


def test_a_changed_deadline_makes_a_scenario_fail_that_names_the_old_day() -> None:
    diagram = (KSDD / "ksdd.bpmn").read_bytes()
    scenario = HEAD + ASK + 'harap.tenggat = { "tahap1_telaah 32.01" = 2026-03-09 }\n'
    assert played(scenario).findings == ()
    before = b'name="Telaah TKKSD" camunda:candidateGroups="sekretaris_tkksd" camunda:dueDate="5'
    assert diagram.count(before) == 1
    longer = diagram.replace(before, before[:-1] + b"6")
    done = played(scenario, {"ksdd.bpmn": longer})
    assert "seharusnya 2026-03-09, ternyata 2026-03-10" in why(done)


def test_time_does_not_go_back() -> None:
    done = played(HEAD + "[[langkah]]\nmaju_ke = 2026-03-01\n")
    assert "Waktu tidak dapat mundur" in why(done)
