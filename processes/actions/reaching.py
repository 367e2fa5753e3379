"""Whether two people together may change what holds for every region of the installation.

A version counts for all regions. So one of the two must act for the whole installation, unless all
accounts belong to one and the same region: then it is that region's own matter.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from processes.errors import NotAllowed
from processes.store import publications
from processes.store.tables import Account, AccountRole

#: whose accounts decide, as the second person, on what others ask to publish
APPROVERS = frozenset({AccountRole.ADMIN, AccountRole.CLERK})


def check_reach(session: Session, first: Account, second: Account, now: datetime) -> None:
    """Raise NotAllowed unless the two may decide for all regions."""
    if first.regions is None or second.regions is None:
        return
    accounts = publications.usable_accounts(session, now)
    houses = set[str]().union(*(each.regions or () for each in [*accounts, first, second]))
    if len(houses) > 1:
        raise NotAllowed("publishing.not_for_all")


def second_people(
    session: Session, first: Account, roles: Collection[AccountRole], now: datetime
) -> int:
    """How many accounts of these roles could decide what this one asks."""
    return sum(
        account.role in roles and may_decide_with(session, first, account, now)
        for account in publications.usable_accounts(session, now)
    )


def may_decide_with(session: Session, first: Account, second: Account, now: datetime) -> bool:
    """Whether the second is another one with whom the first may decide for all regions."""
    try:
        check_reach(session, first, second, now)
    except NotAllowed:
        return False
    return first.id != second.id
