"""How it stands with the record of what happened: its seals, and the last look through all of it.

A viewer of some regions is told of a break in a case he sees; of one in another house's case only
that there is one. How much there is in the whole installation only those learn who see all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from processes import actions
from processes.store import anchors, questions, seals
from processes.store.tables import Inspection, Seal
from processes.store.viewer import Viewer
from webhooks.language import language, text

#: seals that the page lists
MOST_SEALS = 30
#: a seal older than this means that nobody seals any more
STALE_AFTER = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What became of a fingerprint that somebody compared."""

    typed: str
    #: the seal it belongs to; None when there is none
    seal: Seal | None
    #: what is wrong with what was typed; empty when it is a fingerprint
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordState:
    """What the page shows."""

    seals: Sequence[Seal]
    #: the last look that came to its end
    inspection: Inspection | None
    #: what is wrong, as sentences, the worst first
    warnings: Sequence[str]
    #: whether to tell how many cases and entries there are
    shows_counts: bool


def read_state(session: Session, viewer: Viewer, now: datetime) -> RecordState:
    """The state of the record as this viewer may see it."""
    return RecordState(
        seals=seals.latest(session, MOST_SEALS),
        inspection=seals.last_inspection(session, finished=True),
        warnings=warnings_of(session, viewer, now),
        shows_counts=viewer.sees_everything,
    )


def warnings_of(session: Session, viewer: Viewer, now: datetime) -> list[str]:
    """What is wrong with the record; nothing while all is as it should be."""
    found = []
    inspection = seals.last_inspection(session, finished=True)
    if inspection is not None and inspection.reason is not None:
        found.append(_broken(session, viewer, inspection))
    last = seals.newest(session)
    if last is not None and now - last.at > STALE_AFTER:
        found.append(text("chain_stale"))
    if viewer.sees_everything and (tables := seals.unguarded(session)):
        found.append(text("chain_unguarded", tables=", ".join(tables)))
    return found


def _broken(session: Session, viewer: Viewer, inspection: Inspection) -> str:
    hidden = (
        inspection.case_id is not None
        and not viewer.sees_everything
        and questions.find_case(session, viewer, inspection.case_id) is None
    )
    if hidden:
        return text("chain_broken_elsewhere")
    return text("chain_broken", finding=actions.say_break(inspection, language()))


def compare(session: Session, typed: str) -> Comparison:
    """Look for the seal that has the fingerprint which somebody took from a letter."""
    found = anchors.hashes_in("".join(typed.split()))
    if len(found) != 1:
        return Comparison(typed=typed, seal=None, error=text("chain_no_hash"))
    return Comparison(typed=typed, seal=seals.with_hash(session, found[0]))
