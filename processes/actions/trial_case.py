"""One case in a trial office: it is answered, time passes, and what came of it can be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.bookkeeping import keep_books
from processes.actions.cases import TERMINATION, WITHDRAWAL, withdraw_case
from processes.actions.documents import add_document
from processes.actions.entering import open_case
from processes.actions.running import guarded, resume
from processes.actions.sending_back import send_back
from processes.actions.tasks import complete_task
from processes.actions.telling import ESCALATIONS, REMINDERS, fire_alarms
from processes.actions.timers import caught_up, fire_timers
from processes.actions.trial_answers import filled_in
from processes.actions.trial_office import KEY
from processes.engine.scenario import Hope, Place, Scenario, Step, Told
from processes.errors import KsddError
from processes.sentences import say
from processes.store.tables import Alarm, Case, Message, Official, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office

#: who acts in a trial
ACTOR = Actor(kind="token", name="uji coba")
#: the paper that is attached wherever a file is asked for
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
#: most moments at which something happens while time passes in one step
MOST_MOMENTS = 2000


class Unmet(KsddError):
    """Something that a scenario hopes for does not hold, or a step cannot be taken."""

    status = 422
    default_key = "scenarios.not_met"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message that would have gone out."""

    kind: str
    role: str
    region: str
    on: date
    task: str


