"""Every rule of the checks finds its mistake, at its line and shape, and nothing else besides."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from processes import sentences
from processes.engine.checks import REMOVED, check_folder
from tests.engine.drawings import task
from tests.engine.mistakes import course, data, frame, gates, moments, phrases, words
from tests.engine.mistakes.table import Mistake, chain

ROLES = ("kabag", "sekda", "kepala_daerah", "sekretaris_dprd")
MISTAKES = [
    *frame.FILE,
    *frame.FRAME,
    *frame.UNSUPPORTED,
    *words.WORDS,
    *course.FLOW,
    *moments.TIMERS,
    *moments.EVENTS,
    *phrases.EXPRESSIONS,
    *phrases.SHADOWS,
    *data.LOOPS,
    *data.DECISIONS,
    *data.COVERAGE,
    *gates.GATES,
]


def sentences_of(language: str) -> dict[str, str]:
    path = Path(sentences.__file__).parent / language / "checks.toml"
    return tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.code} at {m.element or 'file'}")
def test_a_mistake_is_named_where_it_stands(mistake: Mistake) -> None:
    findings = check_folder(mistake.folder, ROLES)

    named = [(f.severity, f.code, f.file, f.line, f.element) for f in findings]
    assert (
        mistake.severity,
        mistake.code,
        mistake.file,
        mistake.line,
        mistake.element,
    ) in named
    errors = {f.code for f in findings if f.severity == "error"}
    assert errors <= {mistake.code} | mistake.also


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.code)
def test_a_finding_speaks_both_languages(mistake: Mistake) -> None:
    for language in ("id", "en"):
        for finding in check_folder(mistake.folder, ROLES, language=language):
            assert finding.message[0].isprintable()
            assert finding.message.rstrip()[-1] in ".?!"
            assert "{" not in sentences_of(language)[finding.code].format_map(_Any())


class _Any(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def test_every_rule_has_a_diagram_that_breaks_it() -> None:
    # What has no dot is a part of a sentence, a lost gate is only seen beside an older version, and
    # scenarios have trials of their own (`test_scenario_file`).
    codes = {code for code in sentences_of("id") if "." in code} - {REMOVED}
    codes = {code for code in codes if not code.startswith("scenarios.")}

    assert codes == {mistake.code for mistake in MISTAKES}


def test_both_languages_know_the_same_rules() -> None:
    assert sentences_of("id").keys() == sentences_of("en").keys()


def test_a_sound_diagram_has_no_errors() -> None:
    findings = check_folder({"p.bpmn": chain(task("a", ["isi"]))}, ROLES)

    assert [f for f in findings if f.severity == "error"] == []
