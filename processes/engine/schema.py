"""An owner's form as JSON Schema 2020-12, for machines that answer tasks.

What JSON Schema cannot say (a letter dated in the future, an end before its start, an expression)
stays with the check; such properties say it in `description`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from processes.engine.examples import example_of
from processes.engine.field_values import REGION_CODE
from processes.engine.fields import NUMBER_LIMIT, Field, FormContext
from processes.engine.form_rules import Equality, equality
from processes.engine.letter_numbers import fill
from processes.sentences import say

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: what a file answer may be, the usual type first
FILE_TYPES = (
    "application/pdf",
    _OFFICE + "wordprocessingml.document",
    _OFFICE + "spreadsheetml.sheet",
    "image/jpeg",
    "image/png",
)
FILE_TYPE = FILE_TYPES[0]

_PATTERNS = {
    "nip": r"^[0-9]{18}$",
    "nik": r"^[0-9]{16}$",
    "daerah": f"^{REGION_CODE}$",
}


def schema_of(fields: Sequence[Field], context: FormContext) -> dict[str, Any]:
    """The schema of the object with all answers."""
    by_id = {field.id: field for field in fields}
    found: dict[str, Any] = {
        "$schema": DIALECT,
        "type": "object",
        "properties": {field.id: _property(field, by_id, context) for field in fields},
        "required": [field.id for field in fields if field.required and field.default is None],
        "additionalProperties": False,
    }
    conditions = _conditions(fields, context)
    if conditions:
        found["allOf"] = conditions
    return found


def _property(field: Field, by_id: Mapping[str, Field], context: FormContext) -> dict[str, Any]:
    regions = field.regions(context)
    value = _value(field, by_id, context, number=1)
    found: dict[str, Any] = {"title": field.label}
    description = _description(field, by_id, context)
    if description:
        found["description"] = description
    if regions is None:
        if field.default is not None:
            found["default"] = field.default
        return found | value
    parts = {
        code: _value(field, by_id, context, number=number)
        for number, code in enumerate(regions, start=1)
    }
    found |= {"type": "object", "properties": parts, "additionalProperties": False}
    if field.required:
        found["required"] = list(regions)
    if regions and not field.is_file:
        found["examples"] = [{code: part["examples"][0] for code, part in parts.items()}]
    return found


def number_pattern(field: Field, context: FormContext, called: Callable[[str], str] = str) -> str:
    """How the regions asked number their letters, as a hint; empty where nobody said so. `called`
    says what stands for a region's code."""
    if field.jenis != "nomor_surat":
        return ""
    regions = field.regions(context)
    if regions is None:
        return fill(context.patterns.get(context.region, ""), context.today)
    known = [(code, context.patterns[code]) for code in regions if context.patterns.get(code)]
    return "; ".join(f"{called(code)}: {fill(pattern, context.today)}" for code, pattern in known)


def _description(field: Field, by_id: Mapping[str, Field], context: FormContext) -> str:
    """The owner's explanation, then the rules that the schema cannot say."""
    earlier = by_id.get(field.setelah or "")
    larger = by_id.get(field.paling_banyak or "")
    pattern = number_pattern(field, context)
    rules = [
        say("forms.rule_pattern", pattern=pattern) if pattern else "",
        say("forms.rule_not_future") if field.jenis == "tanggal_surat" else "",
        say("forms.rule_after", other=earlier.id) if earlier else "",
        say("forms.rule_at_most", other=larger.id) if larger else "",
        say("forms.rule_only_if", condition=field.hanya_jika) if field.hanya_jika else "",
        say("forms.rule_later") if field.menyusul else "",
        _unsaid("forms.rule_required_if", field.wajib_jika),
        _unsaid("forms.rule_true_if", field.benar_jika),
    ]
    return " ".join(part for part in (field.bantuan, *rules) if part)


def _unsaid(key: str, condition: str | None) -> str:
    """The sentence of a condition that `_conditions` cannot put into the schema."""
    return say(key, condition=condition) if condition and equality(condition) is None else ""


def _value(
    field: Field, by_id: Mapping[str, Field], context: FormContext, *, number: int
) -> dict[str, Any]:
    """The schema of one answer, for the `number`-th region where there are several."""
    if field.is_file:
        return {
            "type": "object",
            "properties": {"document": {"type": "string"}},
            "required": ["document"],
            "additionalProperties": False,
            "contentMediaType": FILE_TYPE,
            "x-accepts": list(FILE_TYPES),
        }
    return _shape(field) | {"examples": [example_of(field, by_id, context, number)]}


def _shape(field: Field) -> dict[str, Any]:
    if field.type == "enum":
        return {
            "type": "string",
            "enum": [code for code, _ in field.options],
            "x-labels": dict(field.options),
        }
    if field.type == "long":
        return {
            "type": "integer",
            "minimum": -NUMBER_LIMIT if field.minimum is None else field.minimum,
            "maximum": NUMBER_LIMIT if field.maximum is None else field.maximum,
        }
    if field.type == "boolean":
        return {"type": "boolean"}
    if field.type == "date":
        return {"type": "string", "format": "date"}
    return _text_shape(field)


def _text_shape(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string"}
    if field.jenis in _PATTERNS:
        return found | {"pattern": _PATTERNS[field.jenis]}
    if field.jenis == "surel":
        return found | {"format": "email", "maxLength": 254}
    if field.jenis == "telepon":
        return found | {"maxLength": 60}
    least = field.min_length or (1 if field.required else 0)
    return found | ({"minLength": least} if least else {}) | {"maxLength": field.max_length}


def _conditions(fields: Sequence[Field], context: FormContext) -> list[dict[str, Any]]:
    """`if`/`then` for every condition that is one comparison; equal conditions share one."""
    found: dict[Equality, dict[str, Any]] = {}
    for field in fields:
        for condition, must_be_true in ((field.wajib_jika, False), (field.benar_jika, True)):
            plain = equality(condition) if condition else None
            if plain is None:
                continue
            then = found.setdefault(plain, {"required": [], "properties": {}})
            if field.id not in then["required"]:
                then["required"].append(field.id)
            if must_be_true:
                then["properties"][field.id] = {"const": True}
            elif field.untuk is not None:
                then["properties"][field.id] = {"required": list(field.regions(context) or ())}
    return [{"if": _when(plain), "then": _filled(then)} for plain, then in found.items()]


def _when(plain: Equality) -> dict[str, Any]:
    return {"properties": {plain.field: {"const": plain.value}}, "required": [plain.field]}


def _filled(then: Mapping[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in then.items() if part}
