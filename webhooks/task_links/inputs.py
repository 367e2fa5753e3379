"""An owner's form as inputs of a page: what each is called, how it looks, what stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from processes.engine.forms import Field, Form, FormContext
from processes.errors import FieldError, KsddError
from processes.store.tables import Document, LinkPurpose, Region
from webhooks.language import language, text
from webhooks.nonces import FIELD
from webhooks.rendering import iso
from webhooks.task_links.hints import hint_of

#: name of the checkbox that a form gets when nothing else in it needs a human
CONFIRMATION = "_pernyataan"
#: buttons of a form that do not send it: save what is typed, look at it once more, go on typing,
#: see what else can be done
SAVE, REVIEW, EDIT, MORE = "_simpan", "_tinjau", "_ubah", "_lain"
#: proof that the answers were shown once more, and that whoever saw them says so
REVIEWED, SEEN = "_ditinjau", "_diperiksa"
#: that a draft stood in the page already when it was opened
DRAFTED = "_dari_konsep"
STEPS = frozenset({SAVE, REVIEW, EDIT, MORE, REVIEWED, SEEN, DRAFTED})
#: purposes whose form is sent without a second look at the answers
SENT_AT_ONCE = (LinkPurpose.RECORD, LinkPurpose.PREPARE)
#: choices up to this many are radio buttons, more are a list
MOST_RADIOS = 8
#: what a phone's keyboard should offer
INPUT_TYPES = {"surel": "email", "telepon": "tel"}
INPUT_MODES = {"rupiah": "decimal", "nip": "numeric"}


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Input:
    """One control: a field has one, or one per region."""

    name: str
    html_id: str
    #: the region it is for; empty when the field has only one
    label: str
    html_type: str
    value: str
    #: the file that was uploaded for it before
    kept: Document | None


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One question of the form as the page asks it."""

    id: str
    html_id: str
    label: str
    #: text, long_text, choice, select, date or file
    kind: str
    hint: str
    error: str
    is_optional: bool
    options: Sequence[Option]
    input_mode: str
    inputs: Sequence[Input]

    @property
    def described_by(self) -> str:
        """Ids of the texts that explain the controls, for assistive technology."""
        named = ((self.hint, "bantuan"), (self.error, "galat"))
        return " ".join(f"{self.html_id}-{suffix}" for shown, suffix in named if shown)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One line of the summary over a form that cannot be taken."""

    #: empty when the sentence names the question itself
    label: str
    sentence: str
    #: id of the control to go to; empty when the field is not on the page
    href: str

    @property
    def lead(self) -> str:
        """The label before its sentence: a question ends with a sign of its own."""
        return self.label if self.label.endswith("?") else f"{self.label}:"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What stands in a form that is shown again."""

    #: by input name
    values: Mapping[str, str] = field(default_factory=dict)
    #: by field id
    errors: Mapping[str, KsddError] = field(default_factory=dict)

    def error(self, field_id: str) -> str:
        """The sentence at a field; empty when nothing is wrong with it."""
        found = self.errors.get(field_id)
        return found.tell(language()) if found else ""


def field_views(
    session: Session, form: Form, context: FormContext, typed: Typed
) -> list[FieldView]:
    """The questions of `form` in the owner's order, with what was typed before.

    One that is asked for each partner is left out when no partner is left, and so is one that does
    not arise in this case.
    """
    asked_here = form.asked(context).fields
    views = [_view(session, asked, form, context, typed) for asked in asked_here]
    return [view for view in views if view.inputs]


def input_names(form: Form, context: FormContext, kind: str) -> dict[str, str]:
    """Field ids by the names of the inputs of one kind."""
    return {
        name: asked.id
        for asked in form.fields
        if kind_of(asked) == kind
        for name, _ in _names(asked, context)
    }


def known_names(form: Form, context: FormContext) -> set[str]:
    """The name of every input of the form."""
    return {name for asked in form.fields for name, _ in _names(asked, context)}


