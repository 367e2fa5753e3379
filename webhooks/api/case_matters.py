"""What belongs to a case beside its tasks: its own officials, and where the document lies."""

from __future__ import annotations

from datetime import date

from flask import Response
from sqlalchemy.orm import Session

from processes import actions
from processes.errors import FieldError, InvalidAnswers, NotFound
from processes.store import case_officials, questions, whereabouts
from processes.store.tables import Case, Official
from processes.store.whereabouts import Place
from webhooks.api import official_shapes, shapes
from webhooks.api.answers import answer, everything
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import REGION, Fields, Text


def list_officials(ask: Ask, case_id: str) -> Response:
    """Who was chosen to act in a case for the caller's regions, by region and role."""
    own = ask.caller.viewer.regions
    with ask.office.database.read() as session:
        case = _visible(session, ask, case_id)
        chosen = case_officials.chosen_in(session, case.id)
        return answer(
            everything(
                official_shapes.official(row, person)
                for (region, _role), (row, person) in chosen.items()
                if own is None or region in own
            )
        )


def choose_official(ask: Ask, case_id: str) -> Response:
    """Let an official act in a case for his region and role."""
    with ask.office.database.read() as session:
        _visible(session, ask, case_id)
        _check_named(session, ask)
    actions.choose_official(
        ask.office, case_id, ask.body["official"], actor=ask.caller.actor, now=ask.now
    )
    return list_officials(ask, case_id)


def _check_named(session: Session, ask: Ask) -> None:
    """The region and role that may be given beside the official are his."""
    official = session.get(Official, ask.body["official"])
    if official is not None and (
        ask.body.get("region", official.region_code) != official.region_code
        or ask.body.get("role", official.role) != official.role
    ):
        raise InvalidAnswers({"official": FieldError("errors.official_not_here")})


def list_places(ask: Ask, case_id: str) -> Response:
    """Where the physical document lies, and where it was, the newest first."""
    with ask.office.database.read() as session:
        case = _visible(session, ask, case_id)
        rows = whereabouts.places_of(session, ask.caller.viewer, case.id)
        return answer(everything(shapes.place(row) for row in rows))


def note_place(ask: Ask, case_id: str) -> Response:
    """Keep where the physical document is from a day on."""
    with ask.office.database.read() as session:
        _visible(session, ask, case_id)
    where = Place(
        place=ask.body["place"],
        since=_day(ask.body["since"]),
        tracking_number=ask.body.get("tracking_number", ""),
        note=ask.body.get("note", ""),
    )
    actions.note_place(ask.office, case_id, where, actor=ask.caller.actor, now=ask.now)
    return list_places(ask, case_id)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidAnswers({"since": FieldError("api.field_day")}) from None


def _visible(session: Session, ask: Ask, case_id: str) -> Case:
    case = questions.find_case(session, ask.caller.viewer, case_id)
    if case is None:
        raise NotFound
    return case


_DAY = Text(maximum=10, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example="2026-07-31")

CALLS = (
    Call(
        name="list_case_officials",
        method="GET",
        path="/cases/{case_id}/officials",
        view=list_officials,
        answers={200: shape("OfficialPage")},
    ),
    Call(
        name="choose_official",
        method="POST",
        path="/cases/{case_id}/officials",
        view=choose_official,
        roles=ACTING,
        json=Fields(
            kinds={"region": REGION, "role": Text(maximum=64), "official": Text(maximum=64)},
            required=("official",),
        ),
        answers={200: shape("OfficialPage")},
        conflicts=True,
    ),
    Call(
        name="list_places",
        method="GET",
        path="/cases/{case_id}/whereabouts",
        view=list_places,
        answers={200: shape("PlacePage")},
    ),
    Call(
        name="note_place",
        method="POST",
        path="/cases/{case_id}/whereabouts",
        view=note_place,
        roles=ACTING,
        json=Fields(
            kinds={
                "place": Text(maximum=300),
                "since": _DAY,
                "tracking_number": Text(maximum=60),
                "note": Text(maximum=2000),
            },
            required=("place", "since"),
        ),
        answers={200: shape("PlacePage")},
    ),
)
