"""Decision tables decide strictly: exactly one answer, or an error that names its place."""

from __future__ import annotations

from typing import Any

import pytest

from processes.engine.decisions import Decision, DecisionError
from processes.engine.language import PURE_FUNCTIONS, SafeLanguage
from processes.errors import UnsafeExpression
from tests.engine.dmn_files import DMN, table

LANGUAGE = SafeLanguage(PURE_FUNCTIONS)


def decide(xml: bytes, **data: Any) -> dict[str, Any]:
    decision = Decision.read(xml)
    assert decision.problems() == []
    return decision.decide(LANGUAGE, data)


def matches(cell: str, value: Any) -> bool:
    xml = table((cell, "true"), ("-", "false"), hit=' hitPolicy="FIRST"')
    return bool(decide(xml, x=value, batas=5)["hasil"])


@pytest.mark.parametrize(
    ("cell", "yes", "no"),
    [
        ("-", [1, None, "-"], []),
        ("", [1, None], []),
        ("true", [True], [False, 1, "true", None]),
        ("False", [False], [True, 0, None]),
        ("null", [None], [0, "", False]),
        ("not(null)", [0, ""], [None]),
        ('"wajib"', ["wajib"], ["sukarela", None]),
        ('"wajib","sukarela"', ["wajib", "sukarela"], ["lain", None]),
        ('not("wajib")', ["sukarela", None], ["wajib"]),
        ('not("a", "b")', ["c"], ["a", "b"]),
        ('in ["a","b"]', ["a", "b"], ["c"]),
        ('in ("a","b")', ["a"], ["c"]),
        ('["a","b"]', ["a"], ["c"]),
        ('("a","b")', ["b"], ["c"]),
        ("5", [5, 5.0], ["5", 6]),
        ("-5", [-5], [5]),
        ("> 5", [6, 5.5], [5, None]),
        (">= 5", [5], [4, None]),
        ("< 5", [4], [5]),
        ("<= 5", [5], [6]),
        ("!= 5", [4, None], [5]),
        ("= 5", [5], [4]),
        ("> batas", [6], [5]),
        ("not(> 5)", [5], [6, None]),
        ("[1..5]", [1, 3, 5], [0, 6, None]),
        ("(1..5)", [2, 4], [1, 5]),
        ("]1..5[", [2, 4], [1, 5]),
        ("[1..5[, > 7", [1, 8], [5, 7]),
        ("in [1..5]", [5], [6]),
        ("in ([1..5], 9)", [9, 2], [7]),
        ("not([1..5])", [6], [3, None]),
        ("[-1.5..batas]", [-1.5, 5], [-2]),
        ("? > 1 and ? < batas", [2], [1, 5]),
        ("1 < ? < 5 || ? == 9", [2, 9], [5]),
        ("len(?) > 1", ["ab"], ["a"]),
        ("?", [True], [False, None]),
        ('date("2027-01-31")', ["2027-01-31"], ["2027-02-01"]),
        ('< date("2027-06-01")', ["2027-05-01"], ["2027-06-01", None]),
        ('[date("2027-01-01")..date("2027-12-31")]', ["2027-12-31"], ["2028-01-01"]),
        ('tambah_bulan("2027-01-31", 1)', ["2027-02-28"], ["2027-03-03"]),
        ("\"Kota 'B', (a..b)?\"", ["Kota 'B', (a..b)?"], ["Kota"]),
        ("nilai_kolom", [], ["a"]),
    ],
)
def test_a_cell_means_what_feel_says(cell: str, yes: list[Any], no: list[Any]) -> None:
    if cell == "nilai_kolom":
        xml = table((cell, "1"), inputs=["x"])
        assert Decision.read(xml).decide(LANGUAGE, {"x": 3, "nilai_kolom": 3}) == {"hasil": 1}
        return
    assert [matches(cell, value) for value in yes] == [True] * len(yes)
    assert [matches(cell, value) for value in no] == [False] * len(no)


def test_a_result_is_text_number_truth_date_list_or_expression() -> None:
    outputs = "".join(f'<output id="o{name}" name="{name}"/>' for name in "abcdefg")
    cells = ['"wajib"', "1.5", "true", 'date("2027-01-31")', '["a", "b"]', "x + 1", ""]
    answer = decide(table(["-", *cells], outputs=outputs), x=1)
    assert list(answer.values()) == ["wajib", 1.5, True, "2027-01-31", ["a", "b"], 2, None]


def test_deciding_changes_nothing_and_shares_nothing() -> None:
    data = {"x": [{"a": 1}]}
    answer = Decision.read(table(["-", "x"])).decide(LANGUAGE, data)
    answer["hasil"][0]["a"] = 2
    assert data == {"x": [{"a": 1}]}


