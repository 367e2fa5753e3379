"""What an administrator does on an official's page: add, change, end, channel, data, removal."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.actions.moves_shown import Preview
from processes.errors import KsddError, NotFound
from processes.store import questions
from processes.store.tables import Official, Person
from webhooks.board.filled import EMPTY, Filled, refused, typed_in
from webhooks.board.official_page import (
    CHANGE,
    CHANNEL,
    ERASE,
    EXPORT,
    Forms,
    show_official,
)
from webhooks.board.officials import STATUSES, role_titles, seen_regions
from webhooks.board.register import code_of
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.person_file import person_zip
from webhooks.rights import Right
from webhooks.sessions import account, actor, check_act, check_right, viewer

CHANGED = ("name", "nip", "position", "status", "email", "phone")
ADDED = ("region", "role", *CHANGED)
#: what a form sends that confirms a preview: its digest
SEEN = "dilihat"


@pages.get("/pejabat/baru")
def new_official() -> Response:
    """The form that lets somebody hold a role; a vacancy fills in region and role."""
    check_right(Right.KEEP)
    typed = {
        "region": request.args.get("daerah", account().region_code or "")[:100],
        "role": request.args.get("peran", "")[:60],
    }
    return _new(Filled(typed=typed))


@pages.post("/pejabat/baru")
def add_official() -> Response:
    """Show which open tasks he would get; add him when that was seen."""
    check_act(Right.KEEP)
    typed = typed_in((*ADDED, "reason"))
    with office().database.read() as session:
        code, _ = code_of(typed["region"], seen_regions(session))
    wish = {**typed, "region": code or typed["region"]}
    seen = request.form.get(SEEN, "")
    try:
        if not seen:
            preview = actions.preview_official(office(), wish, actor=actor(), now=now())
            return _new(Filled(typed=typed), preview)
        done = actions.add_official(
            office(), wish, reason=typed["reason"], actor=actor(), now=now(), expected=seen
        )
    except KsddError as error:
        return _new(refused(typed, error, "region"))
    there = url_for("board.official", official_id=done.rows[0].official.id)
    return make_response(redirect(there, 303))


def _new(form: Filled, preview: Preview | None = None) -> Response:
    with office().database.read() as session:
        page = render_template(
            "official_new.html",
            form=form,
            preview=preview,
            regions=seen_regions(session),
            titles=role_titles(session),
            status_options=STATUSES,
            names=ADDED,
        )
    return make_response(page, form.status)


@pages.post("/pejabat/<official_id>")
def change_official(official_id: str) -> Response:
    """Set right what is known of him."""
    check_act(Right.KEEP)
    typed = typed_in((*CHANGED, "reason", "resend"))
    try:
        actions.change_official(
            office(),
            official_id,
            typed,
            reason=typed["reason"],
            actor=actor(),
            now=now(),
            resend=bool(typed["resend"]),
        )
    except NotFound:
        raise
    except KsddError as error:
        form = refused(typed, error, "name")
        return show_official(official_id, Forms(filled={CHANGE: form}))
    return _done(official_id, "changed")


def _done(official_id: str, what: str) -> Response:
    """Back to his page, which says what was done; loading it again does nothing twice."""
    there = url_for("board.official", official_id=official_id, selesai=what)
    return make_response(redirect(there, 303))


@pages.post("/pejabat/<official_id>/kanal")
def change_channel(official_id: str) -> Response:
    """Give him a channel, or take it away."""
    check_act(Right.KEEP)
    typed = typed_in(("channel", "channel_reason"))
    url = None if "hapus" in request.form else typed["channel"]
    try:
        actions.change_channel(
            office(), official_id, url, reason=typed["channel_reason"], actor=actor(), now=now()
        )
    except NotFound:
        raise
    except KsddError as error:
        return show_official(official_id, Forms(filled={CHANNEL: _kept_secret(typed, error)}))
    return _done(official_id, "channel")


def _kept_secret(typed: dict[str, str], error: KsddError) -> Filled:
    """A channel's form as it is shown again: without the URL, which is a secret."""
    form = refused({"channel_reason": typed["channel_reason"]}, error, "channel")
    errors = {{"reason": "channel_reason"}.get(at, at): said for at, said in form.errors.items()}
    return Filled(typed=form.typed, errors=errors, status=form.status)


@pages.post("/pejabat/<official_id>/uji")
def try_channel(official_id: str) -> Response:
    """Send him a message that asks for nothing."""
    check_act(Right.KEEP)
    try:
        actions.try_channel(office(), official_id, actor=actor(), now=now())
    except NotFound:
        raise
    except KsddError as error:
        form = refused({}, error, "channel")
        return show_official(official_id, Forms(filled={CHANNEL: form}))
    return _done(official_id, "tried")


@pages.route("/pejabat/<official_id>/akhiri", methods=["GET", "POST"])
def end_official(official_id: str) -> Response:
    """Show where his open tasks would go, and ask why; let him go when both are there."""
    check_right(Right.KEEP)
    form = EMPTY
    if request.method == "POST":
        check_act(Right.KEEP)
        typed = typed_in(("reason",))
        try:
            actions.end_official(
                office(),
                official_id,
                reason=typed["reason"],
                actor=actor(),
                now=now(),
                expected=request.form.get(SEEN, ""),
            )
        except NotFound:
            raise
        except KsddError as error:
            form = refused(typed, error, "reason")
        else:
            there = url_for("board.official", official_id=official_id)
            return make_response(redirect(there, 303))
    preview = actions.preview_end(office(), official_id, actor=actor(), now=now())
    with office().database.read() as session:
        official = session.get_one(Official, official_id)
        page = render_template(
            "official_end.html",
            official=official,
            person=session.get_one(Person, official.person_id),
            region=questions.regions_by_code(session)[official.region_code],
            preview=preview,
            form=form,
        )
    return make_response(page, form.status)


@pages.post("/pejabat/<official_id>/data.zip")
def person_data(official_id: str) -> Response:
    """Everything kept about the person, as a file to hand to him."""
    check_act(Right.KEEP)
    reason = typed_in(("reason",))
    try:
        data = actions.export_person(
            office(),
            official_id,
            reason=reason["reason"],
            viewer=viewer(),
            actor=actor(),
            now=now(),
        )
    except NotFound:
        raise
    except KsddError as error:
        form = refused(reason, error, "reason")
        return show_official(official_id, Forms(filled={EXPORT: form}))
    return Response(
        person_zip(data),
        mimetype="application/zip",
        headers={"Content-Disposition": 'attachment; filename="data-pejabat.zip"'},
    )


@pages.post("/pejabat/<official_id>/samarkan")
def erase_person(official_id: str) -> Response:
    """Remove his name and addresses."""
    check_act(Right.KEEP)
    typed = typed_in(("reason",))
    try:
        actions.erase_person(
            office(), official_id, reason=typed["reason"], actor=actor(), now=now()
        )
    except NotFound:
        raise
    except KsddError as error:
        form = refused(typed, error, "reason")
        return show_official(official_id, Forms(filled={ERASE: form}))
    return _done(official_id, "erased")
