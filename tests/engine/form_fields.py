"""Small forms for tests: a field in one line, and a case between Bogor, Sukabumi and Cianjur."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from processes.engine.forms import Form, FormContext
from processes.errors import InvalidAnswers

BOGOR, SUKABUMI, CIANJUR = "32.01", "32.02", "32.03"
NAMES = {BOGOR: "Kabupaten Bogor", SUKABUMI: "Kabupaten Sukabumi", CIANJUR: "Kabupaten Cianjur"}
TODAY = date(2026, 6, 2)
SCAN = "0123456789abcdef0123456789abcdef"
CONTEXT = FormContext(
    parties=[BOGOR, SUKABUMI, CIANJUR],
    partners=[SUKABUMI, CIANJUR],
    today=TODAY,
    document_exists=lambda own: own == SCAN,
    region_exists=lambda code: code in (BOGOR, SUKABUMI, CIANJUR, "32"),
    region_name=NAMES.__getitem__,
)


def asked(
    own: str, type: str = "string", label: str = "", default: str | None = None, **more: Any
) -> dict[str, Any]:
    """A field as the parser gives it; `required`, `min` … are constraints, `options` choices, and
    all the rest are properties."""
    constraints = ("required", "minlength", "maxlength", "min", "max")
    return {
        "id": own,
        "label": label or own.replace("_", " ").capitalize(),
        "type": type,
        "default": default,
        "options": [[code, code.capitalize()] for code in more.pop("options", ())],
        "validation": {k: str(v).lower() for k, v in more.items() if k in constraints},
        "properties": {k: v for k, v in more.items() if k not in constraints},
    }


def refused(form: Form, answers: Any, language: str = "id") -> dict[str, str]:
    """The sentences by field with which answers are refused."""
    with pytest.raises(InvalidAnswers) as found:
        form.check(answers, context=CONTEXT)
    return found.value.sentences(language)


def told(form: Form, posted: Mapping[str, Any], language: str = "id") -> dict[str, str]:
    """The sentences by field that a person at the page reads when what he typed is refused."""
    with pytest.raises(InvalidAnswers) as found:
        form.check(form.from_pairs(posted), context=CONTEXT)
    return {name: error.tell(language) for name, error in found.value.fields.items()}


def taken(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The stored form of answers."""
    return form.check(answers, context=CONTEXT)


def one(type: str = "string", **more: Any) -> Form:
    """A form with one optional field `x` called “Isian”."""
    return Form.read([asked("x", type, "Isian", **more)])
