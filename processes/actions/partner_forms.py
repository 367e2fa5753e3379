"""What the page of a short code asks: whom to name as contact, and what a signed reply says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from processes.actions.contacts import ContactGiven
from processes.engine.forms import Field, Form, FormContext
from processes.errors import FieldError, InvalidAnswers
from processes.sentences import say


@dataclass(frozen=True, kw_only=True)
class ReplyGiven:
    """What somebody says of the signed reply he hands in."""

    #: number, date and signatory as they stand on it
    number: str
    dated_on: date
    signatory: str
    #: who hands it in
    by: str


def contact_form(language: str = "id") -> Form:
    """The questions about a contact, in the reader's language."""
    return Form(
        fields=(
            _field("nama", language, required=True, max_length=200),
            _field("jabatan", language, required=True, max_length=200),
            _field("surel", language, jenis="surel", bantuan="hint_address"),
            _field("telepon", language, jenis="telepon"),
        )
    )


def reply_form(language: str = "id") -> Form:
    """The questions about a signed reply, without the file itself, in the reader's language."""
    return Form(
        fields=(
            _field("nomor_surat", language, jenis="nomor_surat", required=True, max_length=120),
            _field("tanggal_surat", language, jenis="tanggal_surat", required=True),
            _field("penanda_tangan", language, required=True, max_length=300),
            _field("pengirim", language, required=True, max_length=200),
        )
    )


def read_contact(form: Form, answers: Mapping[str, Any], context: FormContext) -> ContactGiven:
    """The contact that was typed; raises InvalidAnswers, also when no address is given."""
    found = form.check(answers, context=context)
    if not found["surel"] and not found["telepon"]:
        raise InvalidAnswers({"surel": FieldError("partners.no_address")})
    return ContactGiven(
        name=found["nama"],
        position=found["jabatan"],
        email=found["surel"],
        phone=found["telepon"],
    )


def read_reply(form: Form, answers: Mapping[str, Any], context: FormContext) -> ReplyGiven:
    """What was typed about a reply; raises InvalidAnswers."""
    found = form.check(answers, context=context)
    return ReplyGiven(
        number=found["nomor_surat"],
        dated_on=date.fromisoformat(found["tanggal_surat"]),
        signatory=found["penanda_tangan"],
        by=found["pengirim"],
    )


def _field(
    name: str,
    language: str,
    *,
    jenis: str = "",
    required: bool = False,
    max_length: int = 300,
    bantuan: str = "",
) -> Field:
    return Field(
        id=name,
        label=say(f"partners.ask_{name}", language),
        type="date" if jenis == "tanggal_surat" else "string",
        jenis=jenis,
        required=required,
        max_length=max_length,
        bantuan=say(f"partners.{bantuan}", language) if bantuan else "",
    )
