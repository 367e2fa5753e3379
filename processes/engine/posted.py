"""From the inputs of an HTML form to answers. Nothing is judged here: what cannot be read stays as
it was typed, so that the check names it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from processes.engine.fields import Field

REGION_INPUT = re.compile(r"([a-z][a-z0-9_]*)\[([0-9.]{2,8})\]")
#: as people type whole numbers: 60, 1.500.000, Rp 1.500.000,00
NUMBER = re.compile(r"(?:rp\.?\s*)?(-?\d{1,3}(?:\.\d{3})+|-?\d{1,20})(?:,0{1,2})?", re.IGNORECASE)
DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
BOOLEANS = {"true": True, "false": False, "ya": True, "tidak": False, "on": True}


def answers_from_pairs(
    fields: Sequence[Field], pairs: Mapping[str, str | list[str]]
) -> dict[str, Any]:
    """Typed answers by field id. Inputs of regions are named `nomor[32.01]`; a file is the id of its
    document; an empty input is no answer; a name no field has is kept, to be refused by name."""
    by_id = {field.id: field for field in fields}
    answers: dict[str, Any] = {}
    for name, given in pairs.items():
        if given == "" or given == []:
            continue
        region = REGION_INPUT.fullmatch(name)
        field = by_id.get(region[1] if region else name)
        if field is None:
            answers[name] = given
        elif region:
            answers.setdefault(field.id, {})[region[2]] = _typed(field, given)
        else:
            answers[field.id] = _typed(field, given)
    return answers


def _typed(field: Field, given: str | list[str]) -> Any:
    if not isinstance(given, str):
        return given
    if field.is_file:
        return {"document": given}
    text = given.strip()
    match field.type:
        case "boolean":
            return BOOLEANS.get(text.lower(), given)
        case "long":
            return _number(text)
        case "date":
            return _date(text)
        case _:
            return _number(text) if field.jenis == "rupiah" else given


def _number(text: str) -> Any:
    found = NUMBER.fullmatch(text)
    return int(found[1].replace(".", "")) if found else text


def _date(text: str) -> str:
    """Day first, as Indonesians write it, into ISO; anything else unchanged."""
    found = DAY_FIRST.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else text
