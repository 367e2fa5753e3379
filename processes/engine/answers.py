"""All answers to one form together: each by itself, then what they ask of each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from processes.engine.field_values import fault, read_value
from processes.engine.fields import Field, FormContext
from processes.engine.form_rules import Equality, equality, holds, is_false, reads
from processes.engine.language import SafeLanguage
from processes.engine.region_faults import in_region, named_regions
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.sentences.spoken import Spoken

#: most unknown fields that are named one by one
MOST_UNKNOWN = 20


def check_answers(
    fields: Sequence[Field],
    answers: Mapping[str, Any],
    *,
    context: FormContext,
    language: SafeLanguage,
) -> dict[str, Any]:
    """Every field's answer in its stored form, null where none was given and none is needed.

    Raises InvalidAnswers with one sentence per field, in the order of the form; unknown fields
    come last.
    """
    if not isinstance(answers, Mapping):
        raise InvalidAnswers({"answers": FieldError("forms.not_an_object")})
    check = _Check(fields, context, language)
    for field in fields:
        check.read(field, answers.get(field.id))
    for field in fields:
        if field.id not in check.errors:
            check.rules(field)
    errors = {f.id: check.errors[f.id] for f in fields if f.id in check.errors}
    errors |= _unknown(fields, answers)
    if errors:
        raise InvalidAnswers(errors)
    return check.cleaned


def arising(
    fields: Sequence[Field], context: FormContext, language: SafeLanguage
) -> tuple[Field, ...]:
    """The questions that arise in this case, as far as what was answered before says so."""
    if all(field.hanya_jika is None for field in fields):
        return tuple(fields)
    known = context.earlier()
    return tuple(
        field
        for field in fields
        if field.hanya_jika is None or not is_false(field.hanya_jika, known, language)
    )


class _Check:
    """The work on one set of answers."""

    def __init__(
        self, fields: Sequence[Field], context: FormContext, language: SafeLanguage
    ) -> None:
        self.fields = {field.id: field for field in fields}
        self.context = context
        self.language = language
        self.cleaned: dict[str, Any] = {}
        self.errors: dict[str, KsddError] = {}

    def read(self, field: Field, given: Any) -> None:
        """Take the answer to one question by itself."""
        self.cleaned[field.id] = None
        try:
            value = self._value(field, given)
        except FieldError as error:
            self.errors[field.id] = error
        else:
            stands_alone = value is None and field.untuk is None
            self.cleaned[field.id] = field.default if stands_alone else value

    def rules(self, field: Field) -> None:
        """What the other answers ask of this one."""
        error = (
            self._missing(field)
            or self._not_true(field)
            or self._too_early(field)
            or self._too_many(field)
            or self._not_here(field)
        )
        if error is not None:
            self.errors[field.id] = error

    def _value(self, field: Field, given: Any) -> Any:
        regions = field.regions(self.context)
        if regions is None or given is None or given == "":
            return read_value(field, given, self.context)
        if not isinstance(given, Mapping) or (field.is_file and "document" in given):
            raise fault(field, "per_region", example=regions[0] if regions else "32.01")
        found = {code: self._of_region(field, code, given.get(code)) for code in regions}
        for code in given:
            if code not in regions:
                raise fault(
                    field,
                    "not_asked",
                    told="not_asked_here",
                    region=printable(code),
                    regions=named_regions(regions, self.context) if regions else "-",
                )
        return {code: value for code, value in found.items() if value is not None} or None

    def _of_region(self, field: Field, region: str, given: Any) -> Any:
        try:
            return read_value(field, given, self.context)
        except FieldError as error:
            raise in_region(region, error, self.context) from None

    def _missing(self, field: Field) -> FieldError | None:
        """The question must be answered, for every region it is asked for, and is not."""
        given, regions = self.cleaned[field.id], field.regions(self.context)
        why = None if field.required else field.wajib_jika
        if regions is None:
            wanted = given is None and (field.required or self._holds(why))
            return self._because(field, "missing", why) if wanted else None
        lacking = [
            code
            for code in regions
            if code not in (given or {}) and (field.required or self._holds(why, code))
        ]
        if lacking and (given is not None or len(lacking) < len(regions)):
            named = named_regions(lacking, self.context)
            return fault(field, "missing_regions", told="missing_for", regions=named)
        return self._because(field, "missing", why) if lacking else None

    def _not_true(self, field: Field) -> FieldError | None:
        """The question must be answered with yes, and is not."""
        if self.cleaned[field.id] is True or not self._holds(field.benar_jika):
            return None
        return self._because(field, "must_be_true", field.benar_jika)

    def _too_early(self, field: Field) -> FieldError | None:
        """The date lies before the one it must follow; of two per region, the same region's."""
        earlier = self.fields.get(field.setelah or "")
        if earlier is None or earlier.id in self.errors:
            return None
        own, other = self.cleaned[field.id], self.cleaned[earlier.id]
        for code, day in own.items() if isinstance(own, Mapping) else [("", own)]:
            least = other.get(code) if isinstance(other, Mapping) else other
            if day is not None and least is not None and day < least:
                on = date.fromisoformat(least)
                error = fault(field, "too_early", other=earlier.called, date=on)
                return in_region(code, error, self.context) if code else error
        return None

    def _too_many(self, field: Field) -> FieldError | None:
        """The number is larger than the one it is a part of."""
        other = self.fields.get(field.paling_banyak or "")
        if other is None or other.id in self.errors:
            return None
        own, most = self.cleaned[field.id], self.cleaned[other.id]
        if own is None or most is None or own <= most:
            return None
        limit = Spoken(str(most), other.shown(most))
        return fault(field, "more_than", other=other.called, limit=limit)

    def _not_here(self, field: Field) -> FieldError | None:
        """The question does not arise in this case, and was answered otherwise than it stands."""
        if field.hanya_jika is None or self.cleaned[field.id] is None:
            return None
        known = {**self.context.earlier(), **self.cleaned}
        if not is_false(field.hanya_jika, known, self.language):
            return None
        if self.cleaned[field.id] == field.default:
            self.cleaned[field.id] = None
            return None
        return fault(field, "not_here")

    def _holds(self, condition: str | None, region: str | None = None) -> bool:
        """Whether a condition holds; never while an answer it looks at cannot be taken.

        With a region, of an answer per region the condition sees that region's.
        """
        if condition is None or reads(condition, self.language) & self.errors.keys():
            return False
        seen = self.cleaned if region is None else of_region(self.fields, self.cleaned, region)
        return holds(condition, seen, self.language)

    def _because(self, field: Field, key: str, condition: str | None) -> FieldError:
        """The sentence `key`, with the answer that it comes from when one answer decides."""
        plain = equality(condition) if condition else None
        cause = self.fields.get(plain.field) if plain else None
        if plain is None or cause is None:
            return fault(field, key)
        return fault(field, f"{key}_{_kind(plain)}", other=cause.called, value=_named(cause, plain))


