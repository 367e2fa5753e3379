"""A task that came back: the earlier answers stand in its form again, except the decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from processes.engine.forms import Field, Form
from processes.store.tables import Task, TaskStatus
from webhooks.task_links.inputs import kind_of


def earlier_values(form: Form, task: Task, tasks: Sequence[Task]) -> dict[str, str]:
    """Text by input name from the newest answer of the same shape and region, about the same
    region; empty without one.

    Also empty when the form has no required choice: then a robot could send it as it stands.
    """
    if not has_decision(form):
        return {}
    before = [
        other.answers
        for other in tasks
        if other.element == task.element
        and other.region_code == task.region_code
        and other.about == task.about
        and other.status is TaskStatus.DONE
        and other.answers is not None
    ]
    if not before:
        return {}
    return {
        name: value
        for asked in form.fields
        if kind_of(asked) != "choice"
        for name, value in _inputs(asked, before[-1].get(asked.id))
    }


def has_decision(form: Form) -> bool:
    """Whether nobody can send the form without having chosen something himself."""
    return any(asked.required and kind_of(asked) == "choice" for asked in form.fields)


def prepared_values(form: Form, task: Task) -> dict[str, str]:
    """Text by input name from the answers that were prepared for this very task; empty without any.

    Choices are left out: who answers makes them himself.
    """
    return {
        name: value
        for asked in form.fields
        if kind_of(asked) != "choice"
        for name, value in _inputs(asked, (task.prepared or {}).get(asked.id))
    }


def proposed_values(form: Form, answers: Mapping[str, Any]) -> dict[str, str]:
    """Text by input name from answers that a linked case brought along.

    A yes or no is left to whoever answers; without a required one all choices are, so that a robot
    could not send the form as it stands. Without any required choice nothing is brought along.
    """
    if not has_decision(form):
        return {}
    left = any(asked.required and asked.type == "boolean" for asked in form.fields)
    return {
        name: value
        for asked in form.fields
        if kind_of(asked) != "choice" or (left and asked.type == "enum")
        for name, value in _inputs(asked, answers.get(asked.id))
    }


def titled(form: Form, title: str) -> dict[str, str]:
    """The title of a case as it stands, where its form asks for one and cannot be sent without a
    decision."""
    return {asked.id: title for asked in form.fields if asked.is_title and has_decision(form)}


def _inputs(asked: Field, answer: Any) -> Iterator[tuple[str, str]]:
    if answer is None:
        return
    if isinstance(answer, Mapping) and "document" not in answer:
        for code, value in answer.items():
            yield f"{asked.id}[{code}]", _text(value)
    else:
        yield asked.id, _text(answer)


def _text(value: Any) -> str:
    return str(value["document"]) if isinstance(value, Mapping) else str(value)
