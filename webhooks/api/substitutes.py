"""Who stands in for an official while he is away: order it, end it, list it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from processes import actions
from processes.actions import StandIn
from processes.errors import FieldError, InvalidAnswers
from processes.store import substitutions
from processes.store.tables import OfficialStatus
from webhooks.api import official_shapes
from webhooks.api.answers import answer, everything
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import Choice, Fields, Text


def list_substitutions(ask: Ask) -> Response:
    """Those of the regions the token may see, the newest first."""
    with ask.office.database.read() as session:
        rows = substitutions.listed(session, ask.caller.viewer.regions)
        return answer(everything(official_shapes.substitution(*row) for row in rows))


def substitute(ask: Ask, official_id: str) -> Response:
    """Let somebody stand in for an official."""
    body = ask.body
    wish = StandIn(
        status=OfficialStatus(body["status"]),
        starts_on=_day(body, "starts_on"),
        ends_on=_day(body, "ends_on") if "ends_on" in body else None,
        letter_number=body["letter_number"],
        note=body.get("reason", ""),
        official_id=body.get("substitute"),
        name=body.get("name", ""),
        email=body.get("email"),
        phone=body.get("phone"),
    )
    actions.substitute_official(ask.office, official_id, wish, actor=ask.caller.actor, now=ask.now)
    return list_substitutions(ask)


def end(ask: Ask, substitution_id: str) -> Response:
    """End a substitution, or call it off."""
    actions.end_substitution(
        ask.office,
        substitution_id,
        actor=ask.caller.actor,
        now=ask.now,
        reason=ask.body.get("reason", ""),
    )
    return list_substitutions(ask)


def _day(body: Any, name: str) -> date:
    try:
        return date.fromisoformat(body[name])
    except ValueError:
        raise InvalidAnswers({name: FieldError("api.field_day")}) from None


_DAY = Text(maximum=10, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example="2026-12-31")

CALLS = (
    Call(
        name="list_substitutions",
        method="GET",
        path="/substitutions",
        view=list_substitutions,
        answers={200: shape("SubstitutionPage")},
    ),
    Call(
        name="substitute_official",
        method="POST",
        path="/officials/{official_id}/substitute",
        view=substitute,
        roles=ACTING,
        json=Fields(
            kinds={
                "status": Choice(words=("Plh", "Plt")),
                "starts_on": _DAY,
                "ends_on": _DAY,
                "letter_number": Text(maximum=120),
                "reason": Text(maximum=1000),
                "substitute": Text(maximum=64),
                "name": Text(maximum=200),
                "email": Text(
                    maximum=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", example="plh@contoh.example"
                ),
                "phone": Text(maximum=20, pattern=r"^\+?[0-9 -]{6,20}$", example="+628120001"),
            },
            required=("status", "starts_on", "letter_number"),
        ),
        answers={200: shape("SubstitutionPage")},
        conflicts=True,
    ),
    Call(
        name="end_substitution",
        method="POST",
        path="/substitutions/{substitution_id}/end",
        view=end,
        roles=ACTING,
        json=Fields(kinds={"reason": Text(maximum=1000)}),
        json_optional=True,
        answers={200: shape("SubstitutionPage")},
        conflicts=True,
    ),
)
