"""What somebody sent to a link, as answers: from the page's form, or as JSON from a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from processes import actions
from processes.actions.recording import split
from processes.engine.forms import Form, FormContext
from processes.errors import (
    CodeRefused,
    Conflict,
    FieldError,
    InvalidAnswers,
    KsddError,
    Malformed,
    WrongType,
)
from processes.store.tables import Document, LinkPurpose, TaskStatus
from webhooks.bodies import printable, read_json, says_json
from webhooks.current import office
from webhooks.nonces import FIELD
from webhooks.posted_forms import FORMS
from webhooks.task_links.code_inputs import CONFIRMING
from webhooks.task_links.entry import Entry
from webhooks.task_links.inputs import (
    CONFIRMATION,
    DRAFTED,
    STEPS,
    input_names,
    needs_confirmation,
    undecided,
)
from webhooks.task_links.proof import is_of_this_version

#: with it a machine asks for a new code
ASK = "minta_kode"
#: fields of the page itself, which no owner's form has
OWN = frozenset({FIELD, CONFIRMATION, *STEPS, *CONFIRMING})


@dataclass(frozen=True, kw_only=True)
class Posted:
    """Answers as they came, not judged yet."""

    answers: Mapping[str, Any]
    #: the signed paper it is recorded from, as it came; None without one
    paper: Mapping[str, Any] | None = None
    #: whether a person sent our form; else a machine sent JSON
    is_form: bool
    #: the form's text by input name, to be shown again
    typed: Mapping[str, str] = field(default_factory=dict)
    #: what could not be taken, by field id
    errors: Mapping[str, KsddError] = field(default_factory=dict)
    #: files that came along and are kept, by field id
    uploaded: Mapping[str, Document] = field(default_factory=dict)
    #: the one-time code of a machine, and whether it wants a new one
    code: str = ""
    asks: bool = False

    def uploaded_in(self, session: Session) -> dict[str, Document]:
        """Every document that the form names, by its id."""
        return documents_in(session, self.typed)


def documents_in(session: Session, values: Mapping[str, str]) -> dict[str, Document]:
    """Every document that the text of some inputs names, by its id."""
    found = (session.get(Document, value) for value in values.values() if len(value) == 32)
    return {document.id: document for document in found if document is not None}


def read_posted(entry: Entry, form: Form, context: FormContext, now: datetime) -> Posted:
    """The answers in this request.

    Raises WrongType, Malformed or TooLarge when they cannot be read, and NotAllowed when a form did
    not come from this link's own page.
    """
    if says_json(request):
        return _read_json()
    if request.mimetype not in FORMS:
        raise WrongType("web.body_type")
    is_current = is_of_this_version(entry) or not entry.is_open
    return _read_form(entry, form, context, now, is_current=is_current)


def _read_json() -> Posted:
    body = read_json(request)
    for name in body:
        if name not in ("answers", "dicatat_dari", CodeRefused.FIELD, ASK):
            raise Malformed("web.json_unknown", name=printable(name))
    answers, paper = body.get("answers"), body.get("dicatat_dari")
    if not isinstance(answers, dict):
        raise InvalidAnswers({"answers": FieldError("web.json_answers")})
    if paper is not None and not isinstance(paper, dict):
        raise InvalidAnswers({"dicatat_dari": FieldError("recording.object")})
    code, asks = body.get(CodeRefused.FIELD, ""), body.get(ASK, False)
    if not isinstance(code, str):
        raise InvalidAnswers({CodeRefused.FIELD: FieldError("confirming.code_type")})
    if not isinstance(asks, bool):
        raise InvalidAnswers({ASK: FieldError("confirming.ask_type")})
    return Posted(answers=answers, paper=paper, is_form=False, code=code, asks=asks)


def _read_form(
    entry: Entry, form: Form, context: FormContext, now: datetime, *, is_current: bool
) -> Posted:
    _refuse_broken_text()
    pairs = {name: values for name, values in request.form.lists() if name not in OWN}
    errors: dict[str, KsddError] = {}
    if not is_current:
        errors[FIELD] = _renewed(form, pairs)
    uploaded: dict[str, Document] = {}
    if entry.task.status is not TaskStatus.CANCELLED or entry.purpose is LinkPurpose.RECORD:
        files = input_names(form, context, "file")
        for name, sent in request.files.lists():
            chosen = [file for file in sent if file.filename]
            if len(chosen) > 1 and name in files:
                errors[files[name]] = FieldError("web.one_file")
            for file in chosen[:1] if name in files else ():
                try:
                    uploaded[name] = _keep(entry, file, now)
                except KsddError as error:
                    errors.setdefault(files[name], error)
    must_confirm = needs_confirmation(form, entry.purpose, drafted=DRAFTED in request.form)
    if must_confirm and not request.form.get(CONFIRMATION):
        errors[CONFIRMATION] = FieldError("web.confirmation_missing")
    typed = {name: values[-1] for name, values in pairs.items()}
    typed |= {name: document.id for name, document in uploaded.items()}
    given = {name: values if len(values) > 1 else values[0] for name, values in pairs.items()}
    given |= {name: document.id for name, document in uploaded.items()}
    answers = form.from_pairs(given)
    own_answers, paper = split(answers)
    return Posted(
        answers=own_answers,
        paper=paper or None,
        is_form=True,
        typed=typed,
        errors={**undecided(form, answers), **errors},
        uploaded=uploaded,
    )


def _renewed(form: Form, pairs: dict[str, list[str]]) -> Conflict:
    """What to say of a form of another version; what it no longer asks is taken out of `pairs` and
    told with the words that were typed."""
    asked = {field.id for field in form.fields}
    gone = [name for name in pairs if name.partition("[")[0] not in asked]
    typed = "; ".join(f"{name}: {', '.join(pairs.pop(name))}" for name in gone)
    return (
        Conflict("web.form_renewed_without", typed=typed) if typed else Conflict("web.form_renewed")
    )


def _refuse_broken_text() -> None:
    """A form in another encoding than UTF-8 arrives with the sign for what could not be read."""
    for name, values in request.form.lists():
        if any("\ufffd" in text for text in (name, *values)):
            raise Malformed("web.form_encoding")


def _keep(entry: Entry, file: FileStorage, now: datetime) -> Document:
    return actions.add_document(
        office(),
        file.stream,
        file.filename or "",
        actor=entry.actor(),
        region=entry.official.region_code,
        now=now,
    )
