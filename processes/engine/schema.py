"""A form as JSON Schema 2020-12, for machines; it promises no more than the form itself checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from processes.engine.answers import FIRST_YEAR, LARGEST
from processes.engine.fields import Field, FormContext

#: what a document field takes first of all; the others are told in `description`
MEDIA_TYPE = "application/pdf"
#: the simple rules that JSON Schema can say too: `hasil == "sah"`, `objek_terencana == false`
SIMPLE_RULE = re.compile(r'\s*(\w+)\s*==\s*(?:"([^"]*)"|(true|false))\s*')
EXAMPLES = {
    "nip": "198001012005011001",
    "nik": "3201010101800001",
    "surel": "nama@contoh.example",
    "telepon": "+6281234567890",
    "nomor_surat": "119/16-Kesber/VII/2026",
}


def schema_of(fields: Sequence[Field], context: FormContext) -> dict[str, Any]:
    """The schema of a form's answers; every constrained property has an accepted example."""
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {field.id: _property(field, context) for field in fields},
        "required": [field.id for field in fields if field.required],
    }
    rules = [rule for field in fields for rule in _rules(field)]
    if rules:
        document["allOf"] = rules
    return document


def _property(field: Field, context: FormContext) -> dict[str, Any]:
    inner = _plain(field, context)
    title = {"title": field.label}
    if field.bantuan:
        title["description"] = field.bantuan
    regions = context.regions_of(field)
    if regions is None:
        return title | inner
    whole: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {code: inner for code in regions},
    }
    if field.required or field.wajib_jika:
        whole["required"] = list(regions)
    if "examples" in inner:
        whole["examples"] = [dict.fromkeys(regions, inner["examples"][0])]
    return title | whole


def _plain(field: Field, context: FormContext) -> dict[str, Any]:
    if field.is_file:
        return {
            "type": "object",
            "properties": {"document": {"type": "string"}},
            "required": ["document"],
            "additionalProperties": False,
            "contentMediaType": MEDIA_TYPE,
        }
    match field.type:
        case "boolean":
            return {"type": "boolean", "examples": [True]}
        case "long":
            return _number(field)
        case "date":
            return {"type": "string", "format": "date", "examples": [_day(field, context)]}
        case "enum":
            keys = [key for key, _ in field.options]
            return {"type": "string", "enum": keys, "examples": keys[:1]}
        case _:
            return _number(field) if field.jenis == "rupiah" else _text(field, context)


def _day(field: Field, context: FormContext) -> str:
    return context.today.isoformat()


def _number(field: Field) -> dict[str, Any]:
    least = -LARGEST if field.minimum is None else field.minimum
    most = LARGEST if field.maximum is None else field.maximum
    example = min(max(1, least), most)
    if least > FIRST_YEAR // 2 and most >= 2026 >= least:
        example = 2026
    return {"type": "integer", "minimum": least, "maximum": most, "examples": [example]}


def _text(field: Field, context: FormContext) -> dict[str, Any]:
    example = EXAMPLES.get(field.jenis, field.label)
    if field.jenis == "daerah":
        example = context.parties[0]
    least = field.min_length or 1
    example = (example + " " + "contoh " * least)[: max(len(example), least)][: field.longest]
    return {
        "type": "string",
        "minLength": least,
        "maxLength": field.longest,
        "examples": [example.strip()],
    }


def _rules(field: Field) -> list[dict[str, Any]]:
    found = []
    required = SIMPLE_RULE.fullmatch(field.wajib_jika)
    if required:
        found.append({"if": _when(required), "then": {"required": [field.id]}})
    true = SIMPLE_RULE.fullmatch(field.benar_jika)
    if true:
        then = {"required": [field.id], "properties": {field.id: {"const": True}}}
        found.append({"if": _when(true), "then": then})
    return found


def _when(rule: re.Match[str]) -> dict[str, Any]:
    value: Any = rule[2] if rule[3] is None else rule[3] == "true"
    return {"properties": {rule[1]: {"const": value}}, "required": [rule[1]]}
