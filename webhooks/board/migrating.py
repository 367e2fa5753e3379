"""Putting running cases onto another version: a form, a preview of every case, and the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import MigrationWish, Order
from processes.actions.migration_wishes import read_choice, read_choices, read_pairs
from processes.errors import FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import procedures, questions
from processes.store.tables import DeadlineChoice, ProcedureVersion, RepairAct
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.migration_rows import MigrationRow, foreseen_row
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, check_right, viewer

FIELDS = ("to", "deadlines", "replacements", "cases", "reason", "authority")
#: what the inputs for single deadlines begin with
CLOCK = "tenggat."
#: cases of a preview on one page
SHOWN = 25
#: the name of the button that carries out what a preview shows
DO = "lakukan"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The form as it came."""

    fields: Mapping[str, str]
    #: by element, what becomes of its deadline; only where it is treated otherwise
    clocks: Mapping[str, str]

    @classmethod
    def read(cls) -> Typed:
        """What was sent, or asked for in the address."""
        given = request.values
        return cls(
            fields={name: given.get(name, "").strip() for name in FIELDS},
            clocks={
                name.removeprefix(CLOCK): value
                for name, value in given.items()
                if name.startswith(CLOCK) and value
            },
        )

    def wish(self, version: ProcedureVersion) -> MigrationWish:
        """What is wanted; raises InvalidAnswers."""
        chosen = self.fields["deadlines"] or DeadlineChoice.KEEP.value
        lines = [line for line in self.fields["replacements"].splitlines() if line.strip()]
        return MigrationWish(
            version_id=version.id,
            deadlines=read_choice(chosen, field_name="deadlines"),
            by_element=read_choices(
                [f"{element}={word}" for element, word in self.clocks.items()],
                field_name="deadlines",
            ),
            replacements=read_pairs(lines, field_name="replacements"),
        )

    @property
    def only(self) -> list[str] | None:
        """Numbers of the cases that are meant; None for all."""
        named = [each.strip() for each in self.fields["cases"].replace("\n", ",").split(",")]
        return [each for each in named if each] or None

    def order(self) -> Order:
        """Who asks for it and why; raises InvalidAnswers without a reason."""
        given = self.fields
        order = Order(actor=actor(), reason=given["reason"], authority=given["authority"][:300])
        order.check_reason()
        return order


@pages.get("/prosedur/<key>/pindah")
def migrate(key: str) -> str:
    """The form: to which version, what becomes of deadlines, and which cases."""
    check_right(Right.REPAIR)
    return _form(key, Typed.read(), {})


@pages.post("/prosedur/<key>/pindah")
def migrate_many(key: str) -> Response:
    """Show what would become of every case, or order it."""
    check_act(Right.REPAIR)
    typed = Typed.read()
    try:
        with office().database.read() as session:
            version = _version(session, key, typed)
        wish, order = typed.wish(version), typed.order()
        if DO in request.form:
            jobs = actions.start_migration(office(), wish, only=typed.only, order=order, now=now())
            return make_response(redirect(url_for("board.repair_job", job_id=jobs[0]), 303))
        return make_response(_preview(key, typed, version, wish, order))
    except InvalidAnswers as error:
        return make_response(_form(key, typed, error.fields), error.status)
    except KsddError as error:
        return make_response(_form(key, typed, {"cases": error}), error.status)


@pages.post("/perbaikan/pekerjaan/<job_id>/batalkan")
def undo_migrations(job_id: str) -> Response:
    """Order that the cases which a job put onto another version are put back."""
    check_act(Right.REPAIR)
    with office().database.read() as session:
        found = questions.find_repair(session, viewer(), job_id)
    if found is None or found.job.act is not RepairAct.MIGRATE:
        raise NotFound
    order = Order(actor=actor(), reason=request.form.get("reason", "").strip())
    undoing = actions.start_undoing(office(), job_id, order=order, now=now())
    return make_response(redirect(url_for("board.repair_job", job_id=undoing), 303))


def _version(session: Session, key: str, typed: Typed) -> ProcedureVersion:
    """The wanted version; the newest when none is named, NotFound when there is none."""
    wanted = typed.fields["to"]
    if wanted.isdecimal() and len(wanted) < 7:
        return procedures.find_version(session, key, int(wanted))
    newest = None if wanted else procedures.latest(session, key)
    if newest is None:
        raise NotFound
    return newest


def _form(key: str, typed: Typed, errors: Mapping[str, KsddError]) -> str:
    with office().database.read() as session:
        version = _version(session, key, typed)
        cases = actions.candidates(session, version, actor())
        return render_template(
            "migrate.html",
            key=key,
            version=version,
            versions=procedures.versions(session, key),
            clocks=actions.clocks_that_change(session, office(), cases, version),
            count=len(cases),
            choices=[choice.value for choice in DeadlineChoice],
            typed=typed,
            errors={name: error.say(language()) for name, error in errors.items()},
            jobs=[
                each
                for each in questions.newest_repairs(session, viewer(), limit=20)
                if each.job.act in (RepairAct.MIGRATE, RepairAct.UNDO_MIGRATION)
            ][:5],
        )


def _preview(
    key: str, typed: Typed, version: ProcedureVersion, wish: MigrationWish, order: Order
) -> str:
    wanted = request.form.get("page", "1")
    with office().database.read() as session:
        cases = actions.candidates(session, version, order.actor, typed.only)
        if not cases:
            raise InvalidAnswers({"cases": FieldError("migrating.nothing_left")})
        last = ceil(len(cases) / SHOWN)
        page = min(max(int(wanted), 1), last) if wanted.isdecimal() and len(wanted) < 6 else 1
        some = cases[(page - 1) * SHOWN : page * SHOWN]
        found = actions.foresee_migrations(session, office(), some, wish, order=order, now=now())
        regions = questions.regions_by_code(session)
        rows = [foreseen_row(each, language()) for each in found]
    return render_template(
        "migrate_preview.html",
        key=key,
        version=version,
        typed=typed,
        clock_prefix=CLOCK,
        rows=sorted(rows, key=lambda row: row.moves),
        zones={code: office().calendar.zone(code) for code in _codes(rows)},
        regions={code: region.name for code, region in regions.items()},
        moment_now=now(),
        total=len(cases),
        moves=sum(row.moves for row in rows),
        page=page,
        last=last,
    )


def _codes(rows: list[MigrationRow]) -> set[str]:
    return {each.region for row in rows for each in row.dates}
