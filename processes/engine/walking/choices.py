"""Which answers to a form are worth trying: those that the owner's conditions can tell apart.

Each choice of a list, yes and no, nothing where nothing may be given and that can matter, numbers
around the numbers that they are compared with, this year and the one before, this day, a later one,
and for letters an earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from processes.engine.answers import check_answers
from processes.engine.fields import Field, FormContext
from processes.engine.forms import Form
from processes.engine.language import SafeLanguage
from processes.engine.schema import schema_of
from processes.engine.walking.reading import Reading
from processes.errors import InvalidAnswers

#: days to the dates that are tried: this one, and one after the next month
DAYS = (0, 40)
#: the same for letters, which are never of the future
LETTER_DAYS = (0, -400)
#: numbers that may be meant as years
FIRST_YEAR, LAST_YEAR = 1990, 2200
#: most values of one question that are tried
MOST_VALUES = 12


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The questions of a task that may decide something, each with the values to try."""

    form: Form
    fields: tuple[Field, ...]
    values: Mapping[str, tuple[Any, ...]]
    context: FormContext

    def allowed(self, answers: Mapping[str, Any], language: SafeLanguage) -> bool:
        """Whether the form takes these answers, as far as these questions tell."""
        given = {name: value for name, value in answers.items() if value is not None}
        try:
            check_answers(self.fields, given, context=self.context, language=language)
        except InvalidAnswers:
            return False
        return True


def asked(
    form: Form,
    reading: Reading,
    *,
    region: str,
    parties: Sequence[str],
    today: date,
    contrary: bool = False,
) -> Asked:
    """What is asked and worth trying; `parties` with the pemrakarsa first.

    With `contrary` the numbers come in the other order.
    """
    context = FormContext(
        parties=parties,
        partners=parties[1:],
        today=today,
        document_exists=lambda _: True,
        region_exists=lambda _: True,
        region=region,
    )
    fields = tuple(each for each in form.fields if each.id in reading.words)
    values = {each.id: _values(each, reading, context) for each in fields}
    for each in fields if contrary else ():
        if each.type == "long":
            values[each.id] = values[each.id][::-1]
    return Asked(form=form, fields=fields, values=values, context=context)


def _values(field: Field, reading: Reading, context: FormContext) -> tuple[Any, ...]:
    single = replace(field, untuk=None)
    found = _of_type(single, reading, context)
    found += [None] if not field.required and _may_miss(single, reading) else []
    regions = field.regions(context)
    if regions is not None:
        found = [None if v is None else dict.fromkeys(regions, v) for v in found]
    return tuple(found[:MOST_VALUES]) or (None,)


def _may_miss(field: Field, reading: Reading) -> bool:
    """Whether it makes a difference that nothing was answered.

    To a text, a choice or a yes only where something beside it names null; a number or a date that
    is missing can also fail.
    """
    return field.type in ("long", "date") or reading.stands_beside(field.id, "null")


def _of_type(field: Field, reading: Reading, context: FormContext) -> list[Any]:
    if field.is_file:
        return [{"document": "berkas"}]
    if field.type == "boolean":
        return [True, False]
    if field.type == "long":
        return _numbers(field, reading, context.today)
    if field.type == "date":
        days = LETTER_DAYS if field.jenis == "tanggal_surat" else DAYS
        return [(context.today + timedelta(days=d)).isoformat() for d in days]
    if field.type == "enum":
        return _options(field, reading)
    example = schema_of((field,), context)["properties"][field.id].get("examples", ["lain"])[0]
    return [example, *reading.quoted_beside(field.id)]


def _options(field: Field, reading: Reading) -> list[Any]:
    """Every choice; of a long list those that are mentioned, and one that is not."""
    codes: list[Any] = [code for code, _ in field.options]
    if len(codes) < MOST_VALUES:
        return codes
    mentioned = [code for code in codes if code in reading.quoted]
    return [*mentioned, *(code for code in codes if code not in mentioned)][: MOST_VALUES - 1]


def _numbers(field: Field, reading: Reading, today: date) -> list[Any]:
    least = field.minimum if field.minimum is not None else -1
    most = field.maximum if field.maximum is not None else 10**9
    if least >= FIRST_YEAR and most <= LAST_YEAR:
        tried = [today.year, today.year - 1]
    else:
        tried = [least]
        for number in reading.numbers_beside(field.id):
            tried += [number - 1, number, number + 1]
    inside = [number for number in dict.fromkeys(tried) if least <= number <= most]
    return inside or [least]
