"""Who holds which role, for those who hand tasks over; no addresses, no NIP."""

from __future__ import annotations

from flask import Response

from processes.store import questions
from webhooks.api import official_shapes
from webhooks.api.answers import answer, page
from webhooks.api.calls import Ask, Call, shape
from webhooks.api.fields import REGION, Fields, Text, Whole


def list_officials(ask: Ask) -> Response:
    """One page of the active officials of the regions the token may see."""
    with ask.office.database.read() as session:
        found = questions.page_of_officials(
            session,
            ask.caller.viewer,
            region=ask.query.get("region"),
            role=ask.query.get("role"),
            page=ask.query.get("page", 1),
        )
    return answer(page(found, [official_shapes.official(*row) for row in found.items]))


CALLS = (
    Call(
        name="list_officials",
        method="GET",
        path="/officials",
        view=list_officials,
        query=Fields(
            kinds={
                "region": REGION,
                "role": Text(maximum=60, example="sekda"),
                "page": Whole(),
            }
        ),
        answers={200: shape("OfficialPage")},
    ),
)
