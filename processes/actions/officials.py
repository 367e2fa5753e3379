"""What an administrator does to one official: add him, set right what is known of him, let him go,
give him a channel. Each act has a reason and is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.addressing import write_to
from processes.actions.following import follow
from processes.actions.moves_shown import Preview, ended_shown, moves_shown
from processes.actions.people import Bringing, brought, keep_channel, tried
from processes.actions.readdressing import readdress, send_anew
from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import offices, officials_import, people, people_log
from processes.store.channel_urls import ChannelRefused, check_channel_url
from processes.store.locks import lock_regions
from processes.store.officials_file import (
    COLUMNS,
    OfficialRow,
    OfficialsRefused,
    read_official,
)
from processes.store.officials_import import ImportResult, differences
from processes.store.people_log import About
from processes.store.tables import Official, PeopleAct, Person, Region
from processes.store.ways import HAND, way_to

if TYPE_CHECKING:
    from processes.office import Office

#: columns of a list whose errors a form shows at another field
ELSEWHERE = {"no_address": "email", "control": "name", "nip_name": "nip"}
#: the message with which an address or channel is tried
TRIAL = "uji_alamat"


def add_official(
    office: Office,
    typed: Mapping[str, str],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected: str = "",
) -> ImportResult:
    """Let somebody hold a role at a region, as one row of a list says it.

    Raises InvalidAnswers with a sentence per field, and Conflict when it would do something else
    than the preview that was `expected`.
    """
    why = _reason(reason)
    with office.database.write() as session, _by_field():
        bring = _row_of(office, typed, actor, now)
        return brought(session, office, bring, actor, now, reason=why, expected=expected)


def preview_official(
    office: Office, typed: Mapping[str, str], *, actor: Actor, now: datetime
) -> Preview:
    """What `add_official` would do; nothing of it is kept."""
    with _by_field():
        return tried(office, _row_of(office, typed, actor, now))


def change_official(
    office: Office,
    official_id: str,
    typed: Mapping[str, str],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    resend: bool = False,
) -> None:
    """Set right what is known of an official and of the person: `position`, `status`, `name`,
    `nip`, `email`, `phone`; what is left empty is forgotten.

    The history of cases stays as it was written; the new name is shown from now on. What waits to
    be sent goes to the new address. With `resend` his links die, and he gets new ones. Raises
    NotFound, or InvalidAnswers with a sentence per field.
    """
    why = _reason(reason)
    with office.database.write() as session:
        official, person = held(session, official_id, actor)
        lock_regions(session, [official.region_code])
        row = _checked(session, office, official, person, typed)
        values = differences(person, row, office.secret, empties=True)
        if values and people.offices_outside(session, person.id, actor.regions):
            raise InvalidAnswers({"name": FieldError("keeping.elsewhere")})
        way = way_to(person)
        person.name, person.nip = row.name, row.nip
        person.email, person.phone = row.email, row.phone
        told = {
            "position": (official.position, row.position),
            "status": (official.status.value, row.status.value),
        }
        values |= {name: both for name, both in told.items() if both[0] != both[1]}
        official.position, official.status = row.position, row.status
        if not values:
            raise Conflict("keeping.nothing_changed")
        _note(session, PeopleAct.CHANGED, official, actor, now, why, values=values)
        if way_to(person) != way:
            readdress(session, person, now)
        if resend:
            send_anew(session, office, person, actor=actor, now=now)


def end_official(
    office: Office,
    official_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected: str = "",
) -> Preview:
    """Let somebody hold an office no more: his open tasks go to whoever else holds the role, and
    his links die. Raises NotFound, or Conflict when he does not hold it."""
    why = _reason(reason)
    with office.database.write() as session:
        return _end(session, office, official_id, actor, now, why, expected)


def preview_end(office: Office, official_id: str, *, actor: Actor, now: datetime) -> Preview:
    """What `end_official` would do; nothing of it is kept."""
    with office.database.write() as session:
        preview = _end(session, office, official_id, actor, now, "-", "")
        session.rollback()
    return preview


def _end(
    session: Session,
    office: Office,
    official_id: str,
    actor: Actor,
    now: datetime,
    why: str,
    expected: str,
) -> Preview:
    official, _ = held(session, official_id, actor)
    lock_regions(session, [official.region_code])
    session.refresh(official)
    if not official.in_office:
        raise Conflict("keeping.not_in_office")
    moved, settled = offices.end_office(session, official, now)
    preview = Preview(moves=moves_shown(session, moved), ended=ended_shown(session, settled))
    preview.check(expected)
    follow(session, office, settled.changes, moved, actor=actor, now=now, reason=why)
    _note(session, PeopleAct.ENDED, official, actor, now, why)
    return preview


def change_channel(
    office: Office,
    official_id: str,
    url: str | None,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give an official a channel of his own, or take it away (None); what waits goes the new way.

    Raises NotFound or InvalidAnswers.
    """
    why = _reason(reason)
    try:
        if url is not None:
            check_channel_url(url, is_trial=office.settings.is_development)
    except ChannelRefused as refused:
        raise InvalidAnswers({"channel": refused}) from None
    with office.database.write() as session:
        official, person = held(session, official_id, actor)
        if people.offices_outside(session, person.id, actor.regions):
            raise InvalidAnswers({"channel": FieldError("keeping.elsewhere")})
        keep_channel(session, office, person, url, _about(official), actor, now, why)
        readdress(session, person, now)


