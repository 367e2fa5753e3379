"""The title of a case follows the answer that its owner made the title (kind `judul_perkara`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.starting import MOST_TITLE
from processes.engine.forms import Form
from processes.store import history
from processes.store.tables import Case


def retitle(
    session: Session,
    case: Case,
    form: Form,
    answers: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Give the case the title that stands in checked answers, and note what it was before."""
    found = [answers.get(asked.id) for asked in form.fields if asked.is_title]
    title = " ".join(str(found[0] or "").split())[:MOST_TITLE] if found else ""
    if not title or title == case.title:
        return
    history.append(
        session,
        case,
        at=now,
        kind="case.titled",
        actor=actor.as_entry(),
        details={"before": case.title, "after": title},
    )
    case.title = title
