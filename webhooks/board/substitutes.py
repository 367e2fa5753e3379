"""The page of who is away and who stands in (Plh., Plt.), with forms to enter and to end one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import StandIn
from processes.errors import FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import questions, substitutions
from processes.store.tables import Official, OfficialStatus, Person, Region, Substitution
from processes.store.viewer import Viewer
from webhooks.board.register import code_of
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, text
from webhooks.rendering import iso
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer

TONES = {"running": "good", "planned": "info", "ended": "soon"}
#: the inputs of the form, as the errors name them
FIELDS = (
    "official",
    "status",
    "substitute",
    "name",
    "email",
    "phone",
    "starts_on",
    "ends_on",
    "letter_number",
    "reason",
)


@dataclass(frozen=True, kw_only=True)
class SubstitutionRow:
    """Who is away, who stands in, for how long and by which letter."""

    id: str
    region: str
    away: str
    #: the office he is away from
    position: str
    substitute: str
    status: str
    starts_on: date
    ends_on: date | None
    letter_number: str
    reason: str
    #: planned, running or ended
    state: str
    tone: str
    #: why it ended, and who ended it
    end: str
    #: what went wrong when the clock was to begin or end it
    problem: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """The page for one viewer, with the form for one region."""

    rows: Sequence[SubstitutionRow]
    region: Region | None
    #: the officials of that region
    officials: Sequence[tuple[Official, Person]]
    #: the regions the viewer may choose from; one that sees a single region has no choice
    regions: Sequence[Region]
    #: the region as typed, and what is wrong with it
    wanted: str
    problem: str


@pages.get("/pengganti")
def substitutes() -> str:
    """Who is away and who stands in."""
    return _show({}, {})


@pages.post("/pengganti")
def substitute() -> Response:
    """Let somebody stand in; the form again when the order cannot be carried out."""
    check_act(Right.SHEPHERD)
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        region = _official_seen(typed["official"])
        actions.substitute_official(
            office(), typed["official"], _wish(typed), actor=actor(), now=now()
        )
    except InvalidAnswers as error:
        return make_response(_show(typed, error.fields), error.status)
    except KsddError as error:
        return make_response(_show(typed, {"official": error}), error.status)
    return make_response(redirect(url_for("board.substitutes", region=region), 303))


@pages.post("/pengganti/<row_id>/akhiri")
def end_substitution(row_id: str) -> Response:
    """End a substitution, or call it off, with the reason."""
    check_act(Right.SHEPHERD)
    reason = request.form.get("reason", "").strip()
    with office().database.read() as session:
        row = session.get(Substitution, row_id)
        found = session.get_one(Official, row.official_id) if row is not None else None
    if found is None or not _sees(viewer(), found.region_code):
        raise NotFound
    try:
        if not reason:
            raise InvalidAnswers({row_id: FieldError("errors.reason_missing")})
        actions.end_substitution(office(), row_id, actor=actor(), now=now(), reason=reason)
    except InvalidAnswers as error:
        wrong = {row_id: next(iter(error.fields.values()))}
        return make_response(_show({row_id: reason}, wrong), error.status)
    except KsddError as error:
        return make_response(_show({row_id: reason}, {row_id: error}), error.status)
    return make_response(redirect(url_for("board.substitutes", region=found.region_code), 303))


def _official_seen(official_id: str) -> str:
    """The region of the official who is away; an error at his field when there is none such."""
    with office().database.read() as session:
        found = session.get(Official, official_id)
    if found is None or not _sees(viewer(), found.region_code):
        raise InvalidAnswers({"official": FieldError("errors.substituted_missing")})
    return found.region_code


def _wish(typed: Mapping[str, str]) -> StandIn:
    errors: dict[str, KsddError] = {}
    starts_on, ends_on = iso(typed["starts_on"]), iso(typed["ends_on"])
    if typed["status"] not in ("Plh", "Plt"):
        errors["status"] = FieldError("errors.substitute_status")
    if starts_on is None:
        errors["starts_on"] = FieldError("errors.substitute_day")
    if typed["ends_on"] and ends_on is None:
        errors["ends_on"] = FieldError("errors.substitute_day")
    if errors or starts_on is None:
        raise InvalidAnswers(errors)
    return StandIn(
        status=OfficialStatus(typed["status"]),
        starts_on=starts_on,
        ends_on=ends_on,
        letter_number=typed["letter_number"],
        note=typed["reason"][:1000],
        official_id=typed["substitute"] or None,
        name=typed["name"],
        email=typed["email"] or None,
        phone=typed["phone"] or None,
    )


def _show(typed: Mapping[str, str], errors: Mapping[str, KsddError]) -> str:
    with office().database.read() as session:
        page = _read(session, viewer(), now())
    return render_template(
        "substitutes.html",
        page=page,
        typed=typed,
        errors={name: error.say(language()) for name, error in errors.items()},
        fields=[name for name in FIELDS if name in errors],
        today=office().calendar.today(now(), page.region.code if page.region else None),
    )


def _read(session: Session, seen: Viewer, moment: datetime) -> Page:
    known = questions.regions_by_code(session)
    choices = [region for code, region in known.items() if _sees(seen, code)]
    wanted = (request.values.get("region") or "").strip()[:100]
    code, problem = code_of(wanted, {region.code: region for region in choices})
    if len(choices) == 1:
        code, problem = choices[0].code, ""
    shown = {code} if code else seen.regions
    return Page(
        rows=[_row(known, *found) for found in substitutions.listed(session, shown)],
        region=known.get(code),
        officials=substitutions.who_may_be_away(session, code) if code else [],
        regions=choices,
        wanted=wanted,
        problem=problem,
    )


def _row(
    regions: Mapping[str, Region],
    row: Substitution,
    absent: Official,
    person: Person,
    substitute: Person,
) -> SubstitutionRow:
    state = "ended" if row.ended_at else "running" if row.began_at else "planned"
    return SubstitutionRow(
        id=row.id,
        region=regions[absent.region_code].name,
        away=person.name,
        position=absent.position,
        substitute=substitute.name,
        status=row.status.value,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        letter_number=row.letter_number,
        reason=row.note,
        state=state,
        tone=TONES[state],
        end=" · ".join(part for part in (row.end_reason, row.ended_by) if part),
        problem=_problem(row),
    )


def _problem(row: Substitution) -> str:
    if row.ended_at is not None or not row.last_error:
        return ""
    return text("substitution_problem", count=row.attempts, why=row.last_error)


def _sees(seen: Viewer, region: str) -> bool:
    return seen.regions is None or region in seen.regions
