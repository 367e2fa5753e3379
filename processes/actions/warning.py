"""Warning ahead of what silence counts as: a timer will close a task without an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.running import resume
from processes.engine.clocks import closing_timer
from processes.engine.run import Run
from processes.sentences.dates import moment
from processes.store import case_officials, links, questions
from processes.store.questions.people import Holder
from processes.store.tables import Case, LinkPurpose, Task

if TYPE_CHECKING:
    from processes.office import Office

#: under what a message keeps what no answer will count as
SILENCE = "diam"
#: the verb of an escalation that is a warning
WARN = "peringatkan"


@dataclass(frozen=True, kw_only=True)
class Warned:
    """One who is warned."""

    holder: Holder
    #: his own link, when the task is his
    link_id: str | None


@dataclass(frozen=True, kw_only=True)
class Silence:
    """What no answer will count as."""

    #: the owner's name for it, for example "Dianggap setuju"
    name: str
    #: when, in words
    at: str

    def for_letters(self) -> dict[str, Any]:
        """What a letter about the task is given to tell."""
        return {SILENCE: {"diam": self.name, "diam_pada": self.at}}


def silence_of(
    session: Session, office: Office, case: Case, task: Task, now: datetime
) -> Silence | None:
    """What an open task's silence will count as and when; None while no clock says so, as when
    the day of the receipt is not known."""
    if task.element not in office.procedure(session, case.version_id).timed_out:
        return None
    return silence_in(resume(session, office, case, now), office, task)


def silence_in(run: Run, office: Office, task: Task) -> Silence | None:
    """The same by a case that is at work."""
    if task.element not in run.procedure.timed_out:
        return None
    timer = closing_timer(run, task.id)
    if timer is None:
        return None
    spec = timer.task_spec
    at = moment(spec.event_definition.due(timer), office.calendar.zone(task.region_code))
    return Silence(name=spec.bpmn_name or spec.bpmn_id, at=at)


def warned_of(
    session: Session, office: Office, case: Case, task: Task, role: str, now: datetime
) -> list[Warned]:
    """Who acts in a role for the house of an open task; each who holds it with a fresh link."""
    own = {each.id for each, _ in questions.holders_of_tasks(session, [task.id]).get(task.id, [])}
    found = []
    for holder in case_officials.acting_in(session, case.id, task.region_code, role):
        link_id = None
        if holder[0].id in own:
            link, _token = links.create(
                session, office.secret, task.id, holder[0].id, now, purpose=LinkPurpose.ANSWER
            )
            link_id = link.id
        found.append(Warned(holder=holder, link_id=link_id))
    return found
