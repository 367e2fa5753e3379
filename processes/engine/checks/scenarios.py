"""The owner's scenarios: each can be read, and names only what the diagram has."""

from __future__ import annotations

from collections.abc import Mapping

from processes.engine.checks.diagram import Diagram, Shape
from processes.engine.checks.report import Place, Report, perhaps
from processes.engine.scenario import Scenario
from processes.engine.scenario_file import ScenarioRefused, is_scenario, read_scenario


def check_scenarios(
    files: Mapping[str, bytes], diagram: Diagram | None, reports: Mapping[str, Report]
) -> None:
    """Every scenario of the folder; without a diagram only that it can be read."""
    tasks = {s.id: s for s in diagram.shapes("userTask")} if diagram else None
    for path, report in reports.items():
        if not is_scenario(path):
            continue
        try:
            scenario = read_scenario(path, files[path])
        except ScenarioRefused as wrong:
            report.add("error", wrong.code, wrong.line, "", **wrong.details)
            continue
        if diagram is not None and tasks is not None:
            _check_names(scenario, tasks, _messages(diagram), report)


def _messages(diagram: Diagram) -> list[str]:
    found = [e for e in diagram.by_id.values() if str(e.tag).endswith("}message")]
    return [str(each.get("name") or each.get("id")) for each in found]


def _check_names(
    scenario: Scenario, tasks: Mapping[str, Shape], messages: list[str], report: Report
) -> None:
    for task, answers in scenario.answers.items():
        _check_task(task, answers, 0, tasks, report)
    for step in scenario.steps:
        for task in (step.what, step.back_to) if step.kind in ("jawab", "kembalikan") else ():
            if task:
                _check_task(task, step.answers, step.line, tasks, report)
        if step.kind == "pesan" and step.what not in messages:
            hint = perhaps(step.what, messages, report.language)
            report.add("error", "scenarios.no_message", step.line, "", name=step.what, hint=hint)
        for place in (*(step.hope.open or ()), *step.hope.due):
            _check_task(place.element, {}, step.line, tasks, report)


def _check_task(
    task: str,
    answers: Mapping[str, object],
    line: int,
    tasks: Mapping[str, Shape],
    report: Report,
) -> None:
    shape = tasks.get(task)
    if shape is None:
        hint = perhaps(task, tasks, report.language)
        report.error("scenarios.no_task", Place(line, ""), name=task, hint=hint)
        return
    fields = [str(each["id"]) for each in shape.form]
    for name in answers:
        if name not in fields:
            hint = perhaps(name, fields, report.language)
            report.error("scenarios.no_field", Place(line, task), name=name, task=task, hint=hint)
