"""The page of one official: what is kept about him, his offices and open tasks, and what was done
about him; with the forms that change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Response, make_response, render_template, request

from processes.errors import NotFound
from processes.store import people_log, personal_data, questions
from processes.store.channel_urls import masked
from processes.store.people_log import About, Recorded
from processes.store.tables import (
    Case,
    DataAct,
    Official,
    Person,
    Region,
    Task,
)
from webhooks.board.filled import EMPTY, Filled
from webhooks.board.officials import STATUSES, check_people, role_titles, state_of
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import keep_text
from webhooks.sessions import actor, viewer

#: names of the forms on the page
CHANGE, CHANNEL, EXPORT, ERASE = "ubah", "kanal", "data", "samarkan"
#: what was done before the page is shown again
DONE = ("changed", "channel", "tried", "erased")


@dataclass(frozen=True, kw_only=True)
class OfficialShown:
    """What the page shows of one official."""

    official: Official
    person: Person
    region: Region
    title: str
    state: str
    channel: str
    #: his other offices in regions that the viewer sees
    others: Sequence[Official]
    #: the names of all other regions at which he is in office
    elsewhere: Sequence[str]
    tasks: Sequence[tuple[Task, Case]]
    events: Sequence[Recorded]
    without_second: bool
    #: why his name cannot be removed; empty when it can
    kept_because: str


@dataclass(frozen=True, kw_only=True)
class Forms:
    """The forms of the page that were sent and refused, by name."""

    filled: Mapping[str, Filled] = field(default_factory=dict)

    def of(self, name: str) -> Filled:
        """One form; empty when it was not sent."""
        return self.filled.get(name, EMPTY)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return max((form.status for form in self.filled.values()), default=200)


@pages.get("/pejabat/<official_id>")
def official(official_id: str) -> Response:
    """One official; that his data were looked at is noted."""
    check_people()
    return show_official(official_id, done=request.args.get("selesai", ""))


def show_official(official_id: str, forms: Forms | None = None, *, done: str = "") -> Response:
    """The page, perhaps with a refused form, or with what was done (one of `DONE`)."""
    forms = forms or Forms()
    with office().database.write() as session:
        found = session.get(Official, official_id)
        if found is None or not _is_seen(found.region_code):
            raise NotFound
        person = session.get_one(Person, found.person_id)
        people_log.note_access(
            session,
            DataAct.LOOKED,
            About(region=found.region_code, person=person.id),
            actor=actor().as_entry(),
            now=now(),
        )
        offices = questions.offices_of(session, person.id)
        names = questions.regions_by_code(session)
        shown = OfficialShown(
            official=found,
            person=person,
            region=names[found.region_code],
            title=role_titles(session).get(found.role, found.role),
            state=state_of(found),
            channel=masked(person.channel_url),
            others=[o for o in offices if o.id != found.id and _is_seen(o.region_code)],
            elsewhere=sorted(
                {
                    names[o.region_code].name
                    for o in offices
                    if o.in_office and not _is_seen(o.region_code)
                }
            ),
            tasks=questions.open_tasks_of(session, found.id),
            events=people_log.page_of_events(session, viewer(), person=person.id).items,
            without_second=bool(questions.without_second_way(session, [person.id])),
            kept_because=personal_data.why_kept(session, person) or "",
        )
        titles = role_titles(session)
    page = render_template(
        "official.html",
        shown=shown,
        regions=names,
        titles=titles,
        status_options=STATUSES,
        forms=forms,
        values=_values(shown),
        zone=office().calendar.zone(found.region_code),
        done=keep_text(f"done_{done}") if done in DONE else "",
    )
    return make_response(page, forms.status)


def _is_seen(region: str) -> bool:
    own = viewer().regions
    return own is None or region in own


def _values(shown: OfficialShown) -> dict[str, str]:
    """What the form that changes him begins with."""
    return {
        "name": shown.person.name,
        "nip": shown.person.nip or "",
        "position": shown.official.position,
        "status": shown.official.status.value,
        "email": shown.person.email or "",
        "phone": shown.person.phone or "",
    }
