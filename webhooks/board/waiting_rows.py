"""The rows and groups of the board: what waits, who has it, whether he was told, why it waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.sentences import area
from processes.store import links, questions
from processes.store.among import among
from processes.store.questions.standing import Standing
from processes.store.questions.told import LastTold, last_told, reasons_of_pauses
from processes.store.questions.waiting import Waiting
from processes.store.questions.waiting_groups import Group, Grouping
from processes.store.regions import regions_named
from processes.store.tables import MessageStatus, Person
from processes.store.viewer import Viewer
from processes.store.ways import HAND, MAIL
from webhooks.board.asked import Asked
from webhooks.board.rows import holder_names, why_nobody
from webhooks.current import office
from webhooks.dates import short
from webhooks.deadlines import Due, due_of
from webhooks.language import board_text, language, text

#: what became of a message, in honest words
TOLD = {
    MessageStatus.WAITING: "told_waiting",
    MessageStatus.PARKED: "told_parked",
    MessageStatus.BY_HAND: "told_by_hand",
    MessageStatus.DELIVERED: "told_delivered",
}


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """An open task as the board shows it."""

    id: str
    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    stage: int
    stage_name: str
    case_id: str
    case_number: str
    case_title: str
    region: str
    role: str
    #: who holds it, or why nobody does
    holder: str
    is_held: bool
    since: datetime
    zone: ZoneInfo
    due: Due | None
    is_paused: bool
    #: what was told last; empty where that is another house's business
    told: str
    #: whether somebody has to do something so that he hears of it
    told_badly: bool
    #: why it waits, as far as that is known
    reasons: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """The tasks of one region, stage, office or person, with the addresses of their lists."""

    name: str
    group: Group
    #: addresses of all its tasks, the late ones, those due today, and those due soon
    link: str
    late_link: str
    soon_link: str
    oldest: str


def waiting_rows(
    session: Session,
    viewer: Viewer,
    found: Sequence[Waiting],
    titles: Mapping[str, str],
    now: datetime,
) -> list[WaitingRow]:
    """Tasks with the names of those who hold them, and what is known of each."""
    tasks = [each.task for each in found]
    ids = [task.id for task in tasks]
    holders = questions.holders_of_tasks(session, ids)
    unmanned = questions.without_contact(session, {task.region_code for task in tasks})
    asked = links.waiting_for_choice(session, [i for i in ids if i not in holders])
    told = last_told(session, viewer, tasks)
    pauses = reasons_of_pauses(session, viewer, tasks)
    regions = regions_named(session, sorted({task.region_code for task in tasks}))
    rows = []
    for each in found:
        task = each.task
        zone = office().calendar.zone(task.region_code)
        nobody = task.id not in holders
        why = why_nobody(task, unmanned, asked)
        said, badly = _told(told.get(task.id), zone, nobody)
        own = viewer.regions is None or task.region_code in viewer.regions
        rows.append(
            WaitingRow(
                id=task.id,
                name=task.name,
                about=task.about,
                stage=task.stage,
                stage_name=task.stage_name,
                case_id=task.case_id,
                case_number=each.case_number,
                case_title=each.case_title,
                region=regions[task.region_code].name,
                role=titles.get(task.role, task.role.replace("_", " ")),
                holder=text(why) if nobody else holder_names(holders[task.id]),
                is_held=not nobody,
                since=task.opened_at,
                zone=zone,
                due=due_of(task, office().calendar, now),
                is_paused=task.paused_at is not None,
                told=said if own else "",
                told_badly=badly and own,
                reasons=_reasons(each, pauses.get(task.id, ""), nobody, why, zone),
            )
        )
    return rows


def _told(last: LastTold | None, zone: ZoneInfo, nobody: bool) -> tuple[str, bool]:
    """What was told last, in words, and whether that calls for somebody."""
    if last is None:
        return board_text("told_nothing"), not nobody
    day = short(last.at.astimezone(zone).date(), language())
    key = TOLD.get(last.status)
    if key is None:
        way = {MAIL: "told_mail", HAND: "told_hand"}
        key = way.get(last.channel, "told_channel")
    said = board_text(key, day=day, kind=_kind(last.kind))
    if last.fetched_at is not None:
        fetched = short(last.fetched_at.astimezone(zone).date(), language())
        said = f"{said}; {board_text('told_fetched', day=fetched)}"
    if last.name:
        said = f"{said} ({last.name})"
    return said, last.status in (MessageStatus.PARKED, MessageStatus.BY_HAND)


def _kind(kind: str) -> str:
    known = f"kind_{kind}"
    return board_text(known if known in area("id", "board") else "kind_other")


def _reasons(each: Waiting, pause: str, nobody: bool, why_nobody: str, zone: ZoneInfo) -> list[str]:
    task, found = each.task, list[str]()
    if each.is_halted:
        found.append(board_text("why_halted"))
    if task.paused_at is not None:
        day = short(task.paused_at.astimezone(zone).date(), language())
        said = board_text("why_paused", day=day)
        found.append(f"{said}: {pause}" if pause else said)
    if nobody and why_nobody != "no_holder":
        found.append(text(why_nobody))
    if task.returned_note:
        found.append(board_text("why_returned", note=task.returned_note))
    elif task.prepared is not None:
        found.append(board_text("why_prepared"))
    if task.due_is_provisional:
        found.append(board_text("why_provisional"))
    if task.region_code != each.case_region:
        found.append(board_text("why_partner"))
    return found


def group_rows(
    session: Session,
    groups: Sequence[Group],
    asked: Asked,
    stages: Mapping[int, str],
    titles: Mapping[str, str],
) -> list[GroupRow]:
    """Groups with their names, each number an address."""
    regions = _region_names(session, groups, asked.kelompok)
    people = _person_names(session, groups, asked.kelompok)

    def row(group: Group) -> GroupRow:
        first = group.key[0]
        match asked.kelompok:
            case Grouping.REGION:
                name, own = regions.get(first, first), {"daerah": first}
            case Grouping.STAGE:
                name, own = f"{first}. {stages.get(first, '')}".rstrip(". "), {"tahap": first}
            case Grouping.OFFICE:
                role = group.key[1]
                title = titles.get(role, role.replace("_", " "))
                name = f"{title}, {regions.get(first, first)}"
                own = {"daerah": first, "jabatan": role}
            case Grouping.PERSON:
                name, own = people.get(first, first), {"orang": first}
        return GroupRow(
            name=name,
            group=group,
            link=asked.link(**own, keadaan=None),
            late_link=asked.link(**own, keadaan=Standing.LATE),
            soon_link=asked.link(**own, keadaan=Standing.SOON),
            oldest=short(group.oldest.date(), language()) if group.oldest else "",
        )

    return [row(group) for group in groups]


def _region_names(session: Session, groups: Sequence[Group], by: Grouping) -> dict[str, str]:
    if by not in (Grouping.REGION, Grouping.OFFICE):
        return {}
    codes = sorted({group.key[0] for group in groups})
    return {code: region.name for code, region in regions_named(session, codes).items()}


def _person_names(session: Session, groups: Sequence[Group], by: Grouping) -> dict[str, str]:
    if by is not Grouping.PERSON:
        return {}
    named = select(Person.id, Person.name).where(among(Person.id, {g.key[0] for g in groups}))
    return {row[0]: row[1] for row in session.execute(named)}
