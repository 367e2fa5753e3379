"""Two questions of whoever watches over the installation: can it serve, and is it whole?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

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
    """200 when database and sweeps are well; 503 names what is not."""
    try:
        wrong = late_sweeps(now())
    except SQLAlchemyError:
        return {"status": "unavailable", "wrong": ["database"]}, 503
    if wrong:
        return {"status": "late", "wrong": wrong}, 503
    return {"status": "ok", "wrong": []}, 200


def late_sweeps(moment: datetime) -> list[str]:
    """The sweeps that should have run by now and did not."""
    with office().database.read() as session:
        session.execute(text("SELECT 1"))
        found = watch.late(session, moment)
    started: datetime = current_app.config["STARTED_AT"]
    return [] if moment < started + GRACE else found
