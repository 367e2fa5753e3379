"""Requests to publish that people of these houses made: one that failed its trial, one that passed
it, and one that was refused. A version counts for every region, so whoever may decide on one reads
all of them; what was written into them stays with whoever decides in these houses."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from processes import actions
from processes.actions import Actor
from processes.actions.procedures import read_folder
from processes.actions.publishing import Wish, ask_to_publish, refuse_request
from processes.store.tables import (
    Account,
    AccountRole,
    PublicationRequest,
    PublicationTrial,
    TrialStatus,
)
from tests.webhooks.houses import VIEWERS, A, D, Houses
from tests.webhooks.looking import Person

#: the small drawing; a procedure that nobody published
FOLDER = Path(__file__).parent / "uji"
SCENARIO = """
judul = "{title}"
mulai = 2026-03-02
pihak = ["32.01", "32.02"]

[[langkah]]
jawab = "isian"
harap.terbuka = ["{then}"]
"""


def ask_to_publish_drafts(houses: Houses) -> None:
    """Let people of A, of D, and one who acts for all ask, and let all of it be tried out."""
    asked = {
        _ask(houses, A, then="pernyataan"): TrialStatus.FAILED,
        _ask(houses, D, then="putusan"): TrialStatus.PASSED,
        (refused := _ask(houses, None, then="putusan")): TrialStatus.PASSED,
    }
    for _ in asked:
        assert actions.try_requested(houses.office, clock=lambda: houses.now) == 1
    with houses.office.database.read() as session:
        tried = session.scalars(select(PublicationTrial))
        assert {trial.request_id: trial.status for trial in tried} == asked
    second = _account(houses, A, AccountRole.CLERK, "account that refuses")
    refuse_request(
        houses.office,
        refused,
        reason=houses.marks.of("request.reason", *VIEWERS),
        account=second,
        actor=_actor(second),
        now=houses.now,
    )


def requests_of(houses: Houses, region: str) -> list[str]:
    """The ids of what somebody of a region asked to publish."""
    with houses.office.database.read() as session:
        asked = select(PublicationRequest.id).join(
            Account, Account.id == PublicationRequest.asker_id
        )
        return list(session.scalars(asked.where(Account.region_code == region)))


def _ask(houses: Houses, region: str | None, *, then: str) -> str:
    """A draft of the small drawing whose scenario expects a task, and the request about it."""
    marks = houses.marks
    owner = _account(houses, region, AccountRole.OWNER, "account that asks")
    title = marks.of("scenario.title", *VIEWERS)
    files = read_folder(FOLDER)
    files["skenario/uji.toml"] = SCENARIO.format(title=title, then=then).encode()
    new = actions.NewDraft(key="uji", title=marks.of("draft.title", *VIEWERS), files=files)
    draft_id = actions.begin_draft(houses.office, new, actor=_actor(owner), now=houses.now)
    wish = Wish(
        note=marks.of("request.note", *VIEWERS),
        basis=marks.of("request.basis", *VIEWERS),
        revision=1,
    )
    return ask_to_publish(
        houses.office, draft_id, wish, asker=owner, actor=_actor(owner), now=houses.now
    )


def _account(houses: Houses, region: str | None, role: AccountRole, what: str) -> Account:
    """Whoever asks or decides is named to all who decide on the same version."""
    name = Person(houses, region, role, name=houses.marks.of(what, *VIEWERS)).name
    with houses.office.database.read() as session:
        return session.scalars(select(Account).where(Account.name == name)).one()


def _actor(account: Account) -> Actor:
    return Actor(kind="account", name=account.name, regions=account.regions)
