"""A form as a browser posts it, turned into typed answers.

Nothing is judged here: what cannot be read stays as it was typed, so that the check can name it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from processes.engine.fields import Field
from processes.engine.plain_text import bare_text
from processes.engine.typed_days import day_of, typed_day

#: `nomor[32.01]`: the answer for one region
_OF_REGION = re.compile(r"(?P<field>[^\[\]]+)\[(?P<region>[^\[\]]*)\]")
#: Indonesian way of writing whole numbers: dots between thousands, and no cents but zero ones
_NUMBER = re.compile(
    r"(?:Rp\.?\s*)?(?P<sign>-?)(?P<digits>[0-9]{1,18}|[0-9]{1,3}(?:\.[0-9]{3}){1,5})(?:,(?:00?|-))?",
    re.I,
)
_WORDS = {
    "true": True,
    "on": True,
    "1": True,
    "ya": True,
    "false": False,
    "off": False,
    "0": False,
    "tidak": False,
}


def answers_from_pairs(fields: Sequence[Field], pairs: Mapping[str, Any]) -> dict[str, Any]:
    """Answers by field id; empty inputs are left out, unknown ones stay under their own name."""
    by_id = {field.id: field for field in fields}
    answers: dict[str, Any] = {}
    for name, posted in pairs.items():
        match = _OF_REGION.fullmatch(name)
        field = by_id.get(match["field"] if match else name)
        if field is None or (match is None) != (field.untuk is None):
            answers[name] = posted
            continue
        value = _typed(field, posted)
        if value is None:
            continue
        if match:
            answers.setdefault(field.id, {})[match["region"]] = value
        else:
            answers[field.id] = value
    return answers


def pairs_from_answers(fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, str]:
    """The text of every input that a form with these answers has; what is not there is left out."""
    pairs: dict[str, str] = {}
    for field in fields:
        answer = answers.get(field.id)
        if isinstance(answer, Mapping) and "document" not in answer:
            pairs |= {f"{field.id}[{code}]": _as_text(value) for code, value in answer.items()}
        elif answer is not None:
            pairs[field.id] = _as_text(answer)
    return pairs


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value["document"] if isinstance(value, Mapping) else value)


def _typed(field: Field, posted: Any) -> Any:
    """The value that one input means; None when it was left empty."""
    if isinstance(posted, (list, tuple)):
        # A checkbox comes after the hidden input that says no; nothing else comes twice.
        if len(posted) != 1 and field.type != "boolean":
            return list(posted) or None
        posted = posted[-1] if posted else ""
    if not isinstance(posted, str):
        return posted
    bare = posted.strip()
    if not bare:
        return None
    if field.is_file:
        return {"document": bare}
    if field.type == "boolean":
        return _WORDS.get(bare.lower(), posted)
    if field.type == "long":
        return _number(bare_text(posted), posted)
    return _date(bare_text(posted), posted) if field.type == "date" else posted


def _number(bare: str, posted: str) -> int | str:
    found = _NUMBER.fullmatch(bare)
    return int(found["sign"] + found["digits"].replace(".", "")) if found else posted


def _date(bare: str, posted: str) -> str:
    """A day of the calendar in ISO, however it was written."""
    found = typed_day(bare)
    day = day_of(found) if found else None
    return day.isoformat() if day else posted
