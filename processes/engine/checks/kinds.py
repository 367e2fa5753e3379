"""Kinds of values: where an expression joins or compares values that do not fit each other.

The engine stops a case at such a place, or takes a comparison as failed for ever. Only what is
known for certain is told; null fits everywhere, because a missing date gives a missing deadline.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from processes.engine.checks.facts import Facts, constant, facts_of
from processes.engine.checks.report import Report
from processes.engine.dates import MAX_DAYS, MAX_MONTHS, MAX_WORKING_DAYS
from processes.engine.grammar import read_expression
from processes.errors import UnsafeExpression
from processes.sentences import say

TEXT, NUMBER, BOOLEAN, LIST, OBJECT, NULL = (
    "text", "number", "boolean", "list", "object", "null",
)  # fmt: skip
_OF_FIELD = {
    "string": TEXT,
    "date": TEXT,
    "enum": TEXT,
    "long": NUMBER,
    "boolean": BOOLEAN,
    "null": NULL,
}
#: kinds that each function takes, in order, and the kind it gives; empty: any
_ROWS, _DAYS = (LIST, TEXT, ""), (TEXT, NUMBER)
FUNCTIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "ada": (_ROWS, BOOLEAN),
    "semua": (_ROWS, BOOLEAN),
    "yang": (_ROWS, LIST),
    "tanpa": (_ROWS, LIST),
    "cari": (_ROWS, ""),
    "ganti": ((LIST, TEXT, LIST), LIST),
    "kolom": ((LIST, TEXT), LIST),
    "sum": ((LIST,), NUMBER),
    "abs": ((NUMBER,), NUMBER),
    "round": ((NUMBER, NUMBER), NUMBER),
    "len": (("",), NUMBER),
    "int": (("",), NUMBER),
    "str": (("",), TEXT),
    "all_true": ((LIST,), BOOLEAN),
    "any_true": ((LIST,), BOOLEAN),
    "tambah_hari": (_DAYS, TEXT),
    "add_days": (_DAYS, TEXT),
    "tambah_bulan": (_DAYS, TEXT),
    "add_months": (_DAYS, TEXT),
    "tahun": ((TEXT,), NUMBER),
    "year": ((TEXT,), NUMBER),
    "bulan_antara": ((TEXT, TEXT), NUMBER),
    "months_between": ((TEXT, TEXT), NUMBER),
    "tanggal_terawal": ((TEXT, TEXT), TEXT),
    "min_date": ((TEXT, TEXT), TEXT),
    "tanggal_terakhir": ((TEXT, TEXT), TEXT),
    "max_date": ((TEXT, TEXT), TEXT),
    "hari_kerja": ((NUMBER, TEXT), TEXT),
    "working_days": ((NUMBER, TEXT), TEXT),
    "hari_ini": ((), TEXT),
    "today": ((), TEXT),
    "sekarang": ((), TEXT),
    "now": ((), TEXT),
}

#: where a function takes a number of days or months, and how many at most
FURTHEST: Mapping[str, tuple[int, int]] = {
    "hari_kerja": (0, MAX_WORKING_DAYS),
    "working_days": (0, MAX_WORKING_DAYS),
    "tambah_hari": (1, MAX_DAYS),
    "add_days": (1, MAX_DAYS),
    "tambah_bulan": (1, MAX_MONTHS),
    "add_months": (1, MAX_MONTHS),
}


def kind_of(node: ast.expr, facts: Mapping[str, Facts]) -> str:
    """The kind of an expression's value; empty when it is not known."""
    value = constant(node)
    if value is not ...:
        return _of_constant(value)
    if isinstance(node, (ast.Compare, ast.List, ast.Tuple, ast.Dict)):
        return {ast.Compare: BOOLEAN, ast.Dict: OBJECT}.get(type(node), LIST)
    if isinstance(node, ast.UnaryOp):
        return NUMBER if isinstance(node.op, (ast.USub, ast.UAdd)) else BOOLEAN
    if isinstance(node, ast.Call):
        return FUNCTIONS.get(_called(node), ((), ""))[1]
    if isinstance(node, (ast.BoolOp, ast.IfExp, ast.BinOp)):
        return _of_parts(node, facts)
    return kind_of_facts(facts_of(node, facts))


def kind_of_text(text: str, facts: Mapping[str, Facts]) -> str:
    """The kind of an expression's value; empty when it is not known, or cannot be read."""
    try:
        return kind_of(read_expression(text), facts)
    except UnsafeExpression:
        return ""


