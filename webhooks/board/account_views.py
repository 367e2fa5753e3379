"""The page "Akun": who signs in, what he may do and where; for administrators of his regions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Order
from processes.actions.account_scope import ROLES
from processes.actions.accounts import Invited
from processes.errors import FieldError, InvalidAnswers, KsddError, NotAllowed, NotFound
from processes.store import questions
from processes.store.tables import Account
from webhooks.board.account_rows import account_rows, event_rows, session_rows
from webhooks.board.register import code_of
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.rendering import iso
from webhooks.rights import Right
from webhooks.sessions import (
    actor,
    check_proof,
    check_right,
    has_fresh_proof,
    session_token,
    viewer,
)

FIELDS = ("name", "email", "role", "regions", "ends_on", "official", "reason")

Errors = Mapping[str, KsddError]


@pages.get("/akun")
def accounts() -> str:
    """Every account that sees no more than the viewer, and the form for a new one."""
    check_right(Right.KEEP)
    return _listing({}, {})


@pages.post("/akun")
def invite_account() -> Response:
    """Make an account; its invitation is shown once."""
    _check()
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        scope, errors = _scope(typed)
        if not typed["name"]:
            errors["name"] = FieldError("errors.name_missing")
        if not typed["reason"]:
            errors["reason"] = FieldError("errors.reason_missing")
        if errors:
            raise InvalidAnswers(errors)
        wish = actions.NewAccount(
            name=typed["name"], scope=scope, email=typed["email"], official=typed["official"]
        )
        made = actions.invite_account(office(), wish, order=_order(), now=now())
    except InvalidAnswers as error:
        return make_response(_listing(typed, error.fields), error.status)
    except NotAllowed as error:
        return make_response(_listing(typed, {"regions": error}), error.status)
    return _page(made.account_id, invited=made)


@pages.get("/akun/<account_id>")
def account(account_id: str) -> Response:
    """One account: what it may do, where it is signed in, what happened to it."""
    check_right(Right.KEEP)
    return _page(account_id)


@pages.post("/akun/<account_id>/ubah")
def change_account(account_id: str) -> Response:
    """Another role, other regions or another end."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}

    def change(order: Order, now: datetime) -> None:
        scope, errors = _scope(typed)
        if errors:
            raise InvalidAnswers(errors)
        actions.change_account(office(), account_id, scope, order=order, now=now)

    return _acted(account_id, "ubah", change)


@pages.post("/akun/<account_id>/undang")
def invite_again(account_id: str) -> Response:
    """A fresh invitation, shown once."""
    made: list[Invited] = []

    def invite(order: Order, now: datetime) -> None:
        made.append(actions.invite_again(office(), account_id, order=order, now=now))

    failed = _try("undang", invite)
    return _page(account_id, failed=failed, invited=made[0] if made else None)


@pages.post("/akun/<account_id>/nonaktif")
def disable_account(account_id: str) -> Response:
    """Let an account be of no use from now on."""
    return _acted(account_id, "nonaktif", partial(actions.disable_account, office(), account_id))


@pages.post("/akun/<account_id>/aktif")
def enable_account(account_id: str) -> Response:
    """Let a disabled account be of use again."""
    return _acted(account_id, "aktif", partial(actions.enable_account, office(), account_id))


@pages.post("/akun/<account_id>/aplikasi")
def reset_app(account_id: str) -> Response:
    """Take the authenticator app of somebody who lost it."""
    return _acted(account_id, "aplikasi", partial(actions.reset_app, office(), account_id))


@pages.post("/akun/<account_id>/sesi")
def end_sessions(account_id: str) -> Response:
    """End one session of an account, or all."""
    name = request.form.get("session", "")
    act = partial(actions.end_sessions, office(), account_id, name=name)
    return _acted(account_id, f"sesi-{name[:8]}", act)


def _check() -> None:
    check_proof()
    check_right(Right.KEEP)


def _order() -> Order:
    return Order(actor=actor(), reason=request.form.get("reason", ""))


def _acted(account_id: str, form: str, act: Callable[..., None]) -> Response:
    """Do it and show the account anew; or the form again with what was wrong."""
    failed = _try(form, act)
    if failed is not None:
        return _page(account_id, failed=failed)
    return make_response(redirect(url_for("board.account", account_id=account_id), 303))


def _try(form: str, act: Callable[..., None]) -> tuple[str, KsddError] | None:
    """None when it was done, else the form with the error; NotFound has a page of its own."""
    _check()
    try:
        act(order=_order(), now=now())
    except NotFound:
        raise
    except KsddError as error:
        return form, error
    return None


def _scope(typed: Mapping[str, str]) -> tuple[actions.Scope, dict[str, KsddError]]:
    """What was typed about role, regions and end, and what of it cannot be read."""
    errors: dict[str, KsddError] = {}
    role = next((each for each in ROLES if each.value == typed["role"]), None)
    if role is None:
        errors["role"] = FieldError("accounts.role_missing")
    ends_on = iso(typed["ends_on"])
    if typed["ends_on"] and ends_on is None:
        errors["ends_on"] = FieldError("accounts.end_past")
    with office().database.read() as session:
        known = questions.regions_by_code(session)
    codes = []
    for name in filter(None, (part.strip() for part in typed["regions"].split(","))):
        code, _problem = code_of(name, known)
        if not code:
            errors["regions"] = FieldError("accounts.region_unknown", code=name[:80])
        codes.append(code)
    regions = list(dict.fromkeys(codes))
    # without a role it is not used: the error stands beside it
    return actions.Scope(role=role or ROLES[0], regions=regions, ends_on=ends_on), errors


def _listing(typed: Mapping[str, str], errors: Errors) -> str:
    with office().database.read() as session:
        found = questions.managed_accounts(session, viewer())
        rows = account_rows(session, found, questions.regions_by_code(session), now())
    own = ", ".join(sorted(viewer().regions or ()))
    return render_template(
        "accounts.html",
        rows=rows,
        roles=[role.value for role in ROLES],
        typed=typed or {"regions": own},
        errors={name: error.say(language()) for name, error in errors.items()},
        fields=[name for name in FIELDS if name in errors],
        is_proved=has_fresh_proof(),
        sees_everything=viewer().sees_everything,
    )


def _page(
    account_id: str,
    *,
    failed: tuple[str, KsddError] | None = None,
    invited: Invited | None = None,
) -> Response:
    with office().database.read() as session:
        found = questions.find_managed_account(session, viewer(), account_id)
        if found is None:
            raise NotFound
        html = _account_html(session, found, failed, invited)
    return make_response(html, 200 if failed is None else failed[1].status)


def _account_html(
    session: Session,
    found: Account,
    failed: tuple[str, KsddError] | None,
    invited: Invited | None,
) -> str:
    regions = questions.regions_by_code(session)
    [row] = account_rows(session, [found], regions, now())
    form, error = failed if failed is not None else ("", None)
    said = ""
    if isinstance(error, InvalidAnswers):
        said = " ".join(error.sentences(language()).values())
    elif error is not None:
        said = error.say(language())
    return render_template(
        "account.html",
        row=row,
        is_own=actor().name == found.name,
        sessions=session_rows(session, found.id, now(), session_token()),
        events=event_rows(session, found.id),
        views=questions.accesses(session, viewer(), account_id=found.id),
        zone=office().calendar.zone(found.region_code),
        roles=[role.value for role in ROLES],
        form=form,
        error=said,
        typed=request.form,
        invited=invited,
        is_proved=has_fresh_proof(),
    )
