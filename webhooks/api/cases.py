"""Cases: open, list, show, withdraw, and their history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from processes import actions
from processes.engine.shapes import LETTER_ENTRY, OLD_ENTRY, USUAL_ENTRY
from processes.errors import FieldError, InvalidAnswers, NotFound
from processes.store import questions
from processes.store.procedures import get_version
from processes.store.tables import Case, CaseStatus
from webhooks.api import repeats, shapes
from webhooks.api.answers import answer, everything, page
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import (
    PROCEDURE_KEY,
    REGION,
    Anything,
    Choice,
    Fields,
    Text,
    Texts,
    Whole,
    YesNo,
    YesOrAnything,
)
from webhooks.api.tasks import lines_of

#: partners of one case; with the pemrakarsa there are 2 to 50 parties (procedure.md)
PARTNERS_LIMIT = 49


def open_case(ask: Ask) -> Response:
    """Open a case for a region the token acts for; of a letter, for one that received it."""
    received = ask.body["parties"] if _entry(ask)[0] == LETTER_ENTRY else ()
    if not any(ask.caller.actor.may_act_for(code) for code in received):
        ask.caller.check_region(ask.body["region"])
    body = repeats.earlier_answer(ask)
    if body is None:
        body = whole(ask, _open(ask))
        repeats.remember(ask, body, 201)
    return answer(body, 201, location=ask.url(f"/cases/{body['id']}"))


def _open(ask: Ask) -> str:
    entry, known = _entry(ask)
    usual = {name: ask.body[name] for name in _OPENING.required}
    try:
        return actions.open_case(
            ask.office, **usual, entry=entry, known=known, actor=ask.caller.actor, now=ask.now
        )
    except NotFound as error:
        # the address of this call exists; what it names does not
        raise InvalidAnswers({"procedure": error}) from None


def _entry(ask: Ask) -> tuple[str, dict[str, Any] | None]:
    """The way in which the case is opened, and what is known of the letter or the agreement."""
    letter, old = ask.body.get(LETTER_ENTRY), ask.body.get(OLD_ENTRY) or None
    if letter is not None and old is not None:
        raise InvalidAnswers({OLD_ENTRY: FieldError("api.one_entry")})
    if letter is not None:
        return LETTER_ENTRY, letter
    if old is not None:
        return OLD_ENTRY, None if old is True else old
    return USUAL_ENTRY, None


def list_cases(ask: Ask) -> Response:
    """One page of the cases the token may see, newest first."""
    wanted = questions.CaseFilters(
        status=CaseStatus(ask.query["status"]) if "status" in ask.query else None,
        stage=ask.query.get("stage"),
        region=ask.query.get("region"),
        overdue=ask.query.get("overdue"),
    )
    number = ask.query.get("page", 1)
    with ask.office.database.read() as session:
        found = questions.page_of_cases(
            session, ask.caller.viewer, wanted, page=number, now=ask.now
        )
        lines = _lines(session, ask, found.items)
    return answer(page(found, lines))


def show_case(ask: Ask, case_id: str) -> Response:
    """One case with its tasks and documents."""
    return answer(whole(ask, case_id))


def show_history(ask: Ask, case_id: str) -> Response:
    """What happened in a case, oldest first: one page of it, or the whole when no page is named,
    because the chain of hashes needs every entry."""
    viewer, number = ask.caller.viewer, ask.query.get("page")
    with ask.office.database.read() as session:
        case = visible(session, ask, case_id)
        if number is None:
            rows = questions.history_of_case(session, viewer, case.id)
            return answer(everything(shapes.entry(row) for row in rows))
        found = questions.page_of_history(session, viewer, case.id, page=number)
        return answer(page(found, [shapes.entry(row) for row in found.items]))


def withdraw_case(ask: Ask, case_id: str) -> Response:
    """Withdraw the case of a region the token acts for; the case as it stands afterwards."""
    with ask.office.database.read() as session:
        ask.caller.check_region(visible(session, ask, case_id).region_code)
    actions.withdraw_case(
        ask.office, case_id, reason=ask.body["reason"], actor=ask.caller.actor, now=ask.now
    )
    return answer(whole(ask, case_id))


def whole(ask: Ask, case_id: str) -> dict[str, Any]:
    """One case with its tasks, documents and linked cases."""
    with ask.office.database.read() as session:
        case = visible(session, ask, case_id)
        tasks = questions.tasks_of_case(session, ask.caller.viewer, case.id)
        documents = questions.documents_of_case(session, ask.caller.viewer, case.id)
        [line] = _lines(session, ask, [case])
        parties = [p.region_code for p in questions.parties_of_case(session, case.id)]
        viewer = ask.caller.viewer
        parent = questions.parent_of(session, viewer, case)
        return {
            **line,
            "parent": None if parent is None else shapes.linked_case(parent),
            "follow_ups": [
                shapes.linked_case(each)
                for each in questions.follow_ups_of(session, viewer, case.id)
            ],
            "without_contact": sorted(questions.without_contact(session, parties)),
            "tasks": lines_of(session, ask, tasks),
            "documents": [shapes.document(row) for row in documents],
        }


def _lines(session: Session, ask: Ask, cases: Sequence[Case]) -> list[dict[str, Any]]:
    parties = questions.parties_of_cases(session, [case.id for case in cases])
    return [
        shapes.case_line(
            case,
            get_version(session, case.version_id),
            parties[case.id],
            ask.office.calendar.today(ask.now, case.region_code),
        )
        for case in cases
    ]


def visible(session: Session, ask: Ask, case_id: str) -> Case:
    """The case as the caller may see it; NotFound when it is not for him."""
    case = questions.find_case(session, ask.caller.viewer, case_id)
    if case is None:
        raise NotFound
    return case


_OPENING = Fields(
    kinds={
        "procedure": Text(maximum=60, pattern=PROCEDURE_KEY, example="ksdd"),
        "region": REGION,
        "parties": Texts(of=REGION, minimum=1, maximum=PARTNERS_LIMIT),
        "title": Text(maximum=300, example="Pelayanan publik di wilayah perbatasan"),
        LETTER_ENTRY: Anything(
            description="the letter that another region sent: nomor, tanggal, tanggal_terima, "
            "dokumen (id of a document), and what else its task asks"
        ),
        OLD_ENTRY: YesOrAnything(
            description="an agreement that was signed before: true, or what its task asks"
        ),
    },
    required=("procedure", "region", "parties", "title"),
)
_FILTERS = Fields(
    kinds={
        "status": Choice(words=tuple(status.value for status in CaseStatus)),
        "stage": Whole(),
        "region": REGION,
        "overdue": YesNo(),
        "page": Whole(),
    }
)
_REASON = Fields(kinds={"reason": Text(maximum=1000)}, required=("reason",))

CALLS = (
    Call(
        name="open_case",
        method="POST",
        path="/cases",
        view=open_case,
        roles=ACTING,
        json=_OPENING,
        headers={repeats.HEADER: repeats.KEY},
        answers={201: shape("Case")},
        conflicts=True,
    ),
    Call(
        name="list_cases",
        method="GET",
        path="/cases",
        view=list_cases,
        query=_FILTERS,
        answers={200: shape("CasePage")},
    ),
    Call(
        name="show_case",
        method="GET",
        path="/cases/{case_id}",
        view=show_case,
        answers={200: shape("Case")},
    ),
    Call(
        name="show_history",
        method="GET",
        path="/cases/{case_id}/history",
        view=show_history,
        query=Fields(kinds={"page": Whole()}),
        answers={200: shape("HistoryPage")},
    ),
    Call(
        name="withdraw_case",
        method="POST",
        path="/cases/{case_id}/withdraw",
        view=withdraw_case,
        roles=ACTING,
        json=_REASON,
        answers={200: shape("Case")},
        conflicts=True,
    ),
)
