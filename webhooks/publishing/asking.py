"""Asking a second person to publish a draft: what differs, what is wrong, and on what it rests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Response, make_response, redirect, request, url_for

from processes.actions.outlook import Outlook, foresee
from processes.actions.procedures import FURTHEST
from processes.actions.publishing import Wish, ask_to_publish, lapse_of
from processes.actions.reaching import second_people
from processes.errors import Conflict, DiagramRefused, FieldError, InvalidAnswers, KsddError
from processes.store import publications, questions
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.publishing.pages import pages
from webhooks.publishing.shown import changes_shown, page, picture_page
from webhooks.rendering import iso
from webhooks.rights import Right, roles_with
from webhooks.sessions import account, actor, check_act, check_right, may, viewer

FIELDS = ("note", "basis", "gate_basis", "effective_on")


@pages.get("/rancangan/<draft_id>/terbitkan")
def publish_page(draft_id: str) -> str:
    """A draft beside the newest version, and the form that asks for its publication."""
    check_right(Right.PUBLISH)
    return _form(draft_id, {}, {})


@pages.post("/rancangan/<draft_id>/terbitkan")
def ask(draft_id: str) -> Response:
    """Ask for the publication; the page again when something is missing or wrong."""
    check_act(Right.PUBLISH)
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    seen = request.form.get("revision", "")
    try:
        wish = Wish(
            note=typed["note"],
            basis=typed["basis"],
            gate_basis=typed["gate_basis"],
            effective_on=_day(typed["effective_on"]),
            revision=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
        )
        made = ask_to_publish(office(), draft_id, wish, asker=account(), actor=actor(), now=now())
    except InvalidAnswers as error:
        return make_response(_form(draft_id, typed, error.fields), error.status)
    except (Conflict, DiagramRefused) as error:
        return make_response(_form(draft_id, typed, {}, problem=error), error.status)
    return make_response(redirect(url_for("publishing.request_page", request_id=made), 303))


@pages.get("/rancangan/<draft_id>/terbitkan/<side>.svg")
def draft_picture(draft_id: str, side: str) -> Response:
    """The drawing before or after, with what differs marked."""
    if not may(Right.APPROVE):
        check_right(Right.PUBLISH)
    with office().database.read() as session:
        seen = foresee(session, draft_id)
    return picture_page(seen.old_files, seen.files, side)


def _day(typed: str) -> date | None:
    """The day that was typed, None for none; raises InvalidAnswers when it is no day."""
    found = iso(typed)
    if typed and found is None:
        raise InvalidAnswers({"effective_on": FieldError("publishing.effective_on_wrong")})
    return found


def _form(
    draft_id: str,
    typed: Mapping[str, str],
    errors: Mapping[str, KsddError],
    *,
    problem: KsddError | None = None,
) -> str:
    today = office().calendar.today(now(), account().region_code)
    with office().database.read() as session:
        seen = foresee(session, draft_id, language())
        before = publications.waiting_of(session, draft_id)
        waits = before is not None and lapse_of(session, before, seen.draft, now()) is None
        return page(
            "ask.html",
            seen=seen,
            running=questions.running_by_version(session, viewer(), seen.draft.key),
            waiting=before if waits else None,
            typed={"effective_on": today.isoformat(), **typed},
            today=today.isoformat(),
            furthest=(today + FURTHEST).isoformat(),
            errors={name: error.say(language()) for name, error in errors.items()},
            problem=problem.say(language()) if problem else "",
            others=second_people(session, account(), roles_with(Right.APPROVE), now()),
            **_told(seen),
        )


def _told(seen: Outlook) -> dict[str, object]:
    return changes_shown(seen.changes, seen.old_files, seen.files)
