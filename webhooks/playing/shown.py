"""The pages of a play: where it is and what comes next, its beginning, or why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, make_response, render_template
from sqlalchemy.orm import Session

from processes.actions.kept_plays import StepRefused, errors_of
from processes.actions.playing import Play
from processes.engine.scenario_file import is_scenario
from processes.engine.shapes import ENTRIES, USUAL_ENTRY
from processes.errors import KsddError
from processes.store import questions
from processes.store.tables import Case, CaseStatus, Task
from processes.store.viewer import Viewer
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, play_text
from webhooks.playing import moves
from webhooks.playing.asking import form_view, task_rows
from webhooks.playing.kept import Kept, kept_of, plays
from webhooks.playing.moves import Wrong
from webhooks.playing.subject import Subject
from webhooks.playing.told import steps_shown
from webhooks.stages import stage_rows

#: steps that one page tells, the newest first, and findings of a folder that is refused
MOST_STEPS, MOST_FINDINGS = 30, 60
#: the regions with which a play begins unless others are typed
PARTIES = "32.01, 32.02"


def look(
    subject: Subject, *, problem: KsddError | None = None, typed: Wrong | None = None
) -> Response:
    """The page that fits: the play, its beginning, or why it cannot be played.

    `typed` stands in the form of its task again, as long as that is open.
    """
    errors = errors_of(subject.files)
    if errors:
        found = errors[:MOST_FINDINGS]
        html = render_template("playing/refused.html", subject=subject, findings=found)
        return make_response(html, 422 if problem else 200)
    kept = kept_of(subject)
    if kept is None:
        return begin_page(subject, problem=problem)
    try:
        with plays().played(subject.files, kept.scenario) as play:
            return play_page(subject, kept, play, wrong=typed, problem=problem)
    except StepRefused as stuck:
        html = render_template(
            "playing/stuck.html",
            subject=subject,
            kept=kept,
            stuck=stuck,
            why=stuck.why.say(language()),
            names=moves,
        )
        return make_response(html, problem.status if problem else 200)
    except KsddError as refused:
        return begin_page(subject, problem=refused)


def begin_page(
    subject: Subject,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, KsddError] | None = None,
    problem: KsddError | None = None,
) -> Response:
    """The form that begins a play."""
    usual = {
        "title": play_text("title_usual", name=subject.title)[:200],
        "parties": PARTIES,
        "starts": office().calendar.today(now()).isoformat(),
        "entry": USUAL_ENTRY,
    }
    html = render_template(
        "playing/begin.html",
        subject=subject,
        typed=typed or usual,
        errors={name: error.say(language()) for name, error in (errors or {}).items()},
        problem=problem.say(language()) if problem else "",
        entries=ENTRIES,
        names=moves,
        scenarios=sorted(path for path in subject.files if is_scenario(path)),
        can_begin_again=kept_of(subject) is not None,
    )
    status = 422 if errors else problem.status if problem else 200
    return make_response(html, status)


def play_page(
    subject: Subject,
    kept: Kept,
    play: Play,
    *,
    wrong: Wrong | None = None,
    problem: KsddError | None = None,
) -> Response:
    """Where the play is; with `wrong`, the form again as it was typed."""
    with play.office.database.read() as session:
        case = session.get_one(Case, play.case.id)
        tasks = questions.tasks_of_case(session, Viewer.system(), case.id)
        rows = task_rows(session, play)
        chosen = next((row for row in rows if row.is_chosen), None)
        values = _page_values(session, play, case, tasks)
        beside = _beside(wrong)
        form = form_view(session, play, case, tasks, chosen, wrong) if chosen else None
    html = render_template(
        "playing/play.html",
        subject=subject,
        kept=kept,
        case=case,
        rows=rows,
        form=form,
        errors=beside,
        typed=wrong.typed if wrong else {},
        problem=problem.say(language()) if problem else "",
        names=moves,
        **values,
    )
    return make_response(html, problem.status if problem else 422 if wrong else 200)


def _beside(wrong: Wrong | None) -> dict[str, str]:
    """What is wrong beside the owner's form, by input."""
    errors = wrong.errors if wrong else {}
    return {
        name: errors[name].say(language())
        for name in (moves.BACK_TO, moves.DAYS, moves.DAY)
        if name in errors
    }


def _page_values(session: Session, play: Play, case: Case, tasks: Sequence[Task]) -> dict[str, Any]:
    steps = steps_shown(session, play)
    return {
        "stages": stage_rows(play.office.procedure_of(session, case).stages, case, tasks),
        "runs": case.status is CaseStatus.RUNNING,
        "clock": play.case.now,
        "zone": play.case.zone,
        "upcoming": play.case.next_moment(),
        "steps": steps[:MOST_STEPS],
        "more_steps": max(len(steps) - MOST_STEPS, 0),
        "newest": steps[0],
    }
