"""Moving a case to another task: one administrator asks, a second one sees and decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Order
from processes.actions.consequences import Moved
from processes.errors import InvalidAnswers, KsddError, NotFound
from processes.store import questions
from processes.store.tables import Case, MoveStatus, Region
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, repair_text
from webhooks.rights import Right
from webhooks.sessions import account, actor, check_act, check_right, viewer

FIELDS = ("element", "reason", "authority")


@pages.get("/perkara/<case_id>/pindah")
def move_case(case_id: str) -> str:
    """Where a case may be moved to, and where not and why."""
    check_right(Right.REPAIR)
    return _form(case_id, {}, {})


@pages.post("/perkara/<case_id>/pindah")
def ask_to_move(case_id: str) -> Response:
    """Show what a move would close and open, or ask a second administrator for it."""
    check_act(Right.REPAIR)
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    order = Order(actor=actor(), reason=typed["reason"], authority=typed["authority"])
    try:
        if "minta" in request.form:
            _seen(case_id)
            move = actions.ask_to_move(office(), case_id, typed["element"], order=order, now=now())
            target = url_for("board.show_move", case_id=case_id, move_id=move)
            return make_response(redirect(target, 303))
        order.check_reason()
        with office().database.read() as session:
            case = _case(session, case_id)
            seen = actions.foresee_move(session, office(), case, typed["element"], now())
            regions = questions.regions_by_code(session)
    except InvalidAnswers as error:
        return make_response(_form(case_id, typed, error.fields), error.status)
    except KsddError as error:
        return make_response(_form(case_id, typed, {"element": error}), 409)
    return make_response(_form(case_id, typed, {}, foreseen=_told(seen, regions)))


@pages.get("/perkara/<case_id>/pindah/<move_id>")
def show_move(case_id: str, move_id: str) -> str:
    """A request with what it would close and open as the case stands now."""
    return _request(case_id, move_id)


@pages.post("/perkara/<case_id>/pindah/<move_id>")
def decide_move(case_id: str, move_id: str) -> Response:
    """Confirm a request, or refuse it with a reason."""
    check_act(Right.REPAIR)
    _find(case_id, move_id)
    reason = request.form.get("reason", "").strip()
    seen = request.form.get("revision", "")
    try:
        if "setuju" in request.form:
            revision = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
            actions.confirm_move(office(), move_id, revision=revision, actor=actor(), now=now())
        else:
            actions.refuse_move(office(), move_id, reason=reason, actor=actor(), now=now())
    except InvalidAnswers as error:
        words = " ".join(error.sentences(language()).values())
        return make_response(_request(case_id, move_id, error=words), error.status)
    except KsddError as error:
        page = _request(case_id, move_id, error=error.say(language()))
        return make_response(page, 409 if error.status >= 500 else error.status)
    return make_response(redirect(url_for("board.case", case_id=case_id), 303))


def _case(session: Session, case_id: str) -> Case:
    """A case of the viewer's own region."""
    case = questions.find_case(session, viewer(), case_id)
    if case is None or not actor().may_act_for(case.region_code):
        raise NotFound
    return case


def _seen(case_id: str) -> None:
    with office().database.read() as session:
        _case(session, case_id)


def _find(case_id: str, move_id: str) -> None:
    with office().database.read() as session:
        found = questions.find_move(session, viewer(), move_id)
    if found is None or found[1].id != case_id:
        raise NotFound


def _form(
    case_id: str,
    typed: Mapping[str, str],
    errors: Mapping[str, KsddError],
    foreseen: Mapping[str, Sequence[str]] | None = None,
) -> str:
    with office().database.read() as session:
        case = _case(session, case_id)
        problem = ""
        try:
            places = actions.places_to_go(session, office(), case, now())
        except KsddError as error:
            places, problem = (), error.say(language())
        return render_template(
            "move.html",
            case=case,
            free=[place for place in places if place.obstacle is None],
            closed=[
                (place.name, repair_text(f"obstacle_{place.obstacle.value}"))
                for place in places
                if place.obstacle is not None
            ],
            waiting=[
                move
                for move in questions.moves_of_case(session, viewer(), case_id)
                if move.status is MoveStatus.WAITING and move.expires_at > now()
            ],
            problem=problem,
            typed=typed,
            errors={name: error.say(language()) for name, error in errors.items()},
            foreseen=foreseen,
        )


def _request(case_id: str, move_id: str, *, error: str = "") -> str:
    with office().database.read() as session:
        found = questions.find_move(session, viewer(), move_id)
        if found is None or found[1].id != case_id:
            raise NotFound
        move, case = found
        regions = questions.regions_by_code(session)
        waits = move.status is MoveStatus.WAITING and move.expires_at > now()
        foreseen, problem = None, ""
        if waits:
            try:
                foreseen = _told(
                    actions.foresee_move(session, office(), case, move.element, now()), regions
                )
            except KsddError as fault:
                problem = fault.say(language())
        return render_template(
            "move_request.html",
            case=case,
            move=move,
            waits=waits,
            is_own=move.asker == f"account:{account().name}",
            foreseen=foreseen,
            problem=problem,
            error=error,
            zone=office().calendar.zone(case.region_code),
        )


def _told(seen: Moved, regions: Mapping[str, Region]) -> dict[str, list[str]]:
    return {
        key: [f"{name} · {regions[code].name}" for name, code in found]
        for key, found in (("closed", seen.closed), ("opened", seen.opened))
    }
