"""The page of API tokens: the keys of other systems, when each was used, making and revoking."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for

from processes import actions
from processes.actions.tokens import ROLES
from processes.errors import KsddError, NotFound
from processes.store import token_use
from webhooks.board.filled import EMPTY, Filled, refused, typed_in
from webhooks.board.officials import seen_regions
from webhooks.board.register import code_of
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.rights import Right
from webhooks.sessions import account, actor, check_act, check_right, viewer


@pages.get("/kunci")
def tokens() -> Response:
    """The living tokens of the viewer's regions."""
    check_right(Right.KEEP)
    return _page(EMPTY)


@pages.post("/kunci")
def make_token() -> Response:
    """Make one; it is shown in the answer, this once."""
    check_act(Right.KEEP)
    typed = typed_in(("name", "role", "region", "reason"))
    with office().database.read() as session:
        code, wrong = code_of(typed["region"], seen_regions(session))
    if wrong:
        return _page(Filled(typed=typed, errors={"region": wrong}, status=422))
    try:
        text = actions.make_token(
            office(),
            typed["name"],
            typed["role"],
            code or None,
            actor=actor(),
            now=now(),
            reason=typed["reason"],
        )
    except KsddError as error:
        return _page(refused(typed, error, "name"))
    return _page(EMPTY, made=text, name=typed["name"])


@pages.post("/kunci/<token_id>/cabut")
def revoke_token(token_id: str) -> Response:
    """Kill one, with the reason."""
    check_act(Right.KEEP)
    typed = typed_in(("reason",))
    try:
        actions.revoke_token(office(), token_id, reason=typed["reason"], actor=actor(), now=now())
    except NotFound:
        raise
    except KsddError as error:
        return _page(refused(typed, error, "reason"), revoking=token_id)
    return make_response(redirect(url_for("board.tokens"), 303))


def _page(form: Filled, *, made: str = "", name: str = "", revoking: str = "") -> Response:
    with office().database.read() as session:
        page = render_template(
            "tokens.html",
            rows=token_use.tokens_of(session, viewer()),
            regions=seen_regions(session),
            roles=ROLES,
            form=EMPTY if revoking else form,
            revoke_form=form if revoking else EMPTY,
            revoking=revoking,
            made=made,
            name=name,
            own=account().region_code or "",
        )
    return make_response(page, 201 if made else form.status)
