"""Moving a running case onto another version of its drawing, by the names of the shapes.

`plan` says whether a case fits and why not; `migrate` gives the case as it runs on in the other
version. Everything that was open stays open under its id, with its data, the moments of its timers
and the progress of its loops; what the new version draws besides, such as a timer on the edge of an
open task, begins at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from processes.engine.calendar import WorkingCalendar
from processes.engine.migration.attaching import attach
from processes.engine.migration.drawing import Drawing
from processes.engine.migration.fitting import Fitting
from processes.engine.migration.knowing import Given as Given
from processes.engine.migration.knowing import Wanted, remember, unknown
from processes.engine.migration.reasons import Obstacle as Obstacle
from processes.engine.migration.reasons import Reason as Reason
from processes.engine.migration.replacing import Replacements
from processes.engine.migration.replacing import check_replacements as check_replacements
from processes.engine.migration.saved import Saved
from processes.engine.procedure import Procedure
from processes.engine.run import Run
from processes.engine.surroundings import during
from processes.engine.timers import CycleTimer, OneShot
from processes.engine.told import EngineFault
from processes.engine.workflow import OPEN


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Whether a case fits into another version."""

    #: why it does not; empty when it does
    reasons: tuple[Reason, ...] = ()
    #: its state in that version; None when it does not fit
    state: bytes | None = None
    #: ids of tokens that enter their place only when the case is woken there
    entering: tuple[str, ...] = ()
    #: by old id, the id that a shape has in the new version
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        """Whether nothing keeps it."""
        return not self.reasons


def plan(
    state: bytes,
    old: Procedure,
    new: Procedure,
    *,
    replacements: Mapping[str, str] | None = None,
    given: Sequence[Given] = (),
) -> Plan:
    """Whether a case fits into the new version, with its state there; nothing is changed.

    `replacements`: for ids of shapes that are gone, the id that takes their place. `given`: the
    answers of its finished tasks, in order.
    """
    before, after = drawing_of(old), drawing_of(new)
    names = Replacements.read(before, after, replacements or {})
    saved = Saved.read(state)
    fitting = Fitting(saved, before, after, names)
    reasons = fitting.reasons()
    if reasons:
        return Plan(reasons=tuple(reasons), renamed=names.renamed)
    entering = attach(saved, before, after, names, fitting.going)
    remembered = [replace(each, element=names.level(each.element)) for each in given]
    remember(saved, old, new, remembered)
    missing = list(dict.fromkeys(unknown(saved, after, wanted_of(new))))
    if missing:
        return Plan(reasons=tuple(missing), renamed=names.renamed)
    return Plan(state=saved.write(), entering=tuple(entering), renamed=names.renamed)


def migrate(
    found: Plan, new: Procedure, *, region: str, now: datetime, calendar: WorkingCalendar
) -> Run:
    """The case of a plan that fits, woken in the new version; nothing that is due fires.

    Raises EngineFault or UnsafeExpression when the new drawing cannot go on with it.
    """
    if found.state is None:
        raise ValueError("the case does not fit")
    run = new.resume(found.state, region=region, now=now, calendar=calendar)
    try:
        with during(run.surroundings):
            _predict(run)
            _fix_moments(run)
            _enter(run, found.entering)
    except (SpiffWorkflowException, RecursionError) as fault:
        raise EngineFault(str(fault)[:500]) from fault
    if found.entering:
        run.fire_timers()
    return run


@lru_cache(maxsize=8)
def drawing_of(procedure: Procedure) -> Drawing:
    """A version as migration looks at it, from memory."""
    return Drawing(procedure)


@lru_cache(maxsize=4)
def wanted_of(procedure: Procedure) -> Wanted:
    """What a version reads, from memory."""
    return Wanted(procedure)


def _levels(run: Run) -> list[Any]:
    return [run.workflow, *run.workflow.subprocesses.values()]


def _predict(run: Run) -> None:
    """Draw up anew what may come behind everything that is open."""
    for level in _levels(run):
        for task in [t for t in level.tasks.values() if t.state & OPEN]:
            spec = task.task_spec
            if isinstance(spec, BoundaryEvent):
                if not isinstance(spec.event_definition, CycleTimer):
                    task._sync_children(spec.outputs, TaskState.MAYBE)
                    for child in task.children:
                        child.task_spec._predict(child)
            else:
                spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


def _fix_moments(run: Run) -> None:
    """Fix when the timers fire that wait for the first time."""
    for task in list(run.workflow.event_manager.tasks.values()):
        definition = task.task_spec.event_definition
        if task.state != TaskState.WAITING or task._get_internal_data("event_value") is not None:
            continue
        if isinstance(definition, OneShot):
            definition.has_fired(task)
        elif isinstance(definition, CycleTimer):
            definition.cycle_complete(task)


def _enter(run: Run, entering: Sequence[str]) -> None:
    for level in _levels(run):
        for task in [t for t in level.tasks.values() if str(t.id) in entering]:
            task.task_spec._predict(task, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
            task.task_spec._update(task)
