"""Mistakes in expressions and in names that hide each other."""

from __future__ import annotations

from tests.engine.drawings import drawing, each, flows, shape, task
from tests.engine.mistakes.table import (
    END,
    START,
    Mistake,
    chain,
    choice,
    field_of,
    fields,
)

CHOICES = '<camunda:value id="sepakat" name="S"/><camunda:value id="revisi" name="R"/>'
MEETING = fields(
    field_of("hasil", "enum", CHOICES),
    field_of("yakin", "boolean"),
    field_of("nilai", "long"),
    field_of("catatan"),
    field_of("pada", "date"),
)


def script(id: str, text: str) -> str:
    """A script task."""
    return shape("scriptTask", id, f"<bpmn:script>{text}</bpmn:script>")


def loop(
    marker: str = "",
    inside: str = "",
    id: str = "s",
    after: str = "",
    fields: tuple[str, ...] = ("isi",),
) -> bytes:
    """A looped sub-process `s` with a task `a` that has the field `isi`."""
    body = inside or task("a", fields) + flows(("s1", "a"), ("a", "s2"))
    return chain(
        shape(
            "subProcess",
            id,
            (marker or each("mitra", "m", "jawaban", "a"))
            + shape("startEvent", "s1")
            + body
            + shape("endEvent", "s2"),
        ),
        after,
        between=id,
    )


def branches(middle: str) -> str:
    """The inside of a loop where only one of two branches asks the task `a`."""
    return (
        shape("exclusiveGateway", "g", default="f_g_a")
        + task("a")
        + middle
        + flows(("s1", "g"), ("g", "a"), ("g", "b", "m.kode == '32'"), ("a", "s2"), ("b", "s2"))
    )


EXPRESSIONS = [
    *(
        Mistake(code="expressions.unreadable", diagram=choice(text), element="f_g_lain")
        for text in (
            "a.isi ==",
            "__import__('os').system('id')",
            "().__class__.__base__",
            "f'{a}'",
            "9**9**9",
            "(" * 500 + "1" + ")" * 500,
            "",
            "[x for x in mitra]",
            "lambda: 1",
            "open('/etc/passwd')",
        )
    ),
    Mistake(code="expressions.unreadable", diagram=chain(script("a", "import os")), element="a"),
    Mistake(
        code="expressions.unreadable", diagram=chain(script("a", "mitra.append(1)")), element="a"
    ),
    Mistake(code="expressions.empty_script", diagram=chain(shape("scriptTask", "a")), element="a"),
    Mistake(code="expressions.unknown_name", diagram=choice("b.isi == 'x'"), element="f_g_lain"),
    Mistake(
        code="expressions.not_yet",
        diagram=drawing(
            START,
            script("x", "n = n + 1"),
            END,
            flows(("mulai", "x"), ("x", "akhir")),
        ),
        element="x",
    ),
    Mistake(
        code="expressions.not_yet",
        diagram=drawing(
            START,
            shape("exclusiveGateway", "g", default="f_g_a"),
            task("a", ["isi"]),
            END,
            flows(("mulai", "g"), ("g", "a"), ("g", "akhir", "a.isi == 'x'"), ("a", "akhir")),
        ),
        element="f_g_akhir",
    ),
    Mistake(
        code="expressions.perhaps_missing",
        severity="warning",
        diagram=choice("isi == 'x'"),
        element="f_g_lain",
    ),
    Mistake(code="expressions.unknown_field", diagram=choice("a.isin == 'x'"), element="f_g_lain"),
    Mistake(
        code="expressions.unknown_field",
        diagram=choice("ada(mitra, 'kod', '32')"),
        element="f_g_lain",
    ),
    Mistake(
        code="expressions.field_of_list", diagram=choice("mitra.kode == '32'"), element="f_g_lain"
    ),
    Mistake(
        code="expressions.unknown_choice",
        diagram=choice("a.hasil == 'setuju'", inside=MEETING),
        element="f_g_lain",
    ),
    Mistake(
        code="expressions.unknown_choice",
        diagram=choice("a.hasil in ['sepakat', 'batal']", inside=MEETING),
        element="f_g_lain",
    ),
    Mistake(
        code="expressions.never_equal",
        diagram=choice("a.yakin == 'ya'", inside=MEETING),
        element="f_g_lain",
    ),
    Mistake(
        code="expressions.never_equal",
        diagram=choice("'5' == a.nilai", inside=MEETING),
        element="f_g_lain",
    ),
    *(
        Mistake(code=code, diagram=choice(condition, inside=MEETING), element="f_g_lain")
        for code, condition in (
            ("expressions.never_equal", "a.catatan == 5"),
            ("expressions.never_equal", "a.pada != a.nilai"),
            ("expressions.never_equal", "len(mitra) in ['1', '2']"),
            ("expressions.never_equal", "hari_ini() == true"),
            ("expressions.unlike_order", "a.pada &gt; a.nilai"),
            ("expressions.unlike_order", "a.nilai &lt; '3'"),
            ("expressions.not_ordered", "a.yakin &gt; 1"),
            ("expressions.not_ordered", "mitra &lt; 2"),
            ("expressions.in_what", "a.catatan in 5"),
            ("expressions.not_summed", "a.pada - 3 &gt; 1"),
            ("expressions.not_summed", "a.yakin + 1 &gt; 1"),
            ("expressions.unlike_sum", "a.pada + 3 == a.pada"),
            ("expressions.wrong_argument", "ada('kode', mitra, '32')"),
            ("expressions.wrong_argument", "tambah_hari(5, a.pada) &gt; hari_ini()"),
            ("expressions.wrong_argument", "tahun(a.nilai) == 2026"),
            ("expressions.too_far", "tambah_bulan(a.pada, 1201) == null"),
            ("expressions.too_far", "hari_kerja(3661) == null"),
        )
    ),
    *(
        Mistake(
            code="expressions.not_a_condition",
            severity="warning",
            diagram=choice(condition, inside=MEETING),
            element="f_g_lain",
        )
        for condition in ("a.catatan", "len(mitra)", "a.nilai + 1", "mitra", "pemrakarsa")
    ),
]

SHADOWS = [
    Mistake(
        code="forms.overwrites",
        diagram=drawing(
            START,
            script("x", "batas = 5"),
            fields(field_of("batas", "long")),
            END,
            flows(("mulai", "x"), ("x", "a"), ("a", "akhir")),
        ),
        element="a",
        at='id="batas"',
    ),
]
