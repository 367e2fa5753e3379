"""The working calendar on the board: a year in months, a form with a preview, removal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.actions import CalendarResult
from processes.actions.calendar_wishes import read_wish
from processes.actions.calendar_year import FIRST_YEAR, LAST_YEAR, CalendarYear, calendar_year
from processes.errors import InvalidAnswers, KsddError, NotFound
from processes.sentences.dates import MONTHS
from processes.store import questions
from processes.store.tables import CalendarDay, DayKind
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, text
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer

FIELDS = ("day", "kind", "region", "name", "decree", "source")
#: what the forms send when the preview was seen
SAVE = "simpan"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A form that could not be taken, as it was typed."""

    typed: Mapping[str, str]
    #: one sentence per field
    errors: Mapping[str, str]
    status: int


NOTHING = Tried(typed={}, errors={}, status=200)


@pages.get("/kalender")
def calendar() -> Response:
    """A year of the calendar."""
    return _page(NOTHING)


@pages.post("/kalender")
def add_day() -> Response:
    """Show what entering a day would move; enter it when that was seen."""
    check_act(Right.KEEP)
    typed = {name: request.form.get(name, "") for name in FIELDS}
    typed["region"] = typed["region"].split()[0] if typed["region"].split() else ""
    preview = request.form.get("langkah") != SAVE
    try:
        wish = read_wish(typed)
        done = actions.add_day(office(), wish, actor=actor(), now=now(), preview=preview)
    except InvalidAnswers as error:
        return _page(Tried(typed=typed, errors=error.sentences(language()), status=422))
    except KsddError as error:
        return _page(Tried(typed=typed, errors={"day": error.say(language())}, status=error.status))
    if preview:
        return _preview(done, typed=typed)
    return _saved(done, wish.day.year, wish.region)


@pages.route("/kalender/<day_id>/hapus", methods=["GET", "POST"])
def remove_day(day_id: str) -> Response:
    """Show what taking a day back would move, and ask why; take it back when both are there."""
    if request.method == "POST":
        check_act(Right.KEEP)
    reason = request.form.get("reason", "")
    preview, error = request.method == "GET", ""
    try:
        done = actions.remove_day(
            office(), day_id, reason=reason, actor=actor(), now=now(), preview=preview
        )
    except InvalidAnswers as wrong:
        error = " ".join(wrong.sentences(language()).values())
        done = actions.remove_day(
            office(), day_id, reason=reason, actor=actor(), now=now(), preview=True
        )
    if preview or error:
        return _preview(done, removing=done.days[0], error=error)
    return _saved(done, done.days[0].day.year, done.days[0].region_code)


def _saved(done: CalendarResult, year: int, region: str) -> Response:
    there = url_for(
        "board.calendar",
        tahun=year,
        daerah=region or None,
        bergeser=len(done.moves.found),
        menyusul=done.waiting,
    )
    return make_response(redirect(there, 303))


def _preview(
    done: CalendarResult,
    *,
    typed: Mapping[str, str] | None = None,
    removing: CalendarDay | None = None,
    error: str = "",
) -> Response:
    regions = viewer().regions
    own = [m for m in done.moves.found if regions is None or m.region in regions]
    with office().database.read() as session:
        names = questions.regions_by_code(session)
    page = render_template(
        "calendar_preview.html",
        day=done.days[0],
        where=names[done.days[0].region_code].name if done.days[0].region_code else "",
        moves=[
            (move, names[move.region].name, office().calendar.zone(move.region)) for move in own
        ],
        elsewhere=len(done.moves.found) - len(own),
        uncountable=done.moves.uncountable if regions is None else [],
        typed=typed or {},
        removing=removing,
        error=error,
    )
    return make_response(page, 422 if error else 200)


def _page(tried: Tried) -> Response:
    with office().database.read() as session:
        regions = questions.regions_by_code(session)
        code = (request.args.get("daerah", "").split() or [""])[0]
        region = code if code in regions else None
        found = calendar_year(session, office(), _year(), region)
    page = render_template(
        "calendar.html",
        year=found,
        months=_months(found),
        region=regions.get(code),
        region_wrong=bool(code) and region is None,
        regions=regions,
        kinds=tuple(DayKind),
        tried=tried,
        saved=_told(),
    )
    return make_response(page, tried.status)


def _told() -> str:
    """What the change that led here moved; empty when none did."""
    moved, waiting = request.args.get("bergeser", ""), request.args.get("menyusul", "")
    if not (moved.isdecimal() and waiting.isdecimal()) or len(moved + waiting) > 12:
        return ""
    return text("calendar_saved", count=int(moved), waiting=int(waiting))


def _year() -> int:
    typed = request.args.get("tahun", "")
    present = office().calendar.today(now()).year
    wanted = int(typed) if typed.isdecimal() and len(typed) == 4 else present
    if not FIRST_YEAR <= wanted <= LAST_YEAR:
        raise NotFound
    return wanted


def _months(found: CalendarYear) -> list[tuple[str, list[object]]]:
    """Each month by name with its days."""
    return [
        (name, [line for line in found.days if line.day.month == number])
        for number, name in enumerate(MONTHS[language()], start=1)
    ]
