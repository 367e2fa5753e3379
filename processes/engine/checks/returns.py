"""The way back that owners allow: to which earlier tasks a case may be sent, and what is final."""

from __future__ import annotations

from collections.abc import Iterator

from processes.engine.checks.diagram import Diagram, Scope, Shape
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report, perhaps


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """`kembali_ke` names tasks that every token can go back to; `tarik_kembali` is yes or no."""
    tasks = {shape.id: shape for shape in diagram.shapes("userTask")}
    for shape in tasks.values():
        for name in _named(shape):
            _check_target(shape, name, tasks, report, known)
        word = shape.properties.get("tarik_kembali")
        if word not in (None, "ya", "tidak"):
            place = shape.property_element("tarik_kembali")
            report.error("tasks.yes_or_no", place, name="tarik_kembali", text=word)


def _named(shape: Shape) -> list[str]:
    parts = (part.strip() for part in (shape.properties.get("kembali_ke") or "").split(","))
    return [part for part in parts if part]


def _check_target(
    shape: Shape, name: str, tasks: dict[str, Shape], report: Report, known: Known
) -> None:
    place = shape.property_element("kembali_ke")
    target = tasks.get(name)
    if target is None:
        hint = perhaps(name, known.task_ids, report.language)
        report.error("returns.unknown_task", place, name=name, hint=hint)
        return
    if target.loop or target.scope not in _scopes_around(shape):
        report.error("returns.in_loop", place, name=name)
        return
    moment = known.at(shape)
    if target is shape or (moment is not None and name not in moment.some):
        report.error("returns.not_before", place, name=name)


def _scopes_around(shape: Shape) -> Iterator[Scope]:
    at: Shape | None = shape
    while at is not None:
        yield at.scope
        at = at.scope.shape
