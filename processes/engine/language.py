"""The safe language: all that a condition, timer, decision cell or script of an owner may say.

Python's look (`tahap3.hasil == "sepakat" and len(mitra) > 1`), JUEL's signs (`${…}`, `&&`, `!`),
and nothing that could run code, read a file, call out, take long or grow large:

1. `grammar` lets only known signs pass and builds the tree;
2. `translator` turns the tree into code that only reads the data and calls listed functions;
3. `values` bounds every sum, text and list while that code runs.

A missing field is null and `null.x` is null, but a name that is not in the data at all stops the
case loudly: it is nearly always a misspelling.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from processes.engine.dates import DeadlineCalendar, clock_functions
from processes.engine.functions import PURE_FUNCTIONS
from processes.engine.grammar import brief, read_expression, read_script, strip_wrapping
from processes.engine.translator import CONSTANTS, Namespace, Run, Translator, paths_read
from processes.engine.values import fresh, kind
from processes.errors import KsddError, UnsafeExpression
from processes.sentences import say

__all__ = [
    "PURE_FUNCTIONS",
    "DeadlineCalendar",
    "SafeLanguage",
    "UnsafeLine",
    "clock_functions",
    "strip_wrapping",
]

#: most lines of one script
MAX_LINES = 50

# What the code of an accepted expression can still meet in the data: values of unlike kinds,
# objects where texts are expected, very deep nesting.
_MISHAPS = (ArithmeticError, TypeError, ValueError, RecursionError, MemoryError, KsddError)
_SHARED = (bool, int, float, str, type(None))


@dataclass(frozen=True, kw_only=True)
class _Expression:
    """An accepted expression, ready to run."""

    text: str
    #: dotted paths it reads
    paths: frozenset[str]
    #: first parts of those paths
    names: frozenset[str]
    run: Run


@dataclass(frozen=True, kw_only=True)
class _Assignment:
    """One accepted line of a script."""

    line: int
    name: str
    expression: _Expression


class UnsafeLine(UnsafeExpression):
    """One line of a script cannot be accepted or computed; `why` says it, `line` where."""

    def __init__(self, line: int, why: UnsafeExpression) -> None:
        self.line = line
        self.why = why
        super().__init__("language.in_line", line=line)

    def say(self, language: str = "id") -> str:
        """The sentence of `why`, after the number of the line."""
        return say("language.in_line", language, line=self.line, why=self.why.say(language))


class SafeLanguage:
    """Checks and evaluates what owners write; one instance serves all threads of a process."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self._namespace = Namespace(functions)
        self._expression = lru_cache(maxsize=4096)(self._read_expression)
        self._script = lru_cache(maxsize=512)(self._read_script)

    @property
    def reserved(self) -> frozenset[str]:
        """Names of functions and constants: data of such a name cannot be read or set."""
        return frozenset(self._namespace.functions) | frozenset(CONSTANTS)

    def check(self, text: str) -> None:
        """Raise UnsafeExpression when `text` is no expression of the language."""
        self._expression(text)

    def check_script(self, text: str) -> None:
        """Raise UnsafeExpression when `text` has a line other than `name = expression`."""
        self._script(text)

    def names(self, text: str) -> frozenset[str]:
        """The names of data that an expression reads."""
        return self._expression(text).names

    def paths(self, text: str) -> frozenset[str]:
        """The longest dotted paths it reads: `tahap1.hasil`; `mitra` for `mitra[0].kode`."""
        return self._expression(text).paths

    def assigned(self, text: str) -> tuple[str, ...]:
        """The names that a script sets, in the order of its lines."""
        return tuple(line.name for line in self._script(text))

    def script_paths(self, text: str) -> frozenset[str]:
        """The longest dotted paths that a script reads."""
        return frozenset(path for line in self._script(text) for path in line.expression.paths)

    def evaluate(self, text: str, *scopes: Mapping[str, Any]) -> Any:
        """The value of an expression; a name is looked up in the last scope that has it.

        The value shares no list or object with the scopes, and evaluating changes none of them.
        Raises UnsafeExpression, and nothing else, also for values it cannot compare or compute.
        """
        return _value(self._expression(text), scopes)

    def execute(self, text: str, data: dict[str, Any], /, *scopes: Mapping[str, Any]) -> None:
        """Carry out a script: each line sets one top-level name of `data`, or `data` stays as is.

        A later line sees what an earlier one set; a name is looked up in `data` before `scopes`.
        """
        written: dict[str, Any] = {}
        for step in self._script(text):
            try:
                written[step.name] = _value(step.expression, (*scopes, data, written))
            except UnsafeExpression as error:
                raise UnsafeLine(step.line, error) from error
        data.update(written)

    def _read_expression(self, text: str) -> _Expression:
        return self._translate(read_expression(text), text)

    def _translate(self, tree: ast.expr, text: str) -> _Expression:
        run = Translator(self._namespace, text).run(tree)
        paths = frozenset(paths_read(tree))
        names = frozenset(path.partition(".")[0] for path in paths)
        return _Expression(text=text, paths=paths, names=names, run=run)

    def _read_script(self, text: str) -> tuple[_Assignment, ...]:
        statements = read_script(text)
        if len(statements) > MAX_LINES:
            raise UnsafeExpression("language.too_many_lines", limit=MAX_LINES)
        return tuple(self._assignment(each, text.split("\n")) for each in statements)

    def _assignment(self, statement: ast.stmt, lines: Sequence[str]) -> _Assignment:
        target, value = _parts(statement)
        if target is None or value is None:
            raise UnsafeExpression("language.only_assignments", line=statement.lineno)
        if target in self.reserved or target.startswith("_"):
            raise UnsafeExpression("language.not_assignable", line=statement.lineno, name=target)
        try:
            expression = self._translate(value, lines[statement.lineno - 1])
        except UnsafeExpression as error:
            raise UnsafeLine(statement.lineno, error) from error
        return _Assignment(line=statement.lineno, name=target, expression=expression)


