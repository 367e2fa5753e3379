"""What alarms do when their moment comes: remind, tell the house, hand a task over.

One alarm, one transaction: it is taken, looked at again (the task may be done by now), and its
messages and its entry in the history are written together. Nobody outside the house of a task is
told, except that a partner's lateness is made known to the pemrakarsa's cooperation office too, but
not that of its council. While a reply of the partner waits to be checked, that is what is late.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions import reminding, warning
from processes.actions.actor import Actor
from processes.actions.addressing import write_to
from processes.actions.handing_over import hand_to_role, names_of
from processes.actions.ladder import reproved, told_in_house
from processes.actions.recounting import is_behind, recount_case
from processes.actions.roles import COUNCIL, SHEPHERD
from processes.actions.task_entries import named
from processes.errors import KsddError
from processes.sentences import say
from processes.store import alarms, case_officials, history, links, questions
from processes.store.agreements import ended_by_date
from processes.store.kinds import ESCALATION, RUNG, WARNING
from processes.store.locks import lock_case
from processes.store.outbox import CATCHING_UP
from processes.store.questions.people import Holder
from processes.store.tables import (
    Alarm,
    AlarmKind,
    Case,
    CaseStatus,
    LinkPurpose,
    Task,
    TaskStatus,
)

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

REMINDERS = (AlarmKind.REMINDER, AlarmKind.AGREEMENT_END)
ESCALATIONS = (AlarmKind.ESCALATION,)


def fire_alarms(
    office: Office, *, kinds: Collection[AlarmKind], now: datetime, limit: int = 100
) -> int:
    """Do what up to `limit` due alarms ask for; returns how many were taken.

    An alarm that cannot be done is left as it was and tried again by later calls; after three
    tries it waits for an administrator. It never holds up the others.
    """
    with office.database.glance() as session:
        due = alarms.due_ids(session, now, kinds, limit)
    fired = 0
    for alarm_id in due:
        try:
            fired += _fire(office, alarm_id, now)
        except Exception as fault:
            # whatever one alarm does must not keep the others waiting; it is counted against it
            log.exception("alarm failed", extra={"alarm": alarm_id})
            _note_failure(office, alarm_id, fault, now)
    return fired


def _note_failure(office: Office, alarm_id: str, fault: Exception, now: datetime) -> None:
    told = fault.say() if isinstance(fault, KsddError) else f"{type(fault).__name__}: {fault}"
    with office.database.write() as session:
        alarms.note_failure(session, alarm_id, told, now)


def _fire(office: Office, alarm_id: str, now: datetime) -> int:
    with office.database.read() as session:
        case_id = session.get_one(Alarm, alarm_id).case_id
    with office.database.write() as session:
        case = lock_case(session, case_id)
        if not is_behind(session, office, case):
            alarm = alarms.take(session, alarm_id, now)
            if alarm is None:
                return 0
            return int(_Telling(session, office, case, alarm, now).do())
    # the calendar has changed: the alarm rings when its day has come by the new one
    recount_case(office, case_id, now=now)
    return 0


class _Telling:
    """The work of one alarm inside its transaction."""

    def __init__(
        self, session: Session, office: Office, case: Case, alarm: Alarm, now: datetime
    ) -> None:
        self.session = session
        self.office = office
        self.case = case
        self.alarm = alarm
        self.now = now

    def do(self) -> bool:
        """What the alarm is for; False, and the alarm is dropped, when there is no point in it."""
        if self.alarm.task_id is None:
            still_wanted = self._end_is_news()
        else:
            task = self.session.get_one(Task, self.alarm.task_id)
            still_wanted = task.status is TaskStatus.OPEN
        if not still_wanted:
            self.alarm.fired_at, self.alarm.dropped_at = None, self.now
        elif self.alarm.kind is AlarmKind.AGREEMENT_END:
            self._tell_of_the_end()
        elif self.alarm.kind is AlarmKind.REMINDER:
            self._remind(task)
        elif self.alarm.verb == warning.WARN:
            still_wanted = self._warn(task)
        else:
            self._escalate(task)
        return still_wanted

    def _end_is_news(self) -> bool:
        """Whether the parties are to hear of the end of their agreement by this alarm.

        Of several that a standstill held up only the newest is told; and of an agreement that has
        ended only what the day of its end asks for.
        """
        region = self.case.region_code
        today = self.office.calendar.today(self.now, region)
        ended = ended_by_date(self.case, today)
        if ended or self.case.status is not CaseStatus.RUNNING:
            return ended and self.office.calendar.today(self.alarm.due_at, region) == today
        return not alarms.has_newer_of_agreement(self.session, self.alarm, self.now)

    def _remind(self, task: Task) -> None:
        """Remind whoever is awaited, each with a fresh link of his own where he has one to use; the
        older ones keep working."""
        told: list[Holder] = []
        for each in reminding.to_be_reminded(self.session, self.office, self.case, task):
            self._write_to(each, task)
            told += each.to
        self._note("task.reminded", task, told)

    def _write_to(self, reminded: reminding.Reminded, task: Task) -> None:
        values: dict[str, Any] = {"hari": self.alarm.label, **reminded.values}
        if reminded.purpose is LinkPurpose.ANSWER:
            silence = warning.silence_of(self.session, self.office, self.case, task, self.now)
            values |= silence.for_letters() if silence else {}
        for official, person in reminded.to:
            link_id = None
            if reminded.purpose is not None:
                link, _token = links.create(
                    self.session,
                    self.office.secret,
                    task.id,
                    official.id,
                    self.now,
                    purpose=reminded.purpose,
                )
                link_id = link.id
            self._put(reminded.kind, (official, person), task=task, link_id=link_id, values=values)

    def _escalate(self, task: Task) -> None:
        checked = reminding.about_reply(self.session, self.office, self.case, task)
        if checked is not None:
            self._write_to(checked, task)
            self._note("task.escalated", task, checked.to)
            return
        role = self.alarm.role or SHEPHERD
        if self.alarm.verb == "alihkan" and self._may_be_handed(task, role):
            given = hand_to_role(
                self.session,
                self.office,
                self.case,
                task,
                role,
                why=self.alarm.label,
                actor=Actor.clock(),
                now=self.now,
            )
            if given:
                self._note("task.escalated", task, given)
                return
        held = questions.holders_of_tasks(self.session, [task.id]).get(task.id)
        # who is of that role himself is reminded already, and so nobody above him is told
        himself = role == task.role and bool(held)
        superiors = {} if himself else self._superiors()
        told = told_in_house(self.session, self.case, task, role, superiors)
        abroad = task.region_code != self._keeper() and task.role != COUNCIL
        if abroad and role == SHEPHERD:
            told += self._shepherds(self._keeper())
        for each in told:
            self._put(ESCALATION, each, task=task)
        nobody = None if told else "self" if himself else "nobody"
        if nobody == "nobody" and questions.has_officials(self.session, task.region_code):
            self.alarm.attempts = alarms.MOST_ATTEMPTS
            self.alarm.last_error = say("people.nobody_to_tell", role=role)
        self._note("task.escalated", task, told, nobody=nobody)

    def _superiors(self) -> Mapping[str, str]:
        return self.office.procedure(self.session, self.case.version_id).superiors

    def _may_be_handed(self, task: Task, role: str) -> bool:
        """A council's task stays with it, and a head of region is handed nothing for being late."""
        acting = case_officials.acting_in(self.session, self.case.id, task.region_code, role)
        return task.role != COUNCIL and acting == reproved(
            self.session, self.case, task.region_code, role
        )

    def _warn(self, task: Task) -> bool:
        """Warn a role of what silence will count as; False when no clock says so."""
        session, office, now = self.session, self.office, self.now
        if (silence := warning.silence_of(session, office, self.case, task, now)) is None:
            self.alarm.fired_at, self.alarm.dropped_at = None, now
            return False
        role = self.alarm.role or SHEPHERD
        warned = warning.warned_of(session, office, self.case, task, role, now)
        values = {"kabar": silence.name, "hari": silence.at}
        for each in warned:
            self._put(WARNING, each.holder, task=task, link_id=each.link_id, values=values)
        told = [each.holder for each in warned]
        self._note("task.warned", task, told, nobody=None if told else "nobody")
        return True

    def _keeper(self) -> str:
        return questions.keeper_of(self.session, self.case)

    def _tell_of_the_end(self) -> None:
        told = [
            each
            for party in questions.parties_of_case(self.session, self.case.id)
            if party.left_at is None
            for each in self._shepherds(party.region_code)
        ]
        for each in told:
            self._put("akan_berakhir", each)
        self._note("agreement.ends_soon", None, told)

    def _shepherds(self, region: str) -> list[Holder]:
        return questions.holders_of(self.session, region, SHEPHERD)

    def _put(
        self,
        kind: str,
        to: Holder,
        *,
        task: Task | None = None,
        link_id: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        write_to(
            self.session,
            self.office,
            to,
            self.now,
            key=f"{RUNG}{self.alarm.id}:{to[0].id}",
            kind=kind,
            case_id=self.case.id,
            task_id=task.id if task else None,
            link_id=link_id,
            values=values or {"hari": self.alarm.label},
            collapsible=self.now - self.alarm.due_at > CATCHING_UP,
        )

    def _note(
        self, kind: str, task: Task | None, told: Sequence[Holder], **more: str | None
    ) -> None:
        about = named(task) if task else {}
        history.append(
            self.session,
            self.case,
            at=self.now,
            kind=kind,
            actor=Actor.clock().as_entry(),
            details={
                **about,
                "due": self.alarm.due_at.isoformat(),
                "when": self.alarm.label,
                "verb": self.alarm.verb,
                "role": self.alarm.role,
                "to": names_of(told),
                **{name: value for name, value in more.items() if value is not None},
            },
        )
