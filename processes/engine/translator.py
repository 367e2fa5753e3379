"""From the tree of an expression to code that cannot do anything else: the second gate.

The code is a function of one argument, the data. Every name becomes a look-up in that data, every
`a.b` and `a[b]` a look-up of plain values, every sum a bounded operation, and only the functions
of the language are called. Nothing of Python's own names is within its reach, and no name in the
data can stand in for a function or a constant.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any

from processes.engine.grammar import brief
from processes.engine.values import MAX_BITS, OPERATIONS
from processes.errors import UnsafeExpression

#: words with a fixed value, beside Python's own True, False and None
CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
#: most parts (names, values, operations) of one expression
MAX_PARTS = 300
#: deepest nesting of those parts
MAX_DEPTH = 60

Run = Callable[[Mapping[str, Any]], Any]

_DATA = "data"
_ARITHMETIC: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.FloorDiv: "divide_whole",
    ast.Mod: "remainder",
}
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
# `in` takes 1 for True, which does no harm: `same` never does.
_IDENTITIES = (None, True, False)


class Namespace:
    """The functions an expression may call, and the globals its code runs in."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self.functions = dict(functions)
        self.signatures = {name: inspect.signature(each) for name, each in functions.items()}
        self.globals: dict[str, Any] = {"__builtins__": {}}
        self.globals.update({f"_{name}": each for name, each in OPERATIONS.items()})
        self.globals.update({f"call_{name}": each for name, each in functions.items()})


