"""What a decision table leaves open or answers twice is what deciding over everything shows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest

from processes.engine.checks.coverage import Coverage
from processes.engine.checks.facts import UNKNOWN, Facts
from processes.engine.decisions import Decision, DecisionError
from processes.engine.language import PURE_FUNCTIONS, SafeLanguage
from tests.engine.dmn_files import table

LANGUAGE = SafeLanguage(PURE_FUNCTIONS)
#: what each kind of column can be, and the cells that a table of it is made of
DAYS = [f"2026-01-{day:02}" for day in range(1, 15)]
KINDS: dict[str, tuple[Facts, list[Any], list[str]]] = {
    "yes or no": (Facts(type="boolean"), [True, False], ["true", "false", "-", "not(true)"]),
    "a choice": (
        Facts(type="enum", choices=frozenset("abc")),
        ["a", "b", "c"],
        ['"a"', '"a","b"', 'not("a")', "-", '"c"'],
    ),
    "a number": (
        Facts(type="long", least=0, most=12),
        list(range(13)),
        ["< 3", ">= 3", "[2..5]", "]5..9]", "(9..12)", "7", "-", "not(4)", "> 9", "1,2"],
    ),
    "a date": (
        Facts(type="date"),
        DAYS,
        [
            '< date("2026-01-05")',
            '>= date("2026-01-05")',
            '[date("2026-01-03")..date("2026-01-09")]',
            'date("2026-01-07")',
            "-",
        ],
    ),
    "any text": (Facts(type="string"), ["x", "y", "lain"], ['"x"', '"y"', 'not("x","y")', "-"]),
}
POLICIES = ("UNIQUE", "FIRST", "ANY")


def tables(count: int, seed: int) -> Iterator[tuple[Decision, list[Facts], list[list[Any]]]]:
    """Random tables of one to three columns, with what can come in each."""
    chance = random.Random(seed)
    for _ in range(count):
        kinds = [KINDS[chance.choice(list(KINDS))] for _ in range(chance.randint(1, 3))]
        names = [f"x{number}" for number in range(len(kinds))]
        rules = [
            (*(chance.choice(cells) for _, _, cells in kinds), chance.choice(["1", "2"]))
            for _ in range(chance.randint(1, 6))
        ]
        hit = f' hitPolicy="{chance.choice(POLICIES)}"'
        decision = Decision.read(table(*rules, inputs=names, hit=hit))
        yield decision, [kind[0] for kind in kinds], [kind[1] for kind in kinds]


def fault_of(decision: Decision, values: Sequence[Any]) -> str:
    """Why the table does not decide over these values; empty when it does."""
    scope = {column.text: value for column, value in zip(decision.inputs, values, strict=True)}
    try:
        decision.decide(LANGUAGE, scope)
    except DecisionError as fault:
        return fault.key
    return ""


def said_of(coverage: Coverage) -> set[str]:
    """The faults that the coverage foretells."""
    found = {"decisions.no_rule"} if coverage.gaps() else set()
    if coverage.decision.hit_policy == "UNIQUE" and list(coverage.overlaps()):
        found.add("decisions.several_rules")
    return found


@pytest.mark.parametrize("seed", range(4))
def test_it_foretells_exactly_the_tables_that_stop_a_case(seed: int) -> None:
    stopping = 0
    for decision, facts, domains in tables(40, seed):
        coverage = Coverage(decision, facts, [False] * len(facts), LANGUAGE)
        met = {fault_of(decision, values) for values in product(*domains)} - {""}
        met -= {"decisions.rules_differ"}
        assert said_of(coverage) == met, [rule.inputs for rule in decision.rules]
        stopping += bool(met)
    assert 5 < stopping < 40


@pytest.mark.parametrize("seed", range(2))
def test_every_example_is_one(seed: int) -> None:
    for decision, facts, _ in tables(30, seed):
        coverage = Coverage(decision, facts, [False] * len(facts), LANGUAGE)
        for values, sure in coverage.gaps():
            assert sure
            given = [values.get(column.label, ...) for column in decision.inputs]
            rest = [domain_of(f)[0] if v is ... else v for f, v in zip(facts, given, strict=True)]
            assert fault_of(decision, rest) == "decisions.no_rule"
        for one, other, values in coverage.overlaps():
            for rule in (one, other):
                assert takes(decision, rule.number, list(values.values()))


def domain_of(facts: Facts) -> list[Any]:
    return next(values for known, values, _ in KINDS.values() if known == facts)


def takes(decision: Decision, number: int, values: Sequence[Any]) -> bool:
    """Whether a rule, alone in its table, answers for these values."""
    rule = decision.rules[number - 1]
    cells = [(*(cell.text for cell in rule.inputs), "1")]
    names = [column.text for column in decision.inputs]
    return not fault_of(Decision.read(table(*cells, inputs=names)), values)


@pytest.mark.parametrize("seed", range(2))
def test_a_row_that_is_never_first_can_be_left_out(seed: int) -> None:
    for decision, facts, domains in tables(20, seed + 10):
        if decision.hit_policy != "FIRST":
            continue
        coverage = Coverage(decision, facts, [False] * len(facts), LANGUAGE)
        idle = {rule.number for rule in coverage.never_first()}
        for values in product(*domains):
            first = next(
                (r.number for r in decision.rules if takes(decision, r.number, values)), None
            )
            assert first not in idle


def test_a_cell_about_other_data_may_take_anything() -> None:
    decision = Decision.read(table(("batas", "1"), inputs=("x",)))

    assert Coverage(decision, [UNKNOWN], [False], LANGUAGE).gaps() == []


def test_what_nobody_knows_of_is_only_perhaps_missing() -> None:
    decision = Decision.read(table(("> 3", "1"), inputs=("x",)))

    assert [sure for _, sure in Coverage(decision, [UNKNOWN], [False], LANGUAGE).gaps()] == [False]


def test_the_calendar_ends_without_a_crash() -> None:
    for day in ("0001-01-01", "9999-12-31"):
        decision = Decision.read(table((f'> date("{day}")', "1"), inputs=("x",)))

        assert Coverage(decision, [Facts(type="date")], [False], LANGUAGE).gaps()
