"""The letter to those who may decide on a request to publish: one for each request and account."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.reaching import APPROVERS, may_decide_with
from processes.store import outbox, publications
from processes.store.kinds import PUBLICATION
from processes.store.tables import Account, PublicationRequest

if TYPE_CHECKING:
    from processes.office import Office


def tell_who_may_decide(
    session: Session, office: Office, request: PublicationRequest, now: datetime
) -> int:
    """Put a letter in the outbox for every account that may decide and has an address; how many
    are new. Whoever got one about this request before gets none."""
    asker = session.get_one(Account, request.asker_id)
    told = 0
    for account in publications.usable_accounts(session, now):
        if (
            account.email
            and account.role in APPROVERS
            and may_decide_with(session, asker, account, now)
        ):
            message = outbox.put(
                session,
                key=f"publication:{request.id}:{account.id}",
                kind=PUBLICATION,
                address=account.email,
                now=now,
                values={"permintaan": request.id, "akun": account.id},
                domain=office.mail_domain,
            )
            told += message is not None
    return told