def default_values(form: Form, context: FormContext) -> dict[str, str]:
    """What the owner lets stand in an empty form, by input name; never a decision."""
    return {
        name: str(asked.default)
        for asked in form.fields
        if asked.default is not None and kind_of(asked) != "choice"
        for name, _ in _names(asked, context)
    }


def undecided(form: Form, answers: Mapping[str, Any]) -> dict[str, KsddError]:
    """Required choices that a person left open: an owner's default does not decide for him."""
    return {
        asked.id: FieldError("web.choice_missing")
        for asked in form.fields
        if asked.required and kind_of(asked) == "choice" and asked.id not in answers
    }


def needs_confirmation(form: Form, purpose: LinkPurpose, *, drafted: bool) -> bool:
    """Whether an untouched form could be sent as it is, so that a robot could send it: nothing in
    it is required, or a draft stands in it and no second look comes before it is taken."""
    asks_nothing = not any(asked.required for asked in form.fields)
    return asks_nothing or (drafted and purpose in SENT_AT_ONCE)


def summary(fields: Sequence[FieldView], typed: Typed) -> list[Problem]:
    """Everything that is wrong, in the order of the page; what no field shows comes last."""
    shown = [
        Problem(
            # most sentences name their question themselves
            label="" if view.label in view.error else view.label,
            sentence=view.error,
            href=view.inputs[0].html_id,
        )
        for view in fields
        if view.error
    ]
    known = {view.id for view in fields}
    rest = [
        Problem(
            label="" if name in (CONFIRMATION, FIELD) else name,
            sentence=typed.error(name),
            href="pernyataan" if name == CONFIRMATION else "",
        )
        for name in typed.errors
        if name not in known
    ]
    return shown + rest


def kind_of(asked: Field) -> str:
    """How a field is asked: text, long_text, choice, select, date or file."""
    if asked.type == "boolean":
        return "choice"
    if asked.type == "enum":
        return "choice" if len(asked.options) <= MOST_RADIOS and not asked.untuk else "select"
    if asked.type == "date":
        return "date"
    return {"berkas": "file", "teks_panjang": "long_text"}.get(asked.jenis, "text")


def _view(
    session: Session, asked: Field, form: Form, context: FormContext, typed: Typed
) -> FieldView:
    html_id = f"isian-{asked.id}"
    return FieldView(
        id=asked.id,
        html_id=html_id,
        label=asked.label,
        kind=kind_of(asked),
        hint=hint_of(asked, form, context),
        error=typed.error(asked.id),
        is_optional=not asked.required and not asked.wajib_jika,
        options=_options(asked),
        input_mode="numeric" if asked.type == "long" else INPUT_MODES.get(asked.jenis, ""),
        inputs=[
            _input(
                session, asked, name, region, f"{html_id}-{number}" if number else html_id, typed
            )
            for number, (name, region) in enumerate(_names(asked, context))
        ],
    )


def _names(asked: Field, context: FormContext) -> list[tuple[str, str]]:
    """Name and region code of each control; one per region when the owner asked for that."""
    codes = asked.regions(context)
    if codes is None:
        return [(asked.id, "")]
    return [(f"{asked.id}[{code}]", code) for code in codes]


def _input(
    session: Session, asked: Field, name: str, region: str, html_id: str, typed: Typed
) -> Input:
    value = typed.values.get(name, "")
    kind = kind_of(asked)
    found = session.get(Region, region) if region else None
    return Input(
        name=name,
        html_id=html_id,
        label=found.name if found else region,
        html_type=_html_type(asked, value),
        value=value,
        kept=session.get(Document, value) if kind == "file" and value else None,
    )


def _html_type(asked: Field, value: str) -> str:
    """A date input drops what is not written as it writes dates, so such a text is shown in a text
    input."""
    if asked.type == "date":
        return "text" if value and str(iso(value)) != value else "date"
    return INPUT_TYPES.get(asked.jenis, "text")


def _options(asked: Field) -> list[Option]:
    if asked.type == "boolean":
        return [Option(value="true", label=text("yes")), Option(value="false", label=text("no"))]
    return [Option(value=key, label=name) for key, name in asked.options]
