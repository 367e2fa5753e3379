"""Which of the claimed messages share one letter, and how many letters an address gets in a day.

- What came too late after a standstill, of the machine or of delivery alone, shares one letter per
  address, with everything else that waits for it there.
- With `KSDD_LETTERS_PER_DAY` an address gets so many letters a day, in its region's zone. What is
  more shares the last of them; what comes after that one waits for eight o'clock the next morning,
  to share a letter then. Nothing is let go.
- A one-time code is never kept back and never shares a letter.
- Letters about a task that has just opened come first, and a quarter of the day's letters is kept
  for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.alarms import MORNING
from processes.office import Office
from processes.store import alarms, letters_sent, outbox, questions, undelivered
from processes.store.among import among
from processes.store.kinds import DIGESTS, WAITED_FOR
from processes.store.letters_sent import Place
from processes.store.outbox import CATCHING_UP
from processes.store.tables import Message, Official

#: kinds that bring the first link into a task
FIRST = frozenset({"tugas_baru", "siapkan", "catat", "pilih_pejabat", "konfirmasi"})
#: of somebody whose region is not known
USUAL_ZONE = ZoneInfo("Asia/Jakarta")

Together = list[Message]


def claim_letters(
    office: Office, session: Session, now: datetime, limit: int, channels: Collection[str]
) -> tuple[list[Together], int]:
    """Due messages, those of one letter side by side; and how many letters' worth was claimed.

    As long as timers or alarms wait that are as late as theirs, the collapsible ones wait for the
    rest; what has waited long already goes out all the same.
    """
    late = now - CATCHING_UP
    complete = not (alarms.is_behind(session, late) or questions.timers_are_behind(session, late))
    claimed = outbox.claim(session, now, limit, with_collapsible=complete, channels=channels)
    by_address: dict[tuple[str, str], Together] = {}
    for message in claimed:
        if message.kind in WAITED_FOR:
            continue
        by_address.setdefault((message.channel, message.address), []).append(message)
    crowded = outbox.crowded(session, claimed, now) if claimed else set()
    found = [
        together
        for place, theirs in by_address.items()
        for together in _shared(session, theirs, now, more=place in crowded)
    ]
    found += [[message] for message in claimed if message.kind in WAITED_FOR]
    found.sort(key=lambda together: (together[0].not_before, together[0].id))
    looked_at = len(found)
    if office.settings.letters_per_day:
        alone = [together for together in found if together[0].kind in WAITED_FOR]
        rest = [together for together in found if together[0].kind not in WAITED_FOR]
        found = [*alone, *_within_the_day(office, session, rest, now)]
    for together in found:
        for message in together[1:]:
            message.shares_with = together[0].id
    session.flush()
    return found, looked_at


def _shared(session: Session, theirs: Together, now: datetime, *, more: bool) -> list[Together]:
    """The letters to one address: one of all that is there once anything in it comes too late, else
    one of what may share it, and one of each other message. Whether `more` waits there to share."""
    shared = [m for m in theirs if m.collapsible or _is_late(m, now)]
    if more:
        shared += _others(outbox.claim_companions(session, theirs[0], now), theirs)
    if not shared:
        return [[message] for message in theirs]
    if not any(_is_late(message, now) for message in shared):
        return [shared, *([message] for message in _others(theirs, shared))]
    shared += _others(theirs, shared)
    rest = outbox.claim_companions(session, shared[0], now, of_every_kind=True, early=True)
    together = [*shared, *_others(rest, shared)]
    return [sorted(together, key=lambda m: (m.created_at, m.not_before, m.id))]


def _others(messages: Together, known: Together) -> Together:
    ids = {message.id for message in known}
    return [message for message in messages if message.id not in ids]


def _is_late(message: Message, now: datetime) -> bool:
    """Whether it waited long, or came late itself; a digest comes each day."""
    came_late = message.collapsible and message.kind not in DIGESTS
    return came_late or message.created_at <= now - CATCHING_UP


def _within_the_day(
    office: Office, session: Session, letters: Sequence[Together], now: datetime
) -> list[Together]:
    """The letters that may go out today; the others are given back for tomorrow."""
    by_place: dict[Place, list[Together]] = {}
    for together in letters:
        by_place.setdefault((together[0].channel, together[0].address), []).append(together)
    zones = _zones(office, session, {place: theirs[0][0] for place, theirs in by_place.items()})
    sent = _sent_today(session, zones, letters, now)
    return [
        kept
        for place, theirs in by_place.items()
        for kept in _letters_of_address(
            session,
            theirs,
            now,
            limit=office.settings.letters_per_day,
            zone=zones[place],
            sent=sent.get(place, 0),
        )
    ]


def _sent_today(
    session: Session, zones: Mapping[Place, ZoneInfo], letters: Sequence[Together], now: datetime
) -> dict[Place, int]:
    """How many other letters each address got since its own midnight."""
    own = [message.id for together in letters for message in together]
    found: dict[Place, int] = {}
    for zone in set(zones.values()):
        there = [place for place, theirs in zones.items() if theirs == zone]
        since = datetime.combine(now.astimezone(zone).date(), time(), zone)
        found |= letters_sent.counts(session, there, since=since, now=now, besides=own)
    return found


def _letters_of_address(
    session: Session,
    letters: list[Together],
    now: datetime,
    *,
    limit: int,
    zone: ZoneInfo,
    sent: int,
) -> list[Together]:
    one = letters[0][0]
    today = now.astimezone(zone).date()
    own = {message.id for together in letters for message in together}
    room = limit - sent
    reserve = limit // 4
    if len(letters) > room - reserve:
        more = outbox.claim_companions(session, one, now, of_every_kind=True)
        letters += [[message] for message in more if message.id not in own]
    first = [t for t in letters if any(message.kind in FIRST for message in t)]
    rest = [t for t in letters if t not in first]
    kept, later = _shared_out(first, rest, room, reserve)
    if later:
        morning = datetime.combine(today + timedelta(days=1), MORNING, zone)
        undelivered.postpone(session, [message for t in later for message in t], morning, now=now)
    return kept


def _shared_out(
    first: list[Together], rest: list[Together], room: int, reserve: int
) -> tuple[list[Together], list[Together]]:
    """What goes out in `room` letters, and what has to wait.

    >>> a, b, c = [["a"]], [["b"]], [["c"]]
    >>> _shared_out(a + b + c, [], 2, 0)
    ([['a'], ['b', 'c']], [])
    """
    if room <= 0:
        return [], [*first, *rest]
    if len(first) > room:
        return [*first[: room - 1], _one_of([*first[room - 1 :], *rest])], []
    left = room - len(first) - reserve
    if len(rest) <= left:
        return [*first, *rest], []
    if left <= 0:
        return first, rest
    return [*first, *rest[: left - 1], _one_of(rest[left - 1 :])], []


def _one_of(letters: Sequence[Together]) -> Together:
    return [message for together in letters for message in together]


def _zones(
    office: Office, session: Session, ones: Mapping[Place, Message]
) -> dict[Place, ZoneInfo]:
    """In which zone each address has its day, by a message to it."""
    ids = {one.official_id for one in ones.values() if one.official_id is not None}
    officials = session.execute(
        select(Official.id, Official.region_code).where(among(Official.id, ids))
    )
    regions = {row.id: row.region_code for row in officials}
    return {
        place: USUAL_ZONE
        if one.official_id is None
        else office.calendar.zone(regions[one.official_id])
        for place, one in ones.items()
    }
