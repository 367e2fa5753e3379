"""Nothing an owner writes can run code, read a file, take long, grow large or change data.

What takes long here does not end at all: the time limit of the whole suite tells.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from processes.engine.language import PURE_FUNCTIONS, SafeLanguage
from processes.errors import UnsafeExpression

LANGUAGE = SafeLanguage(PURE_FUNCTIONS)
DATA: dict[str, Any] = {
    "nama": "Kota B",
    "mitra": ["B", "C"],
    "jumlah": 7,
    "kategori": "wajib",
    "sudah_dianggarkan": False,
    "d": {"a": 1},
    "nihil": None,
}

ATTACKS = {
    "import os": "__import__('os').system('true')",
    "subclasses walk": "[c for c in ().__class__.__base__.__subclasses__() if c]",
    "subclasses": "().__class__.__base__.__subclasses__()[0]",
    "class by subscript": "''['__class__']",
    "class by field": "nama.__class__",
    "class by getattr": "getattr(nama, 'upper')()",
    "format": "'{0.__class__.__mro__}'.format(nama)",
    "format_map": "'{nama.__class__}'.format_map({'nama': nama})",
    "format by str": "str.format('{0.__class__}', nama)",
    "function globals": "ada.__globals__",
    "function code": "tambah_hari.__code__.co_consts",
    "function as value": "[ada, semua]",
    "function as data": "cari([ada], 'x', 1)",
    "f-string": "f'{nama.__class__.__mro__}'",
    "f-string upper": 'F"{nama}"',
    "bytes": "b'x'",
    "raw string": "r'x'",
    "lambda": "(lambda: 1)()",
    "walrus": "(sudah_dianggarkan := True)",
    "generator": "(x.gi_frame for x in [1])",
    "generator argument": "sum(x for x in mitra)",
    "all comprehension": "all(x for x in mitra)",
    "comprehension": "[x for x in range(10**9)]",
    "set": "{1, 2}",
    "dict comprehension": "{'a': 1 for x in mitra}",
    "object with computed key": "{nama: 1}",
    "object unpacking": "{**d}",
    "list unpacking": "[*mitra]",
    "argument unpacking": "ada(*mitra)",
    "keyword unpacking": "tambah_hari(**d)",
    "unknown keyword": "sum(daftar=[1])",
    "power": "9**9**9",
    "power by function": "pow(9, 999999999)",
    "shift": "1 << 999999999",
    "text times": "'a' * 10000000000",
    "list times": "[0] * 1000000000",
    "list times twice": "[0] * 1000 * 1000 * 1000",
    "data times": "mitra * 1000000",
    "true times text": "true * 'abc'",
    "product": "*".join(["99999999999999999999"] * 60),
    "long product": "*".join(["99999999999999999999"] * 200),
    "huge number": "9" * 100,
    "huger number": "9" * 1_990,
    "infinity": "1e400",
    "infinity by product": "1e308 * 10",
    "infinity by sum": "sum([1e308, 1e308])",
    "number as text": "str(10**100000)",
    "number from text": "int('" + "9" * 1_500 + "')",
    "infinity from text": "int('inf')",
    "infinity as number": "int(1e308 * 1e308)",
    "round deep": "round(1.5, 999999999)",
    "range": "sum(range(10**10))",
    "range by list": "list(range(10**10))",
    "percent format": "'%0999999999d' % 1",
    "percent format of data": "nama % 1",
    "unary chain": "-" * 3_000 + "1",
    "short unary chain": "-" * 1_900 + "1",
    "not chain": "!" * 1_900 + "true",
    "not words": "not " * 450 + "true",
    "500 parentheses": "(" * 500 + "1" + ")" * 500,
    "500 brackets": "[" * 500 + "1" + "]" * 500,
    "500 calls": "str(" * 400 + "1" + ")" * 400,
    "deep attribute": "d" + ".a" * 900,
    "deep attribute call": "d" + ".a" * 900 + "()",
    "deep subscript": "d" + "['a']" * 300,
    "deep choice": "1 if true else " * 130 + "2",
    "20,000 terms": " + ".join(["1"] * 20_000),
    "20,000 or": " or ".join(["jumlah"] * 20_000),
    "many parts": ",".join(["1"] * 900),
    "long text": "'" + "a" * 200_000 + "'",
    "open": "open('/etc/passwd').read()",
    "eval": "eval('1+1')",
    "exec": "exec('import os')",
    "compile": "compile('1', 'x', 'eval')",
    "globals": "globals()",
    "vars": "vars()",
    "type": "type(nama)",
    "print": "print(nama)",
    "input": "input()",
    "breakpoint": "breakpoint()",
    "method on data": "nama.upper()",
    "append": "mitra.append('X')",
    "clear": "mitra.clear()",
    "update": "d.update(a=9)",
    "setdefault": "d.setdefault('x', 1)",
    "method by subscript": "d['update']()",
    "builtins": "__builtins__",
    "builtins by name": "__builtins__['open']",
    "generated name": "_field(d, 'a')",
    "generated function": "call_len(mitra)",
    "generated data": "data['jumlah']",
    "fullwidth underscores": "nama.\uff3f\uff3fclass\uff3f\uff3f",
    "await": "await nama",
    "yield": "(yield 1)",
    "slice": "mitra[0:99999999]",
    "ellipsis": "...",
    "complex": "1j",
    "matrix": "mitra @ mitra",
    "statement": "import os",
    "two lines": "1\nimport os",
    "line break in text": "'a\nb'",
    "null byte": "1\x00",
    "surrogate": "'\ud800' + \ud800",
    "escape": "'\\N{BULLET}'",
    "unclosed": "'abc",
    "template": "{{7*7}}",
    "block": "{% if 1 %}",
    "zeebe text": '="a" + string(x)',
    "nested juel": "${a} == ${b}",
    "identity of numbers": "jumlah is 7",
    "delete": "del jumlah",
}
SCRIPTS = {
    "import": "import os\nos.system('true')",
    "from import": "from os import system",
    "field": "d.a = 5",
    "item": "d['a'] = 5",
    "while": "while True: pass",
    "while alone": "while true:\n pass",
    "def": "def f(): return 1\nx = f()",
    "del": "del jumlah",
    "for": "for i in range(3): a = i",
    "class": "class A: pass",
    "try": "try:\n  x=1\nexcept: pass",
    "with": "with open('x') as f: pass",
    "global": "global jumlah",
    "decorator": "@ada\ndef f(): pass",
    "dunder": "__builtins__ = {}",
    "private": "_x = 1",
    "function": "len = 5",
    "constant": "true = false",
    "open": "open('_pwned', 'w').write('x')",
    "bare call": "len(mitra)",
    "two targets": "a = b = 1",
    "unpacking": "a, b = mitra",
    "starred": "*a = mitra",
    "annotated": "a: int = 1",
    "minus": "jumlah -= 1",
    "walrus": "a = (b := 1)",
    "power": "a = 9**9**9",
    "doubling": "\n".join(["a = 'aaaaaaaaaa'", *["a = a + a"] * 40]),
    "list doubling": "\n".join(["a = [1, 2]", *["a = a + a"] * 40]),
    "tree doubling": "\n".join(["a = [1]", *["a = [a, a]"] * 40]),
    "squaring": "\n".join(["a = 99", *["a = a * a"] * 40]),
    "51 lines": "a = 1\n" * 51,
    "long": "a = 1 + 1\n" * 2_000,
    "deep": "a = " + "-" * 3_000 + "1",
}


@pytest.fixture(autouse=True)
def _without_touching_data() -> Any:
    before = copy.deepcopy(DATA)
    yield
    assert before == DATA


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_blocked(text: str) -> None:
    with pytest.raises(UnsafeExpression):
        LANGUAGE.evaluate(text, DATA)


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_script_does_nothing_but_assign_bounded_values(text: str) -> None:
    data = copy.deepcopy(DATA)
    with pytest.raises(UnsafeExpression):
        LANGUAGE.execute(text, data)
    assert data == DATA


@pytest.mark.parametrize("text", ["len(mitra)", "true and not false", "null is null", "abs(-2)"])
def test_functions_and_constants_win_over_data(text: str) -> None:
    shadows = dict.fromkeys([*PURE_FUNCTIONS, "true", "false", "null", "None"], "palsu")
    assert LANGUAGE.evaluate(text, {**DATA, **shadows}) == LANGUAGE.evaluate(text, DATA)
    assert LANGUAGE.evaluate(text, shadows, {**shadows, **DATA}) == LANGUAGE.evaluate(text, DATA)


@pytest.mark.parametrize(
    "name",
    [
        "__builtins__",
        "_field",
        "_add",
        "_bounded",
        "call_len",
        "data",
        "self",
        "print",
        "__class__",
    ],
)
def test_no_name_in_the_data_changes_what_code_means(name: str) -> None:
    poisoned = {**DATA, name: {"open": None}}
    assert LANGUAGE.evaluate("len(mitra) + jumlah + d.a", poisoned) == 10
    assert LANGUAGE.evaluate("len(mitra) + jumlah + d.a", poisoned, poisoned) == 10
    LANGUAGE.execute("hasil = d.a + jumlah", poisoned)
    assert poisoned["hasil"] == 8


def test_reserved_names_are_told_so_that_no_field_takes_them() -> None:
    assert {"len", "ada", "true", "null"} <= LANGUAGE.reserved


def test_long_lists_in_the_data_cannot_make_an_expression_slow() -> None:
    big = {"a": [{"x": i} for i in range(5_000)], "b": list(range(5_000))}
    for text in ('ada(a, "x", b)', "sum(b + b)", "b + [1]"):
        with pytest.raises(UnsafeExpression):
            LANGUAGE.evaluate(text, big)
    assert LANGUAGE.evaluate("sum(b)", big) == 12_497_500


def test_a_script_that_makes_the_longest_lists_it_may_is_still_quick() -> None:
    grow = ["a = [{'x': 1}]", *["a = a + a"] * 12, "b = kolom(a, 'x')"]
    work = " or ".join(["ada(a, 'x', [2, 3])"] * 45)
    data: dict[str, Any] = {}
    LANGUAGE.execute("\n".join([*grow, f"c = {work}", f"d = {work}", *["e = [a, b]"] * 20]), data)
    assert len(data["a"]) == 4_096
    assert data["d"] is False


def test_a_function_from_outside_is_bounded_too() -> None:
    language = SafeLanguage({"besar": lambda: 2**300, "aneh": lambda: iter([]), "rusak": _broken})
    for text in ("besar()", "aneh()", "rusak()"):
        with pytest.raises(UnsafeExpression):
            language.evaluate(text, {})


def _broken() -> int:
    raise OverflowError("date value out of range")


def test_values_nested_too_deep_are_refused() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(UnsafeExpression):
        LANGUAGE.evaluate("a", {"a": deep})
    with pytest.raises(UnsafeExpression):
        LANGUAGE.evaluate("str(a)", {"a": deep})
