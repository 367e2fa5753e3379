"""Decision tables: reads a DMN file and decides by it, strictly.

One file holds one decision with one table. Hit policies: UNIQUE (exactly one rule may match), FIRST
(the topmost that matches) and ANY (all that match agree). No match is an error, never an old
value. Descriptions, annotation columns and comments are left alone. Everything a table says goes
through the safe language, cells in the words of FEEL (`cells`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processes.engine.cells import condition_of, says_anything, value_of
from processes.engine.functions import PURE_FUNCTIONS
from processes.engine.grammar import brief
from processes.engine.language import SafeLanguage
from processes.engine.table_checks import HIT_POLICIES, Problem, fits_type, problems_of
from processes.engine.table_file import Cell, Input, Output, Rule, Table, read_table
from processes.engine.values import kind
from processes.errors import KsddError, UnsafeExpression
from processes.sentences import say


class DecisionError(KsddError):
    """A table cannot decide: no rule fits, too many do, or a cell cannot be computed.

    `decision`, `line` and `element` say where; `cause` is the fault of the cell itself, if any.
    """

    status = 422
    default_key = "decisions.no_rule"

    def __init__(
        self, key: str, place: Cell | Table, /, *, cause: KsddError | None = None, **values: Any
    ) -> None:
        self.line = place.line
        self.element = place.element
        self.cause = cause
        super().__init__(key, **values)

    def say(self, language: str = "id") -> str:
        """The sentence, with that of the cause in the same language."""
        why = self.cause.say(language) if self.cause else ""
        return say(self.key, language, **{**self.values, "why": why})


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a table saw and what it said."""

    #: the value of each input by the label of its column
    inputs: dict[str, Any]
    #: the value of each output by its name
    answer: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision table, as its owner wrote it."""

    table: Table

    @classmethod
    def read(cls, xml: bytes, file: str = "dmn") -> Decision:
        """The decision of a DMN file; DiagramRefused when the file holds no single table.

        `file` names it in the finding. What is wrong inside the table is told by `problems`.
        """
        return cls(table=read_table(xml, file))

    @property
    def id(self) -> str:
        """The id that a `businessRuleTask` names."""
        return self.table.element

    @property
    def name(self) -> str:
        """Its title, or its id."""
        return self.table.name

    @property
    def hit_policy(self) -> str:
        """UNIQUE, FIRST or ANY; another one is a problem."""
        return self.table.hit_policy

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Its input columns, from the left."""
        return self.table.inputs

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Its output columns, from the left."""
        return self.table.outputs

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rows, from the top."""
        return self.table.rules

    def decide(self, language: SafeLanguage, scope: Mapping[str, Any]) -> dict[str, Any]:
        """The value of each output by its name, as `judge` finds it."""
        return self.judge(language, scope).answer

    def judge(self, language: SafeLanguage, scope: Mapping[str, Any]) -> Judged:
        """What the table says of the data in `scope`, which is not changed.

        Raises DecisionError when it gives no single answer.
        """
        values = [self._input_value(language, column, scope) for column in self.inputs]
        matching = self._matching(language, values, scope)
        if not matching:
            shown = ", ".join(
                f"{column.label} = {brief(repr(value))}"
                for column, value in zip(self.inputs, values, strict=True)
            )
            raise DecisionError("decisions.no_rule", self.table, name=self.name, values=shown)
        if self.hit_policy == "UNIQUE" and len(matching) > 1:
            raise self._ambiguous("decisions.several_rules", matching)
        answers = [self._answer(language, rule, scope) for rule in matching]
        if any(answer != answers[0] for answer in answers):
            raise self._ambiguous("decisions.rules_differ", matching)
        labels = [column.label for column in self.inputs]
        return Judged(inputs=dict(zip(labels, values, strict=True)), answer=answers[0])

    def problems(self, language: SafeLanguage | None = None) -> list[Problem]:
        """Everything that would keep the table from deciding, in the order of the file.

        `language` is the one that will decide; without it only pure functions are known.
        """
        return problems_of(self.table, language or SafeLanguage(PURE_FUNCTIONS))

    def _matching(
        self, language: SafeLanguage, values: Sequence[Any], scope: Mapping[str, Any]
    ) -> list[Rule]:
        """The rules that take part: for FIRST the topmost that fits, else all that fit."""
        if self.hit_policy not in HIT_POLICIES:
            raise DecisionError("decisions.hit_policy", self.table, policy=self.hit_policy)
        matching = []
        for rule in self.rules:
            if self._fits(language, rule, values, scope):
                matching.append(rule)
                if self.hit_policy == "FIRST":
                    break
        return matching

    def _input_value(self, language: SafeLanguage, column: Input, scope: Mapping[str, Any]) -> Any:
        value = _computed(language, column, column.text, self.name, scope)
        return self._accepted(language, column, column, value)

    def _fits(
        self,
        language: SafeLanguage,
        rule: Rule,
        values: Sequence[Any],
        scope: Mapping[str, Any],
    ) -> bool:
        if len(rule.inputs) != len(values) or len(rule.outputs) != len(self.outputs):
            raise DecisionError("decisions.cells", rule, number=rule.number)
        return all(
            _holds(language, cell, value, scope, self.name)
            for cell, value in zip(rule.inputs, values, strict=True)
        )

    def _answer(
        self, language: SafeLanguage, rule: Rule, scope: Mapping[str, Any]
    ) -> dict[str, Any]:
        answer = {}
        for column, cell in zip(self.outputs, rule.outputs, strict=True):
            value = _computed(language, cell, value_of(cell.text), self.name, scope)
            answer[column.name] = self._accepted(language, column, cell, value)
        return answer

    def _accepted(
        self, language: SafeLanguage, column: Input | Output, cell: Cell, value: Any
    ) -> Any:
        """`value` when it is of the column's type and among its allowed values; null always is."""
        if not fits_type(column.type_ref, value):
            wanted, given = column.type_ref, kind(value)
            raise DecisionError("decisions.type", cell, place=cell.place, wanted=wanted, kind=given)
        limit = column.allowed
        if limit and value is not None and not _holds(language, limit, value, {}, self.name):
            shown = brief(repr(value))
            raise DecisionError(
                "decisions.allowed", cell, place=cell.place, value=shown, allowed=brief(limit.text)
            )
        return value

    def _ambiguous(self, key: str, matching: Sequence[Rule]) -> DecisionError:
        numbers = ", ".join(str(rule.number) for rule in matching)
        return DecisionError(key, matching[1], name=self.name, rules=numbers)


def _computed(
    language: SafeLanguage, cell: Cell, text: str, name: str, *scopes: Mapping[str, Any]
) -> Any:
    """The value of an expression of the table; DecisionError at that cell when there is none."""
    try:
        return language.evaluate(text, *scopes)
    except UnsafeExpression as cause:
        raise _bad_cell(cell, name, cause) from cause


def _bad_cell(cell: Cell, name: str, cause: UnsafeExpression) -> DecisionError:
    return DecisionError(
        "decisions.cell", cell, cause=cause, name=name, place=cell.place, text=brief(cell.text)
    )


def _holds(
    language: SafeLanguage, cell: Cell, value: Any, scope: Mapping[str, Any], name: str
) -> bool:
    """Whether the column's value passes the test of a cell; a test without an answer fails."""
    if says_anything(cell.text):
        return True
    try:
        condition, stands_for = condition_of(cell.text)
    except UnsafeExpression as cause:
        raise _bad_cell(cell, name, cause) from cause
    holds = _computed(language, cell, condition, name, scope, {stands_for: value})
    if holds is not None and not isinstance(holds, bool):
        raise DecisionError("decisions.not_a_test", cell, text=brief(cell.text))
    return bool(holds)
