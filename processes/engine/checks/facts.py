"""What is known about a value before any case has run: its fields, its items, its choices."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

#: words of the language that are values, not names
CONSTANTS = {
    "true": True,
    "false": False,
    "null": None,
    "True": True,
    "False": False,
    "None": None,
}
#: list functions that ask for a field by name, and whether they give the list or one item
LIST_FUNCTIONS = {"ada": "", "semua": "", "yang": "list", "tanpa": "list", "cari": "item"}


@dataclass(frozen=True)
class Facts:
    """Facts about one name. Nothing set means: nothing is known."""

    #: fields of an object
    fields: Mapping[str, Facts] | None = None
    #: what every item of a list is
    items: Facts | None = None
    #: the only texts it can be
    choices: frozenset[str] | None = None
    #: what it is: `string`, `date`, `long`, `boolean`, `enum` as in forms, or `null`
    type: str = ""
    #: bounds of a number, when its form sets them
    least: int | None = None
    most: int | None = None


UNKNOWN = Facts()
NULL = Facts(type="null")
REGION = Facts(type="string")
PARTY = Facts(fields={"kode": REGION})


def of_field(raw: Mapping[str, Any]) -> Facts:
    """Facts about the answer to one form field."""
    kind = str(raw.get("type") or "string")
    if raw["properties"].get("untuk"):
        return UNKNOWN
    options = [str(option[0]) for option in raw["options"] if option[0]]
    if kind == "enum" and options and not raw["properties"].get("pilihan"):
        return Facts(choices=frozenset(options), type="enum")
    if raw["properties"].get("jenis") == "rupiah":
        return Facts(type="long", least=_whole(raw, "min"), most=_whole(raw, "max"))
    if kind == "long":
        return Facts(type="long", least=_whole(raw, "min"), most=_whole(raw, "max"))
    if raw["properties"].get("jenis") == "berkas":
        return UNKNOWN  # an object that names a document
    return Facts(type=kind) if kind in ("boolean", "date", "string") else UNKNOWN


def _whole(raw: Mapping[str, Any], name: str) -> int | None:
    try:
        return int(str(raw["validation"].get(name)))
    except ValueError:
        return None


def is_certain(raw: Mapping[str, Any]) -> bool:
    """Whether a form cannot be sent without an answer to this field."""
    required = raw["validation"].get("required", "false") != "false"
    return required and "hanya_jika" not in raw["properties"]


def merge(facts: Iterable[Facts]) -> Facts:
    """What holds whichever of the sources a value comes from."""
    every = list(facts)
    # Any value may also be null; that says nothing about the others.
    found = [f for f in every if f != NULL]
    if not found or UNKNOWN in found:
        return NULL if every and not found else UNKNOWN
    first = found[0]
    if all(f.type == "long" for f in found):
        return Facts(
            type="long",
            least=_outermost(min, [f.least for f in found]),
            most=_outermost(max, [f.most for f in found]),
        )
    if all(f.fields is not None for f in found):
        names = {name for f in found for name in f.fields or ()}
        return Facts(
            fields={
                n: merge(f.fields[n] for f in found if f.fields and n in f.fields) for n in names
            }
        )
    if all(f.items is not None for f in found):
        return Facts(items=merge(f.items for f in found if f.items))
    if all(f.choices is not None for f in found):
        return Facts(choices=frozenset().union(*(f.choices or () for f in found)), type="enum")
    return first if all(f == first for f in found) else UNKNOWN


def _outermost(choose: Callable[[Iterable[int]], int], bounds: list[int | None]) -> int | None:
    known = [each for each in bounds if each is not None]
    return choose(known) if len(known) == len(bounds) else None


def names_in(tree: ast.AST) -> frozenset[str]:
    """Names of data that an expression reads: neither constants nor functions it calls."""
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    read = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]
    return frozenset(n.id for n in read) - CONSTANTS.keys()


def constant(node: ast.expr) -> Any:
    """The plain value a node stands for; Ellipsis when it is not one."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in CONSTANTS:
        return CONSTANTS[node.id]
    return ...


