"""The roles that the diagrams name, and the regions with how they number their letters."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.errors import KsddError, NotFound
from processes.store import questions
from processes.store.questions import PAGE_SIZE
from webhooks.board.filled import EMPTY, Filled, refused, typed_in
from webhooks.board.officials import check_people, role_titles, roles_in_use, seen_regions
from webhooks.board.views import page_number, pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer


@pages.get("/peran")
def roles() -> str:
    """Every role that the diagrams know, with how many officials hold it."""
    check_people()
    with office().database.read() as session:
        titles, used = role_titles(session), roles_in_use(session)
        counted = questions.roles_counted(session, viewer())
    rows = [
        (role, titles.get(role, role), role in used, *counted.get(role, (0, 0)))
        for role in sorted({*titles, *used, *counted}, key=lambda each: (each not in used, each))
    ]
    return render_template("roles.html", rows=rows)


@pages.get("/daerah")
def regions() -> Response:
    """The regions that the viewer sees, found by code or name."""
    check_people()
    return _regions(EMPTY)


@pages.post("/daerah/<code>")
def set_pattern(code: str) -> Response:
    """Keep how a region numbers its letters."""
    check_act(Right.KEEP)
    typed = typed_in(("pattern", "reason"))
    try:
        actions.set_number_pattern(
            office(), code, typed["pattern"], reason=typed["reason"], actor=actor(), now=now()
        )
    except NotFound:
        raise
    except KsddError as error:
        return _regions(refused(typed, error, "pattern"), code)
    return make_response(redirect(url_for("board.regions", cari=code), 303))


def _regions(form: Filled, code: str = "") -> Response:
    words, number = request.args.get("cari", code).strip()[:100], page_number()
    with office().database.read() as session:
        found = [
            region
            for region in seen_regions(session).values()
            if words.casefold() in f"{region.code} {region.name}".casefold()
        ]
        start = (number - 1) * PAGE_SIZE
        shown = found[start : start + PAGE_SIZE]
        counted = questions.officials_counted(session, [region.code for region in shown])
    page = render_template(
        "regions.html",
        rows=[(region, counted.get(region.code, 0)) for region in shown],
        total=len(found),
        words=words,
        form=form,
        empty_form=EMPTY,
        changed=code,
        page=number,
        has_more=len(found) > start + PAGE_SIZE,
    )
    return make_response(page, form.status)
