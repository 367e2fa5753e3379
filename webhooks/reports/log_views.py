"""Taking the event log along: asked for with a button, because it is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from flask import Response, request
from sqlalchemy.orm import Session

from processes import actions
from processes.errors import NotFound
from processes.store import questions
from processes.store.questions.event_log import log_exports, logged_cases
from processes.store.viewer import Viewer
from webhooks.clock import now
from webhooks.current import office
from webhooks.reports import ocel, xes
from webhooks.reports.files import gathered, sent, today
from webhooks.reports.overview import choices_for
from webhooks.reports.pages import page, pages
from webhooks.reports.wanted import Wanted, known_region
from webhooks.sessions import actor, check_form, viewer

FORMATS = {"xes": (xes.MEDIA_TYPE, "xes"), "ocel": (ocel.MEDIA_TYPE, "jsonocel")}


@pages.get("/log")
def event_log() -> str:
    """What there is to take, and who took it last."""
    wanted, at = Wanted.from_request(), now()
    with office().database.read() as session:
        regions = questions.regions_by_code(session)
        _, region_problem = wanted.filters(regions)
        period, period_problem = wanted.period(office().calendar.today(at))
        return page(
            "event_log.html",
            wanted=wanted,
            period=period,
            problems={"region": region_problem, "period": period_problem},
            choices=choices_for(session, viewer(), wanted, regions),
            regions=regions,
            exports=log_exports(session, viewer()),
        )


@pages.post("/log")
def take_log() -> Response:
    """The log in the format of the button, narrowed by the address."""
    check_form()
    wanted, log_format = Wanted.from_request(), request.form.get("format", "")
    if log_format not in FORMATS:
        raise NotFound
    with_names = request.form.get("names") == "ya"
    seen, at = viewer(), now()
    with office().database.read() as session:
        known_region(wanted.region, questions.regions_by_code(session))
    actions.note_log_export(
        office(),
        log_format=log_format,
        with_names=with_names,
        filters=wanted.address(),
        viewer=seen,
        actor=actor(),
        now=at,
    )
    with office().database.read() as session:
        file = gathered(_written(session, seen, wanted, log_format, at, with_names))
    media_type, ending = FORMATS[log_format]
    return sent(file, f"log-ksdd-{today()}.{ending}", media_type)


def _written(
    session: Session,
    seen: Viewer,
    wanted: Wanted,
    log_format: str,
    at: datetime,
    with_names: bool,
) -> Iterator[bytes]:
    regions = questions.regions_by_code(session)
    filters, _ = wanted.filters(regions)
    period, _ = wanted.period(office().calendar.today(at))
    day = timedelta(days=1)
    found = logged_cases(
        session,
        seen,
        filters,
        since=datetime.combine(period.first, time(), UTC) - day,
        until=datetime.combine(period.last, time(), UTC) + day,
    )
    if log_format == "xes":
        return xes.as_xes(found, with_names=with_names)
    return ocel.as_ocel(found, regions, with_names=with_names)
