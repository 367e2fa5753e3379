"""What stands in a draft: facts of the case as far as the region that writes it may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.letter_facts import house_contact, signatory
from processes.engine.drafting import answer, day, forms_for, text
from processes.engine.fields import Field
from processes.engine.procedure import Procedure
from processes.sentences.dates import listing
from processes.sentences.numbers import spelled
from processes.store import history, questions
from processes.store.regions import head_of
from processes.store.tables import Case, Region, Task
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office

Answers = Mapping[str, Any]


def facts_of(
    session: Session, office: Office, task: Task, *, concerned: str, now: datetime
) -> dict[str, Any]:
    """What the templates of an open task may show (`processes/README.md` names it).

    `concerned`: code of the region that the task is about. What is not known is left out.
    """
    case = session.get_one(Case, task.case_id)
    parties = [
        session.get_one(Region, party.region_code)
        for party in questions.parties_of_case(session, case.id)
        if party.left_at is None
    ]
    own = session.get_one(Region, task.region_code)
    answered = _Answered(session, office.procedure(session, case.version_id), task, concerned)
    every = [_party(session, party, own, answered, n) for n, party in enumerate(parties, 1)]
    by_code = {p.code: fact for p, fact in zip(parties, every, strict=True)}
    first = session.get_one(Region, case.region_code)
    return {
        **answered.facts(),
        "perkara": {
            "nomor": case.number,
            "judul": text(case.title),
            "kategori": case.category or "",
            "para_pihak": listing([party.name for party in parties]),
            "jumlah_pihak": str(len(parties)),
            "alasan": text(history.reason_of_ending(session, case.id)),
        },
        "hari_ini": day(office.calendar.today(now, own.code)),
        "daerah": _region(session, own, own),
        "pemrakarsa": _region(session, first, own),
        "mitra": [by_code[p.code] for p in parties if p.code != first.code],
        "tujuan": [by_code[code] for code in _addressed(parties, first, own, concerned)],
        "pihak": every,
        "narahubung": {name: text(value) for name, value in house_contact(session, own).items()},
    }


def _addressed(parties: Sequence[Region], first: Region, own: Region, concerned: str) -> list[str]:
    """Whom a letter of the task goes to: the region it is about; else the other side."""
    codes = [party.code for party in parties]
    if concerned != own.code and concerned in codes:
        return [concerned]
    if own.code != first.code:
        return [first.code]
    return [code for code in codes if code != own.code]


def _region(session: Session, region: Region, own: Region) -> dict[str, str]:
    """A region and its head; of another house's officials a draft names nobody."""
    if region.code != own.code:
        return {"=": region.name, "nama": region.name, "jabatan": head_of(region), "pejabat": ""}
    head = signatory(session, region)
    return {
        "=": region.name,
        "nama": region.name,
        "jabatan": text(head["jabatan"]),
        "pejabat": text(head["nama"]),
    }


def _party(
    session: Session, region: Region, own: Region, answered: _Answered, number: int
) -> dict[str, Any]:
    called = f"PIHAK KE{spelled(number).upper()}"
    return {**answered.of(region.code), **_region(session, region, own), "sebutan": called}


class _Answered:
    """The newest answers to every kind of task that the writing region may see."""

    def __init__(self, session: Session, procedure: Procedure, task: Task, concerned: str) -> None:
        shapes = procedure.shapes.values()
        self._shared = {element for shape in shapes for element in shape.shares}
        fields = {shape.element: shape.form.fields for shape in shapes}
        self._forms = forms_for(fields, self._shared, [task.element])
        self._task, self._concerned = task, concerned
        #: a letter about one of several partners refers to no letter about another one
        self._one_of_many = concerned != task.region_code and len(_partners(session, task)) > 1
        self._newest = self._read(session)
        self._names = _region_names(session)

    def facts(self) -> dict[str, Any]:
        """By element and question, what the writing region answered, or the only one that did."""
        found = {element: self._speaking(element) for element in self._forms}
        return {
            element: self._written(element, answers, None)
            for element, answers in found.items()
            if answers
        }

    def of(self, region: str) -> dict[str, Any]:
        """By element and question, what a party answered, or what was answered about it."""
        found = {}
        for element in self._forms:
            about = self._written(element, self._speaking(element) or {}, region)
            by = self._written(element, self._newest.get((element, region), {}), None)
            found[element] = {**by, **about}
        return {element: answers for element, answers in found.items() if answers}

    def _read(self, session: Session) -> dict[tuple[str, str], Answers]:
        newest: dict[tuple[str, str], Answers] = {}
        viewer = Viewer.of_region(self._task.region_code)
        for task in questions.tasks_of_case(session, viewer, self._task.case_id):
            is_own = task.id == self._task.id
            given = (task.prepared if is_own else task.answers) or {}
            if given and (is_own or not self._is_about_another(task)):
                newest[task.element, task.region_code] = given
        return newest

    def _is_about_another(self, task: Task) -> bool:
        if not self._one_of_many or task.element in self._shared:
            return False
        return task.concerns != self._concerned

    def _speaking(self, element: str) -> Answers | None:
        own = self._newest.get((element, self._task.region_code))
        if own is not None:
            return own
        every = [given for (where, _), given in self._newest.items() if where == element]
        return every[0] if len(every) == 1 else None

    def _written(self, element: str, answers: Answers, about: str | None) -> dict[str, Any]:
        """The answers in words; with `about`, those to what was asked for that region."""
        found = {}
        for field in self._forms[element]:
            value = _value(field, answers, about)
            written = answer(field, value, self._names)
            if written is not None:
                found[field.id] = written
        return found


def _value(field: Field, answers: Answers, about: str | None) -> Any:
    value = answers.get(field.id)
    if about is None:
        return value if field.untuk is None else None
    return value.get(about) if field.untuk is not None and isinstance(value, Mapping) else None


def _partners(session: Session, task: Task) -> list[str]:
    parties = questions.parties_of_case(session, task.case_id)
    return [p.region_code for p in parties if p.region_code != task.region_code]


def _region_names(session: Session) -> Callable[[str], str]:
    def name(code: str) -> str:
        found = session.get(Region, code)
        return found.name if found is not None else code

    return name
