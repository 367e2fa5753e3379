"""Looking at a play: where it is, its picture, and the letters that would have left."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, make_response, redirect, render_template

from processes.actions.kept_plays import errors_of
from processes.engine.picture import draw
from processes.engine.picture.path import path_taken
from processes.errors import KsddError, NotFound
from processes.store import questions
from processes.store.tables import Case, Message, TaskStatus
from processes.store.viewer import Viewer
from webhooks.language import language
from webhooks.playing import shown
from webhooks.playing.kept import kept_of, plays
from webhooks.playing.pages import at
from webhooks.playing.subject import find_subject
from webhooks.playing.told import steps_shown
from webhooks.rights import Right
from webhooks.sessions import check_right
from worker.writing import write_letter

#: letters of one step that a page shows whole
MOST_LETTERS = 25


@at()
def show(**where: Any) -> Response:
    """Where the play is, or the form that begins one."""
    check_right(Right.PUBLISH)
    return shown.look(find_subject(**where))


@at("/gambar.svg")
def picture(**where: Any) -> Response:
    """The diagram with what is open, what is late, and the way that the case took."""
    check_right(Right.PUBLISH)
    subject = find_subject(**where)
    kept = kept_of(subject)
    if kept is None or errors_of(subject.files):
        raise NotFound
    with (
        plays().played(subject.files, kept.scenario) as play,
        play.office.database.read() as session,
    ):
        case = session.get_one(Case, play.case.id)
        diagram = play.office.procedure_of(session, case).diagram
        tasks = questions.tasks_of_case(session, Viewer.system(), case.id)
        now = play.case.now
    waiting = [task for task in tasks if task.status is TaskStatus.OPEN]
    late = [task for task in waiting if task.due_at is not None and task.due_at < now]
    drawn = draw(
        diagram,
        Counter(task.element for task in waiting),
        Counter(task.element for task in late),
        {task.element for task in tasks if task.status is TaskStatus.DONE}
        | path_taken(diagram, [task.element for task in tasks]),
        language=language(),
    )
    answer = Response(drawn, mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@at("/surat/<int:step>")
def letters(step: int, **where: Any) -> Response:
    """The letters of one step (0 is the opening) as they would have been read."""
    check_right(Right.PUBLISH)
    subject = find_subject(**where)
    kept = kept_of(subject)
    if kept is None or errors_of(subject.files) or step > len(kept.scenario.steps):
        raise NotFound
    try:
        with plays().played(subject.files, kept.scenario) as play:
            happened = play.happened[step]
            with play.office.database.read() as session:
                rows = [
                    (each, write_letter(play.office, session, message, message.not_before))
                    for each in happened.letters[:MOST_LETTERS]
                    for message in [session.get_one(Message, each.id)]
                ]
                steps = steps_shown(session, play)
    except KsddError:
        # the page of the play says what does not fit any more
        return make_response(redirect(subject.address("show"), 303))
    html = render_template(
        "playing/letters.html",
        subject=subject,
        rows=rows,
        step=next(each for each in steps if each.number == step),
        more=len(happened.letters) - len(rows),
    )
    return make_response(html)
