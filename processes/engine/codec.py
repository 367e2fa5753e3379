"""The state of a case as bytes: where the tokens stand and what they carry, never the drawing.

Codec 2: zstandard over JSON. Each level (the process, and every open sub-process) is a list of rows
in tree order, `[id, parent row, shape, state, changed, triggered, internal, set, unset]`, where
`set`/`unset` are the difference of a task's data to its parent's, and `last` is the row of the task
that came last. Only what is open, or named by what is open, keeps its id: the others have 0 and get
a new one whenever they are read. Rows keep their order, so a store that reorders keys (JSONB) must
not be used for them.

Codec 1, which is read as well, wrote every id, and the id of the last task.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from threading import local
from typing import Any

import orjson
import zstandard
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.workflow import OPEN, CaseSubWorkflow, CaseWorkflow

#: number of the way of writing below
CODEC = 2
#: what only a task that goes on needs of the engine's notes: which of its instances are counted
COUNTED = "merged"
#: bytes of a new id
ID_BYTES = 16
#: hexadecimal digits of an id
WIDTH = 2 * ID_BYTES


class UnreadableState(ValueError):
    """The bytes of a state are not such as were written here."""


class _Zstandard(local):
    """One compressor and one decompressor for each thread, which may not share them."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=3).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_zstandard = _Zstandard()


def dump(workflow: CaseWorkflow) -> bytes:
    """The state of a case as bytes of codec 2."""
    levels = sorted(workflow.subprocesses.items(), key=lambda item: item[1].depth)
    return pack(
        {
            "top": _level(workflow, {}, workflow.subprocesses),
            "inner": [
                [
                    str(task_id),
                    inside.spec.name,
                    _level(inside, _data_at(workflow, task_id), workflow.subprocesses),
                ]
                for task_id, inside in levels
            ],
        }
    )


def pack(document: Mapping[str, Any]) -> bytes:
    """The rows of a state (`top`, `inner`) as bytes."""
    packed: bytes = _zstandard.compress(orjson.dumps(document))
    return packed


def unpack(state: bytes) -> dict[str, Any]:
    """The rows of a state, without any drawing; raises UnreadableState."""
    try:
        document: dict[str, Any] = orjson.loads(_zstandard.decompress(state))
    except (zstandard.ZstdError, orjson.JSONDecodeError) as broken:
        raise UnreadableState(str(broken)) from broken
    return document


def load(
    state: bytes, spec: Any, inner_specs: dict[str, Any], engine: PythonScriptEngine
) -> CaseWorkflow:
    """The running case again, over the shared specs of its version."""
    document = unpack(state)
    workflow = CaseWorkflow(spec, inner_specs, script_engine=engine, deserializing=True)
    _fill(workflow, document["top"], {}, workflow)
    for task_id, spec_name, level in document["inner"]:
        inside = CaseSubWorkflow(inner_specs[spec_name], task_id, workflow, deserializing=True)
        parent = workflow.get_task_from_id(task_id)
        _fill(inside, level, parent.data, workflow)
        workflow.subprocesses[task_id] = inside
        inside.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    return workflow


def _data_at(workflow: CaseWorkflow, task_id: Any) -> dict[str, Any]:
    data: dict[str, Any] = workflow.get_task_from_id(task_id).data
    return data


def _level(level: Any, outside: dict[str, Any], subprocesses: Collection[Any]) -> dict[str, Any]:
    """One level; ids of tasks in `subprocesses` are kept, for their insides name them."""
    named = {each for task in level.tasks.values() for each in _counted(task)}
    rows: list[list[Any]] = []
    last: int | None = None
    stack: list[tuple[Any, int, dict[str, Any]]] = [(level.task_tree, -1, outside)]
    while stack:
        task, parent, around = stack.pop()
        here = len(rows)
        if task is level.last_task:
            last = here
        keeps = task._state & OPEN or task.id in subprocesses or str(task.id) in named
        rows.append(_row(task, parent, around, keeps_id=bool(keeps)))
        for child in reversed(task._children):
            stack.append((level.tasks[child], here, task.data))
    return {"rows": rows, "last": last, "success": level.success, "completed": level.completed}


