"""Who hears what an act did to a case, beside those who have something to do next.

Each person hears of one matter once, whatever offices he holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.addressing import write_to
from processes.actions.conveying import conveyed
from processes.actions.falling import because_of, fallen, losers, said_because
from processes.actions.roles import EXECUTOR, SHEPHERD
from processes.actions.warning import WARN
from processes.engine.durations import DurationError
from processes.engine.policies import parse_escalations
from processes.engine.procedure import Procedure
from processes.engine.run import Run
from processes.engine.shapes import Ending
from processes.sentences import say
from processes.sentences.dates import moment, short
from processes.store import case_officials, history, questions
from processes.store.agreements import ended_by_date
from processes.store.outbox import CATCHING_UP
from processes.store.questions.people import Holder
from processes.store.tables import Case, CaseStatus, Region, Task
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office

#: what is told of silence that counted as an answer
DEEMED = "dianggap"
#: what is told of a case that is over
ENDED = "perkara_selesai"
#: what is told of an agreement that is in force
IN_FORCE = "berlaku"
#: what is told of a task that somebody else's act closed, and of initials that fell with it
CLOSED, FELL = "ditutup", "gugur"


class News:
    """Telling people of one act on a locked case, inside its transaction."""

    def __init__(self, session: Session, office: Office, case: Case, now: datetime) -> None:
        self.session = session
        self.office = office
        self.case = case
        self.now = now

    def of_tasks(
        self,
        run: Run,
        act: Act,
        closed: Sequence[Task],
        opened: Sequence[Task],
        person: str | None,
    ) -> None:
        """Tell what became of tasks without an answer: of those that a clock closed, and of those
        that the `person` (id) who acted closed for others."""
        self.of_silence(run)
        self.of_closing(run.procedure, act, closed, opened, person)

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

    def of_closing(
        self,
        procedure: Procedure,
        act: Act,
        closed: Sequence[Task],
        opened: Sequence[Task],
        person: str | None,
    ) -> None:
        """Tell each whose open task an act closed, or whose initials or signature fell with it, by
        what; but not the `person` (id) whose act it was, and not who hears that the case ended."""
        if not closed and not any(task.sent_back for task in opened):
            return
        because = because_of(self.session, procedure, act)
        if because is None:
            return
        besides = {person} if person else set()
        if self.case.status is not CaseStatus.RUNNING:
            besides |= {found.id for _, found in self._shepherds()}
        fell = fallen(self.session, procedure, self.case, opened)
        still = [task for task in closed if not task.was_overtaken]
        for lost in losers(self.session, still, fell, besides):
            values = {"kabar": said_because(because), "catatan": "\n".join(lost.lines)}
            self._write([lost.holder], FELL if lost.fell else CLOSED, values, task=lost.task)

    def _shepherds(self) -> Iterator[Holder]:
        for party in questions.parties_of_case(self.session, self.case.id):
            if party.left_at is None:
                yield from questions.holders_of(self.session, party.region_code, SHEPHERD)

    def of_the_agreement(self, run: Run) -> None:
        """Tell those who shepherd and carry out the agreement in every party that it is in force:
        by which numbers, from when until when, and when something is asked next."""
        starts, ends = self.case.agreement_starts_on, self.case.agreement_ends_on
        [found] = questions.agreements_of(self.session, Viewer.system(), [self.case])
        lines = [
            say("acts.in_force_number", region=self._name(code), number=number)
            for code, number in found.naskah.numbers.items()
        ]
        lines.append(say("acts.in_force_from", day=short(starts) if starts else "-"))
        if ends is not None:
            lines.append(say("acts.in_force_until", day=short(ends)))
        values = {"kabar": "\n".join(lines)}
        following = run.next_timer
        if following is not None:
            on = following.astimezone(self.office.calendar.zone(self.case.region_code)).date()
            if ends is None or on < ends:
                values["catatan"] = say("acts.in_force_next", day=short(on))
        people = [
            holder
            for party in questions.parties_of_case(self.session, self.case.id)
            if party.left_at is None
            for role in (SHEPHERD, EXECUTOR)
            for holder in case_officials.acting_in(
                self.session, self.case.id, party.region_code, role
            )
        ]
        self._write(people, IN_FORCE, values)

    def _name(self, region: str) -> str:
        return self.session.get_one(Region, region).name

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
