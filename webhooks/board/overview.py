"""The board: what is late, what will be late, who holds it, why, and whether they were told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from processes.actions.horizon import horizon_of
from processes.sentences import say
from processes.sentences.dates import moment
from processes.store import calendar_days, pauses, questions, saved_views, scans, substitutions
from processes.store.questions import Matters
from processes.store.questions.stalled import stall
from processes.store.questions.standing import Horizon, Standing
from processes.store.questions.waiting import (
    MOST_CASES,
    Order,
    WaitingCounts,
    cases_that_say,
    waiting_counts,
    waiting_tasks,
)
from processes.store.questions.waiting_groups import Grouping, Groups, waiting_groups
from processes.store.questions.waiting_rows import WaitingFilters
from processes.store.regions import regions_of
from processes.store.viewer import Viewer
from webhooks.approvals import waiting_for_me
from webhooks.board import record_state
from webhooks.board.asked import Asked
from webhooks.board.waiting_rows import group_rows, waiting_rows
from webhooks.current import office
from webhooks.health import pulse
from webhooks.language import board_text, language, text

#: tasks on one page of the list, which keep it light even on a telephone
SHOWN = 40
#: groups that are listed before the reader asks for all of them, and most of those
FIRST_GROUPS, MOST_GROUPS = 12, 600
#: standings with a counter of their own even when there is nothing in them
ALWAYS = (Standing.LATE, Standing.TODAY, Standing.SOON, Standing.LATER)
ALARMS = (Standing.LATE, Standing.UNHELD)


@dataclass(frozen=True, kw_only=True)
class Counter:
    """A number with its name, and the address of what it counts."""

    label: str
    count: int
    link: str
    #: whether anything but zero calls for somebody
    alarms: bool = False
    #: whether the list below shows just these
    is_chosen: bool = False

    @property
    def is_bad(self) -> bool:
        """Whether it calls for somebody now."""
        return self.alarms and self.count > 0


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the owners call their stages and roles now."""

    stages: dict[int, str]
    titles: dict[str, str]


def overview(viewer: Viewer, account_id: str, asked: Asked, now: datetime) -> dict[str, Any]:
    """Everything the template `dashboard.html` shows to this viewer."""
    seen = pulse(now)
    with office().database.read() as session:
        counts = questions.matters(session, viewer)
        unsent = undelivered(counts)
        listed = _listed(session, viewer, asked, now)
        return {
            **listed,
            "asked": asked,
            "is_narrowed": any((asked.daerah, asked.tahap, asked.jabatan, asked.cari)),
            "views": saved_views.views_of(session, account_id),
            "matters": _matters(counts, unsent),
            "has_cases": counts.running + counts.incidents > 0,
            "troubles": counts.incidents
            + counts.outdated
            + counts.failed_alarms
            + counts.parked_events,
            "warnings": [
                *_mail_warnings(session, viewer, now),
                *_warnings(unsent, seen.late, substitutions.stuck(session, viewer.regions)),
                *_calendar_warnings(session, viewer),
                *_scan_warnings(session, viewer),
            ],
            "record_warnings": record_state.warnings_of(session, viewer, now),
            "approvals": waiting_for_me(session),
            "held": pauses.held(session),
            "sees_everything": viewer.sees_everything,
            "pulse": age_in_words(seen.age),
            "is_dead": bool(seen.late),
            "now": now,
            "zone": office().calendar.zone(min(viewer.regions) if viewer.regions else None),
        }


def _listed(session: Session, viewer: Viewer, asked: Asked, now: datetime) -> dict[str, Any]:
    """What the refreshed part shows: counters, the list, the groups."""
    words = _words(session)
    filters, problem = _filters(session, viewer, asked)
    horizon = horizon_of(office(), now)
    groups = _groups(session, viewer, filters, asked, horizon)
    # somebody's tasks are counted once for each who holds them
    known = None if asked.kelompok is Grouping.PERSON else groups
    counts = waiting_counts(session, viewer, filters, horizon, known=known)
    total = counts.by_standing[asked.keadaan] if asked.keadaan else counts.total
    found = waiting_tasks(
        session,
        viewer,
        filters,
        horizon,
        order=asked.urut,
        descending=asked.turun,
        limit=SHOWN,
        offset=(asked.halaman - 1) * SHOWN,
    )
    most = _most_groups(asked)
    return {
        "counters": _counters(counts, asked),
        "rows": waiting_rows(session, viewer, found, words.titles, now),
        "total": total,
        "before": (asked.halaman - 1) * SHOWN,
        "has_more": total > asked.halaman * SHOWN,
        "groups": group_rows(session, groups.first[:most], asked, words.stages, words.titles),
        "more_groups": len(groups.first) > most,
        "groupings": list(Grouping),
        "orders": list(Order),
        "words": words,
        "person": _person(session, viewer, asked.orang),
        "problem": problem,
    }


def _groups(
    session: Session, viewer: Viewer, filters: WaitingFilters, asked: Asked, horizon: Horizon
) -> Groups:
    """One more than is listed, so that it shows whether there are more."""
    plain = replace(filters, standing=None)
    most = _most_groups(asked)
    return waiting_groups(session, viewer, plain, asked.kelompok, horizon, limit=most + 1)


def _most_groups(asked: Asked) -> int:
    return MOST_GROUPS if asked.semua else FIRST_GROUPS