def _of_constant(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else NUMBER


def _of_parts(node: ast.BoolOp | ast.IfExp | ast.BinOp, facts: Mapping[str, Facts]) -> str:
    """What all parts are, if it is the same; a difference or a product is a number."""
    if isinstance(node, ast.BinOp):
        if not isinstance(node.op, ast.Add):
            return NUMBER
        parts = [node.left, node.right]
    else:
        parts = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
    kinds = {kind_of(part, facts) for part in parts} - {NULL}
    return kinds.pop() if len(kinds) == 1 else ""


def kind_of_facts(facts: Facts) -> str:
    """The kind of a value of which these facts are known."""
    if facts.fields is not None:
        return OBJECT
    return LIST if facts.items is not None else _OF_FIELD.get(facts.type, "")


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _word(kind: str, report: Report) -> str:
    return say(f"checks.kind_{kind}", report.language)


def check_kinds(tree: ast.expr, element: Any, facts: Mapping[str, Facts], report: Report) -> None:
    """Name every place where values of unlike kinds meet."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for (left, right), sign in zip(pairwise(sides), node.ops, strict=True):
                _check_pair(left, sign, right, element, facts, report)
        elif isinstance(node, ast.BinOp):
            _check_sum(node, element, facts, report)
        elif isinstance(node, ast.Call):
            _check_arguments(node, element, facts, report)


def _check_pair(
    left: ast.expr,
    sign: ast.cmpop,
    right: ast.expr,
    element: Any,
    facts: Mapping[str, Facts],
    report: Report,
) -> None:
    one, other = kind_of(left, facts), kind_of(right, facts)
    if isinstance(sign, (ast.In, ast.NotIn)):
        if other in (NUMBER, BOOLEAN):
            _tell("in_what", right, other, element, report)
        members = right.elts if isinstance(right, (ast.List, ast.Tuple)) else []
        for each in members:
            _check_equal(left, one, each, kind_of(each, facts), element, report)
    elif isinstance(sign, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        _check_order(left, one, right, other, element, report)
    else:
        _check_equal(left, one, right, other, element, report)


def _check_order(
    left: ast.expr, one: str, right: ast.expr, other: str, element: Any, report: Report
) -> None:
    for node, kind in ((left, one), (right, other)):
        if kind in (BOOLEAN, OBJECT, LIST, NULL):
            _tell("not_ordered", node, kind, element, report)
            return
    if one and other and one != other:
        report.error("expressions.unlike_order", element, **_both(left, one, right, other, report))


def _check_equal(
    left: ast.expr, one: str, right: ast.expr, other: str, element: Any, report: Report
) -> None:
    if one and other and NULL not in (one, other) and one != other:
        report.error("expressions.never_equal", element, **_both(left, one, right, other, report))


def _both(left: ast.expr, one: str, right: ast.expr, other: str, report: Report) -> dict[str, str]:
    return {
        "left": ast.unparse(left),
        "left_kind": _word(one, report),
        "right": ast.unparse(right),
        "right_kind": _word(other, report),
    }


def _tell(rule: str, node: ast.expr, kind: str, element: Any, report: Report) -> None:
    text, word = ast.unparse(node), _word(kind, report)
    report.error(f"expressions.{rule}", element, text=text, kind=word)


def _check_sum(node: ast.BinOp, element: Any, facts: Mapping[str, Facts], report: Report) -> None:
    one, other = kind_of(node.left, facts), kind_of(node.right, facts)
    adds = isinstance(node.op, ast.Add)
    allowed = (NUMBER, TEXT, LIST) if adds else (NUMBER,)
    for side, kind in ((node.left, one), (node.right, other)):
        if kind and kind not in allowed:
            _tell("not_summed", side, kind, element, report)
            return
    if adds and one and other and one != other:
        both = _both(node.left, one, node.right, other, report)
        report.error("expressions.unlike_sum", element, **both)


def _check_arguments(
    node: ast.Call, element: Any, facts: Mapping[str, Facts], report: Report
) -> None:
    name = _called(node)
    wanted = FUNCTIONS.get(name, ((), ""))[0]
    for number, (argument, kind) in enumerate(zip(node.args, wanted, strict=False), start=1):
        given = kind_of(argument, facts)
        if kind and given and given not in (kind, NULL):
            report.error(
                "expressions.wrong_argument",
                element,
                name=name,
                number=number,
                text=ast.unparse(argument),
                wanted=_word(kind, report),
                kind=_word(given, report),
            )
    place, most = FURTHEST.get(name, (0, 0))
    count = constant(node.args[place]) if place < len(node.args) and most else None
    if isinstance(count, (int, float)) and count > most:
        report.error("expressions.too_far", element, name=name, count=count, most=most)
