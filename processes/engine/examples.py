"""One answer that the check accepts to each kind of question, for schemas and sentences to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from processes.engine.fields import NUMBER_LIMIT, Field, FormContext

_TEXTS = {
    "nip": "198001012005011001",
    "nik": "3201010101800001",
    "surel": "bagian.kerjasama@example.test",
    "telepon": "+6281234567890",
}


def example_of(
    field: Field, by_id: Mapping[str, Field], context: FormContext, number: int
) -> str | int | bool:
    """One value that the check accepts, together with the examples of all other fields; for the
    `number`-th region where there are several."""
    if field.default is not None:
        return field.default
    if field.type == "enum":
        return field.options[0][0] if field.options else ""
    if field.type == "long":
        return example_number(field, context.today)
    if field.type == "boolean":
        return True
    if field.type == "date":
        return _date(field, by_id, context.today).isoformat()
    return _text(field, context, number)


def example_number(field: Field, today: date) -> int:
    """This year for a year, else a small number within the bounds."""
    least = -NUMBER_LIMIT if field.minimum is None else field.minimum
    most = NUMBER_LIMIT if field.maximum is None else field.maximum
    if 1900 <= least <= today.year <= most:
        return today.year
    return min(max(least, 1_500_000 if field.jenis == "rupiah" else 1), most)


def _date(field: Field, by_id: Mapping[str, Field], today: date) -> date:
    """Today; for a date that must follow another, a year after that one."""
    day, seen, at = today, {field.id}, by_id.get(field.setelah or "")
    while at is not None and at.id not in seen and field.jenis != "tanggal_surat":
        seen.add(at.id)
        day = date(day.year + 1, day.month, min(day.day, 28))
        at = by_id.get(at.setelah or "")
    return day


def _text(field: Field, context: FormContext, number: int) -> str:
    if field.jenis == "daerah":
        return context.parties[0] if context.parties else "32.01"
    if field.jenis in _TEXTS:
        return _TEXTS[field.jenis]
    if field.jenis == "nomor_surat":
        text = f"119/{number}/KSDD/{context.today.year}"
    else:
        text = (field.is_title and context.title()) or field.label
    # Filled and cut to the owner's lengths; a blank at the end would be stripped by the check.
    padded = text.ljust(field.min_length or 0, "-")[: field.max_length]
    return padded.rstrip().ljust(field.min_length or 1, "-")
