"""What is wrong with a decision table is told before it is published, with line and element."""

from __future__ import annotations

import pytest

from processes.engine.decisions import Decision, DecisionError
from processes.engine.language import PURE_FUNCTIONS, SafeLanguage
from processes.errors import DiagramRefused
from tests.engine.dmn_files import DMN, table

LANGUAGE = SafeLanguage(PURE_FUNCTIONS)


@pytest.mark.parametrize(
    ("xml", "line", "element", "hint"),
    [
        (table(("-", "1"), hit=' hitPolicy="COLLECT"'), 3, "kategori", "UNIQUE, FIRST"),
        (table(("-", "1"), hit=' hitPolicy="PRIORITY"'), 3, "kategori", "UNIQUE, FIRST"),
        (table(("-", "1"), hit=' hitPolicy="RULE ORDER"'), 3, "kategori", "UNIQUE, FIRST"),
        (table(), 3, "kategori", "satu baris"),
        (table(("1",), inputs=[]), 3, "kategori", "kolom masukan"),
        (table(("-",), outputs=""), 3, "kategori", "kolom hasil"),
        (table(("-", "1"), inputs=[""]), 4, "e0", "belum mempunyai ungkapan"),
        (table(("-", "1"), inputs=["open('x')"]), 4, "e0", "open"),
        (table(("-", "1"), ("-", "2")), 8, "r2", "baris 1"),
        (table(("-", "1", "2")), 7, "r1", "Banyaknya sel"),
        (table(("-",)), 7, "r1", "Banyaknya sel"),
        (table(("-", "__import__('os').getpid()")), 7, "c1_1", "garis bawah|tidak terdaftar"),
        (table(("().__class__", "1")), 7, "c1_0", "garis bawah"),
        (table(("? == __import__('os')", "1")), 7, "c1_0", "tidak terdaftar"),
        (table(("9**9**9", "1")), 7, "c1_0", "tidak dikenal"),
        (table(("a,,b", "1")), 7, "c1_0", "koma"),
        (table(("> 3 and < 5", "1")), 7, "c1_0", "tanda ?"),
        (table(('date("2027-02-30")', "1")), 7, "c1_0", "bukan tanggal"),
        (table(("-", 'date("besok")')), 7, "c1_1", "bukan tanggal"),
        (table(('"a', "1")), 7, "c1_0", "tidak dikenal"),
        (table(("-", "1"), outputs='<output id="o" name="len"/>'), 5, "o", "nama fungsi"),
        (table(("-", "1"), outputs='<output id="o" name="a b"/>'), 5, "o", "huruf"),
        (
            table(("-", "1", "2"), outputs='<output id="o" name="a"/><output id="p" name="a"/>'),
            *(5, "p", "dua kolom"),
        ),
        (
            table(("-", "1"), outputs='<output id="o" name="a" typeRef="boolean"/>'),
            *(7, "c1_1", "boolean"),
        ),
        (
            table(("-", '"1"')).replace(
                b"<inputEntry ", b'<inputEntry expressionLanguage="groovy" '
            ),
            *(7, "c1_0", "groovy"),
        ),
        (
            table(
                ("-", "1"),
                outputs='<output id="o" name="a"><defaultOutputEntry id="b"><text>1</text>'
                "</defaultOutputEntry></output>",
            ),
            *(5, "b", "bawaan"),
        ),
    ],
)
def test_a_problem_is_told_with_its_line_and_element(
    xml: bytes, line: int, element: str, hint: str
) -> None:
    problems = Decision.read(xml).problems()
    assert (line, element) in [(each[0], each[1]) for each in problems]
    assert any(word in each.message for each in problems for word in hint.split("|"))


def test_the_functions_of_the_language_that_decides_are_known() -> None:
    decision = Decision.read(table(("< hari_ini()", "1")))
    assert "hari_ini" in decision.problems()[0].message
    assert decision.problems(SafeLanguage({"hari_ini": lambda: "2027-01-01"})) == []


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"hello",
        b'<!DOCTYPE d [<!ENTITY x "y">]><definitions>&x;</definitions>',
        b'<!DOCTYPE d SYSTEM "http://evil.test/d.dtd"><definitions/>',
        b"<definitions/>",
        table(("-", "1")).replace(b"decisionTable", b"literalExpression"),
        table(("-", "1")).replace(b"</definitions>", b'<decision id="b"/></definitions>'),
        table(("-", "1")).replace(DMN.encode(), b"http://example.test/"),
    ],
)
def test_a_file_without_exactly_one_table_is_refused(xml: bytes) -> None:
    with pytest.raises(DiagramRefused) as caught:
        Decision.read(xml, "kategori.dmn")
    assert caught.value.findings[0].file == "kategori.dmn"


@pytest.mark.parametrize(
    "cell",
    [
        "not(" * 490 + "1" + ")" * 490,
        "[" * 990 + "1" + "]" * 990,
        "in " * 600,
        "[a" * 990,
        "[a." * 660,
        '["' * 990,
        "?" + "\"'" * 990,
        "[" + "1" * 1_900 + "..",
        "]" * 1_990,
        "1," * 990 + "1",
        "1" * 100_000,
        '"a" ' * 450,
    ],
)
def test_a_hostile_cell_is_refused(cell: str) -> None:
    assert Decision.read(table((cell, "1"))).problems()
    with pytest.raises(DecisionError):
        Decision.read(table((cell, "1"))).decide(LANGUAGE, {"x": 1})