def _row(task: Any, parent: int, around: dict[str, Any], *, keeps_id: bool) -> list[Any]:
    changed, gone = difference(task.data, around)
    return [
        str(task.id) if keeps_id else 0,
        parent,
        task.task_spec.name,
        task._state,
        round(task.last_state_change, 3),
        int(task.triggered),
        _internal(task) or 0,
        changed or 0,
        gone or 0,
    ]


def difference(
    data: Mapping[str, Any], around: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """What data set anew, and what they lack, beside those that they came from."""
    if not data:
        return {}, list(around)
    if data == around:
        # most tasks only pass on what they were given
        return {}, []
    changed = {k: v for k, v in data.items() if k not in around or around[k] != v}
    return changed, [k for k in around if k not in data]


def _internal(task: Any) -> dict[str, Any]:
    """The engine's own notes on a task, without what nobody will read again: the event objects that
    an event-based gateway has already acted upon when its case is saved, and the count of instances
    when there will be no more."""
    without = ("seen_events",) if task._state & OPEN else ("seen_events", COUNTED)
    return {k: v for k, v in task.internal_data.items() if k not in without}


def _counted(task: Any) -> Collection[str]:
    """Ids of the instances that an open task with several of them has counted."""
    counted: Collection[str] = task.internal_data.get(COUNTED, ()) if task._state & OPEN else ()
    return counted


def with_ids(rows: list[list[Any]]) -> list[str]:
    """The id of every row: its own, or a new one, written as every other id of a task is."""
    fresh = os.urandom(ID_BYTES * len(rows)).hex()
    return [row[0] or _written(fresh[n * WIDTH : (n + 1) * WIDTH]) for n, row in enumerate(rows)]


def _written(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def last_of(saved: Mapping[str, Any], ids: list[str]) -> str | None:
    """The id of the last task of a level."""
    last: int | str | None = saved["last"]
    return ids[last] if isinstance(last, int) else last


def _fill(level: Any, saved: dict[str, Any], outside: dict[str, Any], top: CaseWorkflow) -> None:
    by_row: list[Any] = []
    ids = with_ids(saved["rows"])
    for task_id, row in zip(ids, saved["rows"], strict=True):
        task = _task(level, task_id, row, by_row, outside)
        by_row.append(task)
        level.tasks[task.id] = task
        if task._state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            top.event_manager.add_task(task)
    level.task_tree = by_row[0]
    level.success, level.completed = saved["success"], saved["completed"]
    level.last_task = level.tasks.get(last_of(saved, ids))


def _task(
    level: Any, task_id: str, row: list[Any], by_row: list[Any], outside: dict[str, Any]
) -> Any:
    _kept, parent, shape, state, changed_at, triggered, internal, changed, gone = row
    task = Task.__new__(Task)
    task.id, task.workflow, task.thread_id = task_id, level, 0
    task.task_spec = level.spec.task_specs[shape]
    task._state, task.last_state_change, task.triggered = state, changed_at, bool(triggered)
    task._children, task._parent = [], None
    task.internal_data = internal or {}
    around = outside
    if parent >= 0:
        above = by_row[parent]
        above._children.append(task_id)
        task._parent = above.id
        around = above.data
    if gone and not changed and len(gone) == len(around):
        # what is only foreseen has no data yet
        task.data = {}
        return task
    data = dict(around)
    if not state & TaskState.FINISHED_MASK:
        # one level of copying, as the engine itself does when data flow down the tree; what is
        # finished is only read
        data = {k: v.copy() if isinstance(v, (dict, list)) else v for k, v in data.items()}
    for name in gone or ():
        data.pop(name, None)
    data.update(changed or {})
    task.data = data
    return task
