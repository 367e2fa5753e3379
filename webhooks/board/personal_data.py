"""The page of personal data: how long it is kept, what would go now, who saw it, and what was done
about people."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from processes import actions
from processes.errors import KsddError
from processes.store import people_log, questions, retention
from processes.store.tables import Kept
from webhooks.board.filled import EMPTY, Filled, refused, typed_in
from webhooks.board.officials import role_titles
from webhooks.board.views import page_number, pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import keep_text
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, check_right, viewer

CLASSES = tuple(kept.value for kept in Kept)


@pages.get("/data-pribadi")
def personal_data() -> Response:
    """The rules, the record and the log of access."""
    check_right(Right.KEEP)
    return _page(EMPTY)


@pages.post("/data-pribadi/aturan")
def set_retention() -> Response:
    """Keep each class for as long as the form says."""
    check_act(Right.KEEP)
    typed = typed_in((*CLASSES, "reason"))
    wanted = {kept: typed[kept.value] for kept in Kept}
    try:
        actions.set_retention(office(), wanted, reason=typed["reason"], actor=actor(), now=now())
    except KsddError as error:
        return _page(refused(typed, error, "reason"))
    return _page(EMPTY, done=keep_text("retention_set"))


@pages.post("/data-pribadi/retensi")
def run_retention() -> Response:
    """Remove what the rules let go."""
    check_act(Right.KEEP)
    typed = {"run_reason": request.form.get("run_reason", "").strip()}
    try:
        gone = actions.run_retention(office(), reason=typed["run_reason"], actor=actor(), now=now())
    except KsddError as error:
        form = refused(typed, error, "reason")
        errors = {"run_reason": next(iter(form.errors.values()))}
        return _page(Filled(typed=typed, errors=errors, status=form.status))
    return _page(EMPTY, done=keep_text("retention_done", count=sum(gone.values())))


@pages.get("/data-pribadi/akses")
def access_log() -> str:
    """Who saw or took data about people."""
    check_right(Right.KEEP)
    number = page_number()
    with office().database.read() as session:
        found = people_log.page_of_access(session, viewer(), page=number)
        regions = questions.regions_by_code(session)
    return render_template(
        "access_log.html",
        rows=found.items,
        regions=regions,
        page=number,
        has_more=found.total > number * questions.PAGE_SIZE,
    )


def _page(form: Filled, *, done: str = "") -> Response:
    number = page_number()
    with office().database.read() as session:
        everywhere = viewer().sees_everything
        found = people_log.page_of_events(session, viewer(), page=number)
        page = render_template(
            "personal_data.html",
            form=form,
            done=done,
            lines=retention.look(session, now()) if everywhere else [],
            record=retention.record(session) if everywhere else None,
            events=found.items,
            titles=role_titles(session),
            regions=questions.regions_by_code(session),
            page=number,
            has_more=found.total > number * questions.PAGE_SIZE,
        )
    return make_response(page, form.status)
