"""From the owner's text to a small tree: the first gate of the safe language.

Only known signs pass: names, numbers, plain strings, brackets, comparisons and sums. The signs of
JUEL (`&&`, `||`, `!`) become words on the way, so that Python's own reader can build the tree.
Prefixed strings, comments in conditions, `**`, `:=`, `;`, `@` and the like end here.
"""

from __future__ import annotations

import ast
import re
from threading import Lock

from processes.errors import UnsafeExpression

#: longest condition, in characters
MAX_EXPRESSION = 2_000
#: longest script, in characters
MAX_SCRIPT = 4_000

_TOKEN = re.compile(
    r"""
    (?P<string>"(?:\\[\\"'nt]|[^"\\\n])*"|'(?:\\[\\"'nt]|[^'\\\n])*')
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.]))
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|\+=|//(?!/)|\*(?!\*)|[<>!+\-/%:=](?!=)|[()\[\]{},.])
    |(?P<comment>\#[^\n]*)
    |(?P<newline>\n)
    |(?P<space>[^\S\n]+)
    """,
    re.VERBOSE,
)
# `~` binds as tightly as JUEL's `!`, and the owner cannot write it: the translator reads it as not.
_SPELLINGS = {"&&": " and ", "||": " or ", "!": " ~"}

# Python 3.11 counts the depth of a tree it builds once for all threads: should the garbage
# collector let another one parse meanwhile, it would call the first one's tree broken.
_ONE_AT_A_TIME = Lock()


def brief(text: str) -> str:
    """The text as an error sentence quotes it: one line, at most 80 characters."""
    line = " ".join(text[:200].split())
    return line if len(line) <= 80 else line[:79] + "…"


def strip_wrapping(text: str) -> str:
    """The expression inside `${…}`, `#{…}` or after a leading `=`; else the text, trimmed."""
    text = text.strip()
    if text[:2] in ("${", "#{") and text.endswith("}"):
        return text[2:-1].strip()
    if text.startswith("=") and not text.startswith("=="):
        return text[1:].strip()
    return text


def read_expression(text: str) -> ast.expr:
    """The tree of one expression; it may still hold what the translator refuses."""
    _measure(text, MAX_EXPRESSION)
    source = _respell(strip_wrapping(text), script=False).strip()
    if not source:
        raise UnsafeExpression("language.empty")
    try:
        with _ONE_AT_A_TIME:
            return ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnsafeExpression("language.unreadable", text=brief(text)) from None


def read_script(text: str) -> list[ast.stmt]:
    """The lines of a script as trees; it may still hold what the translator refuses."""
    _measure(text, MAX_SCRIPT)
    # A script is often indented as a whole by its place in the XML; blocks do not exist.
    lines = "\n".join(line.strip() for line in text.split("\n"))
    try:
        with _ONE_AT_A_TIME:
            return ast.parse(_respell(lines, script=True)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        shown = brief([*lines.split("\n"), ""][line - 1])
        raise UnsafeExpression("language.unreadable_line", line=line, text=shown) from None


def _measure(text: str, limit: int) -> None:
    if len(text) > limit:
        raise UnsafeExpression("language.too_long", limit=limit, length=len(text))


def _respell(text: str, *, script: bool) -> str:
    """The same text in Python's spelling; raises at the first sign that is not of the language."""
    spelled: list[str] = []
    touching = word = ""
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        sort = (token.lastgroup if token else None) or ""
        if token is None or (sort == "comment" and not script):
            raise UnsafeExpression(
                "language.sign", sign=text[at : at + 2].strip(), text=brief(text)
            )
        # `f"…"` would run code, and `"a" "b"` is nearly always a forgotten comma.
        if sort == "string" and (touching == "name" or word == "string"):
            raise UnsafeExpression("language.string_after", string=brief(token[0]))
        spelled.append(_spelling(token[0], sort, script))
        touching, word, at = sort, word if sort == "space" else sort, token.end()
    return "".join(spelled)


def _spelling(text: str, sort: str, script: bool) -> str:
    if sort == "space" or (sort == "newline" and not script):
        return " "
    if sort == "comment":
        return ""
    return _SPELLINGS.get(text, text) if sort == "sign" else text
