"""Where the physical document of a case lies, and since when; the newest row is where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from processes.store.questions.sight import sight
from processes.store.tables import Whereabouts
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place as somebody enters it."""

    #: who has the document, or where it is kept, in words
    place: str
    since: date
    #: number of the courier's shipment; empty without one
    tracking_number: str = ""
    note: str = ""


def note(session: Session, case_id: str, where: Place, *, by: str, now: datetime) -> Whereabouts:
    """Keep where the document is from a day on."""
    row = Whereabouts(
        case_id=case_id,
        place=where.place,
        since=where.since,
        tracking_number=where.tracking_number,
        note=where.note,
        recorded_by=by[:300],
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def places_of(session: Session, viewer: Viewer, case_id: str) -> Sequence[Whereabouts]:
    """Everywhere the document was, as far as the viewer may know, the newest first.

    A region that left knows what was recorded until then.
    """
    return session.scalars(_known(viewer, [case_id])).all()


def places_now(session: Session, viewer: Viewer, case_ids: Sequence[str]) -> dict[str, Whereabouts]:
    """Where the document of each of several cases is; a case of which nobody noted it is no key."""
    found: dict[str, Whereabouts] = {}
    for place in session.scalars(_known(viewer, case_ids)):
        found.setdefault(place.case_id, place)
    return found


def _known(viewer: Viewer, case_ids: Sequence[str]) -> Select[Whereabouts]:
    query = select(Whereabouts).where(Whereabouts.case_id.in_(case_ids))
    if not viewer.sees_everything:
        seen = sight(viewer)
        in_time = or_(seen.c.until.is_(None), Whereabouts.recorded_at <= seen.c.until)
        query = query.join(seen, seen.c.case_id == Whereabouts.case_id).where(in_time)
    newest = (Whereabouts.since.desc(), Whereabouts.recorded_at.desc(), Whereabouts.id)
    return query.order_by(*newest)
