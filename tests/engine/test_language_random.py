"""Whatever is written in the safe language, it gives a value or one kind of error."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.engine.cells import condition_of
from processes.engine.language import PURE_FUNCTIONS, SafeLanguage
from processes.errors import UnsafeExpression

LANGUAGE = SafeLanguage(PURE_FUNCTIONS)
DATA: dict[str, Any] = {
    "nama": "Kota B",
    "mitra": ["B", "C"],
    "jumlah": 7,
    "d": {"a": 1},
    "nihil": None,
    "daftar": [{"a": 1}, None, 3],
    "besar": 2**300,
    "aneh": float("nan"),
}


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = ["+", "-", "*", "/", "//", "%", "==", "!=", "<", ">=", "in", "not in", "and", "||"]
    between = st.sampled_from([f" {sign} " for sign in signs])
    several = st.lists(inner, max_size=3).map(", ".join)
    names = st.sampled_from(sorted(PURE_FUNCTIONS))
    return st.one_of(
        _joined(st.just("("), inner, between, inner, st.just(")")),
        _joined(names, st.just("("), several, st.just(")")),
        _joined(st.just("["), several, st.just("]")),
        _joined(st.sampled_from(["-", "!", "not "]), inner),
        _joined(st.just("("), inner, st.just(").a")),
        _joined(st.just("("), inner, st.just(")["), inner, st.just("]")),
        _joined(inner, st.just(" if "), inner, st.just(" else "), inner),
    )


NAMES = ["nama", "mitra", "jumlah", "d", "d.a", "nihil", "tidak_ada", "daftar", "besar", "aneh"]
VALUES = ["true", "null", "0", "1", "2.5", "'a'", '"2027-01-31"', "'9999-12-31'", "9e9", "1e308"]
EXPRESSIONS = st.recursive(
    st.sampled_from(NAMES + VALUES),
    _larger,
    max_leaves=12,
)


def refusal(act: Callable[..., object], *arguments: object) -> UnsafeExpression | None:
    """The refusal of a call, if it refused; any other error passes through and fails the test."""
    try:
        act(*arguments)
    except UnsafeExpression as error:
        return error
    return None


@settings(max_examples=500, deadline=None)
@given(EXPRESSIONS)
def test_whatever_an_owner_combines_gives_a_value_or_one_kind_of_error(text: str) -> None:
    # NaN equals nothing, not even its own copy.
    before = copy.deepcopy({**DATA, "aneh": 0})
    refused = refusal(LANGUAGE.evaluate, text, DATA)
    assert refused is None or (refused.say("id") and refused.say("en"))
    assert before == {**DATA, "aneh": 0}


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_whatever_a_script_stores_is_json_and_not_tied_to_the_data(text: str) -> None:
    data = copy.deepcopy(DATA)
    if refusal(LANGUAGE.execute, f"hasil = {text}", data) is None:
        stored = json.dumps(data["hasil"])
        for value in (data["mitra"], data["daftar"], data["d"]):
            value.clear()
        assert json.dumps(data["hasil"]) == stored


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("ab1.([{'\"\\!=&|<+-*/%:,# \n\t_}]);"))
def test_whatever_an_owner_types_is_read_or_refused(text: str) -> None:
    for check in (LANGUAGE.check, LANGUAGE.check_script, condition_of):
        refused = refusal(check, text)
        assert refused is None or refused.say("id")
