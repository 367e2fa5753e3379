"""The open tasks of a play, and the form of the chosen one as its holder would get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from processes.actions.playing import Play
from processes.actions.sending_back import places_behind
from processes.store import questions
from processes.store.regions import regions_named
from processes.store.tables import Case, LinkPurpose, Task
from webhooks.deadlines import Due, due_of
from webhooks.playing.moves import ACT, REGION, TASK, Wrong, is_sent, open_task
from webhooks.task_links.earlier import earlier_values, titled
from webhooks.task_links.inputs import (
    CONFIRMATION,
    FieldView,
    Problem,
    Typed,
    default_values,
    field_views,
    input_names,
    needs_confirmation,
    summary,
)


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """An open task."""

    element: str
    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    region: str
    region_name: str
    #: who would get it: names with positions
    holders: Sequence[str]
    due: Due | None
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class FormView:
    """The form of one open task, as its holder would get it."""

    row: TaskRow
    explanation: str
    fields: Sequence[FieldView]
    problems: Sequence[Problem]
    #: name of the box that must be ticked; empty when the form asks enough
    confirmation: str
    confirmation_error: str
    #: by input name, whether a sample file is to be attached
    samples: Mapping[str, bool]
    #: what else would be asked of him: a code (`tautan+kode`), or to sign in (`masuk`)
    assurance: str
    #: earlier tasks to which the case may be sent back, with their names
    returns: Sequence[tuple[str, str]]


def task_rows(session: Session, play: Play) -> list[TaskRow]:
    """The open tasks; the one that the request names is chosen, else the first."""
    tasks = play.case.open_tasks()
    holders = questions.holders_of_tasks(session, [task.id for task in tasks])
    regions = regions_named(session, sorted({task.region_code for task in tasks}))
    asked = [(each.get(TASK, ""), each.get(REGION, "")) for each in (request.form, request.args)]
    places = [(task.element, task.region_code) for task in tasks]
    chosen = next((place for place in (*asked, *places) if place in places), None)
    return [
        TaskRow(
            element=task.element,
            name=task.name,
            about=task.about,
            region=task.region_code,
            region_name=regions[task.region_code].name,
            holders=[
                f"{person.name}, {official.position}"
                for official, person in holders.get(task.id, ())
            ],
            due=due_of(task, play.office.calendar, play.case.now),
            is_chosen=place == chosen and places.index(place) == number,
        )
        for number, (task, place) in enumerate(zip(tasks, places, strict=True))
    ]


def form_view(
    session: Session,
    play: Play,
    case: Case,
    tasks: Sequence[Task],
    row: TaskRow,
    wrong: Wrong | None,
) -> FormView:
    """The form of an open task; with `wrong`, as it was typed when it is the one that was sent."""
    found = open_task(play, row.element, row.region)
    task = next(each for each in tasks if found is not None and each.id == found.id)
    shape = play.office.shape_of(session, case, task)
    form, context = shape.form, play.office.form_context(session, task, play.case.now)
    usual = {**titled(form, case.title), **default_values(form, context)}
    again = earlier_values(form, task, tasks)
    sent = wrong if request.form.get(ACT) == "jawab" and is_sent(row.element, row.region) else None
    typed = Typed(values={**usual, **again})
    if sent is not None:
        typed = Typed(values=sent.typed, errors=sent.errors)
    fields = field_views(session, form, context, typed)
    asked = {each.id: each.required or bool(each.wajib_jika) for each in form.fields}
    must_confirm = needs_confirmation(form, LinkPurpose.ANSWER, drafted=False)
    return FormView(
        row=row,
        explanation=shape.documentation,
        fields=fields,
        problems=summary(fields, typed),
        confirmation=CONFIRMATION if must_confirm else "",
        confirmation_error=typed.error(CONFIRMATION),
        samples={
            name: name in typed.values if sent else asked[field_id]
            for name, field_id in input_names(form, context, "file").items()
        },
        assurance=task.assurance,
        returns=places_behind(session, play.office, case, task, play.case.now),
    )
