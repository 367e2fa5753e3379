"""A form as it was sent, with a sentence beside each input that cannot be taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import request

from processes.errors import InvalidAnswers, KsddError
from webhooks.language import language


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What was typed, and what is wrong with it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    #: one sentence per input
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


EMPTY = Filled()


def typed_in(names: Iterable[str]) -> dict[str, str]:
    """The inputs of the form that was sent, without blanks around them."""
    return {name: request.form.get(name, "").strip() for name in names}


def refused(typed: Mapping[str, str], error: KsddError, at: str) -> Filled:
    """A form that was refused; what no single input is to blame for stands at `at`."""
    found = error.sentences(language()) if isinstance(error, InvalidAnswers) else {}
    return Filled(typed=typed, errors=found or {at: error.say(language())}, status=error.status)
