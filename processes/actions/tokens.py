"""Keys of other systems: making one, which is shown once, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from processes.actions.actor import Actor
from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, NotFound
from processes.store import accounts, people_log, regions
from processes.store.people_log import About
from processes.store.tables import AccountRole, ApiToken, PeopleAct

if TYPE_CHECKING:
    from processes.office import Office

#: what a key may be for
ROLES = (AccountRole.ADMIN, AccountRole.OWNER, AccountRole.SYSTEM)


def make_token(
    office: Office,
    name: str,
    role: str,
    region: str | None,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
) -> str:
    """A new key, as text, this once. Whoever acts for one region makes keys for that region only.

    Raises InvalidAnswers (`name`, `role`, `region`, `reason`).
    """
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    called = readable(name, field="name", missing="errors.name_missing", limit=200)
    if role not in set(ROLES):
        raise InvalidAnswers({"role": FieldError("keeping.token_role")})
    if actor.regions is not None and (region is None or region not in actor.regions):
        raise InvalidAnswers({"region": FieldError("keeping.token_region")})
    with office.database.write() as session:
        if region is not None and not regions.region_exists(session, region):
            raise InvalidAnswers({"region": FieldError("keeping.region_unknown")})
        try:
            text = accounts.create_token(
                session,
                name=called,
                role=AccountRole(role),
                now=now,
                region_code=region,
                by=actor.name,
            )
        except Conflict as taken:
            raise InvalidAnswers({"name": taken}) from None
        people_log.note(
            session,
            PeopleAct.TOKEN_MADE,
            About(region=region),
            actor=actor.as_entry(),
            now=now,
            reason=why,
            details={"name": called, "for": role},
        )
        return text


def revoke_token(
    office: Office, token_id: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Kill a key for ever. Raises NotFound, or InvalidAnswers (`reason`)."""
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        row = session.get(ApiToken, token_id)
        if row is None or row.revoked_at is not None:
            raise NotFound
        own = row.region_code is not None and actor.may_act_for(row.region_code)
        if actor.regions is not None and not own:
            raise NotFound
        name, region = row.name, row.region_code
        accounts.revoke_token(session, name, now)
        people_log.note(
            session,
            PeopleAct.TOKEN_REVOKED,
            About(region=region),
            actor=actor.as_entry(),
            now=now,
            reason=why,
            details={"name": name},
        )
