"""A few words under a question: the owner's help first, then what form an answer has."""

from __future__ import annotations

import re

from processes.engine.forms import Field, Form, FormContext
from processes.engine.schema import number_pattern
from webhooks import dates
from webhooks.language import language, text

#: kinds of text whose form is worth a hint
HINTED = {"nip": "hint_nip", "daerah": "hint_region", "berkas": "hint_file"}
#: one answer compared with one word or truth value
COMPARISON = re.compile(
    r"""(?P<field>\w+)(\s*==\s*(["'](?P<word>[^"']*)["']|(?P<truth>[Tt]rue|[Ff]alse)))?"""
)


def hint_of(asked: Field, form: Form, context: FormContext) -> str:
    """The hint of one question; empty when it explains itself."""
    pattern = number_pattern(asked, context, context.region_name)
    number = text("hint_pattern", pattern=pattern) if pattern else ""
    parts = (asked.bantuan, _when(asked, form), _form_of(asked, context), number)
    return " ".join(part for part in parts if part)


def _when(asked: Field, form: Form) -> str:
    """In which case the question must be answered, as far as that can be said in a few words."""
    if not asked.wajib_jika:
        return ""
    conditions = [_condition(part, form) for part in asked.wajib_jika.split(" or ")]
    if not all(conditions):
        return text("hint_if")
    return text("hint_when", conditions=f" {text('or')} ".join(conditions))


def _condition(expression: str, form: Form) -> str:
    """For example `"Hasil": Sepakat`; empty when the expression says more than one comparison."""
    found = COMPARISON.fullmatch(expression.strip())
    other = next((f for f in form.fields if found and f.id == found["field"]), None)
    if found is None or other is None:
        return ""
    if found["word"] is not None:
        words = dict(other.options).get(found["word"], found["word"])
    else:
        words = text("yes" if (found["truth"] or "true").lower() == "true" else "no")
    return f"“{other.label}”: {words}"


def _form_of(asked: Field, context: FormContext) -> str:
    if asked.type == "date":
        today = context.today
        return text(
            "hint_date", example=dates.short(today, language()), numbers=f"{today:%d/%m/%Y}"
        )
    if asked.jenis == "rupiah":
        return text("hint_rupiah")
    if asked.type == "long":
        return _range(asked)
    return text(HINTED[asked.jenis]) if asked.jenis in HINTED else ""


def _range(asked: Field) -> str:
    least, most = asked.minimum, asked.maximum
    if least is not None and most is not None:
        return text("hint_between", least=least, most=most)
    if most is not None:
        return text("hint_most", most=most)
    return text("hint_least", least=least) if least is not None else text("hint_number")
