"""What each kind of account may do on the board; what it may see, its regions decide."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from processes.store.tables import AccountRole


class Right(enum.StrEnum):
    """Something that not everybody who is signed in may do."""

    #: open cases, and continue agreements by new ones
    OPEN = "open"
    #: what the daily work on a case needs: links, codes, papers, replies, reminders, remarks,
    #: whereabouts, who acts in it, who stands in for whom, withdrawal
    SHEPHERD = "shepherd"
    #: set right what went wrong: reassign, extend, pause, resume, try again
    REPAIR = "repair"
    #: keep what all cases rest on: people, accounts, calendar, keys of other systems
    KEEP = "keep"
    #: change and publish the procedure
    PUBLISH = "publish"
    #: decide, as the second person, whether a changed procedure is published
    APPROVE = "approve"


RIGHTS: Mapping[AccountRole, frozenset[Right]] = {
    AccountRole.ADMIN: frozenset(Right),
    AccountRole.CLERK: frozenset({Right.OPEN, Right.SHEPHERD, Right.APPROVE}),
    AccountRole.OWNER: frozenset({Right.PUBLISH}),
    AccountRole.SYSTEM: frozenset(),
    AccountRole.OFFICIAL: frozenset(),
    AccountRole.OBSERVER: frozenset(),
}


def has_right(role: AccountRole, right: Right) -> bool:
    """Whether accounts of this role have the right."""
    return right in RIGHTS[role]


def roles_with(right: Right) -> frozenset[AccountRole]:
    """The roles whose accounts have the right."""
    return frozenset(role for role in AccountRole if has_right(role, right))
