"""Judging answers: each is taken, cleaned, or refused with a sentence that says what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import lokal

from processes.engine.fields import Field, FormContext
from processes.engine.language import PURE_FUNCTIONS, SafeLanguage
from processes.errors import FieldError, InvalidAnswers, KsddError, UnsafeExpression

#: no answer is a number larger than this
LARGEST = 10**15
FIRST_YEAR, LAST_YEAR = 1945, 2200
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
DOCUMENT_ID = re.compile(r"[0-9a-zA-Z-]{1,64}")
#: one address: no spaces, no control characters, one @, a dot in the domain
EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
NIP = re.compile(r"\d{18}")
NIK = re.compile(r"\d{16}")
#: characters that show nothing, or turn the reading direction around
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
#: what may stand in a text beside visible characters
ALLOWED_CONTROLS = "\n\t"
LANGUAGE = SafeLanguage(PURE_FUNCTIONS)


def check_answers(
    fields: Sequence[Field], answers: Mapping[str, Any], context: FormContext
) -> dict[str, Any]:
    """The answers cleaned, in the order of the form; answers not given are left out.

    Raises InvalidAnswers with one error per field: unknown, of the wrong kind, out of range, missing.
    """
    errors: dict[str, KsddError] = {}
    known = {field.id for field in fields}
    for name in answers:
        if name not in known:
            errors[str(name)[:60]] = FieldError("forms.unknown", field=_printable(str(name)))
    cleaned: dict[str, Any] = {}
    for field in fields:
        try:
            value = _field(field, answers.get(field.id), context)
        except KsddError as error:
            errors[field.id] = error
        else:
            if value is not None:
                cleaned[field.id] = value
    _check_together(fields, cleaned, errors)
    if errors:
        raise InvalidAnswers(errors)
    return cleaned


def _field(field: Field, given: Any, context: FormContext) -> Any:
    if given is None or given == "":
        if field.required:
            raise FieldError("forms.required", label=field.label)
        return None
    regions = context.regions_of(field)
    if regions is None:
        return _value(field, given, context)
    return _per_region(field, given, regions, context)


def _per_region(field: Field, given: Any, regions: Sequence[str], context: FormContext) -> Any:
    if not isinstance(given, Mapping):
        raise FieldError("forms.per_region", label=field.label, example=regions[0])
    for code in given:
        if code not in regions:
            raise FieldError("forms.not_a_party", label=field.label, code=_printable(str(code)))
    cleaned = {
        code: _value(field, given[code], context)
        for code in regions
        if given.get(code) not in (None, "")
    }
    missing = [code for code in regions if code not in cleaned]
    if missing and field.required:
        raise FieldError("forms.region_missing", label=field.label, codes=", ".join(missing))
    return cleaned or None


def _value(field: Field, given: Any, context: FormContext) -> Any:
    if field.is_file:
        return _document(field, given, context)
    match field.type:
        case "boolean":
            return _boolean(field, given)
        case "long":
            return _integer(field, given)
        case "date":
            return _date(field, given, context)
        case "enum":
            return _choice(field, given)
        case _:
            return _text(field, given, context)


def _document(field: Field, given: Any, context: FormContext) -> dict[str, str]:
    document = given.get("document") if isinstance(given, Mapping) and len(given) == 1 else None
    if not isinstance(document, str) or not DOCUMENT_ID.fullmatch(document):
        raise FieldError("forms.file", label=field.label)
    if not context.document_exists(document):
        raise FieldError("forms.file_unknown", label=field.label)
    return {"document": document}


def _boolean(field: Field, given: Any) -> bool:
    if not isinstance(given, bool):
        raise FieldError("forms.boolean", label=field.label)
    return given


def _integer(field: Field, given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise FieldError("forms.integer", label=field.label)
    if field.minimum is not None and given < field.minimum:
        raise FieldError("forms.minimum", label=field.label, least=field.minimum)
    if field.maximum is not None and given > field.maximum:
        raise FieldError("forms.maximum", label=field.label, most=field.maximum)
    if abs(given) > LARGEST:
        raise FieldError("forms.number_size", label=field.label)
    return given


def _date(field: Field, given: Any, context: FormContext) -> str:
    if not isinstance(given, str) or not ISO_DATE.fullmatch(given.strip()):
        raise FieldError("forms.date", label=field.label)
    try:
        day = date.fromisoformat(given.strip())
    except ValueError as error:
        raise FieldError("forms.date_unreal", label=field.label) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FieldError("forms.year", label=field.label, first=FIRST_YEAR, last=LAST_YEAR)
    if field.jenis == "tanggal_surat" and day > context.today:
        raise FieldError("forms.future", label=field.label)
    return day.isoformat()


def _choice(field: Field, given: Any) -> str:
    if not isinstance(given, str) or given not in {key for key, _ in field.options}:
        choices = ", ".join(key for key, _ in field.options[:8])
        raise FieldError("forms.choice", label=field.label, choices=choices)
    return given


def _text(field: Field, given: Any, context: FormContext) -> Any:
    if field.jenis == "rupiah":
        return _integer(field, given)
    if not isinstance(given, str):
        raise FieldError("forms.text", label=field.label)
    text = _cleaned(field, given)
    if len(text) > field.longest:
        raise FieldError("forms.too_long", label=field.label, most=field.longest)
    if field.min_length is not None and len(text) < field.min_length:
        raise FieldError("forms.too_short", label=field.label, least=field.min_length)
    return _of_kind(field, text, context)


def _cleaned(field: Field, given: str) -> str:
    """The text normalised and trimmed; refused when it is invisible or cannot be stored."""
    if any(_is_bad(character) for character in given) or INVISIBLE.search(given):
        raise FieldError("forms.characters", label=field.label)
    text = unicodedata.normalize("NFC", given.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if field.jenis != "teks_panjang":
        text = " ".join(text.split())
    if not text:
        raise FieldError("forms.required", label=field.label)
    return text


def _is_bad(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Cs", "Co", "Cn") or (
        category == "Cc" and character not in ALLOWED_CONTROLS and character != "\r"
    )


def _of_kind(field: Field, text: str, context: FormContext) -> str:
    match field.jenis:
        case "nip":
            return _digits(field, text, NIP, "forms.nip")
        case "nik":
            return _digits(field, text, NIK, "forms.nik")
        case "surel":
            if not EMAIL.fullmatch(text):
                raise FieldError("forms.email", label=field.label)
        case "telepon":
            phone = lokal.normalize_phone(text)
            if phone is None:
                raise FieldError("forms.phone", label=field.label)
            return phone
        case "daerah":
            if not context.region_exists(text):
                raise FieldError("forms.region", label=field.label)
        case _:
            pass
    return text


def _digits(field: Field, text: str, shape: re.Pattern[str], key: str) -> str:
    digits = text.replace(" ", "")
    if not shape.fullmatch(digits):
        raise FieldError(key, label=field.label)
    return digits


def _check_together(
    fields: Sequence[Field], cleaned: Mapping[str, Any], errors: dict[str, KsddError]
) -> None:
    """Rules between answers: required by another one, true because of another one, not before."""
    scope = {field.id: None for field in fields} | dict(cleaned)
    labels = {field.id: field.label for field in fields}
    for field in fields:
        if field.id in errors:
            continue
        value = cleaned.get(field.id)
        if value is None and _holds(field.wajib_jika, scope):
            errors[field.id] = FieldError("forms.required", label=field.label)
        elif value is not True and _holds(field.benar_jika, scope):
            errors[field.id] = FieldError("forms.must_be_true", label=field.label)
        elif field.setelah and value and cleaned.get(field.setelah, value) > value:
            other = labels.get(field.setelah, field.setelah)
            errors[field.id] = FieldError("forms.before", label=field.label, other=other)


def _holds(expression: str, scope: Mapping[str, Any]) -> bool:
    if not expression:
        return False
    try:
        return bool(LANGUAGE.evaluate(expression, scope))
    except UnsafeExpression:
        # an answer it compares was itself refused; that refusal is told already
        return False


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:60])