def constants(node: ast.expr) -> list[Any]:
    """The plain values of a constant, or of a list of constants; empty for anything else."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        found = [constant(each) for each in node.elts]
    else:
        found = [constant(node)]
    return [value for value in found if value is not ...]


def facts_of(node: ast.expr, known: Mapping[str, Facts]) -> Facts:
    """What is known about the value of an expression."""
    if is_empty(node):
        return NULL
    reader = _READERS.get(type(node), _of_step)
    return reader(node, known)


def is_empty(node: ast.expr) -> bool:
    """Whether it is null, or an empty text, list or object: what scripts begin with."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return not node.elts
    if isinstance(node, ast.Dict):
        return not node.keys
    return constant(node) in (None, "")


def _of_name(node: ast.expr, known: Mapping[str, Facts]) -> Facts:
    return known.get(node.id, UNKNOWN) if isinstance(node, ast.Name) else UNKNOWN


def _of_constant(node: ast.expr, known: Mapping[str, Facts]) -> Facts:
    value = constant(node)
    text = isinstance(value, str)
    return Facts(choices=frozenset((value,)), type="enum") if text else UNKNOWN


def _of_several(node: ast.expr, known: Mapping[str, Facts]) -> Facts:
    """A list, lists put together, or one of several values."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return Facts(items=merge(facts_of(each, known) for each in node.elts))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        both = merge((facts_of(node.left, known), facts_of(node.right, known)))
        return both if both.items is not None else UNKNOWN
    if isinstance(node, ast.IfExp):
        return merge((facts_of(node.body, known), facts_of(node.orelse, known)))
    return UNKNOWN


def _of_step(node: ast.expr, known: Mapping[str, Facts]) -> Facts:
    step = field_asked(node)
    if step is None:
        return UNKNOWN
    value, name = step
    inside = facts_of(value, known)
    if isinstance(name, int):
        return inside.items or UNKNOWN
    return (inside.fields or {}).get(name, UNKNOWN)


def field_asked(node: ast.AST) -> tuple[ast.expr, str | int] | None:
    """The value and the field of `value.field`, `value["field"]` or `value[0]`."""
    if isinstance(node, ast.Attribute):
        return node.value, node.attr
    if isinstance(node, ast.Subscript):
        name = constant(node.slice)
        if isinstance(name, (str, int)) and not isinstance(name, bool):
            return node.value, name
    return None


def _of_dict(node: ast.expr, known: Mapping[str, Facts]) -> Facts:
    fields = {}
    if not isinstance(node, ast.Dict):
        return UNKNOWN
    for key, value in zip(node.keys, node.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return UNKNOWN
        fields[key.value] = facts_of(value, known)
    return Facts(fields=fields)


def _of_call(node: ast.expr, known: Mapping[str, Facts]) -> Facts:
    if not isinstance(node, ast.Call):
        return UNKNOWN
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if not node.args or name not in (*LIST_FUNCTIONS, "kolom"):
        return UNKNOWN
    rows = facts_of(node.args[0], known)
    if name == "kolom":
        field = str(constant(node.args[1])) if len(node.args) > 1 else ""
        fields = rows.items.fields if rows.items else None
        return Facts(items=fields.get(field, UNKNOWN)) if fields else UNKNOWN
    if LIST_FUNCTIONS[name] == "list":
        return rows
    return (rows.items or UNKNOWN) if LIST_FUNCTIONS[name] == "item" else UNKNOWN


def _of_condition(node: ast.expr, known: Mapping[str, Facts]) -> Facts:
    """A comparison, or the contrary of one."""
    negative = isinstance(node, ast.UnaryOp) and not isinstance(node.op, (ast.Not, ast.Invert))
    return UNKNOWN if negative else Facts(type="boolean")


_READERS: Mapping[type[ast.expr], Callable[[ast.expr, Mapping[str, Facts]], Facts]] = {
    ast.Name: _of_name,
    ast.Constant: _of_constant,
    ast.Dict: _of_dict,
    ast.List: _of_several,
    ast.Tuple: _of_several,
    ast.BinOp: _of_several,
    ast.IfExp: _of_several,
    ast.Call: _of_call,
    ast.Compare: _of_condition,
    ast.UnaryOp: _of_condition,
}


def with_region(fields: Mapping[str, Facts]) -> Facts:
    """An answered task: its answers, and the code of the region that gave them."""
    return replace(UNKNOWN, fields={**fields, "daerah": REGION})
