"""Making one-time codes: sent to the official beside his link, or handed over by his own house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import living_link
from processes.actions.finished import case_of, check_open, digest_of
from processes.actions.proving import code_task, refuse_locked
from processes.actions.roles import SHEPHERD
from processes.actions.second_channel import WITH_CODE, CodeRoute, holder_of, route_to
from processes.actions.shown import Shown, decisions_in_words, read_shown
from processes.actions.shown_documents import documents_in_words
from processes.actions.task_entries import tell_of_task
from processes.actions.timers import caught_up
from processes.engine.shapes import TaskShape
from processes.errors import CodeRefused, Conflict, Gone, NotAllowed, NotFound
from processes.sentences import say
from processes.store import authenticators, confirmation_codes, outbox, questions
from processes.store.kinds import CODE
from processes.store.tables import (
    Case,
    CodeWay,
    ConfirmationCode,
    Link,
    LinkPurpose,
    Official,
    Person,
    Task,
)
from processes.store.ways import HAND, MAIL

if TYPE_CHECKING:
    from processes.office import Office

#: what a code is for that registers an authenticator app
REGISTERING = "aplikasi"


@dataclass(frozen=True, kw_only=True)
class CodeSent:
    """What became of the wish for a code."""

    #: the way there is to the official beside his link; None when there is none
    way: CodeWay | None = None
    #: what may be shown of the address
    to: str = ""
    #: whether a code for just this is on its way or was taken
    is_sent: bool = False
    #: whether somebody of his house sends it from his own telephone; the minutes count from then
    by_hand: bool = False
    #: until when it is taken, once it was sent
    until: datetime | None = None
    #: whether one that was sent before still fits
    sent_before: bool = False
    #: whether his authenticator app gives him codes as well
    has_app: bool = False
    #: SHA-256 over the hashes of all documents that he confirms
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class HandedCode:
    """A code to be said to an official in person; it is shown once."""

    code: str
    name: str
    position: str
    until: datetime


def send_code(
    office: Office,
    task_id: str,
    answers: Mapping[str, Any] | None,
    *,
    actor: Actor,
    now: datetime,
    anew: bool = False,
    only_look: bool = False,
) -> CodeSent:
    """Send the holder a code for these answers by a second way; without answers, one to register
    his authenticator app, which never goes by the weak way.

    One that fits and still lives is not sent again unless `anew`; nor is any when he has an app of
    his own, or with `only_look`. Raises NotFound, Gone,
    InvalidAnswers, TaskClosed, or CodeRefused when he asked too often or is locked out.
    """
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        task, official = code_task(session, office, task_id, actor)
        refuse_locked(session, office, task, official.id, now)
        asking = _Asking(session, office, case, task, official, actor, now)
        return asking.send(answers, anew=anew, only_look=only_look)


class _Asking:
    """The wish for a code inside its transaction."""

    def __init__(
        self,
        session: Session,
        office: Office,
        case: Case,
        task: Task,
        official: Official,
        actor: Actor,
        now: datetime,
    ) -> None:
        self.session = session
        self.office = office
        self.case = case
        self.task = task
        self.official = official
        self.actor = actor
        self.now = now
        self.person = session.get_one(Person, official.person_id)
        self.shape: TaskShape = office.shape_of(session, case, task)

    def send(self, answers: Mapping[str, Any] | None, *, anew: bool, only_look: bool) -> CodeSent:
        """Send the code; nothing is sent without a second way."""
        about, words = self._about(answers)
        shown = read_shown(self.session, self.case, self.task, self.official)
        route = self._route(weak_too=self.shape.weak_code and answers is not None)
        there = CodeSent(
            way=None if route is None else route.way,
            to="" if route is None else route.shown,
            has_app=authenticators.of_person(self.session, self.person.id) is not None,
            fingerprint=shown.fingerprint,
        )
        living = None if anew else self._living(shown.bound_to(about))
        if living is not None:
            return _sent(there, living, sent_before=True)
        if route is None or only_look or (there.has_app and not anew):
            return there
        self._refuse_too_many()
        return _sent(there, self._put(route, shown, about, words), sent_before=False)

    def _about(self, answers: Mapping[str, Any] | None) -> tuple[str, str]:
        if answers is None:
            return REGISTERING, say("confirming.about_app", name=self.person.name)
        context = self.office.form_context(self.session, self.task, self.now)
        checked = self.shape.form.check(answers, context=context)
        return digest_of(checked), decisions_in_words(self.shape.form, checked)

    def _route(self, *, weak_too: bool) -> CodeRoute | None:
        link = self.session.get(Link, self.actor.link_id) if self.actor.link_id else None
        return route_to(self.session, self.person, link, weak_too=weak_too)

    def _living(self, bound_to: str) -> ConfirmationCode | None:
        rows = confirmation_codes.living(self.session, self.task.id, self.official.id, self.now)
        return next(
            (r for r in rows if r.bound_to == bound_to and r.way is not CodeWay.HANDED), None
        )

    def _refuse_too_many(self) -> None:
        since = self.now - confirmation_codes.HOUR
        sent = confirmation_codes.sent_since(self.session, self.task.id, self.official.id, since)
        if len(sent) >= confirmation_codes.MOST_SENT:
            again = sent[0] + confirmation_codes.HOUR + timedelta(minutes=1)
            zone = self.office.calendar.zone(self.task.region_code)
            until = again.astimezone(zone).strftime("%H.%M")
            raise CodeRefused("confirming.asked_too_often", count=len(sent), until=until)

    def _put(self, route: CodeRoute, shown: Shown, about: str, words: str) -> ConfirmationCode:
        """Make the code, put its message in the outbox, and write down that it was asked for."""
        channel = route.channel
        if channel == HAND and self._is_trial:
            channel = MAIL
        row = confirmation_codes.make(
            self.session,
            task_id=self.task.id,
            official_id=self.official.id,
            way=route.way,
            bound_to=shown.bound_to(about),
            now=self.now,
            waits_for_a_hand=channel == HAND,
        )
        outbox.put(
            self.session,
            key=f"code:{row.id}",
            kind=CODE,
            channel=channel,
            address=route.address,
            case_id=self.case.id,
            task_id=self.task.id,
            official_id=self.official.id,
            values={
                "kode": row.id,
                "dikonfirmasi": words,
                "dokumen": documents_in_words(self.session, self.office, shown),
                "sidik": shown.fingerprint,
            },
            domain=self.office.mail_domain,
            now=self.now,
        )
        details = {"way": route.way.value, "to": route.shown}
        tell_of_task(self.session, self.case, self.task, "code.sent", self.actor, self.now, details)
        return row

    @property
    def _is_trial(self) -> bool:
        """Whether the mailbox of a trial stands in for the telephone of somebody of the house."""
        settings = self.office.settings
        return settings.is_development and settings.mail_url is None


def _sent(there: CodeSent, row: ConfirmationCode, *, sent_before: bool) -> CodeSent:
    return replace(
        there,
        is_sent=True,
        by_hand=row.expires_at is None,
        until=row.expires_at,
        sent_before=sent_before,
    )


def hand_code(
    office: Office, task_id: str, official_id: str, *, actor: Actor, now: datetime
) -> HandedCode:
    """A code that somebody of the holder's own house says to him in person.

    That is an account of his region, or its cooperation office by its link to record the task;
    nobody hands a code to himself. Raises NotFound, NotAllowed, Gone, TaskClosed or Conflict.
    """
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        task = session.get_one(Task, task_id, populate_existing=True)
        by = _hander(session, task, actor)
        holders = questions.holders_of_tasks(session, [task.id]).get(task.id, [])
        if official_id not in {official.id for official, _ in holders}:
            raise NotFound
        official, person = holder_of(session, official_id)
        check_open(task)
        if task.assurance != WITH_CODE:
            raise Conflict("confirming.no_code_wanted")
        if by is not None and by.person_id == person.id:
            raise NotAllowed("confirming.not_to_oneself")
        row = confirmation_codes.make(
            session,
            task_id=task.id,
            official_id=official.id,
            way=CodeWay.HANDED,
            bound_to=read_shown(session, case, task, official).bound_to(""),
            now=now,
            given_by=f"{actor.name}, {by.position}" if by else actor.name,
        )
        details = {"person": person.name, "official": official.id, "by": row.given_by}
        tell_of_task(session, case, task, "code.handed", actor, now, details)
        assert row.expires_at is not None
        return HandedCode(
            code=confirmation_codes.code_of(office.secret, row),
            name=person.name,
            position=official.position,
            until=row.expires_at,
        )


def _hander(session: Session, task: Task, actor: Actor) -> Official | None:
    """The official of the cooperation office who hands the code over; None for an account."""
    if actor.kind == "account":
        if actor.regions is None or task.region_code not in actor.regions:
            raise NotAllowed("confirming.own_house_only")
        return None
    if actor.kind != "official":
        raise NotAllowed("confirming.own_house_only")
    living_link(session, task, actor, LinkPurpose.RECORD)
    official = session.get_one(Official, actor.official_id)
    if not official.active:
        raise Gone
    if official.role != SHEPHERD or official.region_code != task.region_code:
        raise NotAllowed("confirming.own_house_only")
    return official