class Translator:
    """Translates one expression, or raises UnsafeExpression naming the part that may not be."""

    def __init__(self, namespace: Namespace, text: str) -> None:
        self.namespace = namespace
        self.text = text
        self._parts = 0
        self._depth = 0
        self._rules: Mapping[type[ast.AST], Callable[[Any], ast.expr]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.BinOp: self._arithmetic,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean,
            ast.Compare: self._compare,
            ast.IfExp: self._choice,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Dict: self._object,
        }

    def run(self, tree: ast.expr) -> Run:
        """The function that computes the expression from the data."""
        argument = ast.arguments(
            posonlyargs=[ast.arg(_DATA)], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]
        )
        body = ast.Expression(ast.Lambda(argument, self.expression(tree)))
        code = compile(ast.fix_missing_locations(body), "<expression>", "eval")
        inner = next(each for each in code.co_consts if isinstance(each, CodeType))
        return FunctionType(inner, self.namespace.globals)

    def expression(self, node: ast.expr) -> ast.expr:
        """The safe form of one part and all parts inside it."""
        rule = self._rules.get(type(node))
        if rule is None:
            raise self._refusal("language.not_allowed", part=type(node).__name__)
        self._parts += 1
        self._depth += 1
        if self._parts > MAX_PARTS or self._depth > MAX_DEPTH:
            raise self._refusal("language.too_complex", limit=MAX_PARTS)
        result = rule(node)
        self._depth -= 1
        return result

    def _refusal(self, key: str, **values: Any) -> UnsafeExpression:
        return UnsafeExpression(key, text=brief(self.text), **values)

    def _constant(self, node: ast.Constant) -> ast.expr:
        value = node.value
        if not isinstance(value, (str, int, float, bool, type(None))):
            raise self._refusal("language.not_allowed", part=type(value).__name__)
        if value == float("inf") or (isinstance(value, int) and value.bit_length() > MAX_BITS):
            raise UnsafeExpression("language.too_large")
        return ast.Constant(value)

    def _name(self, node: ast.Name) -> ast.expr:
        name = node.id
        if name in CONSTANTS:
            return ast.Constant(CONSTANTS[name])
        if name in self.namespace.functions:
            raise self._refusal("language.function_as_value", name=name)
        self._refuse_hidden(name)
        return ast.Subscript(_load(_DATA), ast.Constant(name), ast.Load())

    def _attribute(self, node: ast.Attribute) -> ast.expr:
        self._refuse_hidden(node.attr)
        return _operation("field", self.expression(node.value), ast.Constant(node.attr))

    def _subscript(self, node: ast.Subscript) -> ast.expr:
        return _operation("item", self.expression(node.value), self.expression(node.slice))

    def _call(self, node: ast.Call) -> ast.expr:
        name = str(getattr(node.func, "id", "") or getattr(node.func, "attr", ""))
        if not isinstance(node.func, ast.Name) or name not in self.namespace.functions:
            raise self._refusal("language.no_function", name=brief(name))
        arguments = [self.expression(each) for each in node.args]
        named = {each.arg or "": self.expression(each.value) for each in node.keywords}
        signature = self.namespace.signatures[name]
        try:
            signature.bind(*arguments, **named)
        except TypeError:
            expected = ", ".join(signature.parameters)
            raise self._refusal("language.arguments", name=name, expected=expected) from None
        keywords = [ast.keyword(arg, value) for arg, value in named.items()]
        return _operation("bounded", ast.Call(_load(f"call_{name}"), arguments, keywords))

    def _arithmetic(self, node: ast.BinOp) -> ast.expr:
        operation = _ARITHMETIC.get(type(node.op))
        if operation is None:
            raise self._refusal("language.not_allowed", part=type(node.op).__name__)
        return _operation(operation, self.expression(node.left), self.expression(node.right))

    def _unary(self, node: ast.UnaryOp) -> ast.expr:
        operand = self.expression(node.operand)
        if isinstance(node.op, (ast.Not, ast.Invert)):
            return ast.UnaryOp(ast.Not(), operand)
        return _operation("negative" if isinstance(node.op, ast.USub) else "positive", operand)

    def _boolean(self, node: ast.BoolOp) -> ast.expr:
        return ast.BoolOp(node.op, [self.expression(each) for each in node.values])

    def _compare(self, node: ast.Compare) -> ast.expr:
        values = [self.expression(each) for each in (node.left, *node.comparators)]
        if all(isinstance(each, _COMPARISONS) for each in node.ops):
            return ast.Compare(values[0], node.ops, values[1:])
        last = values[-1]
        if len(values) > 2 or not (isinstance(last, ast.Constant) and last.value in _IDENTITIES):
            raise self._refusal("language.not_allowed", part="is")
        same = _operation("same", *values)
        return same if isinstance(node.ops[0], ast.Is) else ast.UnaryOp(ast.Not(), same)

    def _choice(self, node: ast.IfExp) -> ast.expr:
        return ast.IfExp(*(self.expression(each) for each in (node.test, node.body, node.orelse)))

    def _list(self, node: ast.List | ast.Tuple) -> ast.expr:
        return ast.List([self.expression(each) for each in node.elts], ast.Load())

    def _object(self, node: ast.Dict) -> ast.expr:
        keys: list[ast.expr | None] = []
        for key in node.keys:
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise self._refusal("language.object_key")
            keys.append(ast.Constant(key.value))
        return ast.Dict(keys, [self.expression(each) for each in node.values])

    def _refuse_hidden(self, name: str) -> None:
        if name.startswith("_"):
            raise self._refusal("language.hidden_name", name=brief(name))


def _load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _operation(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(_load(f"_{name}"), list(arguments), [])


def paths_read(tree: ast.AST) -> set[str]:
    """The longest fixed paths an accepted expression reads, such as `tahap1.hasil` or `mitra`.

    A path ends where a field is computed or an item is counted: `mitra[0].kode` reads `mitra`.
    """
    path = _path(tree)
    if path:
        return {path}
    if isinstance(tree, ast.Call):
        inside: list[ast.AST] = [*tree.args, *tree.keywords]
    else:
        inside = list(ast.iter_child_nodes(tree))
    return {each for child in inside for each in paths_read(child)}


def _path(node: ast.AST) -> str | None:
    """The dotted path of a chain of a name and fixed fields, None for anything else."""
    if isinstance(node, ast.Name):
        return None if node.id in CONSTANTS else node.id
    if isinstance(node, ast.Attribute):
        owner = _path(node.value)
        key: object = node.attr
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        # Only a text is the name of a field; a number counts items.
        owner, key = _path(node.value), node.slice.value
    else:
        return None
    return f"{owner}.{key}" if owner and isinstance(key, str) else None
