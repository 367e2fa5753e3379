"""Cases that continue others: addendum, extension, widening, and a PKS under a Kesepakatan Bersama.

A linked case begins with what is known of the one before; that one is never opened again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.running import guarded
from processes.actions.starting import MOST_TITLE, Beginning, checked_title, start_case
from processes.actions.timers import caught_up
from processes.engine.forms import Form
from processes.engine.procedure import Procedure
from processes.engine.shapes import TaskShape
from processes.errors import CaseIncident, Conflict, NotAllowed, NotFound
from processes.sentences import say
from processes.sentences.dates import listing, short
from processes.store import history, questions
from processes.store import procedures as versions
from processes.store.agreements import Naskah, status_on
from processes.store.tables import (
    AgreementStatus,
    Case,
    CaseStatus,
    ProcedureVersion,
    Relation,
    Task,
)
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office

MEMORANDUM, PKS, ADDENDUM = "kesepakatan_bersama", "perjanjian_kerja_sama", "adendum"
#: what the document of a linked case is; an extension is the same kind as before
KIND_OF = {Relation.ADDENDUM: ADDENDUM, Relation.WIDENING: ADDENDUM, Relation.AGREEMENT: PKS}
#: answers that belong to the year in which they were given
OF_ITS_YEAR = frozenset({"teranggarkan", "tahun_anggaran"})


def follow_up(
    office: Office,
    case_id: str,
    relation: Relation,
    *,
    title: str | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """Open a case that continues another one; returns its id.

    Its parties are those that have not left, whoever asks first. Raises Conflict when the agreement
    cannot be continued so, NotAllowed, or InvalidAnswers (title).
    """
    with caught_up(office, case_id, now) as (session, case):
        parties = _parties(session, case, actor)
        wording = None if title is None else checked_title(title)
        naskah = _naskah(session, case)
        status = status_on(case, office.calendar.today(now, case.region_code))
        _refuse(case, relation, naskah, status, ended_early=_ended_early(office, case))
        _refuse_twice(session, case, relation)
        opening = _Continuing(session, office, case, actor, now)
        return opening.do(relation, parties, wording, naskah).id


def continue_by_answers(
    session: Session,
    office: Office,
    case: Case,
    shape: TaskShape,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> Case | None:
    """Open the linked case that the answers to a task ask for (property `membuka_lanjutan`), also
    when the agreement has run out meanwhile: the evaluation counts.

    None when they ask for none; CaseIncident when the diagram names something else than a relation.
    """
    if not shape.opens:
        return None
    language = office.procedure(session, case.version_id).language
    wanted = guarded(lambda: language.evaluate(shape.opens, answers))
    if wanted is None:
        return None
    if wanted not in set(Relation):
        offered = ", ".join(relation.value for relation in Relation)
        raise CaseIncident("continuing.unknown", word=str(wanted)[:60], offered=offered)
    parties = questions.party_codes(session, [case.id], staying=True)[case.id]
    opening = _Continuing(session, office, case, actor, now)
    return opening.do(Relation(str(wanted)), parties, None, _naskah(session, case))


def _ended_early(office: Office, case: Case) -> bool:
    """Whether the agreement was ended before its end date."""
    if case.closed_at is None or case.agreement_ends_on is None:
        return False
    return office.calendar.today(case.closed_at, case.region_code) < case.agreement_ends_on


def _naskah(session: Session, case: Case) -> Naskah:
    [found] = questions.agreements_of(session, Viewer.system(), [case])
    return found.naskah


def _parties(session: Session, case: Case, actor: Actor) -> list[str]:
    """The parties that stay, whoever asks first; the pemrakarsa when it may ask as well."""
    staying = questions.party_codes(session, [case.id], staying=True)[case.id]
    own = [code for code in staying if actor.may_act_for(code)]
    if not own:
        raise NotAllowed
    return [own[0], *(code for code in staying if code != own[0])]


def _refuse(
    case: Case,
    relation: Relation,
    naskah: Naskah,
    status: AgreementStatus,
    *,
    ended_early: bool,
) -> None:
    """Raises Conflict when the agreement cannot be continued so."""
    if status is AgreementStatus.BELUM:
        raise Conflict("continuing.not_signed", number=case.number)
    if relation is Relation.EXTENSION and not ended_early:
        return
    if status is AgreementStatus.BERAKHIR:
        key = "ended_early" if relation is Relation.EXTENSION else f"ended_{relation.value}"
        raise Conflict(f"continuing.{key}", number=case.number)
    if relation is Relation.AGREEMENT and naskah.kind is None:
        raise Conflict("continuing.kind_unknown", number=case.number)
    if relation is Relation.AGREEMENT and naskah.kind != MEMORANDUM:
        raise Conflict("continuing.no_memorandum", number=case.number)


def _refuse_twice(session: Session, case: Case, relation: Relation) -> None:
    """Raises Conflict while the same is being drafted already, and while an extension is on its way
    at all; several PKS may be at once."""
    if relation is Relation.AGREEMENT:
        return
    drafted = select(Case.number).where(
        Case.parent_id == case.id,
        Case.relation == relation,
        Case.status == CaseStatus.RUNNING,
    )
    if relation is Relation.EXTENSION:
        drafted = drafted.where(Case.agreement_status == AgreementStatus.BELUM)
    else:
        drafted = drafted.where(Case.stage == 1)
    number = session.scalar(drafted.limit(1))
    if number is not None:
        raise Conflict(f"continuing.drafted_{relation.value}", number=number)


class _Continuing:
    """Opening linked cases of one locked case inside one transaction."""

    def __init__(
        self, session: Session, office: Office, case: Case, actor: Actor, now: datetime
    ) -> None:
        self.session = session
        self.office = office
        self.case = case
        self.actor = actor
        self.now = now

    def do(self, relation: Relation, parties: list[str], title: str | None, naskah: Naskah) -> Case:
        """Open it on the version in force of the same procedure, and note it in both histories."""
        key = self.session.get_one(ProcedureVersion, self.case.version_id).key
        today = self.office.calendar.today(self.now, parties[0])
        version = versions.in_force(self.session, key, today)
        if version is None:
            raise NotFound("errors.no_procedure", key=key)
        usual = say(f"continuing.title_{relation.value}", title=self.case.title)
        begins = Beginning(
            version=version,
            parties=parties,
            title=title or usual[:MOST_TITLE],
            parent=self.case,
            relation=relation,
        )
        child = start_case(self.session, self.office, begins, actor=self.actor, now=self.now)
        child.proposed = self._proposed(child, self._said(relation, naskah)) or None
        history.append(
            self.session,
            self.case,
            at=self.now,
            kind="case.continued",
            actor=self.actor.as_entry(),
            details={
                "relation": relation.value,
                "case": child.id,
                "number": child.number,
                "title": child.title,
            },
        )
        return child

    def _said(self, relation: Relation, naskah: Naskah) -> dict[str, Any]:
        """What the link itself answers."""
        said: dict[str, Any] = {"naskah_induk": _named(naskah)}
        kind = KIND_OF.get(relation, naskah.kind)
        return said if kind is None else {**said, "jenis_naskah": kind}

    def _proposed(self, child: Case, said: Mapping[str, Any]) -> dict[str, Any]:
        """By element, answers to the first tasks: those of the link, else those given before."""
        procedure = self.office.procedure(self.session, child.version_id)
        before = questions.answers_by_element(self.session, self.case.id)
        entered = self._entered(before)
        opened = self.session.scalars(select(Task.element).where(Task.case_id == child.id))
        found = {
            element: _fitting(
                procedure.shapes[element].form,
                {**entered, **before.get(element, {}), **said},
                child.title,
            )
            for element in opened
        }
        return {element: answers for element, answers in found.items() if answers}

    def _entered(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Answers to the task that recorded a letter or an old agreement."""
        procedure: Procedure = self.office.procedure(self.session, self.case.version_id)
        shapes = [shape for shape in procedure.shapes.values() if shape.entry]
        return {k: v for shape in shapes for k, v in before.get(shape.element, {}).items()}


def _named(naskah: Naskah) -> str | None:
    """For example "119/1 dan 119/2, 27 Juli 2020"."""
    numbers = listing(list(naskah.numbers.values()))
    parts = [numbers, short(naskah.signed_on) if naskah.signed_on else ""]
    return ", ".join(part for part in parts if part)[:MOST_TITLE] or None


def _fitting(form: Form, answers: Mapping[str, Any], title: str) -> dict[str, Any]:
    """The title and the answers that the form asks for too; files and what belongs to its year are
    given anew."""
    found = {}
    for asked in form.fields:
        value = title if asked.is_title else answers.get(asked.id)
        if value is None or asked.is_file or asked.untuk or asked.id in OF_ITS_YEAR:
            continue
        if asked.type == "enum" and value not in dict(asked.options):
            continue
        found[asked.id] = value
    return found