def _kind(plain: Equality) -> str:
    """Which sentence names the answer: one that says yes, no, or the choice."""
    if isinstance(plain.value, bool):
        return "yes" if plain.value else "no"
    return "if"


def _named(cause: Field, plain: Equality) -> str:
    """The value in the words of the form."""
    return dict(cause.options).get(str(plain.value), str(plain.value))


def of_region(
    fields: Mapping[str, Field], cleaned: Mapping[str, Any], region: str
) -> dict[str, Any]:
    """The answers as one region gave them: where each was asked, its own."""
    return {
        name: (value or {}).get(region) if fields[name].untuk is not None else value
        for name, value in cleaned.items()
    }


def _unknown(fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, KsddError]:
    """One sentence per field that the form does not have, with the id that may be meant."""
    ids = [field.id for field in fields]
    found: dict[str, KsddError] = {}
    for name in (name for name in answers if name not in ids):
        shown = printable(name)
        meant = get_close_matches(shown, ids, n=1)
        found[shown] = (
            FieldError("forms.unknown_like", name=shown, meant=meant[0])
            if meant
            else FieldError("forms.unknown", name=shown)
        )
        if len(found) == MOST_UNKNOWN:
            break
    return found


def printable(name: Any, length: int = 60) -> str:
    """A stranger's word, fit to be quoted: short, and without signs that cannot be printed."""
    text = str(name)[:length]
    return "".join("\ufffd" if unicodedata.category(s)[0] == "C" else s for s in text)
