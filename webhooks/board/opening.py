"""The form that opens a case: between which regions, and in which of the three ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Actor
from processes.actions.entering import form_of_entry
from processes.engine.forms import Form, FormContext
from processes.engine.shapes import ENTRIES, LETTER_ENTRY, USUAL_ENTRY
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.store import questions
from processes.store.tables import Region
from webhooks.current import office
from webhooks.nonces import FIELD
from webhooks.task_links.inputs import FieldView, Typed, field_views, input_names

#: lines for partners that an empty form offers
PARTNER_LINES = 2
#: name of the input that says which way
ENTRY = "jalur"
OWN = frozenset({FIELD, ENTRY, "procedure", "title", "region", "parties", "more"})


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What was typed into the form; regions as typed, for example "32.01 Kabupaten Bogor"."""

    entry: str = USUAL_ENTRY
    procedure: str = ""
    title: str = ""
    region: str = ""
    parties: Sequence[str] = ("",) * PARTNER_LINES
    #: what was typed about the letter, by input name
    letter: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_request(cls) -> Opening:
        """The posted form; one more empty line for a partner when that button was pressed."""
        parties = request.form.getlist("parties")[:60]
        if "more" in request.form or not parties:
            parties = [*parties, ""]
        return cls(
            entry=entry_of(request.form.get(ENTRY, "")),
            procedure=request.form.get("procedure", ""),
            title=request.form.get("title", ""),
            region=request.form.get("region", ""),
            parties=parties,
            letter={k: v for k, v in request.form.items() if k not in OWN},
        )


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The letter as it was posted."""

    #: what is known, as `open_case` takes it; None when the way has no letter
    known: Mapping[str, Any] | None
    typed: Mapping[str, str]
    #: files that could not be taken, by field id
    errors: Mapping[str, KsddError]


def entry_of(word: str) -> str:
    """The way that an address or a form names; the usual one when there is none such."""
    return word if word in ENTRIES else USUAL_ENTRY


def codes(typed: Opening, regions: Mapping[str, Region]) -> tuple[str, list[str]]:
    """The pemrakarsa's and the partners' codes; InvalidAnswers names what is no region."""
    errors: dict[str, KsddError] = {}
    by_name = {region.name.casefold(): code for code, region in regions.items()}

    def code_of(field: str, text: str) -> str:
        first, whole = text.split(maxsplit=1)[0] if text.strip() else "", " ".join(text.split())
        found = first if first in regions else by_name.get(whole.casefold())
        if found is None:
            key = "web.region_unknown" if whole else "web.region_missing"
            errors[field] = FieldError(key, name=whole[:80])
        return found or ""

    region = code_of("region", typed.region)
    parties = [code_of("parties", text) for text in typed.parties if text.strip()]
    if not parties:
        errors["parties"] = FieldError("web.parties_missing")
    if not typed.title.strip():
        errors["title"] = FieldError("web.title_missing")
    if errors:
        raise InvalidAnswers(errors)
    return region, parties


def letter_form(session: Session, typed: Opening, now: datetime) -> Form | None:
    """What is asked about the letter; None in the other ways."""
    if typed.entry != LETTER_ENTRY:
        return None
    versions = questions.procedures_in_force(session, office().calendar.today(now))
    chosen = [each for each in versions if each.key == typed.procedure] or versions
    return form_of_entry(office().procedure(session, chosen[0].id), typed.entry) if chosen else None


def letter_fields(
    session: Session, typed: Opening, errors: Mapping[str, KsddError], now: datetime
) -> list[FieldView]:
    """The questions about the letter, with what was typed."""
    form = letter_form(session, typed, now)
    if form is None:
        return []
    return field_views(session, form, _context(now), Typed(values=typed.letter, errors=errors))


def read_letter(session: Session, typed: Opening, actor: Actor, now: datetime) -> Letter:
    """The letter of a posted form; its scan is kept, whatever else is wrong."""
    form = letter_form(session, typed, now)
    if form is None:
        return Letter(known=None, typed={}, errors={})
    found, errors = dict(typed.letter), dict[str, KsddError]()
    for name in input_names(form, _context(now), "file"):
        file = request.files.get(name)
        if file is None or not file.filename:
            continue
        try:
            kept = actions.add_document(
                office(), file.stream, file.filename, actor=actor, region=None, now=now
            )
            found[name] = kept.id
        except KsddError as error:
            errors[name] = error
    answers = form.from_pairs(found)
    known = {name.removeprefix(f"{typed.entry}."): value for name, value in answers.items()}
    return Letter(known=known, typed=found, errors=errors)


def wrong_letter(
    session: Session, typed: Opening, letter: Letter, now: datetime
) -> dict[str, KsddError]:
    """By field id, what is wrong with the letter by itself."""
    form = letter_form(session, typed, now)
    if form is None:
        return {}
    try:
        form.check(form.from_pairs(letter.typed), context=_context(now))
    except InvalidAnswers as error:
        return error.fields
    return {}


def _context(now: datetime) -> FormContext:
    """What the form needs to be shown; the case has no regions yet."""
    return FormContext(
        parties=(),
        partners=(),
        today=office().calendar.today(now, None),
        document_exists=lambda _: True,
        region_exists=lambda _: True,
    )
