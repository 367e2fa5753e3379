"""Moving a running case to another place of its drawing, backwards or forwards.

Everything that is open is left, and one place of the main process is entered as if a drawn flow had
led there, with all that the case knows. So a place must be one that a single token may enter: a
task of one person, or the beginning of a sub-process. What lies inside of a sub-process or a loop
is entered with it only; and where several scripts prepare a sub-process nobody can say which one is
meant.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import ScriptTaskMixin, SubWorkflowTaskMixin, UserTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from processes.engine.jumping import cut_off
from processes.engine.run import Run
from processes.engine.shapes import USUAL_ENTRY
from processes.engine.specs import is_loop
from processes.engine.surroundings import during
from processes.engine.workflow import OPEN
from processes.errors import Conflict


class Obstacle(enum.StrEnum):
    """Why a place cannot be gone to."""

    #: it is entered together with the sub-process or loop that it lies in
    INSIDE = "inside"
    #: several scripts lead there, each preparing something else
    WAYS = "ways"
    #: only a message or a timer opens it
    EVENT = "event"
    #: a case of another kind begins there
    ENTRY = "entry"


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A place of the main process, or a task inside of one."""

    #: id of the shape
    element: str
    name: str
    #: whether it is a sub-process, so that what is drawn in it begins
    is_part: bool
    #: None when one may go there
    obstacle: Obstacle | None = None


def destinations(run: Run) -> list[Destination]:
    """Every place, in the order of the drawing: first of all those one may go to."""
    shapes = run.procedure.shapes
    entries = {e for e, shape in shapes.items() if shape.entry not in ("", USUAL_ENTRY)}
    places = [_destination(spec, entries) for spec in _entrances(run)]
    free = {place.element for place in places}
    inside = [
        Destination(element=element, name=shape.name, is_part=False, obstacle=Obstacle.INSIDE)
        for element, shape in shapes.items()
        if element not in free
    ]
    found = [*places, *inside]
    return sorted(found, key=lambda place: place.obstacle is not None)


def move_to(run: Run, element: str) -> None:
    """Leave everything that is open and enter a place; Conflict when one may not go there."""
    place = next((p for p in destinations(run) if p.element == element), None)
    if place is None or place.obstacle is not None:
        raise Conflict("repairing.move_nowhere")
    here = _here(run)
    [spec] = [spec for spec in _entrances(run) if spec.bpmn_id == element]
    data, anchor = deepcopy(here.data), here.parent
    while isinstance(anchor.task_spec, BoundaryEventSplit):
        anchor = anchor.parent
    for child in anchor.children:
        cut_off(run, child)
    anchor._drop_children(force=True)
    anchor.data = data
    with during(run.surroundings):
        token = anchor._add_child(_first(spec), TaskState.FUTURE)
        token.task_spec._predict(token, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
        token.task_spec._update(token)
    run.fire_timers()


def _here(run: Run) -> Any:
    """The one token of the main process; Conflict when there are several, or the case is ending."""
    standing = [
        task
        for task in run.workflow.tasks.values()
        if task.state & OPEN
        and task.parent is not None
        and task.parent.state == TaskState.COMPLETED
        and not isinstance(task.task_spec, (BoundaryEvent, UnstructuredJoin))
    ]
    if len(standing) != 1:
        raise Conflict("repairing.move_parallel")
    if standing[0].triggered:
        raise Conflict("repairing.move_ending")
    return standing[0]


def _entrances(run: Run) -> Iterator[Any]:
    """The tasks of one person and the sub-processes of the main process, in their order."""
    for spec in run.workflow.spec.task_specs.values():
        plain = spec.bpmn_id is not None and spec.name == spec.bpmn_id
        part = spec
        if is_loop(spec):
            part = run.workflow.spec.task_specs[spec.task_spec]
        if plain and (isinstance(part, SubWorkflowTaskMixin) or _is_task(spec)):
            yield spec


def _is_task(spec: Any) -> bool:
    return isinstance(spec, UserTaskMixin) and not is_loop(spec)


def _destination(spec: Any, entries: Collection[str]) -> Destination:
    obstacle = None
    if spec.bpmn_id in entries:
        obstacle = Obstacle.ENTRY
    elif [each.name for each in spec.inputs] == ["Start"]:
        obstacle = Obstacle.EVENT
    elif len(_scripts(spec)) > 1:
        obstacle = Obstacle.WAYS
    return Destination(
        element=spec.bpmn_id,
        name=spec.bpmn_name or spec.bpmn_id,
        is_part=not _is_task(spec),
        obstacle=obstacle,
    )


def _door(spec: Any) -> Any:
    """Where a token enters an activity: the split before the events on its edge, if it has any."""
    before = [each for each in spec.inputs if isinstance(each, BoundaryEventSplit)]
    return before[0] if before else spec


def _scripts(spec: Any) -> list[Any]:
    """The scripts that prepare a sub-process; a task of one person needs none."""
    if _is_task(spec):
        return []
    return [each for each in _door(spec).inputs if isinstance(each, ScriptTaskMixin)]


def _first(spec: Any) -> Any:
    """What a token enters first on its way there: the one script that prepares it, else itself."""
    scripts = _scripts(spec)
    return scripts[0] if scripts else _door(spec)
