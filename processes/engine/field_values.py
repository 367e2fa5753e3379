"""One answer to one question: its stored form, or a sentence that says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from processes.engine.examples import example_number
from processes.engine.fields import NUMBER_LIMIT, Field, FormContext
from processes.engine.plain_text import TextFault, clean_text, hidden_sign
from processes.engine.typed_days import day_of, typed_day
from processes.errors import FieldError
from processes.sentences.spoken import Spoken

#: years a date may lie in: from the Republic's first to further than any agreement
FIRST_YEAR, LAST_YEAR = 1945, 2200
REGION_CODE = r"[0-9]{2}(?:\.[0-9]{2})?"
#: most choices that a sentence lists
MOST_LISTED = 8

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z0-9-]{2,63}"
)
_MOST_EMAIL = 254

_Reader = Callable[[Field, Any, FormContext], Any]


def read_value(field: Field, given: Any, context: FormContext) -> Any:
    """The answer in its stored form; None when nothing was given. Raises FieldError.

    Texts are NFC, whole numbers `int`, yes and no `bool`, dates ISO texts, phones `+62…`, and files
    `{"document": id}`.
    """
    if given is None or given == "":
        return None
    return _BY_KIND.get(field.jenis, _BY_TYPE[field.type])(field, given, context)


def fault(field: Field, key: str, *, told: str = "", **values: Any) -> FieldError:
    """The sentence `forms.<key>` about a field; for people `forms.<told>` where that is given."""
    told_key = f"forms.{told}" if told else None
    return FieldError(f"forms.{key}", told_key=told_key, label=field.called, **values)


def _refuse_hidden(field: Field, given: str) -> None:
    """Name a sign that makes a number or a date other than it looks."""
    sign = hidden_sign(given)
    if sign:
        raise fault(field, "characters", sign=sign)


def _text(field: Field, given: Any, context: FormContext) -> str | None:
    """Text of the owner's length; one line unless it is a long text."""
    text = _typed(field, given, field.max_length)
    if text and field.min_length is not None and len(text) < field.min_length:
        raise fault(field, "too_short", limit=field.min_length, length=len(text))
    return text or None


def _typed(field: Field, given: Any, limit: int) -> str:
    if not isinstance(given, str):
        raise fault(field, "text")
    try:
        return clean_text(given, limit=limit, lines=field.jenis == "teks_panjang")
    except TextFault as found:
        raise fault(field, found.why, sign=found.detail, length=found.detail, limit=limit) from None


def _letter_number(field: Field, given: Any, context: FormContext) -> str | None:
    text = _text(field, given, context)
    if text is not None and not any(sign.isalnum() for sign in text):
        raise fault(field, "letter_number")
    return text


def _digits(count: int, key: str) -> _Reader:
    """Reads a number of `count` digits that identifies a person; blanks in it mean nothing."""

    def read(field: Field, given: Any, context: FormContext) -> str | None:
        digits = re.sub(r"[ \u00a0.-]", "", _typed(field, given, 60))
        if digits and not re.fullmatch(r"[0-9]+", digits):
            raise fault(field, f"{key}_digits")
        if digits and len(digits) != count:
            raise fault(field, key, length=len(digits))
        return digits or None

    return read


def _region(field: Field, given: Any, context: FormContext) -> str | None:
    code = _typed(field, given, 60)
    if code and not re.fullmatch(REGION_CODE, code):
        raise fault(field, "region_shape")
    if code and not context.region_exists(code):
        raise fault(field, "no_region", region=code)
    return code or None


def _email(field: Field, given: Any, context: FormContext) -> str | None:
    address = _typed(field, given, _MOST_EMAIL)
    if address and not _is_email(address):
        raise fault(field, "email")
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}" if address else None


def _is_email(address: str) -> bool:
    name = address.partition("@")[0]
    dots = name.startswith(".") or name.endswith(".") or ".." in name
    return bool(_EMAIL.fullmatch(address)) and not dots


def _phone(field: Field, given: Any, context: FormContext) -> str | None:
    # The package takes a third of a second to load, which few forms need.
    from lokal import normalize_phone

    typed = _typed(field, given, 60)
    number = normalize_phone(typed) if typed else None
    if typed and number is None:
        raise fault(field, "phone")
    return number


def _whole_number(field: Field, given: Any, context: FormContext) -> int:
    """A whole number within the owner's bounds; `-0` is 0 and `5.0` is 5."""
    is_whole = isinstance(given, float) and given.is_integer()
    if isinstance(given, bool) or not (isinstance(given, int) or is_whole):
        if isinstance(given, str):
            _refuse_hidden(field, given)
        number = example_number(field, context.today)
        example = Spoken(str(number), field.shown(number))
        raise fault(field, "rupiah" if field.jenis == "rupiah" else "whole_number", example=example)
    number = int(given)
    least = -NUMBER_LIMIT if field.minimum is None else field.minimum
    most = NUMBER_LIMIT if field.maximum is None else field.maximum
    if number < least:
        raise fault(field, "too_small", limit=field.shown(least))
    if number > most:
        raise fault(field, "too_large", limit=field.shown(most))
    return number


def _yes_or_no(field: Field, given: Any, context: FormContext) -> bool:
    if not isinstance(given, bool):
        raise fault(field, "yes_or_no")
    return given


def _date(field: Field, given: Any, context: FormContext) -> str:
    """An ISO date between 1945 and 2200; the date of a letter not after today."""
    if not isinstance(given, str):
        raise fault(field, "date_shape")
    _refuse_hidden(field, given)
    typed = given.strip()
    found = typed_day(typed)
    day = day_of(found) if found else None
    if found and day is None:
        raise fault(field, "no_such_date", value=typed)
    if day is None or not _ISO_DATE.fullmatch(typed):
        raise fault(field, "date_shape", told="date_typed")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise fault(field, "date_years", first=FIRST_YEAR, last=LAST_YEAR)
    if field.jenis == "tanggal_surat" and day > context.today:
        raise fault(field, "future", today=context.today)
    return day.isoformat()


def _choice(field: Field, given: Any, context: FormContext) -> str:
    codes = [code for code, _ in field.options]
    if isinstance(given, str) and given.strip() in codes:
        return given.strip()
    if len(codes) > MOST_LISTED:
        raise fault(field, "choice_of_list", told="choice_on_list", example=codes[0])
    listed = ", ".join(code if code == name else f"{name} ({code})" for code, name in field.options)
    named = ", ".join(name for _, name in field.options)
    raise fault(field, "choice", choices=Spoken(listed, named))


def _file(field: Field, given: Any, context: FormContext) -> dict[str, str]:
    own = given.get("document") if isinstance(given, Mapping) and len(given) == 1 else None
    if not isinstance(own, str):
        raise fault(field, "file")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", own) or not context.document_exists(own):
        raise fault(field, "no_document")
    return {"document": own}


_BY_KIND: Mapping[str, _Reader] = {
    "berkas": _file,
    "nip": _digits(18, "nip"),
    "nik": _digits(16, "nik"),
    "nomor_surat": _letter_number,
    "daerah": _region,
    "surel": _email,
    "telepon": _phone,
}
_BY_TYPE: Mapping[str, _Reader] = {
    "string": _text,
    "long": _whole_number,
    "boolean": _yes_or_no,
    "date": _date,
    "enum": _choice,
}
