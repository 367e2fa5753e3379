"""Running an owner's scenarios: a whole case in an office of its own, which is thrown away.

The real actions run over a real database, with the working calendar of the product: deadlines,
reminders, escalations and letters are those that officials would meet. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from processes.actions.trial_case import TrialCase, Unmet
from processes.actions.trial_office import KEY, trial_office
from processes.engine.findings import Finding
from processes.engine.procedure import Procedure
from processes.engine.scenario import Scenario
from processes.engine.scenario_file import is_scenario, read_scenario
from processes.errors import InvalidAnswers, KsddError
from processes.sentences import say


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What came of one scenario."""

    file: str
    title: str
    #: steps that were taken
    steps: int
    #: empty when everything was as it must be
    findings: tuple[Finding, ...]


def rehearse(
    files: Mapping[str, bytes], *, tell: Callable[[str], None] = lambda _: None
) -> Iterator[Rehearsed]:
    """Run every scenario of a folder in which `check` found no fault, by name."""
    paths = sorted(filter(is_scenario, files))
    parsed = Procedure(KEY, files) if paths else None
    for path in paths:
        done = rehearse_one(path, files, parsed=parsed)
        key = "failed" if done.findings else "passed"
        tell(say(f"scenarios.{key}", title=done.title, steps=done.steps))
        yield done


def rehearse_one(
    path: str, files: Mapping[str, bytes], *, parsed: Procedure | None = None
) -> Rehearsed:
    """Run one scenario of a folder; raises ScenarioRefused when it cannot be read.

    `parsed`: the folder where it has been read already.
    """
    return _run(path, read_scenario(path, files[path]), files, parsed)


def _run(
    path: str, scenario: Scenario, files: Mapping[str, bytes], parsed: Procedure | None
) -> Rehearsed:
    taken = 0
    line = 0
    try:
        with trial_office(files, scenario.parties, scenario.starts, parsed=parsed) as office:
            case = TrialCase(office, scenario)
            for step in scenario.steps:
                line = step.line
                case.take(step)
                taken += 1
    except Unmet as unmet:
        return _failed(path, scenario, taken, line, unmet.say())
    except InvalidAnswers as wrong:
        told = "; ".join(f"{name}: {text}" for name, text in wrong.sentences().items())
        return _failed(path, scenario, taken, line, say("scenarios.answers", told=told))
    except KsddError as wrong:
        return _failed(path, scenario, taken, line, wrong.say())
    return Rehearsed(file=path, title=scenario.title, steps=taken, findings=())


def _failed(path: str, scenario: Scenario, taken: int, line: int, why: str) -> Rehearsed:
    finding = Finding(
        severity="error",
        code="scenarios.failed",
        file=path,
        line=line,
        element="",
        message=say("scenarios.not_met", title=scenario.title, step=taken + 1, why=why),
    )
    return Rehearsed(file=path, title=scenario.title, steps=taken, findings=(finding,))
