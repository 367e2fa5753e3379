"""What a cell of a decision table says, in the words of the safe language.

A DMN editor writes FEEL. An input cell is a test of the value in its column: `-`, `"wajib"`,
`"a","b"`, `not("a")`, `[1..5]`, `> 3`, `in ["a"]`, `date("2027-01-31")`, `null`, or any expression
with `?` for the value. Each becomes one expression over a name that stands for that value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from processes.engine.grammar import MAX_EXPRESSION, brief
from processes.errors import UnsafeExpression

#: most brackets inside each other in one cell
MAX_NESTING = 20

_STRING = r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_DATE = r"""\bdate\(\s*"[^"]*"\s*\)"""
_END = rf"\s*(?:{_DATE}|{_STRING}|-?\w+?(?:\.\w+?)*?)\s*"

# A range comes first, because its brackets may look outward: `]1..5[`.
_PIECE = re.compile(
    rf"(?P<range>[\[\](]{_END}\.\.{_END}[\])\[])|(?P<date>{_DATE})|(?P<string>{_STRING})"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,)|(?P<value>\?)"
    r"|(?P<order><=|>=|<|>)|(?P<logic>==|!=|&&|\|\||!|=|\b(?:and|or|not|in)\b)"
    r"|(?P<other>\w+|\s+|.)",
    re.DOTALL,
)
_RANGE = re.compile(rf"([\[\](])({_END})\.\.({_END})([\])\[])")
_DATE_TEXT = re.compile(r'date\(\s*"([^"]*)"\s*\)')
_COMPARISON = re.compile(r"(<=|>=|<|>|!=|==|=)(.+)", re.DOTALL)


def says_anything(text: str) -> bool:
    """Whether an input cell takes every value: empty or `-`."""
    return text.strip() in ("", "-")


@lru_cache(maxsize=4096)
def condition_of(text: str) -> tuple[str, str]:
    """The expression of an input cell, and the name in it that stands for the column's value.

    Raises UnsafeExpression when the cell is no test that FEEL knows. As in FEEL an ordering (`>`, a
    range) never holds for null, nor does its negation; `not("a")` holds for null.
    """
    if len(text) > MAX_EXPRESSION:
        raise UnsafeExpression("language.too_long", limit=MAX_EXPRESSION, length=len(text))
    if any(depth > MAX_NESTING for _, _, depth in _pieces(text)):
        raise UnsafeExpression("language.too_complex", text=brief(text), limit=MAX_NESTING)
    name = "nilai_kolom"
    while name in text:
        name += "_"
    return ("true" if says_anything(text) else _tests(text, name)), name


def value_of(text: str) -> str:
    """The expression of an output cell, null when empty; `date("…")` becomes ISO text."""
    pieces = (_iso(piece) if sort == "date" else piece for sort, piece, _ in _pieces(text))
    return "".join(pieces).strip() or "null"


def _pieces(text: str) -> Iterator[tuple[str, str, int]]:
    """The pieces of a cell: their sort, their text, and how many brackets they stand in."""
    depth = 0
    for found in _PIECE.finditer(text):
        sort = found.lastgroup or "other"
        depth -= sort == "close"
        yield sort, found[0], depth
        depth += sort == "open"


def _tests(text: str, name: str) -> str:
    """The expression of tests separated by commas, of which one must hold."""
    parts = [""]
    for sort, piece, depth in _pieces(text):
        if sort == "comma" and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return " or ".join(f"({_test(part.strip(), name)})" for part in parts)


def _test(text: str, name: str) -> str:
    """The expression of one test."""
    sorts = {sort for sort, _, _ in _pieces(text)}
    if "value" in sorts:
        return value_of("".join(name if s == "value" else p for s, p, _ in _pieces(text)))
    negated = _inside(text, "not")
    if negated is not None:
        holds = f"not ({_tests(negated, name)})"
        return f"{name} is not null and {holds}" if sorts & {"order", "range"} else holds
    members = _inside(text, "in")
    if members is not None or (text.startswith(("in ", "in[", "in]")) and "range" in sorts):
        return _tests(text[2:].strip() if members is None else members, name)
    return _single(text, name)


def _single(text: str, name: str) -> str:
    """The expression of a range, a comparison, or a plain value to be equal to."""
    found = _RANGE.fullmatch(text)
    if found:
        low = ">=" if found[1] == "[" else ">"
        high = "<=" if found[4] == "]" else "<"
        first, last = _plain(found[2]), _plain(found[3])
        return f"{name} is not null and {name} {low} {first} and {name} {high} {last}"
    found = _COMPARISON.fullmatch(text)
    if not found:
        return _equal(_plain(text), name)
    sign, value = found[1], _plain(found[2])
    if sign in ("=", "=="):
        return _equal(value, name)
    if sign == "!=":
        return f"not ({_equal(value, name)})"
    return f"{name} is not null and {name} {sign} {value}"


def _equal(value: str, name: str) -> str:
    # 1 equals true in Python, but a box that is ticked is not the number one.
    same = value.lower() in ("true", "false", "null", "none")
    return f"{name} {'is' if same else '=='} {value}"


def _inside(text: str, word: str) -> str | None:
    """What stands in the brackets of `word(…)`; None when that is not the whole text.

    The word `in` may be left out before a list.
    """
    bare = text.removeprefix(word).lstrip()
    if not bare or bare[-1] not in ")]" or (bare == text and word != "in"):
        return None
    pieces = list(_pieces(bare))
    whole = pieces[0][0] == "open" and all(depth > 0 for _, _, depth in pieces[1:-1])
    return bare[1:-1].strip() if whole else None


def _plain(text: str) -> str:
    """The expression of a value; a whole condition is refused, as it would need its `?`."""
    if not text.strip():
        raise UnsafeExpression("decisions.empty_test")
    if any(sort in ("order", "logic") and depth == 0 for sort, _, depth in _pieces(text)):
        raise UnsafeExpression("decisions.needs_value_sign", text=brief(text))
    return value_of(text)


def _iso(text: str) -> str:
    """The ISO text, in quotes, of a FEEL date literal."""
    written = _DATE_TEXT.fullmatch(text)
    try:
        return f'"{date.fromisoformat(written[1] if written else "").isoformat()}"'
    except ValueError:
        raise UnsafeExpression("language.not_a_date", value=brief(text)) from None
