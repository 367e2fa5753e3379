"""The board at `/`: shown whole or only what changes on it, and the ways of looking it keeps."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from processes.errors import NotFound
from processes.store import saved_views
from webhooks.board.asked import Asked
from webhooks.board.overview import overview
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.dates import moment
from webhooks.language import board_text, language
from webhooks.security import allow_own_script
from webhooks.sessions import account, check_form, viewer

#: longest name of a kept way of looking, and its longest query
LONGEST_NAME, LONGEST_QUERY = 60, 1000
#: arguments that say nothing about what is looked at
BESIDE = frozenset({"lang", "bagian"})


@pages.get("/")
def dashboard() -> Response:
    """What waits and what is late, the most urgent first; with `bagian=daftar` only that part.

    An empty address opens what the account made its own way of looking.
    """
    if not set(request.args) - BESIDE:
        with office().database.read() as session:
            kept = saved_views.default_of(session, account().id)
        if kept is not None:
            return _to(kept.query)
    asked = Asked.read(request.args)
    if request.args.get("bagian") != "daftar":
        return _page(asked)
    shown = overview(viewer(), account().id, asked, now())
    html = render_template("parts/board.html", **shown)
    answer = make_response(html)
    answer.set_etag(sha256(html.encode()).hexdigest()[:32], weak=True)
    answer.headers["X-Diperbarui"] = at_clock(shown["now"], shown["zone"])
    answer.headers["Cache-Control"] = "no-store"
    answer.make_conditional(request)
    return answer


@pages.post("/tampilan")
def keep_view() -> Response:
    """Keep the way of looking that the form names; the board again when that cannot be."""
    check_form()
    asked = _asked_of_form()
    name = " ".join(request.form.get("nama", "").replace("\0", "").split())[:LONGEST_NAME]
    if not name:
        return _page(asked, view_error=board_text("view_without_name"))
    is_default = request.form.get("utama") == "1"
    with office().database.write() as session:
        kept = saved_views.keep(
            session,
            account().id,
            name=name,
            query=_query(asked),
            is_default=is_default,
            now=now(),
        )
    if kept is None:
        return _page(asked, view_error=board_text("too_many_views", count=saved_views.MOST))
    return _to(_query(asked))


@pages.post("/tampilan/<view_id>/hapus")
def forget_view(view_id: str) -> Response:
    """Forget one of the account's own ways of looking."""
    check_form()
    with office().database.write() as session:
        if not saved_views.remove(session, account().id, view_id):
            raise NotFound
    return _to(_query(_asked_of_form()))


def at_clock(at: datetime, zone: ZoneInfo) -> str:
    """The hour in the reader's zone, for example "10.32 WIB"."""
    return " ".join(moment(at, zone, language()).split()[-2:])


def _page(asked: Asked, *, view_error: str = "") -> Response:
    shown: dict[str, Any] = overview(viewer(), account().id, asked, now())
    html = render_template(
        "dashboard.html",
        **shown,
        at_clock=at_clock(shown["now"], shown["zone"]),
        view_error=view_error,
    )
    return allow_own_script(make_response(html, 422 if view_error else 200))


def _asked_of_form() -> Asked:
    """What the query in a form asks for; nothing but that comes back out of it."""
    return Asked.read(MultiDict(parse_qsl(request.form.get("kueri", "")[:LONGEST_QUERY])))


def _query(asked: Asked) -> str:
    return asked.query() or "kelompok=tahap"


def _to(query: str) -> Response:
    return make_response(redirect(f"{url_for('board.dashboard')}?{query}", 303))
