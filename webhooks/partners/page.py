"""What the holder of a code is shown: what is asked of his region, and what became of his replies.

Nothing else of the case: no document, no answer, no other partner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template
from sqlalchemy.orm import Session

from processes.actions import find_scan
from processes.actions.letter_facts import asked
from processes.actions.partner_forms import contact_form, reply_form
from processes.actions.partners import Holder
from processes.engine.forms import FormContext
from processes.errors import KsddError
from processes.store import questions
from processes.store.regions import find_region
from processes.store.tables import Document, PartyReply
from processes.store.viewer import Viewer
from webhooks.case_facts import find_contact, find_shepherd
from webhooks.current import office
from webhooks.deadlines import Due, due_of
from webhooks.language import language
from webhooks.partners.entry import FIELD, actor_of
from webhooks.task_links.inputs import FieldView, Problem, Typed, field_views, summary

#: input of the scan
SCAN = "berkas"
CONTACT, REPLY = "narahubung", "balasan"
#: the two forms of the page, by the end of the address they are sent to
FORMS = {CONTACT: contact_form, REPLY: reply_form}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A task that waits for the region."""

    name: str
    #: code of the region that it is about, where another one does it
    about: str | None
    due: Due | None


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A form that was sent and could not be taken."""

    #: a key of FORMS
    form: str
    values: dict[str, str] = field(default_factory=dict)
    errors: Mapping[str, KsddError] = field(default_factory=dict)


def context_of(holder: Holder, now: datetime) -> FormContext:
    """What must be known to judge what the holder typed."""
    return FormContext(
        parties=(),
        partners=(),
        today=office().calendar.today(now, holder.region.code),
        document_exists=lambda _: False,
        region_exists=lambda _: False,
    )


def show(
    holder: Holder,
    now: datetime,
    *,
    code: str,
    tried: Tried | None = None,
    done: str = "",
    refused: str = "",
) -> str:
    """The page; `tried` is shown again with its errors, `done` or `refused` says what happened."""
    with office().database.read() as session:
        return render_template(
            "partner.html",
            code=code,
            code_field=FIELD,
            case=holder.case,
            region=holder.region,
            may_act=holder.may_act,
            asker=find_region(session, holder.case.region_code),
            contact=find_contact(session, holder.case),
            named=find_shepherd(session, holder.region.code),
            asked=_asked(session, holder, now),
            replies=_replies(session, holder),
            zone=ZoneInfo(holder.region.zone),
            contact_fields=_fields(session, holder, CONTACT, tried, now),
            reply_fields=_fields(session, holder, REPLY, tried, now),
            scan=_scan(session, holder, tried),
            scan_error=_typed(tried, REPLY).error(SCAN),
            problems=_problems(session, holder, tried, now),
            done=done,
            refused=refused,
        )


def _asked(session: Session, holder: Holder, now: datetime) -> list[Asked]:
    if not holder.may_act:
        return []
    return [
        Asked(name=task.name, about=task.about, due=due_of(task, office().calendar, now))
        for task in asked(session, holder.case, holder.region.code)
    ]


def _replies(session: Session, holder: Holder) -> Sequence[PartyReply]:
    viewer = Viewer.of_region(holder.region.code)
    return [
        reply
        for reply in questions.replies_of_case(session, viewer, holder.case.id)
        if reply.region_code == holder.region.code
    ]


def _typed(tried: Tried | None, form: str) -> Typed:
    if tried is None or tried.form != form:
        return Typed()
    return Typed(values=tried.values, errors=tried.errors)


def _fields(
    session: Session, holder: Holder, name: str, tried: Tried | None, now: datetime
) -> list[FieldView]:
    context = context_of(holder, now)
    return field_views(session, FORMS[name](language()), context, _typed(tried, name))


def _scan(session: Session, holder: Holder, tried: Tried | None) -> Document | None:
    """The scan that was uploaded with a reply that could not be taken yet."""
    own = _typed(tried, REPLY).values.get(SCAN, "")
    return find_scan(session, own, actor_of(holder)) if own else None


def _problems(
    session: Session, holder: Holder, tried: Tried | None, now: datetime
) -> list[Problem]:
    """Everything that is wrong with the form that was sent; the scan comes last."""
    if tried is None:
        return []
    found = summary(_fields(session, holder, tried.form, tried, now), _typed(tried, tried.form))
    return [
        replace(problem, label="", href=f"isian-{SCAN}") if problem.label == SCAN else problem
        for problem in found
    ]
