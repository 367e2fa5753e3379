"""Who hears what an act did to a case, beside those who have something to do next.

Each person hears of one matter once, whatever offices he holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.addressing import write_to
from processes.actions.conveying import conveyed
from processes.actions.roles import SHEPHERD
from processes.actions.warning import WARN
from processes.engine.durations import DurationError
from processes.engine.policies import parse_escalations
from processes.engine.run import Run
from processes.engine.shapes import Ending
from processes.sentences import say
from processes.sentences.dates import moment
from processes.store import case_officials, history, questions
from processes.store.agreements import ended_by_date
from processes.store.outbox import CATCHING_UP
from processes.store.questions.people import Holder
from processes.store.tables import Case, Region, Task

if TYPE_CHECKING:
    from processes.office import Office

#: what is told of silence that counted as an answer
DEEMED = "dianggap"
#: what is told of a case that is over
ENDED = "perkara_selesai"


class News:
    """Telling people of one act on a locked case, inside its transaction."""

    def __init__(self, session: Session, office: Office, case: Case, now: datetime) -> None:
        self.session = session
        self.office = office
        self.case = case
        self.now = now

    def of_silence(self, run: Run) -> None:
        """Tell the house of each task that a clock closed, and who shepherds the case, what no
        answer has counted as since when."""
        for task_id, overtaken in run.overtaken.items():
            task = self.session.get_one(Task, task_id)
            zone = self.office.calendar.zone(task.region_code)
            values = {"kabar": overtaken.name, "hari": moment(overtaken.due, zone)}
            if overtaken.task.shape.late_message:
                region = self.session.get_one(Region, task.region_code).name
                values["catatan"] = say("acts.deemed_may_follow", region=region)
            late = self.now - overtaken.due > CATCHING_UP
            self._write(self._concerned(task), DEEMED, values, task=task, late=late)

    def of_the_end(self, ended: Ending | None) -> None:
        """Tell the cooperation office of every region that is still a party how the case ended, and
        why as far as it may know: what was typed when the end was asked for, and the answers that
        its owner lets the end tell."""
        by_date = ended_by_date(self.case, self._today())
        asked = "" if by_date else history.reason_of_ending(self.session, self.case.id)
        for party in questions.parties_of_case(self.session, self.case.id):
            if party.left_at is not None:
                continue
            told = conveyed(
                self.session,
                self.office,
                self.case,
                ended.conveys if ended else (),
                region=party.region_code,
            )
            why = [say("acts.ended_because", reason=asked)] if asked else []
            values = {"kabar": ended.name if ended else ""}
            if why or told:
                values["catatan"] = "\n\n".join([*why, *map(str, told)])
            people = questions.holders_of(self.session, party.region_code, SHEPHERD)
            self._write(people, ENDED, values)

    def _today(self) -> date:
        return self.office.calendar.today(self.now, self.case.region_code)

    def _concerned(self, task: Task) -> Iterator[Holder]:
        """Whoever held the task, was warned of the silence, or shepherds the case in its house or
        in the house that keeps it."""
        yield from questions.holders_of_tasks(self.session, [task.id]).get(task.id, [])
        for role in dict.fromkeys([task.role or "", *_warned(task), SHEPHERD]):
            yield from case_officials.acting_in(self.session, self.case.id, task.region_code, role)
        keeper = questions.keeper_of(self.session, self.case)
        yield from questions.holders_of(self.session, keeper, SHEPHERD)

    def _write(
        self,
        to: Iterable[Holder],
        kind: str,
        values: Mapping[str, Any],
        *,
        task: Task | None = None,
        late: bool = False,
    ) -> None:
        """Write to each person once."""
        about = task.id if task is not None else self.case.id
        people: dict[str, Holder] = {}
        for holder in to:
            people.setdefault(holder[1].id, holder)
        for official, person in people.values():
            write_to(
                self.session,
                self.office,
                (official, person),
                self.now,
                key=f"{kind}:{about}:{self.now.isoformat()}:{person.id}",
                kind=kind,
                case_id=self.case.id,
                task_id=task.id if task is not None else None,
                values=values,
                collapsible=late,
            )


def _warned(task: Task) -> list[str]:
    """The roles that its owner had warned of the silence."""
    try:
        rings = parse_escalations(task.escalation_rule)
    except DurationError:
        return []  # words that differ by the case, of a task that was over when it opened
    return [each.target_role for each in rings if each.verb == WARN]
