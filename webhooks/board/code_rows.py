"""Which officials of the viewer's own house may be handed a one-time code, by task."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from processes.actions.second_channel import WITH_CODE
from processes.store import questions
from processes.store.questions.people import Holder
from processes.store.tables import Task, TaskStatus
from processes.store.viewer import Viewer


def code_rows(session: Session, viewer: Viewer, tasks: Sequence[Task]) -> dict[str, list[Holder]]:
    """The holders of the open tasks that ask for a code; nobody for a viewer without a region."""
    own = viewer.regions or frozenset()
    asking = [
        task.id
        for task in tasks
        if task.status is TaskStatus.OPEN
        and task.assurance == WITH_CODE
        and task.region_code in own
    ]
    return questions.holders_of_tasks(session, asking)
