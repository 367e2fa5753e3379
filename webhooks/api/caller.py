"""Who calls the machine API: the holder of a Bearer token, in its role and its region."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from flask import request
from sqlalchemy.exc import OperationalError

from processes.actions import Actor
from processes.errors import KsddError, NotAllowed
from processes.office import Office
from processes.store import accounts, calendar_days, token_use
from processes.store.asking import ask_ahead
from processes.store.tables import AccountRole, ApiToken
from processes.store.viewer import Viewer
from webhooks import current
from webhooks.clock import now
from webhooks.tries import count_failure

#: RFC 6750 2.1; the limit keeps a stranger's megabyte away from the hash
_BEARER = re.compile(r"bearer +([0-9A-Za-z._~+/-]{1,200}=*)", re.IGNORECASE)


class NoToken(KsddError):
    """The request carries no API token, or one that is unknown or revoked."""

    status = 401
    default_key = "api.no_token"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """One API token in use."""

    token_id: str
    role: AccountRole
    #: what it may see
    viewer: Viewer
    #: what it is called in the history
    actor: Actor

    def check_role(self, roles: frozenset[AccountRole]) -> None:
        """Raise NotAllowed unless the token has one of `roles`."""
        if self.role not in roles:
            allowed = ", ".join(sorted(role.value for role in roles))
            raise NotAllowed("api.role_needed", role=self.role.value, allowed=allowed)

    def check_region(self, code: str) -> None:
        """Raise NotAllowed unless the token acts for the region `code`."""
        if self.viewer.regions is not None and code not in self.viewer.regions:
            raise NotAllowed("api.region_needed", regions=", ".join(sorted(self.viewer.regions)))

    def check_everywhere(self) -> None:
        """Raise NotAllowed when the token is bound to a region: procedures belong to all."""
        if self.viewer.regions is not None:
            raise NotAllowed("api.everywhere_needed")

    @property
    def home(self) -> str | None:
        """The region the token is bound to, None for the whole installation."""
        return next(iter(self.viewer.regions), None) if self.viewer.regions is not None else None


def find_caller(office: Office) -> Caller:
    """The caller of this request; from then on dates are counted by the calendar as it is now.

    Raises NoToken, or TooManyTries after many unknown tokens.
    """
    given = _BEARER.fullmatch(request.headers.get("Authorization", "").strip())
    if given is None:
        raise NoToken
    with office.database.glance() as session:
        ask_ahead(session, [calendar_days.NUMBER.about(), accounts.token_of(given[1])])
        office.kept_calendar.read(session)
        token = accounts.find_token(session, given[1])
    if token is None:
        # only unknown tokens count: a valid one is never slowed down by its neighbours
        count_failure()
        raise NoToken
    _note_use(office, token)
    viewer = accounts.viewer_of(token)
    return Caller(
        token_id=token.id,
        role=token.role,
        viewer=viewer,
        actor=Actor(
            kind="token",
            name=token.name,
            regions=viewer.regions,
            address=current.address(),
            user_agent=current.user_agent(),
        ),
    )


def _note_use(office: Office, token: ApiToken) -> None:
    """Note, at most once an hour, that the token is in use; somebody who writes just now is not
    waited for."""
    moment = now()
    if token.used_at is not None and moment - token.used_at < token_use.USE_IS_KNOWN_TO:
        return
    with suppress(OperationalError), office.database.write_if_free() as session:
        token_use.note_use(session, token.id, moment)