class TrialCase:
    """The case of one scenario, in a trial office that has nothing else."""

    def __init__(self, office: Office, scenario: Scenario) -> None:
        self.office = office
        self.scenario = scenario
        self.zone: ZoneInfo = office.calendar.zone(scenario.parties[0])
        self.now = scenario.starts.replace(tzinfo=self.zone).astimezone(UTC)
        first, *others = scenario.parties
        self.id = open_case(
            office,
            procedure=KEY,
            region=first,
            parties=others,
            title=scenario.title,
            actor=ACTOR,
            now=self.now,
            entry=scenario.entry,
        )
        #: id of the paper
        self.paper = add_document(
            office, BytesIO(PAPER), "contoh.pdf", actor=ACTOR, region=None, now=self.now
        ).id
        #: ids of the messages of earlier steps
        self._told: set[str] = set()

    def take(self, step: Step) -> None:
        """Do what a step says and look whether what it hopes for holds; Unmet when not."""
        if step.kind == "jawab":
            self.answer(step.what, step.region, step.answers)
        elif step.kind == "kembalikan":
            self.send_back(step.what, step.region, step.back_to)
        elif step.kind == "pesan":
            self.deliver(step.what)
        elif step.moment is not None:
            self.pass_until(step.moment.replace(tzinfo=self.zone).astimezone(UTC))
        elif step.span is not None:
            calendar, region = self.office.calendar, self.scenario.parties[0]
            today = calendar.today(self.now, region)
            self.pass_until(calendar.due(step.span, today, region).astimezone(UTC))
        self._compare(step.hope)
        with self.office.database.read() as session:
            self._told = set(session.scalars(select(Message.id)))

    # --- what happens ----------------------------------------------------------------------------
    def answer(self, element: str, region: str, answers: Mapping[str, Any]) -> None:
        """Answer an open task; what is not given stands in the scenario, or is an example."""
        task = self._task(element, region)
        given = {**self.scenario.answers.get(element, {}), **answers}
        with self.office.database.read() as session:
            case = session.get_one(Case, self.id)
            form = self.office.procedure_of(session, case).shapes[element].form
            context = self.office.form_context(session, session.get_one(Task, task.id), self.now)
            full = filled_in(form, given, context, paper=self.paper)
        complete_task(self.office, task.id, full, actor=ACTOR, now=self.now)

    def send_back(self, element: str, region: str, to: str) -> None:
        """Send the case from an open task back to an earlier one."""
        task, reason = self._task(element, region), say("scenarios.reason")
        send_back(self.office, task.id, to=to, reason=reason, actor=ACTOR, now=self.now)

    def deliver(self, message: str) -> None:
        """Deliver a message to the case."""
        if message in (WITHDRAWAL, TERMINATION):
            reason = say("scenarios.reason")
            withdraw_case(self.office, self.id, reason=reason, actor=ACTOR, now=self.now)
        else:
            with caught_up(self.office, self.id, self.now) as (session, case):
                run = resume(session, self.office, case, self.now)
                guarded(lambda: run.send(message))
                act = Act(kind="case.message", details={"message": message})
                keep_books(session, self.office, case, run, act=act, actor=ACTOR, now=self.now)

    def pass_until(self, moment: datetime) -> None:
        """Let time pass; everything that is due on the way happens at its own moment."""
        if moment < self.now:
            raise Unmet("scenarios.backwards", moment=self._day(moment).isoformat())
        for _ in range(MOST_MOMENTS):
            upcoming = self.next_moment()
            if upcoming is None or upcoming > moment:
                break
            self.now = max(self.now, upcoming)
            self._sweep()
        self.now = moment
        self._sweep()

    def next_moment(self) -> datetime | None:
        """When a timer fires or an alarm rings next; None when nothing is set."""
        waiting = Alarm.fired_at.is_(None), Alarm.dropped_at.is_(None), Alarm.attempts == 0
        with self.office.database.read() as session:
            case = session.get_one(Case, self.id)
            alarm = session.scalar(select(func.min(Alarm.due_at)).where(*waiting))
        moments = [each for each in (case.next_timer_at, alarm) if each is not None]
        return min(moments, default=None)

    def _sweep(self) -> None:
        while fire_timers(self.office, now=self.now):
            pass
        for kinds in (REMINDERS, ESCALATIONS):
            while fire_alarms(self.office, kinds=kinds, now=self.now):
                pass

    # --- what came of it -------------------------------------------------------------------------
    @property
    def case(self) -> Case:
        """The row of the case."""
        with self.office.database.read() as session:
            return session.get_one(Case, self.id)

    def open_tasks(self) -> list[Task]:
        """Its open tasks in the order in which they opened."""
        mine = Task.case_id == self.id, Task.status == TaskStatus.OPEN
        with self.office.database.read() as session:
            return list(session.scalars(select(Task).where(*mine).order_by(Task.position)))

    def letters(self, without: Collection[str] = ()) -> list[Letter]:
        """The messages that would have gone out, but for those `without` (ids)."""
        query = (
            select(Message, Official, Task.element)
            .outerjoin(Official, Official.id == Message.official_id)
            .outerjoin(Task, Task.id == Message.task_id)
            .order_by(Message.created_at, Message.key)
        )
        with self.office.database.read() as session:
            rows = session.execute(query).all()
        return [
            Letter(
                kind=message.kind,
                role=official.role if official else "",
                region=official.region_code if official else "",
                on=self._day(message.not_before),
                task=element or "",
            )
            for message, official, element in rows
            if message.id not in without
        ]

    def _task(self, element: str, region: str) -> Task:
        found = [
            t for t in self.open_tasks() if t.element == element and region in ("", t.region_code)
        ]
        if not found:
            raise Unmet(
                "scenarios.not_open", task=Place(element=element, region=region), open=self._open()
            )
        return found[0]

    def _open(self) -> str:
        places = [Place(element=t.element, region=t.region_code) for t in self.open_tasks()]
        return ", ".join(map(str, places)) or "-"

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    # --- what was hoped for ----------------------------------------------------------------------
    def _compare(self, hope: Hope) -> None:
        for unmet in self._unmet(hope):
            raise unmet

    def _unmet(self, hope: Hope) -> Iterator[Unmet]:
        case = self.case
        if case.incident:
            yield Unmet("scenarios.incident", why=case.incident)
        for key, wanted, found in (
            ("stage", hope.stage, case.stage),
            ("status", hope.status, case.status.value),
            ("reason", hope.reason, case.end_reason or "-"),
        ):
            if wanted is not None and wanted != found:
                yield Unmet(f"scenarios.other_{key}", wanted=wanted, found=found)
        if hope.open is not None and not self._same_open(hope.open):
            yield Unmet(
                "scenarios.other_open",
                wanted=", ".join(map(str, hope.open)) or "-",
                found=self._open(),
            )
        for place, day in hope.due.items():
            task = self._task(place.element, place.region)
            zone = self.office.calendar.zone(task.region_code)
            due = task.due_at.astimezone(zone).date() if task.due_at else None
            if due != day:
                yield Unmet("scenarios.other_due", task=place, wanted=day, found=due or "-")
        yield from self._untold(hope)

    def _same_open(self, wanted: tuple[Place, ...]) -> bool:
        left = [(task.element, task.region_code) for task in self.open_tasks()]
        for place in sorted(wanted, key=lambda each: each.region == ""):
            fits = [p for p in left if p[0] == place.element and place.region in ("", p[1])]
            if not fits:
                return False
            left.remove(fits[0])
        return not left

    def _untold(self, hope: Hope) -> Iterator[Unmet]:
        letters = self.letters(self._told) if hope.told or hope.untold else []
        known = ", ".join(
            f"{each.kind} {each.role} {each.region} {each.on}" for each in letters[:12]
        )
        for told in hope.told:
            if not any(_is_told(told, each) for each in letters):
                yield Unmet("scenarios.not_told", wanted=told, found=known or "-")
        for kind in hope.untold:
            if any(each.kind == kind for each in letters):
                yield Unmet("scenarios.told", kind=kind, found=known)


def _is_told(told: Told, letter: Letter) -> bool:
    return (
        told.kind == letter.kind
        and told.role in ("", letter.role)
        and told.region in ("", letter.region)
        and told.on in (None, letter.on)
    )
