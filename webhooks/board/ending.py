"""Ending cases on request from the board: what would close and open, and then the act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.actions import ForeseenEnd, Order, Wish
from processes.errors import InvalidAnswers, KsddError, NotFound
from processes.store import questions
from webhooks.board.case_page import show_case
from webhooks.board.repair_forms import CASE_ACTS, DO, read_order, typed
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer


@dataclass(frozen=True, kw_only=True)
class EndRow:
    """What becomes of one case, in the reader's language."""

    id: str
    number: str
    title: str
    region: str
    #: tasks with their regions
    closed: Sequence[str]
    opened: Sequence[str]
    dying: int
    #: why it cannot be done; empty when it can
    refusal: str


@pages.post("/perkara/<case_id>/tarik")
def end_case(case_id: str) -> Response:
    """Show what withdrawing or cancelling the case would do, or do it; the page of the case again
    when that cannot be."""
    check_act(Right.SHEPHERD)
    _check_seen(case_id)
    try:
        wish, order = read_order(CASE_ACTS)
        if DO in request.form:
            actions.carry_out(office(), case_id, wish, order=order, now=now())
            return make_response(redirect(url_for("board.case", case_id=case_id), 303))
    except KsddError as error:
        page = show_case(viewer(), case_id, now(), withdraw_error=_said(error), typed=typed())
        return make_response(page, error.status)
    here = url_for("board.end_case", case_id=case_id)
    back = url_for("board.case", case_id=case_id, _anchor="tarik")
    return make_response(preview_ends([case_id], wish, order, back=back, action=here))


def preview_ends(
    case_ids: Sequence[str],
    wish: Wish,
    order: Order,
    *,
    tasks: Sequence[str] = (),
    back: str,
    action: str,
) -> str:
    """The page that says what would become of each case; `tasks` (ids) are those that were chosen,
    by which its form names the cases again."""
    with office().database.read() as session:
        found = (questions.find_case(session, viewer(), case_id) for case_id in case_ids)
        cases = [case for case in found if case is not None]
        seen = actions.foresee_ends(session, office(), cases, wish.act, actor=actor(), now=now())
        names = {code: region.name for code, region in questions.regions_by_code(session).items()}
    rows = sorted((_row(each, names) for each in seen), key=lambda row: not row.refusal)
    possible = sum(not row.refusal for row in rows)
    return render_template(
        "end_preview.html",
        rows=rows,
        act=wish.act.value,
        order=order,
        typed=typed(),
        ids=" ".join(tasks),
        possible=possible,
        refused=len(rows) - possible,
        action=action,
        back=back,
    )


def _row(found: ForeseenEnd, names: dict[str, str]) -> EndRow:
    def told(tasks: Sequence[tuple[str, str]]) -> list[str]:
        return [f"{name} · {names[code]}" for name, code in tasks]

    return EndRow(
        id=found.case.id,
        number=found.case.number,
        title=found.case.title,
        region=names[found.case.region_code],
        closed=told(found.moved.closed),
        opened=told(found.moved.opened),
        dying=found.dying,
        refusal=found.refusal.say(language()) if found.refusal else "",
    )


def _check_seen(case_id: str) -> None:
    with office().database.read() as session:
        if questions.find_case(session, viewer(), case_id) is None:
            raise NotFound


def _said(error: KsddError) -> str:
    if isinstance(error, InvalidAnswers):
        return " ".join(error.sentences(language()).values())
    return error.say(language())
