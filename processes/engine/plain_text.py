"""Text that a stranger typed, made fit to be stored, compared and printed.

Everything becomes NFC without blanks at its ends. Refused are NUL and other control characters,
halves of surrogate pairs (neither can be stored everywhere), and signs that turn the direction of
writing, because they make a text read otherwise than it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

#: left-to-right and right-to-left embeddings, overrides and isolates
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: signs without a shape: zero-width ones, soft hyphen, fillers, marks of direction
_SHAPELESS = "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2060-\u2064\u3164\ufeff\uffa0"
_ENDS = re.compile(rf"\A[\s{_SHAPELESS}]+|[\s{_SHAPELESS}]+\Z")
_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
#: characters of NFC text that one character can come from
_MOST_PARTS = 4
#: longest text in which a hidden sign is looked for by itself
_LONGEST_LOOKED_AT = 100


class TextFault(Exception):
    """A text that cannot be taken."""

    def __init__(
        self, why: Literal["too_long", "characters", "invisible", "one_line"], detail: str = ""
    ) -> None:
        super().__init__(why, detail)
        self.why = why
        #: the sign at fault (`U+202E`), or the number of characters
        self.detail = detail


def clean_text(typed: str, *, limit: int, lines: bool = False) -> str:
    """The text in its stored form; empty when nothing was typed. Raises TextFault.

    `limit`: most characters. `lines`: whether it may have several lines (breaks become `\\n`).
    """
    # Measured first: putting a long run of accents in order takes time that grows with its square.
    if len(typed) > limit * _MOST_PARTS:
        raise TextFault("too_long", str(len(typed)))
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", typed))
    bare = _ENDS.sub("", text)
    if not bare and text.strip():
        raise TextFault("invisible")
    for sign in bare:
        _check_sign(sign, lines)
    if len(bare) > limit:
        raise TextFault("too_long", str(len(bare)))
    return bare


def bare_text(typed: str) -> str:
    """The text without blanks and signs that cannot be seen at its ends, as copying from a message
    leaves them around a number or a date."""
    first, last = 0, len(typed)
    while first < last and _is_unseen(typed[first]):
        first += 1
    while last > first and _is_unseen(typed[last - 1]):
        last -= 1
    return typed[first:last]


def hidden_sign(typed: str) -> str:
    """The first sign between others that cannot be seen (`U+202E`); empty when there is none, or
    the text is long."""
    looked = bare_text(typed) if len(typed) <= _LONGEST_LOOKED_AT else ""
    return next((f"U+{ord(s):04X}" for s in looked if _is_unseen(s) and not s.isspace()), "")


def _is_unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) == "Cf"


def _check_sign(sign: str, lines: bool) -> None:
    if sign == "\n" and not lines:
        raise TextFault("one_line")
    if sign in "\n\t":
        return
    if sign in _TURNS or unicodedata.category(sign) in ("Cc", "Cs"):
        raise TextFault("characters", f"U+{ord(sign):04X}")
