"""An owner's scenario is read as it is written, or told with its line what is wrong with it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from processes.engine.checks import check_folder
from processes.engine.scenario import Place, Told
from processes.engine.scenario_file import ScenarioRefused, read_scenario
from tests.engine.drawings import drawing
from tests.engine.test_checks_rules import sentences_of
from tests.engine.walks import SOUND

PATH = "skenario/lurus.toml"
HEAD = 'judul = "Lurus"\nmulai = 2026-03-02\npihak = ["32.01", "32.02"]\n'
STEP = '[[langkah]]\njawab = "a"\n'


#: what an owner may write wrong, the rule that says so, and its line
WRONG = [
    (HEAD + "[[langkah]]\njawab = \n", "scenarios.unreadable", 5),
    (HEAD, "scenarios.steps", 0),
    (HEAD + STEP + "harep = 1\n", "scenarios.unknown_key", 6),
    (HEAD + '[[langkah]]\njawab = "a"\nmaju = "1 hari"\n', "scenarios.one_act", 4),
    (HEAD + '[[langkah]]\nkembalikan = "a"\n', "scenarios.back_to", 5),
    (HEAD + '[[langkah]]\njawab = "a"\nke = "b"\n', "scenarios.back_to", 6),
    (HEAD + '[[langkah]]\nmaju = "sebentar"\n', "scenarios.span", 5),
    (HEAD + STEP + 'harap.status = "beres"\n', "scenarios.one_of", 6),
    (HEAD + STEP + 'harap.terbuka = ["a b c"]\n', "scenarios.place", 6),
    (HEAD + STEP + 'harap.tenggat = { a = "besok" }\n', "scenarios.date", 6),
    (HEAD + STEP + 'harap.pesan = ["a b c d"]\n', "scenarios.message", 6),
    (HEAD.replace('"32.01", ', "") + STEP, "scenarios.parties", 3),
    (HEAD.replace("2026-03-02", '"2026"') + STEP, "scenarios.date", 2),
    (HEAD + STEP + 'harap.tahap = "dua"\n', "scenarios.number", 6),
    (HEAD + STEP + 'harap.terbuka = "a"\n', "scenarios.list", 6),
    (HEAD + STEP + "isian = 1\n", "scenarios.table", 6),
    (HEAD.replace('"Lurus"', "1") + STEP, "scenarios.text", 1),
    (HEAD + STEP + "# " + "x" * 300_000, "scenarios.too_long", 0),
    (HEAD + STEP + 'harap.pesan = ["tugas_baru 2026-02-30"]\n', "scenarios.message", 6),
    (HEAD + STEP + 'harap.pesan = ["a b \uff12026-01-01"]\n', "scenarios.message", 6),
    (HEAD.replace("2026", "0001") + STEP, "scenarios.year", 2),
    (HEAD + "[[langkah]]\nmaju_ke = 9999-12-31\n", "scenarios.year", 5),
    (HEAD + STEP + f"isian = {{ a = {'9' * 5000} }}\n", "scenarios.unreadable", 0),
    (HEAD + STEP + f"isian = {{ a = {'[' * 9000}{']' * 9000} }}\n", "scenarios.unreadable", 0),
    (HEAD + f"[isian.{'a.' * 5000}a]\nb = 1\n" + STEP, "scenarios.unreadable", 0),
]


def refusal(text: str) -> ScenarioRefused:
    with pytest.raises(ScenarioRefused) as refused:
        read_scenario(PATH, text.encode())
    return refused.value


def test_a_scenario_is_read_as_it_is_written() -> None:
    scenario = read_scenario(
        PATH,
        (
            HEAD
            + "[isian.a]\nhasil = 'ya'\n"
            + STEP
            + 'daerah = "32.01"\nisian = { tanggal = 2026-03-01 }\n'
            + 'harap.tahap = 2\nharap.terbuka = ["b 32.02", "c"]\n'
            + 'harap.tenggat = { "b 32.02" = 2026-03-09 }\n'
            + 'harap.pesan = ["tugas_baru kabag 32.02 2026-03-02"]\n'
            + '[[langkah]]\nmaju = "3 hari kerja"\n'
            + "[[langkah]]\nmaju_ke = 2026-05-04\n"
        ).encode(),
    )
    assert scenario.starts.isoformat() == "2026-03-02T09:00:00"
    first, second, third = scenario.steps
    assert (first.kind, first.what, first.region, first.line) == ("jawab", "a", "32.01", 6)
    assert first.answers == {"tanggal": "2026-03-01"}
    assert first.hope.open == (Place(element="b", region="32.02"), Place(element="c"))
    assert first.hope.due == {Place(element="b", region="32.02"): date(2026, 3, 9)}
    (told,) = first.hope.told
    assert told == Told(kind="tugas_baru", role="kabag", region="32.02", on=date(2026, 3, 2))
    assert second.span is not None
    assert (second.span.count, second.span.unit) == (3, "hari_kerja")
    assert third.moment is not None
    assert third.moment.isoformat() == "2026-05-04T09:00:00"


@pytest.mark.parametrize(("text", "code", "line"), WRONG, ids=lambda each: str(each)[-30:])
def test_what_is_wrong_with_a_scenario_is_told_with_its_line(
    text: str, code: str, line: int
) -> None:
    refused = refusal(text)
    assert (refused.code, refused.line) == (code, line)
    assert re.search(r"\{\w+\}", refused.say()) is None


def test_a_scenario_that_names_what_the_diagram_does_not_have_is_a_finding() -> None:
    scenario = (
        HEAD
        + '[[langkah]]\njawab = "aa"\n[[langkah]]\njawab = "a"\nisian = { hasl = "ya" }\n'
        + '[[langkah]]\npesan = "tarik"\n[[langkah]]\nkembalikan = "a"\nke = "bb"\n'
    )
    found = check_folder({"p.bpmn": drawing(*SOUND), PATH: scenario.encode()})
    ours = [(f.code, f.line, f.element) for f in found if f.code.startswith("scenarios.")]
    assert ours == [
        ("scenarios.no_task", 4, ""),
        ("scenarios.no_field", 6, "a"),
        ("scenarios.no_message", 9, ""),
        ("scenarios.no_task", 11, ""),
    ]


def test_a_scenario_in_another_encoding_is_refused() -> None:
    with pytest.raises(ScenarioRefused) as refused:
        read_scenario(PATH, HEAD.encode() + b"# \xff\n")
    assert refused.value.code == "scenarios.encoding"


def test_a_scenario_may_begin_with_the_mark_that_windows_writes() -> None:
    assert read_scenario(PATH, b"\xef\xbb\xbf" + (HEAD + STEP).encode()).title == "Lurus"


def test_every_rule_of_scenarios_has_one_that_breaks_it() -> None:
    known = {code for code in sentences_of("id") if code.startswith("scenarios.")}
    named = {"scenarios.no_task", "scenarios.no_field", "scenarios.no_message"}
    assert known == {code for _, code, _ in WRONG} | named | {"scenarios.encoding"}
