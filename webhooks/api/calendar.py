"""The working calendar: show a year, enter a day, take one back; each change with a preview."""

from __future__ import annotations

from flask import Response

from processes import actions
from processes.actions.calendar_wishes import MOST_DECREE, MOST_NAME, MOST_SOURCE, DayWish
from processes.actions.calendar_year import FIRST_YEAR, LAST_YEAR, calendar_year
from processes.errors import FieldError, InvalidAnswers
from processes.store.tables import AccountRole, CalendarDay, DayKind, Region
from webhooks.api import calendar_shapes as shapes
from webhooks.api.answers import answer
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import REGION, Choice, Day, Fields, Text, Whole, YesNo

#: who changes what holds in the whole country
EVERYWHERE = frozenset({AccountRole.ADMIN})


def show_calendar(ask: Ask) -> Response:
    """The days off of a year in a region; without a region all that was entered anywhere."""
    office, region = ask.office, ask.query.get("region")
    year = ask.query.get("year") or office.calendar.today(ask.now).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        wrong = FieldError("api.field_year", first=FIRST_YEAR, last=LAST_YEAR)
        raise InvalidAnswers({"year": wrong})
    with office.database.read() as session:
        if region is not None and session.get(Region, region) is None:
            raise InvalidAnswers({"region": FieldError("calendar.region_unknown", code=region)})
        found = calendar_year(session, office, year, region)
    return answer(shapes.year(found, region, office.calendar.zone(region)))


def add_day(ask: Ask) -> Response:
    """Enter a day, or only say what would move."""
    body, preview = ask.body, ask.query.get("preview", False)
    if "region" not in body:
        ask.caller.check_role(EVERYWHERE)
    wish = DayWish(
        day=body["day"],
        kind=DayKind(body["kind"]),
        region=body.get("region", ""),
        name=body["name"],
        decree=body["decree"],
        source=body.get("source", ""),
    )
    done = actions.add_day(ask.office, wish, actor=ask.caller.actor, now=ask.now, preview=preview)
    return answer(
        shapes.result(done, ask.office.calendar, ask.caller.viewer, preview=preview),
        200 if preview else 201,
    )


def remove_day(ask: Ask, day_id: str) -> Response:
    """Take a day back with a reason, or only say what would move."""
    preview = ask.query.get("preview", False)
    with ask.office.database.read() as session:
        row = session.get(CalendarDay, day_id)
        if row is not None and row.region_code == "":
            ask.caller.check_role(EVERYWHERE)
    done = actions.remove_day(
        ask.office,
        day_id,
        reason=ask.body.get("reason", ""),
        actor=ask.caller.actor,
        now=ask.now,
        preview=preview,
    )
    return answer(shapes.result(done, ask.office.calendar, ask.caller.viewer, preview=preview))


_PREVIEW = Fields(kinds={"preview": YesNo()})

CALLS = (
    Call(
        name="show_calendar",
        method="GET",
        path="/calendar",
        view=show_calendar,
        query=Fields(kinds={"region": REGION, "year": Whole()}),
        answers={200: shape("CalendarYear")},
    ),
    Call(
        name="add_calendar_day",
        method="POST",
        path="/calendar/days",
        view=add_day,
        roles=ACTING,
        query=_PREVIEW,
        json=Fields(
            kinds={
                "day": Day(),
                "kind": Choice(words=tuple(kind.value for kind in DayKind)),
                "region": REGION,
                "name": Text(maximum=MOST_NAME),
                "decree": Text(maximum=MOST_DECREE, example="SK Bupati 100.3.3.2/12/2026"),
                "source": Text(maximum=MOST_SOURCE),
            },
            required=("day", "kind", "name", "decree"),
        ),
        answers={200: shape("CalendarResult"), 201: shape("CalendarResult")},
    ),
    Call(
        name="remove_calendar_day",
        method="POST",
        path="/calendar/days/{day_id}/remove",
        view=remove_day,
        roles=ACTING,
        query=_PREVIEW,
        json=Fields(kinds={"reason": Text(maximum=1000)}),
        json_optional=True,
        answers={200: shape("CalendarResult")},
        conflicts=True,
    ),
)