def _filters(session: Session, viewer: Viewer, asked: Asked) -> tuple[WaitingFilters, str]:
    """The filters that the address means, and what of them cannot be meant."""
    region, problem = _region(session, asked.daerah) if asked.daerah else (None, "")
    cases = cases_that_say(session, viewer, asked.cari) if asked.cari else None
    if cases is not None and len(cases) == MOST_CASES:
        problem = problem or board_text("too_many_cases", count=MOST_CASES)
    return WaitingFilters(
        region=region,
        stage=asked.tahap,
        role=asked.jabatan or None,
        person=asked.orang or None,
        standing=asked.keadaan,
        cases=cases,
        element=asked.unsur or None,
        version=asked.versi or None,
    ), problem


def _region(session: Session, typed: str) -> tuple[str, str]:
    """The code of a region as typed: its code, its name, or both."""
    first = typed.split(maxsplit=1)[0]
    for region in regions_of(session):
        if region.code == first or region.name.casefold() == typed.casefold():
            return region.code, ""
    return "-", text("region_unknown", name=typed)


def _words(session: Session) -> Words:
    stages, titles = dict[int, dict[str, None]](), dict[str, str]()
    for version in questions.newest_procedures(session):
        procedure = office().procedure(session, version.id)
        for stage in procedure.stages:
            stages.setdefault(stage.number, {})[stage.name] = None
        for role in sorted(procedure.roles()):
            titles.setdefault(role, procedure.titles.get(role, role.replace("_", " ")))
    named = {number: " / ".join(names) for number, names in sorted(stages.items())}
    return Words(stages=named, titles=titles)


def _person(session: Session, viewer: Viewer, person_id: str) -> str:
    found = questions.find_person(session, viewer, person_id) if person_id else None
    return found.name if found else person_id


def _counters(counts: WaitingCounts, asked: Asked) -> list[Counter]:
    everything = Counter(
        label=board_text("all_tasks"),
        count=counts.total,
        link=asked.link(keadaan=None),
        is_chosen=asked.keadaan is None,
    )
    return [
        *(
            Counter(
                label=board_text(f"standing_{standing.value}"),
                count=counts.by_standing[standing],
                link=asked.link(keadaan=standing),
                alarms=standing in ALARMS,
                is_chosen=standing is asked.keadaan,
            )
            for standing in Standing
            if standing in ALWAYS or counts.by_standing[standing] or standing is asked.keadaan
        ),
        everything,
    ]


def _matters(counts: Matters, unsent: int) -> list[Counter]:
    """What an administrator looks after beside the tasks."""
    messages, troubles = url_for("board.messages"), url_for("board.troubles")
    running = f"{url_for('board.cases')}?status=running"
    several = [
        Counter(label=text("count_running"), count=counts.running, link=running),
        Counter(label=text("count_unsent"), count=unsent, link=messages, alarms=True),
        Counter(
            label=text("count_by_hand"), count=counts.by_hand_messages, link=messages, alarms=True
        ),
        Counter(label=text("count_incident"), count=counts.incidents, link=troubles, alarms=True),
        Counter(label=text("count_failed"), count=counts.failed_alarms, link=troubles, alarms=True),
    ]
    return [each for each in several if each.is_bad or not each.alarms]


def age_in_words(age: timedelta | None) -> str:
    """How long ago the sweeps were last seen, in whole minutes."""
    if age is None:
        return board_text("pulse_never")
    minutes = max(0, int(age.total_seconds() // 60))
    return board_text("pulse_minutes", count=minutes) if minutes else board_text("pulse_now")


def _mail_warnings(session: Session, viewer: Viewer, now: datetime) -> list[str]:
    """That the links in letters open on this machine only; and that the mail server takes no
    letter: how many wait, since when, and what it said."""
    settings = office().settings
    is_shut = viewer.sees_everything and settings.mails_links_to_itself
    links = [say("worker.links_to_itself", language(), url=settings.base_url)] if is_shut else []
    found = stall(session, viewer, now)
    if found is None:
        return links
    zone = office().calendar.zone(min(viewer.regions) if viewer.regions else None)
    since = moment(found.since, zone, language())
    return [*links, text("mail_warning", count=found.count, since=since, error=found.error)]


def _calendar_warnings(session: Session, viewer: Viewer) -> list[str]:
    """Years whose joint leave nobody has entered yet."""
    years = calendar_days.unknown_years(session, viewer.regions)
    return [text("calendar_warning", year=year, count=n) for year, n in years.items()]


def _scan_warnings(session: Session, viewer: Viewer) -> list[str]:
    """Files that the virus scanner holds back: it does not answer, or it found something."""
    if not viewer.sees_everything:
        return []
    return [
        text(f"scan_warning_{scan.value}", count=count)
        for scan, count in sorted(scans.held_back(session).items())
    ]


def undelivered(counts: Matters) -> int:
    """Messages that nobody will get unless somebody helps: put aside, or without a mail server."""
    settings = office().settings
    if settings.mail_url is None and not settings.is_development:
        return counts.parked_messages + counts.waiting_messages
    return counts.parked_messages


def _warnings(unsent: int, late: list[str], stuck: int) -> list[str]:
    return [
        *([text("sweeps_warning")] if late else []),
        *([text("unsent_warning", count=unsent)] if unsent else []),
        *([text("substitutions_warning", count=stuck)] if stuck else []),
    ]