def _parts(statement: ast.stmt) -> tuple[str | None, ast.expr | None]:
    """The name and the value of `name = expression` or `name += expression`."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
        value = statement.value
    elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        target = statement.target
        value = ast.BinOp(ast.Name(target.id, ast.Load()), statement.op, statement.value)
    else:
        return None, None
    return (target.id, value) if isinstance(target, ast.Name) else (None, None)


def _value(expression: _Expression, scopes: Sequence[Mapping[str, Any]]) -> Any:
    """The value of an accepted expression, as a copy."""
    scope = scopes[0] if len(scopes) == 1 else _gathered(expression.names, scopes)
    try:
        value = expression.run(scope)
        return value if type(value) in _SHARED else fresh(value)
    except UnsafeExpression:
        raise
    except KeyError as error:
        raise UnsafeExpression(
            "language.no_name", name=str(error.args[0]), text=brief(expression.text)
        ) from None
    except _MISHAPS as error:
        raise _mishap(expression, scope) from error


def _gathered(names: frozenset[str], scopes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Only the data that the expression reads, each from the last scope that has it."""
    found: dict[str, Any] = {}
    for scope in scopes:
        for name in names:
            if name in scope:
                found[name] = scope[name]
    return found


def _mishap(expression: _Expression, scope: Mapping[str, Any]) -> UnsafeExpression:
    """The sentence for values that do not fit each other; tells their kinds, not the values."""
    kinds = []
    for path in sorted(expression.paths):
        name, *fields = path.split(".")
        value = scope.get(name)
        for each in fields:
            value = value.get(each) if isinstance(value, Mapping) else None
        kinds.append(f"{path}: {kind(value)}")
    return UnsafeExpression(
        "language.mishap", text=brief(expression.text), kinds=", ".join(kinds) or "-"
    )
