"""The page on which agreements that were signed before are brought in by list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from processes import actions
from processes.actions.agreements_file import COLUMNS, MOST_ROWS, AgreementsRefused
from processes.actions.importing_agreements import Imported
from processes.errors import KsddError
from processes.store import questions
from webhooks.board.filled import EMPTY, Filled, refused, typed_in
from webhooks.board.official_acts import SEEN
from webhooks.board.tables_sent import table_sent
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import keep_text, language
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, check_right

#: wrong rows that the page names one by one
MOST_ERRORS = 200


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """What came of a list that was sent."""

    preview: Imported | None = None
    done: Imported | None = None
    text: str = ""
    wrong: Sequence[str] = ()
    count: int = 0


@pages.get("/naskah-lama")
def old_agreements() -> Response:
    """The form that takes the list."""
    check_right(Right.KEEP)
    return _page(EMPTY, _Outcome())


@pages.post("/naskah-lama")
def bring_agreements() -> Response:
    """Show what a list says, row by row; open the cases when that was seen."""
    check_act(Right.KEEP)
    typed = typed_in(("reason", "procedure"))
    text, wrong = table_sent()
    if wrong:
        return _page(Filled(typed=typed, errors={"file": wrong}, status=422), _Outcome())
    confirmed, lacking = SEEN in request.form, {}
    if confirmed and not typed["reason"]:
        confirmed, lacking = False, {"reason": keep_text("reason_missing")}
    try:
        found = actions.import_agreements(
            office(),
            text,
            procedure=typed["procedure"] or "ksdd",
            actor=actor(),
            now=now(),
            reason=typed["reason"],
            preview=not confirmed,
        )
    except AgreementsRefused as error:
        said = error.lines(language(), MOST_ERRORS)
        outcome = _Outcome(wrong=said, count=len(error.errors))
        return _page(refused(typed, error, "file"), outcome)
    except KsddError as error:
        return _page(refused(typed, error, "file"), _Outcome())
    if confirmed:
        return _page(EMPTY, _Outcome(done=found))
    form = Filled(typed=typed, errors=lacking, status=422 if lacking else 200)
    return _page(form, _Outcome(preview=found, text=text))


def _page(form: Filled, outcome: _Outcome) -> Response:
    with office().database.read() as session:
        page = render_template(
            "old_agreements.html",
            form=form,
            outcome=outcome,
            columns=COLUMNS,
            most=MOST_ROWS,
            regions=questions.regions_by_code(session),
            procedures=[
                version
                for version in questions.procedures_in_force(
                    session, office().calendar.today(now())
                )
                if any(
                    shape.entry == "naskah_lama"
                    for shape in office().procedure(session, version.id).shapes.values()
                )
            ],
        )
    return make_response(page, form.status)
