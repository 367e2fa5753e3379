"""Titles, reasons and notes: what somebody types beside a form must be there to be read."""

from __future__ import annotations

from processes.engine.plain_text import TextFault, clean_text
from processes.errors import FieldError, InvalidAnswers

#: most characters of a reason or a note
MOST_WORDS = 2000


def readable(
    typed: str, *, field: str, missing: str, limit: int = MOST_WORDS, lines: bool = False
) -> str:
    """The text in its stored form, on one line unless `lines`.

    Raises InvalidAnswers at `field`: `missing` (a sentence's key) when nothing can be seen in it,
    else what is wrong with its signs or its length.
    """
    try:
        text = clean_text(typed, limit=limit, lines=lines)
    except TextFault as fault:
        if fault.why == "invisible":
            raise InvalidAnswers({field: FieldError(missing)}) from None
        key = f"errors.text_{fault.why}"
        raise InvalidAnswers({field: FieldError(key, sign=fault.detail, most=limit)}) from None
    if not text:
        raise InvalidAnswers({field: FieldError(missing)})
    return text
