"""Mistakes in loops, decision tables and message texts."""

from __future__ import annotations

from tests.engine.dmn_files import table as rows
from tests.engine.drawings import drawing, each, flows, shape, task
from tests.engine.mistakes import letter_files
from tests.engine.mistakes.phrases import MEETING, script
from tests.engine.mistakes.table import (
    END,
    START,
    Mistake,
    chain,
    field_of,
    fields,
    table,
)

REQUIRED = (
    '<camunda:validation><camunda:constraint name="required" config="true"/></camunda:validation>'
)
BETWEEN = (
    '<camunda:validation><camunda:constraint name="required" config="true"/>'
    '<camunda:constraint name="min" config="1"/><camunda:constraint name="max" config="6"/>'
    "</camunda:validation>"
)


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


LOOPS = [
    Mistake(
        code="multi_instance.elsewhere",
        diagram=chain(
            shape(
                "scriptTask",
                "a",
                each("mitra", "m", "semua_n", "n") + "<bpmn:script>n = 1</bpmn:script>",
            )
        ),
        element="a",
        at="multiInstance",
    ),
    *(
        Mistake(code=code, diagram=loop(marker), element="s", at=at)
        for code, marker, at in (
            (
                "multi_instance.no_collection",
                "<bpmn:multiInstanceLoopCharacteristics/>",
                "multiInstance",
            ),
            (
                "multi_instance.count_unknown",
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>n"
                "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
                "loopCardinality",
            ),
            (
                "multi_instance.too_many",
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>200000"
                "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
                "loopCardinality",
            ),
            (
                "multi_instance.collection_not_a_name",
                each("mitra[0]", "m", "jawaban", "a"),
                "multiInstance",
            ),
            ("expressions.unknown_name", each("mitr", "m", "jawaban", "a"), "multiInstance"),
            ("multi_instance.not_a_list", each("daerah", "m", "jawaban", "a"), "multiInstance"),
            ("multi_instance.bad_name", each("mitra", "kode", "jawaban", "a"), "multiInstance"),
            ("multi_instance.item_taken", each("mitra", "isi", "jawaban", "a"), "multiInstance"),
            ("multi_instance.half_output", each("mitra", "m", "jawaban", ""), "multiInstance"),
            ("multi_instance.output_taken", each("mitra", "m", "a", "a"), "multiInstance"),
            ("multi_instance.never_set", each("mitra", "m", "jawaban", "b"), "multiInstance"),
            (
                "expressions.unknown_field",
                each("mitra", "m", "jawaban", "a", "a.hasil == 'x'"),
                "completionCondition",
            ),
        )
    ),
    Mistake(
        code="multi_instance.no_item",
        diagram=loop(each("mitra", "", "jawaban", "a")),
        element="s",
        at="multiInstance",
    ),
    Mistake(
        code="multi_instance.no_output",
        severity="warning",
        diagram=loop(each("mitra", "m", "", "")),
        element="s",
        at="multiInstance",
    ),
    Mistake(
        code="multi_instance.sometimes_missing",
        diagram=loop(inside=branches(script("b", "x = 1"))),
        element="s",
        at="multiInstance",
    ),
    Mistake(
        code="multi_instance.error_boundary",
        diagram=chain(
            shape(
                "subProcess",
                "s",
                each("mitra", "m", "jawaban", "a")
                + shape("startEvent", "s1")
                + task("a")
                + shape("endEvent", "s2")
                + shape("endEvent", "s3", '<bpmn:errorEventDefinition errorRef="galat"/>')
                + shape("exclusiveGateway", "g", default="f_g_s2")
                + flows(("s1", "a"), ("a", "g"), ("g", "s2"), ("g", "s3", "m.kode == '32'")),
            ),
            shape(
                "boundaryEvent",
                "b",
                '<bpmn:errorEventDefinition errorRef="galat"/>',
                attachedToRef="s",
            ),
            flows(("b", "akhir")),
            between="s",
            outside='<bpmn:error id="galat" errorCode="G1"/>',
        ),
        element="b",
    ),
    Mistake(
        code="expressions.not_yet",
        diagram=drawing(
            START,
            shape(
                "subProcess",
                "s",
                each("mitra", "m", "jawaban", "a")
                + shape("startEvent", "s1")
                + task("a", ["isi"])
                + shape("endEvent", "s2")
                + flows(("s1", "a"), ("a", "s2")),
            ),
            script("x", "n = a.isi"),
            END,
            flows(("mulai", "s"), ("s", "x"), ("x", "akhir")),
        ),
        element="x",
    ),
    Mistake(code="tasks.whose_in_loop", severity="warning", diagram=loop(), element="a"),
]

DECIDING = drawing(
    START,
    task("a", ["isi"]),
    shape("businessRuleTask", "b", camunda__decisionRef="k"),
    END,
    flows(("mulai", "a"), ("a", "b"), ("b", "akhir")),
)

ASKING = drawing(
    START,
    fields(
        field_of("setuju", "boolean", REQUIRED),
        field_of("nilai", "long", BETWEEN),
        field_of("mungkin", "boolean"),
    ),
    shape("businessRuleTask", "b", camunda__decisionRef="kategori"),
    END,
    flows(("mulai", "a"), ("a", "b"), ("b", "akhir")),
)


def covering(code: str, element: str, content: bytes, severity: str = "error") -> Mistake:
    """A table that does not answer everything once."""
    return Mistake(
        code=code,
        diagram=ASKING,
        files={"k.dmn": content},
        file="k.dmn",
        element=element,
        at="decisionTable" if element == "kategori" else "",
        severity=severity,
    )


