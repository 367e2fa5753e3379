"""Words that a choice may decide: `"+1 hari kerja: sekda" if kategori == "wajib" else ""`.

Reminders and escalations are words; where they differ between cases, the owner chooses between
words by an expression. Each of them is written out, so that all can be read before publishing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from processes.engine.grammar import read_expression, strip_wrapping
from processes.errors import UnsafeExpression


def is_choice(text: str) -> bool:
    """Whether the text chooses between words: only then is something in it quoted."""
    return '"' in text or "'" in text


def words_in(text: str) -> list[str]:
    """Every wording a choice can give; the text itself when it chooses nothing.

    Raises UnsafeExpression when it cannot be read, or gives anything but words written out.
    """
    if not is_choice(text):
        return [text]
    return list(_leaves(read_expression(strip_wrapping(text))))


def _leaves(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _leaves(node.body)
        yield from _leaves(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        raise UnsafeExpression("language.not_written_out", text=ast.unparse(node)[:60])
