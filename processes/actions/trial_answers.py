"""Answers to a form of which only some are given: the rest are examples that the form takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from processes.engine.fields import Field, FormContext
from processes.engine.forms import Form
from processes.errors import InvalidAnswers

#: rounds of filling in what the form still misses
ROUNDS = 4


def filled_in(
    form: Form, given: Mapping[str, Any], context: FormContext, *, paper: str
) -> dict[str, Any]:
    """The given answers, and an example wherever the form asks for one; `paper` is the id of a
    document.

    A date that nobody gave is today. Raises InvalidAnswers when what was given cannot be taken.
    """
    examples = _examples(form, context, paper)
    answers = _with_papers(form, given, context, paper)
    for field in form.fields:
        if field.required and field.default is None and field.id not in answers:
            answers[field.id] = examples[field.id]
    for _ in range(ROUNDS):
        try:
            form.check(answers, context=context)
        except InvalidAnswers as wrong:
            missing = [name for name in wrong.fields if name in examples and name not in given]
            fresh = {n: examples[n] for n in missing if answers.get(n) != examples[n]}
            if not fresh:
                raise
            answers |= fresh
        else:
            return answers
    return answers


def _examples(form: Form, context: FormContext, paper: str) -> dict[str, Any]:
    properties = form.schema(context)["properties"]
    return {
        field.id: _example(field, properties[field.id].get("examples"), context, paper)
        for field in form.asked(context).fields
    }


def _example(field: Field, examples: list[Any] | None, context: FormContext, paper: str) -> Any:
    if field.is_file:
        value: Any = {"document": paper}
    elif field.type == "date":
        later = 365 if field.setelah and field.jenis != "tanggal_surat" else 0
        value = (context.today + timedelta(days=later)).isoformat()
    elif field.benar_jika is not None:
        value = True
    else:
        return examples[0] if examples else None
    regions = field.regions(context)
    return value if regions is None else dict.fromkeys(regions, value)


def _with_papers(
    form: Form, given: Mapping[str, Any], context: FormContext, paper: str
) -> dict[str, Any]:
    """`true` for a file is the trial's own paper; one answer for several regions is theirs all."""
    answers = dict(given)
    for field in form.fields:
        value = answers.get(field.id)
        if value is None:
            continue
        regions = field.regions(context)
        if regions is not None and not isinstance(value, Mapping):
            value = dict.fromkeys(regions, value)
        answers[field.id] = _paper_for(value, paper) if field.is_file else value
    return answers


def _paper_for(value: Any, paper: str) -> Any:
    if isinstance(value, Mapping) and "document" not in value:
        return {region: _paper_for(each, paper) for region, each in value.items()}
    return {"document": paper} if value is True else value