COVERAGE = [
    covering(
        "decisions.too_many_cells",
        "kategori",
        rows(*((f"{n}", "1") for n in range(2501)), inputs=("a.nilai",)),
    ),
    covering("decisions.gap", "kategori", rows(("true", "1"), inputs=("a.setuju",))),
    covering("decisions.gap", "kategori", rows(("[1..4]", "1"), ("6", "1"), inputs=("a.nilai",))),
    covering(
        "decisions.perhaps_gap",
        "kategori",
        rows(("true", "1"), ("false", "1"), inputs=("a.mungkin",)),
        "warning",
    ),
    covering(
        "decisions.overlap",
        "r2",
        rows(("[1..4]", "1"), ("[4..6]", "2"), inputs=("a.nilai",)),
    ),
    covering(
        "decisions.answers_differ",
        "r2",
        rows(("true", "1"), ("-", "2"), inputs=("a.setuju",), hit=' hitPolicy="ANY"'),
    ),
    covering(
        "decisions.never_reached",
        "r2",
        rows(("-", "1"), ("true", "2"), inputs=("a.setuju",), hit=' hitPolicy="FIRST"'),
        "warning",
    ),
    covering(
        "decisions.never_reached",
        "r2",
        rows(("[1..6]", "1"), ("7", "2"), inputs=("a.nilai",)),
        "warning",
    ),
    covering(
        "decisions.too_large",
        "kategori",
        rows(
            *((*("true" if n == m else "-" for m in range(20)), "1") for n in range(20)),
            inputs=tuple(f"a.setuju == {'true' if n % 2 else 'false'}" for n in range(20)),
            hit=' hitPolicy="FIRST"',
        ),
        "warning",
    ),
]

DECISIONS = [
    Mistake(
        code="decisions.no_reference", diagram=chain(shape("businessRuleTask", "a")), element="a"
    ),
    Mistake(code="decisions.unknown", diagram=DECIDING, element="b"),
    *(
        Mistake(
            code=code,
            diagram=DECIDING,
            files={"k.dmn": content, **more},
            element=element,
            at=at,
            file=file,
        )
        for code, content, more, file, element, at in (
            ("decisions.twice", table(), {"l.dmn": table()}, "l.dmn", "k", "*"),
            ("decisions.problem", table(answer="open('x')"), {}, "k.dmn", "x", "outputEntry"),
            ("safety.not_xml", b"<a", {}, "k.dmn", "", "<a"),
            ("expressions.unknown_name", table(question="b"), {}, "k.dmn", "ie", "inputExpression"),
        )
    ),
    Mistake(
        code="expressions.unknown_choice",
        diagram=DECIDING.replace(task("a", ["isi"]).encode(), MEETING.encode()),
        files={"k.dmn": table(question="a.hasil", test='"setuju"')},
        element="c",
        file="k.dmn",
    ),
    Mistake(
        code="letters.unreadable",
        diagram=chain(task("a")),
        files={"surat/paket.typ": b"Dengan hormat,\n#rahasia\n"},
        element="",
        file="surat/paket.typ",
        at="rahasia",
    ),
    *letter_files.DRAFTS,
    Mistake(
        code="messages.encoding",
        diagram=chain(task("a")),
        files={"pesan/tugas_baru.txt": b"\xff"},
        element="",
        file="pesan/tugas_baru.txt",
        at="*",
    ),
    Mistake(
        code="messages.unreadable",
        diagram=chain(task("a")),
        files={"pesan/tugas_baru.txt": b"Tugas\n\n{{ rahasia }}\n"},
        element="",
        file="pesan/tugas_baru.txt",
        at="rahasia",
    ),
    *(
        Mistake(
            code="messages.unreadable",
            diagram=chain(task("a")),
            files={"pesan/kode.txt": text},
            element="",
            file="pesan/kode.txt",
            at=at,
        )
        for text, at in (
            (b"Kode Anda\n\nTanpa angka\n", "Kode"),
            (b"Kode {{ kode }}\n\nKode: {{ kode }}\n", "Kode {{"),
        )
    ),
    *(
        Mistake(
            code=code,
            diagram=chain(task("a")),
            files={"peran.toml": b'kabag = "Kepala Bagian"\n' + line},
            element="",
            file="peran.toml",
            at=at,
        )
        for code, line, at in (
            ("roles.encoding", b"\xff", "*"),
            ("roles.unreadable", b"sekda =", "sekda"),
            ("roles.unreadable", b"sekda = " + b"[" * 9000 + b"]" * 9000, "*"),
            ("roles.unreadable", b"sekda = " + b"9" * 5000, "*"),
            ("roles.unreadable", b"sekda." + b"a." * 5000 + b"a = 1", "*"),
            ("roles.too_long", b"".join(b'r%d = "R"\n' % n for n in range(9000)), "*"),
            ("roles.unknown_setting", b'sekda = { nama = "S", warna = "x" }', "sekda"),
            ("roles.no_title", b"sekda = 1", "sekda"),
            ("roles.not_yes_or_no", b'sekda = { nama = "S", pilih_per_perkara = 1 }', "sekda"),
            ("roles.unknown_superior", b'sekda = { nama = "S", atasan = "raja" }', "sekda"),
            ("roles.unknown_superior", b'sekda = { nama = "S", atasan = 1 }', "sekda"),
            (
                "roles.head_superior",
                b'sekda = { nama = "S", atasan = "kepala_daerah" }\nkepala_daerah = "K"',
                "sekda",
            ),
            (
                "roles.superior_circle",
                b'sekda = { nama = "S", atasan = "asisten" }\n'
                b'asisten = { nama = "A", atasan = "sekda" }',
                "sekda",
            ),
        )
    ),
]
