"""What somebody does next in a play, as a step: read from the form that he sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import request

from processes.actions.cases import withdrawal
from processes.actions.playing import Play
from processes.actions.trial_case import ACTOR
from processes.engine.durations import Span
from processes.engine.forms import Form, FormContext
from processes.engine.scenario import Step
from processes.engine.scenario_file import MORNING
from processes.errors import Conflict, FieldError, InvalidAnswers, KsddError, Malformed
from processes.store.tables import Case, LinkPurpose, Task
from webhooks.nonces import FIELD
from webhooks.rendering import iso
from webhooks.task_links.inputs import CONFIRMATION, input_names, needs_confirmation, undecided

#: names of inputs that are no question of the owner
ACT, SEEN, TASK, REGION, BACK_TO = "_langkah", "_terlihat", "_tugas", "_daerah", "_kembali_ke"
DAYS, DAY = "_hari", "_tanggal"
#: the first step that is to go
FROM = "_dari"
#: path of the scenario that is to be played again
SCENARIO = "_skenario"
OWN = frozenset({FIELD, ACT, SEEN, TASK, REGION, BACK_TO, DAYS, DAY, CONFIRMATION})
#: what a ticked box for a file sends
SAMPLE = "contoh"
#: how far the clock may be turned at once, in days
FURTHEST = 366


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A form that cannot be taken: what was typed into it, and what is wrong, by field."""

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, KsddError] = field(default_factory=dict)


def read_move(play: Play) -> Step | Wrong:
    """The step that the sent form means; raises Conflict or Malformed."""
    reading = MOVES.get(request.form.get(ACT, ""))
    if reading is None:
        raise Malformed("playing.unknown_act")
    return reading(play)


def typed_again() -> Wrong | None:
    """What was typed into the form of a task, to stand in it once more; None of other forms."""
    if request.form.get(ACT) != "jawab":
        return None
    return Wrong(typed=_typed())


def is_sent(element: str, region: str) -> bool:
    """Whether the form that was sent is that of this task."""
    return (request.form.get(TASK), request.form.get(REGION)) == (element, region)


def open_task(play: Play, element: str, region: str) -> Task | None:
    """The first open task of a shape in a region."""
    return next(
        (t for t in play.case.open_tasks() if (t.element, t.region_code) == (element, region)), None
    )


def _answer(play: Play) -> Step | Wrong:
    task = _named_task(play)
    with play.office.database.read() as session:
        case = session.get_one(Case, play.case.id)
        form = play.office.shape_of(session, case, task).form
        context = play.office.form_context(session, session.get_one(Task, task.id), play.case.now)
        typed, answers = _typed(), _answers(form, context, play.case.paper)
        errors = _errors(form, context, answers)
    if errors:
        return Wrong(typed=typed, errors=errors)
    return Step(
        line=0,
        kind="jawab",
        what=task.element,
        region=task.region_code,
        answers={name: _without_papers(value) for name, value in answers.items()},
    )


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name not in OWN}


def _answers(form: Form, context: FormContext, paper: str) -> dict[str, Any]:
    files = input_names(form, context, "file")
    given: dict[str, str | list[str]] = {
        name: paper if name in files else values if len(values) > 1 else values[0]
        for name, values in request.form.lists()
        if name not in OWN
    }
    return form.from_pairs(given)


def _errors(form: Form, context: FormContext, answers: Mapping[str, Any]) -> dict[str, KsddError]:
    """Everything that an official would be told, too."""
    errors: dict[str, KsddError] = {}
    try:
        form.check(answers, context=context)
    except InvalidAnswers as wrong:
        errors |= wrong.fields
    errors |= undecided(form, answers)
    must_confirm = needs_confirmation(form, LinkPurpose.ANSWER, drafted=False)
    if must_confirm and not request.form.get(CONFIRMATION):
        errors[CONFIRMATION] = FieldError("web.confirmation_missing")
    return errors


def _without_papers(value: Any) -> Any:
    """A file is `true`: every play has a paper of its own."""
    if not isinstance(value, Mapping):
        return value
    if "document" in value:
        return True
    return {region: _without_papers(each) for region, each in value.items()}


def _send_back(play: Play) -> Step | Wrong:
    task, to = _named_task(play), request.form.get(BACK_TO, "")
    if not to:
        return Wrong(errors={BACK_TO: FieldError("acts.return_missing")})
    return Step(line=0, kind="kembalikan", what=task.element, region=task.region_code, back_to=to)


def _named_task(play: Play) -> Task:
    form = request.form
    task = open_task(play, form.get(TASK, ""), form.get(REGION, ""))
    if task is None:
        raise Conflict("playing.not_open")
    return task


def _next_event(play: Play) -> Step | Wrong:
    upcoming = play.case.next_moment()
    if upcoming is None:
        raise Conflict("playing.nothing_due")
    # a scenario is written in whole seconds
    moment = max(upcoming, play.case.now) + timedelta(seconds=1, microseconds=-1)
    local = moment.astimezone(play.case.zone).replace(microsecond=0, tzinfo=None)
    return Step(line=0, kind="maju_ke", moment=local)


def _some_days(play: Play) -> Step | Wrong:
    typed = request.form.get(DAYS, "1").strip()
    if not (typed.isdecimal() and len(typed) < 4 and 1 <= int(typed) <= FURTHEST * 5 // 7):
        wrong = FieldError("playing.days_wrong", most=FURTHEST * 5 // 7)
        return Wrong(typed={DAYS: typed}, errors={DAYS: wrong})
    return Step(line=0, kind="maju", span=Span(count=int(typed), unit="hari_kerja"))


def _to_a_day(play: Play) -> Step | Wrong:
    typed = request.form.get(DAY, "").strip()
    day, today = iso(typed), play.case.now.astimezone(play.case.zone).date()
    if day is None or not today < day <= _furthest(today):
        wrong = FieldError("playing.day_wrong", most=_furthest(today).isoformat())
        return Wrong(typed={DAY: typed}, errors={DAY: wrong})
    return Step(line=0, kind="maju_ke", moment=datetime.combine(day, MORNING))


def _furthest(today: date) -> date:
    return today + timedelta(days=FURTHEST)


def _withdraw(play: Play) -> Step | Wrong:
    with play.office.database.read() as session:
        case = session.get_one(Case, play.case.id)
        return Step(line=0, kind="pesan", what=withdrawal(session, play.office, case, ACTOR))


#: by what a button says
MOVES: Mapping[str, Callable[[Play], Step | Wrong]] = {
    "jawab": _answer,
    "kembalikan": _send_back,
    "berikutnya": _next_event,
    "maju": _some_days,
    "maju_ke": _to_a_day,
    "tarik": _withdraw,
}