def test_two_columns_must_both_match() -> None:
    xml = table(
        ("true", "-", '"wajib"'),
        ("false", "true", '"wajib"'),
        ("false", "false", '"sukarela"'),
        inputs=["tahap1.berbatasan", "tahap1.eksternalitas"],
    )
    for berbatasan, eksternalitas, expected in [
        (1, 0, "wajib"),
        (0, 1, "wajib"),
        (0, 0, "sukarela"),
    ]:
        tahap1 = {"berbatasan": bool(berbatasan), "eksternalitas": bool(eksternalitas)}
        assert decide(xml, tahap1=tahap1) == {"hasil": expected}


def test_unique_with_two_matching_rules_is_an_error_that_names_them() -> None:
    decision = Decision.read(table(("> 1", "1"), ("> 2", "2"), hit=""))
    assert decision.hit_policy == "UNIQUE"
    with pytest.raises(DecisionError, match="baris 1, 2") as caught:
        decision.decide(LANGUAGE, {"x": 3})
    assert caught.value.element == "r2"
    assert "rows 1, 2" in caught.value.say("en")


def test_any_takes_equal_results_only() -> None:
    same = table(("> 1", "1"), ("> 2", "1"), hit=' hitPolicy="ANY"')
    assert decide(same, x=3) == {"hasil": 1}
    different = Decision.read(table(("> 1", "1"), ("> 2", "2"), hit=' hitPolicy="ANY"'))
    with pytest.raises(DecisionError, match="baris 1, 2"):
        different.decide(LANGUAGE, {"x": 3})


def test_no_matching_rule_is_an_error_that_names_the_values() -> None:
    with pytest.raises(DecisionError, match="x = 'b'"):
        Decision.read(table(('"a"', "1"))).decide(LANGUAGE, {"x": "b"})


@pytest.mark.parametrize(
    ("rule", "value", "element"),
    [
        (("> 5", "1"), "teks", "c1_0"),
        (("? + 1", "1"), 2, "c1_0"),
        (("-", "1 / 0"), 1, "c1_1"),
        (("-", "wajib"), 1, "c1_1"),
        (("bukan_data", "1"), 1, "c1_0"),
    ],
)
def test_a_cell_that_fails_is_named(rule: tuple[str, str], value: Any, element: str) -> None:
    with pytest.raises(DecisionError) as caught:
        Decision.read(table(rule)).decide(LANGUAGE, {"x": value})
    assert caught.value.element == element
    assert caught.value.line == 7
    assert caught.value.say("en") != caught.value.say("id")


def test_an_input_that_is_not_in_the_data_is_named() -> None:
    with pytest.raises(DecisionError, match="tidak_ada") as caught:
        Decision.read(table(("-", "1"), inputs=["tidak_ada.x"])).decide(LANGUAGE, {})
    assert isinstance(caught.value.cause, UnsafeExpression)
    assert caught.value.element == "e0"


def test_an_input_of_another_type_than_its_column_says_is_an_error() -> None:
    xml = table(("true", "1"), ("-", "2"), hit=' hitPolicy="FIRST"')
    xml = xml.replace(b'<inputExpression id="e0">', b'<inputExpression id="e0" typeRef="boolean">')
    assert decide(xml, x=None) == {"hasil": 2}
    with pytest.raises(DecisionError, match="boolean"):
        Decision.read(xml).decide(LANGUAGE, {"x": "ya"})


def test_allowed_values_are_kept_to() -> None:
    outputs = '<output id="o" name="hasil"><outputValues><text>1,2</text></outputValues></output>'
    xml = table(("> 1", "x"), outputs=outputs)
    assert decide(xml, x=2) == {"hasil": 2}
    with pytest.raises(DecisionError, match="nilai 3"):
        Decision.read(xml).decide(LANGUAGE, {"x": 3})


@pytest.mark.parametrize("hit", ["COLLECT", "PRIORITY", "RULE ORDER", "OUTPUT ORDER"])
def test_another_hit_policy_never_decides(hit: str) -> None:
    with pytest.raises(DecisionError, match=hit):
        Decision.read(table(("-", "1"), hit=f' hitPolicy="{hit}"')).decide(LANGUAGE, {"x": 1})


@pytest.mark.parametrize("version", ["20151101/dmn.xsd", "20180521/MODEL/", "20230324/MODEL/"])
def test_every_version_of_dmn_is_read(version: str) -> None:
    address = f"http://www.omg.org/spec/DMN/{version}".encode()
    assert Decision.read(table(("-", "1")).replace(DMN.encode(), address)).id == "kategori"


def test_an_output_without_a_name_takes_that_of_the_decision() -> None:
    assert decide(table(("-", "1"), outputs='<output id="o"/>'), x=1) == {"kategori": 1}


def test_comments_in_the_file_are_left_alone() -> None:
    xml = table(("-", "1")).replace(b"<rule ", b"<!-- <rule/> --><rule ")
    assert decide(xml, x=1) == {"hasil": 1}
