"""Trying out what somebody asks to publish, before a second person can decide.

1. Take the request that waits longest, for a while, in one transaction.
2. Check its folder, run its scenarios and walk its diagram, noting in transactions of their own how
   far it is.
3. Keep what came of it; when it is sound, write to those who may decide, in the same transaction.

Whoever dies in the middle is followed by somebody who begins anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from processes.actions.publication_letters import tell_who_may_decide
from processes.actions.publishing import check_standing
from processes.actions.reaching import check_reach
from processes.actions.trial_results import written, written_fault
from processes.actions.trying import Progress, try_folder
from processes.errors import Conflict, NotAllowed
from processes.sentences import LANGUAGES, say
from processes.store import folder_drafts, publications
from processes.store import procedures as versions
from processes.store import publication_trials as trials
from processes.store.publication_trials import TrialLost
from processes.store.tables import (
    Account,
    PublicationRequest,
    PublicationTrial,
    TrialPhase,
    TrialStatus,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from processes.office import Office

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
#: how often a trial is begun before it is given up: each time somebody died over it
MOST_TRIES = 3
#: how often it is noted how far a walk is
NOTED_EVERY = timedelta(seconds=1)


def try_requested(office: Office, *, clock: Clock, alive: Callable[[], None] = lambda: None) -> int:
    """Try out the request that waits longest; returns how many were settled, 0 or 1.

    `alive` is called again and again meanwhile.
    """
    with office.database.read() as session:
        request_id = trials.next_due(session, clock())
    if request_id is None:
        return 0
    with office.database.write() as session:
        trial = trials.take(session, request_id, clock())
        if trial is None:
            return 0
        request = publications.find_request(session, request_id)
        files = folder_drafts.files_of(session, request.draft_id)
    if versions.sha256_of(files) != trial.sha256:
        return 0  # changed this very moment: the request stands no more
    try:
        status, result = _tried(_Trial(office=office, row=trial, clock=clock, alive=alive), files)
        _settle(office, trial, status, result, clock())
    except TrialLost:
        return 0
    except OperationalError:
        # the database is busy or gone: once the hold is over, somebody begins anew
        log.exception("trial of request %s", request_id)
        return 0
    return 1


def repeat_trial(office: Office, request_id: str, *, account: Account, now: datetime) -> None:
    """Let a trial that failed be carried out once more.

    Raises NotFound, NotAllowed for whoever neither asked nor acts for all regions with whoever did,
    or Conflict when it did not fail or the request does not stand any more.
    """
    with office.database.write() as session:
        request = publications.find_request(session, request_id)
        refused = repeat_refused(session, request, account, now)
        if refused is not None:
            raise refused
        check_standing(session, request, now)
        if not trials.repeat(session, request_id, now):
            raise Conflict("publishing.trial_not_failed")


def repeat_refused(
    session: Session, request: PublicationRequest, account: Account, now: datetime
) -> NotAllowed | None:
    """Why an account cannot let a request be tried out once more; None when it can."""
    if request.asker_id == account.id:
        return None
    try:
        check_reach(session, session.get_one(Account, request.asker_id), account, now)
    except NotAllowed as refused:
        return refused
    return None


@dataclass(kw_only=True)
class _Trial:
    """A trial in the hands of this process."""

    office: Office
    row: PublicationTrial
    clock: Clock
    alive: Callable[[], None]
    _noted: Progress | None = None
    _noted_at: datetime | None = None

    def watch(self, progress: Progress) -> None:
        """Note how far it is: each phase and each scenario, and the walk every now and then."""
        self._note(progress, self.clock())
        self.alive()

    def _note(self, progress: Progress, now: datetime) -> None:
        before = self._noted
        is_walking = before is not None and before.phase == progress.phase == TrialPhase.WALK
        if is_walking and self._noted_at is not None and now < self._noted_at + NOTED_EVERY:
            return
        with self.office.database.write() as session:
            trials.note(
                session,
                self.row,
                phase=progress.phase,
                done=progress.done,
                total=progress.total,
                situations=progress.situations,
                now=now,
            )
        self._noted, self._noted_at = progress, now


def _tried(trial: _Trial, files: dict[str, bytes]) -> tuple[TrialStatus, dict[str, Any]]:
    """How a trial ends, and with what."""
    if trial.row.tries > MOST_TRIES:
        return TrialStatus.FAILED, _fault("publishing.trial_gave_up", tries=MOST_TRIES)
    try:
        tried = try_folder(files, watch=trial.watch)
    except (TrialLost, OperationalError):
        raise
    except Exception as fault:
        # whatever a folder makes the trial raise must show on its page, and keep no other waiting
        log.exception("trial of request %s", trial.row.request_id)
        return TrialStatus.FAILED, _fault("publishing.trial_broke", why=f"{fault}"[:300])
    return TrialStatus.PASSED if tried.is_sound else TrialStatus.FAILED, written(tried)


def _fault(key: str, **values: object) -> dict[str, Any]:
    return written_fault({language: say(key, language, **values) for language in LANGUAGES})


def _settle(
    office: Office,
    trial: PublicationTrial,
    status: TrialStatus,
    result: dict[str, Any],
    now: datetime,
) -> None:
    with office.database.write() as session:
        trials.settle(session, trial, status, result, now)
        if status is TrialStatus.PASSED:
            request = publications.find_request(session, trial.request_id)
            tell_who_may_decide(session, office, request, now)
