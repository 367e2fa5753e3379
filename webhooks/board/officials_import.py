"""The page on which a list of officials is brought in: look at it first, then confirm."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from processes import actions
from processes.actions.moves_shown import Preview
from processes.actions.role_warnings import unknown_roles
from processes.errors import KsddError
from processes.store.officials_file import COLUMNS, OfficialsRefused
from processes.store.officials_import import ImportResult
from processes.store.tables import PeopleAct
from webhooks.board.filled import EMPTY, Filled, refused, typed_in
from webhooks.board.official_acts import SEEN
from webhooks.board.officials import role_titles, roles_in_use, seen_regions
from webhooks.board.tables_sent import table_sent
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import keep_text, language
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, check_right

#: wrong rows that the page names one by one
MOST_ERRORS = 200


@pages.get("/pejabat/impor")
def import_officials() -> Response:
    """The form that takes the list."""
    check_right(Right.KEEP)
    return _page(EMPTY)


@pages.post("/pejabat/impor")
def bring_officials() -> Response:
    """Show what a list would do, row by row; do it when that was seen."""
    check_act(Right.KEEP)
    typed = typed_in(("reason", "replace"))
    text, wrong = table_sent()
    if wrong:
        return _page(Filled(typed=typed, errors={"file": wrong}, status=422))
    replace, seen, preview = bool(typed["replace"]), request.form.get(SEEN, ""), None
    lacking = {"reason": keep_text("reason_missing")} if seen and not typed["reason"] else {}
    try:
        if seen and not lacking:
            done = actions.import_officials(
                office(),
                text,
                replace=replace,
                actor=actor(),
                now=now(),
                reason=typed["reason"],
                expected=seen,
            )
            return _page(EMPTY, done=done)
        preview = actions.preview_officials(
            office(), text, replace=replace, actor=actor(), now=now()
        )
    except OfficialsRefused as error:
        told = [row.say(language()) for row in error.errors[:MOST_ERRORS]]
        return _page(refused(typed, error, "file"), rows_wrong=told, count=len(error.errors))
    except KsddError as error:
        return _page(refused(typed, error, "file"))
    form = Filled(typed=typed, errors=lacking, status=422 if lacking else 200)
    return _page(form, preview=preview, text=text)


def _page(
    form: Filled,
    *,
    preview: Preview | None = None,
    text: str = "",
    done: ImportResult | None = None,
    rows_wrong: list[str] | None = None,
    count: int = 0,
) -> Response:
    brought = {row.role for row in preview.rows if row.act != PeopleAct.ENDED} if preview else set()
    with office().database.read() as session:
        page = render_template(
            "officials_import.html",
            form=form,
            unknown=unknown_roles(session, office(), brought, language()),
            preview=preview,
            text=text,
            done=done,
            rows_wrong=rows_wrong or [],
            count=count,
            columns=COLUMNS,
            roles=sorted(roles_in_use(session)),
            titles=role_titles(session),
            regions=seen_regions(session),
        )
    return make_response(page, form.status)