def try_channel(office: Office, official_id: str, *, actor: Actor, now: datetime) -> None:
    """Send an official a message that asks for nothing, by the way his messages go now.

    Raises NotFound, or Conflict when only somebody's hand reaches him.
    """
    with office.database.write() as session:
        official, person = held(session, official_id, actor)
        way = way_to(person)
        if way is None or way.channel == HAND:
            raise Conflict("keeping.no_way_to_try")
        write_to(
            session,
            office,
            (official, person),
            now,
            key=f"{TRIAL}:{official.id}:{now.isoformat()}",
            kind=TRIAL,
            values={"catatan": actor.name},
        )


def held(session: Session, official_id: str, actor: Actor) -> tuple[Official, Person]:
    """An official of the actor's regions with the person; NotFound."""
    official = session.get(Official, official_id)
    if official is None or not actor.may_act_for(official.region_code):
        raise NotFound
    return official, session.get_one(Person, official.person_id)


def _reason(typed: str) -> str:
    return readable(typed, field="reason", missing="errors.reason_missing", lines=True)


def _about(official: Official) -> About:
    return About(region=official.region_code, person=official.person_id, official=official.id)


def _note(
    session: Session,
    act: PeopleAct,
    official: Official,
    actor: Actor,
    now: datetime,
    why: str,
    *,
    values: people_log.Values | None = None,
) -> None:
    people_log.note(
        session,
        act,
        _about(official),
        actor=actor.as_entry(),
        now=now,
        reason=why,
        details={"role": official.role},
        values=values,
    )


@contextmanager
def _by_field() -> Iterator[None]:
    """The errors of one row as those of a form's fields."""
    try:
        yield
    except OfficialsRefused as refused:
        raise InvalidAnswers(_fields(refused)) from None


def _fields(refused: OfficialsRefused) -> dict[str, KsddError]:
    found: dict[str, KsddError] = {}
    for error in refused.errors:
        name = ELSEWHERE.get(error.key, error.key.removeprefix("foreign_"))
        name = {"person": "name"}.get(name, name)
        name = name if name in COLUMNS else "channel"
        found.setdefault(name, FieldError(f"people.{error.key}", **error.values))
    return found


def _row_of(office: Office, typed: Mapping[str, str], actor: Actor, now: datetime) -> Bringing:
    def bring(session: Session) -> ImportResult:
        row = _read(session, office, typed)
        return officials_import.take_rows(
            session, [row], replace=False, now=now, secret=office.secret, scope=actor.regions
        )

    return bring


def _read(session: Session, office: Office, typed: Mapping[str, str]) -> OfficialRow:
    regions = dict(session.execute(select(Region.code, Region.name)).all())
    cells = {name: " ".join(typed.get(name, "").split()) for name in COLUMNS}
    return read_official(cells, regions, is_trial=office.settings.is_development)


def _checked(
    session: Session,
    office: Office,
    official: Official,
    person: Person,
    typed: Mapping[str, str],
) -> OfficialRow:
    """What is typed for an official, as it is kept; InvalidAnswers."""
    fixed = {"region": official.region_code, "role": official.role, "channel": ""}
    with _by_field():
        row = _read(session, office, {**typed, **fixed})
    if row.nip is not None:
        other = session.scalar(select(Person.id).where(Person.nip == row.nip))
        if other not in (None, person.id):
            raise InvalidAnswers({"nip": FieldError("keeping.nip_taken")})
    return row
