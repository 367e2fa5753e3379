"""Work that comes back: a task that is open again says who sent it back, with which answer and why.

An answer sends the work back when the property `mengembalikan` of its task says so. Who gets the
work again reads the note where he may read the answer at all; else he is told whom to ask for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.running import guarded
from processes.engine.procedure import Procedure
from processes.engine.run import Run
from processes.sentences import say
from processes.store.asking import Question
from processes.store.questions.sight import seen_task
from processes.store.tables import (
    Case,
    Message,
    MessageStatus,
    Region,
    Task,
    TaskStatus,
)
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class CameBack:
    """Why a task is open again."""

    #: who sent it back; of another house that does not share its answer, its region
    by: str
    #: name of the task he did that from
    source: str
    #: his answer in the owner's words; empty when the case was sent back instead of answering
    answer: str = ""
    #: what he wrote; may be empty
    reason: str = ""
    #: the region to ask for the note, where it stayed in its house
    ask: str = ""

    def say(self) -> str:
        """All of it in one sentence or two."""
        if not self.answer:
            return say("acts.sent_back_note", by=self.by, source=self.source, reason=self.reason)
        key = "asked" if self.ask else "noted" if self.reason else "plain"
        return say(f"acts.came_back_{key}", **asdict(self))


#: element, region and loop of the tasks of some `elements` in a `case`; it tells nothing that an
#: answer changes
ASKED_BEFORE = Question(
    lambda p: select(Task.element, Task.region_code, Task.concerns).where(
        Task.case_id == p.one("case"), p.among(Task.element, "elements")
    )
)
#: the same of one task
Work = tuple[str, str, str | None]


def came_back(task: Task) -> list[CameBack]:
    """Why a task is open again, one entry per answer that sent it back; none for a fresh one."""
    kept = task.sent_back or {}
    if "by" in kept:
        return [CameBack(by=kept["by"], source=kept["from"], reason=kept["reason"])]
    return [CameBack(**each) for each in kept.get("came_back", ())]


def said_of_return(task: Task) -> str:
    """The same in sentences; empty for a fresh task."""
    return "\n".join(each.say() for each in came_back(task))


def mark_returns(
    session: Session, case: Case, run: Run, opened: Sequence[Task], asked: Collection[Work]
) -> None:
    """Let those of the tasks that an act opened, and that were finished before, say which answers
    sent them back, and their letters too; `asked` is what was asked before the act."""
    procedure = run.procedure
    again = [task for task in opened if _work(task) in asked]
    if not again:
        return
    tasks = list(session.scalars(select(Task).where(Task.case_id == case.id)))
    causes = _causes(procedure, tasks)
    for task in again:
        last = max(
            (t.position for t in tasks if _is_done(t) and _work(t) == _work(task)), default=0
        )
        because = {t: note for t, note in causes.items() if last and t.position >= last}
        if because:
            told = [_told(session, procedure, task, cause, note) for cause, note in because.items()]
            why = {
                "came_back": [asdict(each) for each in told],
                "causes": [cause.id for cause in because],
            }
            remember(session, task, why)


def remember(session: Session, task: Task, why: Mapping[str, Any]) -> None:
    """Keep with a task why it is open again, and let the letters about it say so: because of
    answers (`came_back`, and `causes`, the tasks that they answered), or because somebody sent the
    case back (`by`, `from`, `reason`)."""
    task.sent_back = dict(why)
    waiting = select(Message).where(
        Message.task_id == task.id,
        Message.status.in_((MessageStatus.WAITING, MessageStatus.BY_HAND)),
    )
    for message in session.scalars(waiting):
        message.values = {**message.values, "catatan": said_of_return(task)}


def _work(task: Task) -> Work:
    return task.element, task.region_code, task.concerns


def _is_done(task: Task) -> bool:
    return task.status is not TaskStatus.OPEN and task.answers is not None


def _causes(procedure: Procedure, tasks: Sequence[Task]) -> dict[Task, str]:
    """The finished tasks whose answers send the work back and opened nothing yet, with the note of
    each."""
    known = {
        cause
        for task in tasks
        if task.status is not TaskStatus.CANCELLED
        for cause in (task.sent_back or {}).get("causes", ())
    }
    found = {}
    for task in tasks:
        if _is_done(task) and task.id not in known:
            note = note_of(procedure, task)
            if note is not None:
                found[task] = note
    return found


def note_of(procedure: Procedure, task: Task) -> str | None:
    """The note with which an answered task sends the work back; None when it does not."""
    answers = task.answers or {}
    return guarded(lambda: procedure.note_of_return(task.element, answers))


def _told(session: Session, procedure: Procedure, task: Task, cause: Task, note: str) -> CameBack:
    """What the region of a task may be told of the answer that sent it back."""
    form = procedure.shapes[cause.element].form
    answer = form.decision(cause.answers or {}, procedure.steering) or say("acts.came_back_answer")
    seen = seen_task(Viewer.of_region(task.region_code), cause, None)
    if seen.answers is not None:
        by = cause.done_by or session.get_one(Region, cause.region_code).name
        return CameBack(by=by, source=cause.name, answer=answer, reason=note)
    region = session.get_one(Region, cause.region_code).name
    return CameBack(by=region, source=cause.name, answer=answer, ask=region)
