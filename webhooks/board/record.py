"""The page about the record itself: is it whole, and does it match what others kept of it?"""

from __future__ import annotations

from flask import render_template, request

from webhooks.board.record_state import compare, read_state
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.sessions import viewer

#: characters of what was typed that are looked at
MOST_TYPED = 200


@pages.get("/riwayat")
def record() -> str:
    """The seals, the last look through all chains, and a fingerprint compared with them."""
    typed = request.args.get("sidik", "").strip()[:MOST_TYPED]
    with office().database.read() as session:
        return render_template(
            "record.html",
            state=read_state(session, viewer(), now()),
            compared=compare(session, typed) if typed else None,
        )
