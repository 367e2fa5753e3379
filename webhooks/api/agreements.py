"""The register of agreements, and the cases that continue one."""

from __future__ import annotations

from flask import Response

from processes import actions
from processes.store import questions
from processes.store.tables import AgreementStatus, Relation
from webhooks.api import repeats, shapes
from webhooks.api.answers import answer, page
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.cases import visible, whole
from webhooks.api.fields import REGION, Choice, Day, Fields, Text, Whole


def list_agreements(ask: Ask) -> Response:
    """One page of the agreements the token may see, the one in force last first."""
    wanted = questions.AgreementFilters(
        region=ask.query.get("region"),
        status=AgreementStatus(ask.query["status"]) if "status" in ask.query else None,
        ending_before=ask.query.get("ending_before"),
    )
    with ask.office.database.read() as session:
        found = questions.page_of_agreements(
            session,
            ask.caller.viewer,
            wanted,
            page=ask.query.get("page", 1),
            now=ask.now,
        )
        calendar = ask.office.calendar
        lines = [
            shapes.agreement(row, calendar.today(ask.now, row.case.region_code))
            for row in found.items
        ]
    return answer(page(found, lines))


def follow_up(ask: Ask, case_id: str) -> Response:
    """Open a case that continues this one."""
    with ask.office.database.read() as session:
        visible(session, ask, case_id)
    body = repeats.earlier_answer(ask)
    if body is None:
        opened = actions.follow_up(
            ask.office,
            case_id,
            Relation(ask.body["relation"]),
            title=ask.body.get("title"),
            actor=ask.caller.actor,
            now=ask.now,
        )
        body = whole(ask, opened)
        repeats.remember(ask, body, 201)
    return answer(body, 201, location=ask.url(f"/cases/{body['id']}"))


_STATUSES = (AgreementStatus.BERLAKU.value, AgreementStatus.BERAKHIR.value)

CALLS = (
    Call(
        name="list_agreements",
        method="GET",
        path="/agreements",
        view=list_agreements,
        query=Fields(
            kinds={
                "region": REGION,
                "status": Choice(words=_STATUSES),
                "ending_before": Day(),
                "page": Whole(),
            }
        ),
        answers={200: shape("RegisterPage")},
    ),
    Call(
        name="follow_up",
        method="POST",
        path="/cases/{case_id}/follow-up",
        view=follow_up,
        roles=ACTING,
        json=Fields(
            kinds={
                "relation": Choice(words=tuple(relation.value for relation in Relation)),
                "title": Text(maximum=300),
            },
            required=("relation",),
        ),
        headers={repeats.HEADER: repeats.KEY},
        answers={201: shape("Case")},
        conflicts=True,
    ),
)
