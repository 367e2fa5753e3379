"""The diagram as a map: where the tasks are, how many are late, and where the work takes long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from flask import Response, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.engine.picture import SIGNS, Pin, draw
from processes.engine.procedure import Procedure
from processes.errors import NotFound
from processes.store.questions.shapes import SAMPLE, Took, newest_finished, open_by_element
from processes.store.tables import ProcedureVersion
from processes.store.viewer import Viewer
from webhooks.board.asked import Asked
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import board_text, language
from webhooks.sessions import viewer
from webhooks.zooming import Mark, zoom_page

#: how far back the durations go
YEAR = timedelta(days=365)
#: up to which part of the time allowed each step of heat goes; beyond the last is the fifth
STEPS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, kw_only=True)
class ShapeRow:
    """One user task of the drawing with its numbers."""

    element: str
    name: str
    stage: int | None
    open: int
    late: int
    #: median working days it took, and that it might have taken; None when nothing is known
    took: float | None
    allowed: float | None
    heat: int | None
    #: the heat as a sign
    sign: str
    link: str


@pages.get("/peta")
def map_page() -> Response:
    """The map of one version of one procedure, and the same numbers as a table."""
    with office().database.read() as session:
        versions = _versions(session)
        wanted = request.args.get("versi", "")
        chosen = next((v for v in versions if v.id == wanted), None) if wanted else versions[0]
        if chosen is None:
            raise NotFound
        procedure = office().procedure(session, chosen.id)
        rows = shape_rows(session, viewer(), chosen, procedure, now())
    picture = draw(
        procedure.diagram,
        {row.element: row.open for row in rows},
        {row.element: row.late for row in rows},
        pins={row.element: Pin(link=row.link, heat=row.heat, note=_note(row)) for row in rows},
        language=language(),
    )
    marks = [Mark(element=row.element, open=row.open, late=row.late, heat=row.heat) for row in rows]
    return zoom_page(
        "map.html",
        chosen.key,
        chosen.number,
        marks,
        versions=versions,
        chosen=chosen,
        picture=Markup(picture),
        rows=rows,
        signs=list(zip(SIGNS, (*STEPS, None), strict=True)),
        sample=SAMPLE,
    )


def shape_rows(
    session: Session,
    seen_by: Viewer,
    version: ProcedureVersion,
    procedure: Procedure,
    at: datetime,
) -> list[ShapeRow]:
    """The user tasks of a version in the order of their stages, with their numbers."""
    waiting = open_by_element(session, seen_by, version.id, at)
    took = newest_finished(session, seen_by, version.key, sorted(procedure.shapes), at - YEAR)
    by_element: dict[str, list[Took]] = defaultdict(list)
    for each in took:
        by_element[each.element].append(each)
    rows = []
    for element, shape in procedure.shapes.items():
        days, allowed = _medians(by_element[element])
        heat = heat_of(days, allowed)
        stage = shape.stage.number if shape.stage else None
        number, late = waiting.get(element, (0, 0))
        asked = Asked(unsur=element, versi=version.id, tahap=stage)
        rows.append(
            ShapeRow(
                element=element,
                name=shape.name,
                stage=stage,
                open=number,
                late=late,
                took=days,
                allowed=allowed,
                heat=heat,
                sign=SIGNS[heat - 1] if heat else "",
                link=f"{url_for('board.dashboard')}?{asked.query()}",
            )
        )
    return sorted(rows, key=lambda row: row.stage or 99)


def heat_of(took: float | None, allowed: float | None) -> int | None:
    """1 to 5 by how much of the time allowed it took; None when either is not known."""
    if took is None or not allowed:
        return None
    return 1 + sum(took / allowed > step for step in STEPS)


def _medians(took: Sequence[Took]) -> tuple[float | None, float | None]:
    """Working days that tasks took, and that those with a deadline might have taken."""
    calendar = office().calendar

    def days(each: Took, end: datetime) -> int:
        first, last = (calendar.today(at, each.region) for at in (each.opened_at, end))
        return calendar.working_days_between(first, last, each.region)

    lasted = [days(each, each.closed_at) for each in took]
    allowed = [days(each, each.due_at) for each in took if each.due_at is not None]
    return (median(lasted) if lasted else None), (median(allowed) if allowed else None)


def _note(row: ShapeRow) -> str:
    if row.took is None:
        return board_text("map_no_duration")
    if row.allowed is None:
        return board_text("map_duration", took=_days(row.took))
    return board_text("map_duration_of", took=_days(row.took), allowed=_days(row.allowed))


def _days(number: float) -> str:
    written = f"{number:.1f}".removesuffix(".0")
    return written.replace(".", ",") if language() == "id" else written


def _versions(session: Session) -> list[ProcedureVersion]:
    """Every version, procedure by procedure, the newest first; there is always one."""
    query = select(ProcedureVersion)
    newest_first = query.order_by(ProcedureVersion.key, ProcedureVersion.number.desc())
    return list(session.scalars(newest_first))
