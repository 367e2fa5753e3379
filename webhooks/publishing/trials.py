"""How the trial of a request stands, as its page shows it, and the pictures of ways to a fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Response, make_response, render_template, request

from processes.actions.trial_results import TrialResult, read_result, read_way
from processes.engine.folder import diagram_of
from processes.engine.picture import draw
from processes.errors import NotFound
from processes.store import folder_drafts, publications
from processes.store import procedures as versions
from processes.store import publication_trials as trials
from processes.store.tables import PublicationRequest, PublicationTrial, TrialPhase, TrialStatus
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.publishing.pages import check_reader, pages
from webhooks.publishing.shown import drawn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: after which time without a beginning the page says that nobody seems to be at work
PATIENCE = timedelta(minutes=1)
#: of a hundred, where each phase begins on the bar, and how much it fills
BAR = {
    None: (0, 0),
    TrialPhase.CHECKS: (2, 8),
    TrialPhase.SCENARIOS: (10, 35),
    TrialPhase.WALK: (45, 55),
}
PHASES = tuple(TrialPhase)


@dataclass(frozen=True, kw_only=True)
class TrialShown:
    """The trial of a request for its page."""

    row: PublicationTrial
    #: None as long as it is not over
    result: TrialResult | None
    #: of a hundred, how far it is
    percent: int
    #: whether it waits longer for its beginning than it should
    is_late: bool
    #: whether the ways to its faults can be drawn: the draft is the one that was tried out
    has_ways: bool

    @property
    def is_over(self) -> bool:
        """Whether it is known what came of it."""
        return self.row.status is not TrialStatus.WAITING

    @property
    def has_passed(self) -> bool:
        """Whether nothing forbids to publish."""
        return self.row.status is TrialStatus.PASSED

    def stands(self, phase: TrialPhase) -> str:
        """How a phase stands: `done`, `runs` or `waits`."""
        at = -1 if self.row.phase is None else PHASES.index(self.row.phase)
        mine = PHASES.index(phase)
        return "done" if mine < at else "runs" if mine == at else "waits"


def trial_of(session: Session, asked: PublicationRequest, moment: datetime) -> TrialShown | None:
    """How the trial of a request stands; None for requests from before there were any."""
    row = trials.find(session, asked.id)
    if row is None:
        return None
    begin, share = BAR[row.phase]
    percent = begin + (share * min(row.done, row.total) // row.total if row.total else 0)
    return TrialShown(
        row=row,
        result=read_result(row.result, language()) if row.result else None,
        percent=percent,
        is_late=row.began_at is None and row.asked_at + PATIENCE < moment,
        has_ways=_files(session, asked) is not None,
    )


def trial_part(request_id: str) -> Response:
    """Only the part of the page that changes while a trial runs; header `X-Selesai` once it is
    over."""
    with office().database.read() as session:
        asked = publications.find_request(session, request_id)
        shown = trial_of(session, asked, now())
    html = render_template("publishing/trial.html", trial=shown, asked=asked, phases=PHASES)
    answer = make_response(html)
    answer.set_etag(sha256(html.encode()).hexdigest()[:32], weak=True)
    answer.headers["Cache-Control"] = "no-store"
    if shown is None or shown.is_over:
        answer.headers["X-Selesai"] = "1"
    answer.make_conditional(request)
    return answer


@pages.get("/terbitan/<request_id>/jalan/<int:number>.svg")
def trial_way(request_id: str, number: int) -> Response:
    """The diagram that was tried out, with the way to one of its faults; NotFound for others, and
    once the draft is another one."""
    check_reader()
    with office().database.read() as session:
        asked = publications.find_request(session, request_id)
        row = trials.find(session, request_id)
        files = _files(session, asked)
    way = read_way(row.result, number) if row is not None and row.result else None
    if way is None or files is None:
        raise NotFound
    counts = {way.element: 1} if way.element else {}
    return drawn(draw(diagram_of(files), counts, done=way.passed, language=language()))


def _files(session: Session, asked: PublicationRequest) -> dict[str, bytes] | None:
    """The files that were tried out; None once the draft has others."""
    draft = folder_drafts.find_draft(session, asked.draft_id)
    if draft.revision != asked.revision:
        return None
    files = folder_drafts.files_of(session, draft.id)
    return files if versions.sha256_of(files) == asked.sha256 else None
