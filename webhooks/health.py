"""Two questions of whoever watches over the installation: can it serve, and is it whole?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from processes.store import sweeps
from processes.store.questions.stalled import stall
from processes.store.tables import Sweep
from processes.store.viewer import Viewer
from webhooks.clock import now
from webhooks.current import office
from worker import watch

pages = Blueprint("health", __name__)

#: after a start the sweeps get so long to show up
GRACE = timedelta(minutes=2)


@pages.get("/healthz")
def can_serve() -> dict[str, str]:
    """200 when this process answers at all."""
    return {"status": "ok"}


@pages.get("/readyz")
def is_whole() -> tuple[dict[str, Any], int]:
    """200 when database and sweeps are well; 503 names what is not.

    A mail server that takes no letter is a warning: these pages can serve without it.
    """
    try:
        wrong = late_sweeps(now())
        with office().database.read() as session:
            warnings = ["mail"] if stall(session, Viewer.system(), now()) else []
    except SQLAlchemyError:
        return {"status": "unavailable", "wrong": ["database"]}, 503
    if wrong:
        return {"status": "late", "wrong": wrong, "warnings": warnings}, 503
    return {"status": "ok", "wrong": [], "warnings": warnings}, 200


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """How long ago the sweeps were last seen at work."""

    #: since the one that was seen longest ago; None when one was never seen
    age: timedelta | None
    #: those that should have run by now and did not
    late: list[str]


def pulse(moment: datetime) -> Pulse:
    """The pulse of the sweeps without which time does nothing."""
    with office().database.read() as session:
        beats = sweeps.beats(session)
    seen = [beats[name].finished_at for name in watch.WATCHED if name in beats]
    return Pulse(
        age=moment - min(seen) if len(seen) == len(watch.WATCHED) else None,
        late=_late(beats, moment),
    )


def late_sweeps(moment: datetime) -> list[str]:
    """The sweeps that should have run by now and did not."""
    with office().database.read() as session:
        session.execute(text("SELECT 1"))
        return _late(sweeps.beats(session), moment)


def _late(last: Mapping[str, Sweep], moment: datetime) -> list[str]:
    found = watch.late(last, moment)
    started: datetime = current_app.config["STARTED_AT"]
    return [] if moment < started + GRACE else found
