"""Running an owner's scenarios: a whole case in an office of its own, which is thrown away.

The real actions run over a real database, with the working calendar of the product: deadlines,
reminders, escalations and letters are those that officials would meet. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from processes.actions.trial_case import TrialCase
from processes.actions.trial_office import KEY, Stage, stage
from processes.engine.findings import Finding
from processes.engine.procedure import Procedure
from processes.engine.scenario import Scenario
from processes.engine.scenario_file import is_scenario, read_scenario
from processes.errors import InvalidAnswers, KsddError
from processes.sentences import LANGUAGES, say


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What came of one scenario."""

    file: str
    title: str
    #: steps that were taken
    steps: int
    #: what did not hold, by language; empty when everything was as it must be
    failure: Mapping[str, Finding]

    @property
    def has_failed(self) -> bool:
        """Whether something was not as it must be."""
        return bool(self.failure)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What did not hold, in Indonesian."""
        return self.findings_in("id")

    def findings_in(self, language: str) -> tuple[Finding, ...]:
        """What did not hold, in a language."""
        return (self.failure[language],) if self.failure else ()


def rehearse(
    files: Mapping[str, bytes],
    *,
    tell: Callable[[str], None] = lambda _: None,
    language: str = "id",
) -> Iterator[Rehearsed]:
    """Run every scenario of a folder in which `check` found no fault, by name; `tell` hears in a
    language how each went."""
    paths = sorted(filter(is_scenario, files))
    if not paths:
        return
    procedure = Procedure(KEY, files)
    with stage() as trials:
        for path in paths:
            done = _run(path, read_scenario(path, files[path]), procedure, trials)
            key = "failed" if done.has_failed else "passed"
            tell(say(f"scenarios.{key}", language, title=done.title, steps=done.steps))
            yield done


def rehearse_one(path: str, files: Mapping[str, bytes]) -> Rehearsed:
    """Run one scenario of a folder; raises ScenarioRefused when it cannot be read."""
    scenario = read_scenario(path, files[path])
    with stage() as trials:
        return _run(path, scenario, Procedure(KEY, files), trials)


def _run(path: str, scenario: Scenario, procedure: Procedure, trials: Stage) -> Rehearsed:
    taken = 0
    line = 0
    try:
        with trials.office(procedure, scenario.parties, scenario.starts) as office:
            case = TrialCase(office, scenario)
            for step in scenario.steps:
                line = step.line
                case.take(step)
                taken += 1
    except KsddError as wrong:
        return Rehearsed(
            file=path,
            title=scenario.title,
            steps=taken,
            failure={
                language: _failed(path, scenario, taken, line, _why(wrong, language), language)
                for language in LANGUAGES
            },
        )
    return Rehearsed(file=path, title=scenario.title, steps=taken, failure={})


def _why(wrong: KsddError, language: str) -> str:
    """What was wrong; of answers each with its question."""
    if not isinstance(wrong, InvalidAnswers):
        return wrong.say(language)
    told = "; ".join(f"{name}: {text}" for name, text in wrong.sentences(language).items())
    return say("scenarios.answers", language, told=told)


def _failed(
    path: str, scenario: Scenario, taken: int, line: int, why: str, language: str
) -> Finding:
    return Finding(
        severity="error",
        code="scenarios.failed",
        file=path,
        line=line,
        element="",
        message=say("scenarios.not_met", language, title=scenario.title, step=taken + 1, why=why),
    )
