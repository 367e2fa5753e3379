"""Mistakes in ids, forms and the people and deadlines of tasks."""

from __future__ import annotations

from tests.engine.drawings import drawing, each, flows, shape, task
from tests.engine.mistakes.table import (
    END,
    START,
    Mistake,
    chain,
    field_of,
    fields,
    with_properties,
)

CHOICE = '<camunda:value id="x" name="X"/>'
GROUPS = "camunda__candidateGroups"


def own(**values: str) -> str:
    """Properties of a form field."""
    written = "".join(f'<camunda:property id="{k}" value="{v}"/>' for k, v in values.items())
    return f"<camunda:properties>{written}</camunda:properties>"


def limits(**values: str) -> str:
    """Constraints of a form field."""
    written = "".join(f'<camunda:constraint name="{k}" config="{v}"/>' for k, v in values.items())
    return f"<camunda:validation>{written}</camunda:validation>"


TITLE = own(jenis="judul_perkara")
WORDS = [
    Mistake(
        code="returns.in_loop",
        diagram=drawing(
            START,
            task("b", inside=each("mitra", "m", "hasil", "b")),
            with_properties(kembali_ke="b"),
            END,
            flows(("mulai", "b"), ("b", "a"), ("a", "akhir")),
        ),
        element="a",
        at="kembali_ke",
    ),
    Mistake(
        code="tasks.stage_named_twice",
        severity="warning",
        diagram=drawing(
            START,
            with_properties(tahap="2 Rapat"),
            with_properties("b", tahap="2 Surat"),
            with_properties("c", tahap="'2 Surat' if mitra == null else ''"),
            END,
            flows(("mulai", "a"), ("a", "b"), ("b", "c"), ("c", "akhir")),
        ),
        element="a",
        at="2 Rapat",
    ),
    Mistake(code="names.taken", diagram=chain(task("mitra"), between="mitra"), element="mitra"),
    Mistake(code="names.taken", diagram=chain(task("len"), between="len"), element="len"),
    Mistake(
        code="names.overwritten",
        diagram=chain(shape("scriptTask", "a", "<bpmn:script>daerah = 'x'</bpmn:script>")),
        element="a",
    ),
    Mistake(
        code="forms.too_many_fields",
        diagram=chain(fields(*(field_of(f"f{n}") for n in range(61)))),
        element="a",
    ),
    Mistake(
        code="forms.no_label",
        severity="warning",
        diagram=chain(fields(field_of("isi", label=""))),
        element="a",
        at='id="isi"',
    ),
    *(
        Mistake(code=code, diagram=chain(fields(*raw)), element="a", at=at, severity=severity)
        for code, raw, at, severity in (
            ("forms.unknown_type", [field_of("isi", "foo")], "isi", "error"),
            ("forms.bad_id", [field_of("__builtins__")], "__builtins__", "error"),
            ("forms.bad_id", [field_of("Isi")], 'id="Isi"', "error"),
            ("forms.duplicate", [field_of("isi"), field_of("isi", label="2")], '"2"', "error"),
            ("forms.taken", [field_of("mitra")], 'id="mitra"', "error"),
            ("forms.taken", [field_of("true")], 'id="true"', "error"),
            ("forms.taken", [field_of("hari_kerja")], 'id="hari_kerja"', "error"),
            ("forms.like_a_task", [field_of("a")], "camunda:formField", "error"),
            ("forms.no_choices", [field_of("isi", "enum")], 'id="isi"', "error"),
            ("forms.choices_elsewhere", [field_of("isi", "string", CHOICE)], 'id="isi"', "error"),
            ("forms.choice_twice", [field_of("isi", "enum", CHOICE * 2)], 'id="isi"', "error"),
            (
                "forms.unknown_list",
                [field_of("isi", "enum", own(pilihan="negara"))],
                'id="isi"',
                "error",
            ),
            (
                "forms.bad_default",
                [field_of("isi", "enum", CHOICE, defaultValue="lain")],
                'id="isi"',
                "error",
            ),
            ("forms.unreadable", [field_of("isi", "long", defaultValue="x")], 'id="isi"', "error"),
            (
                "forms.pattern",
                [field_of("isi", inside=limits(pattern="^(a+)+$"))],
                'id="isi"',
                "error",
            ),
            (
                "forms.unknown_constraint",
                [field_of("isi", inside=limits(readonly="true"))],
                'id="isi"',
                "error",
            ),
            (
                "forms.not_a_number",
                [field_of("isi", inside=limits(maxlength="x"))],
                'id="isi"',
                "error",
            ),
            (
                "forms.empty_range",
                [field_of("isi", "long", limits(min="9", max="1"))],
                'id="isi"',
                "error",
            ),
            (
                "forms.unknown_property",
                [field_of("isi", inside=own(bantua="x"))],
                'id="isi"',
                "warning",
            ),
            (
                "forms.unknown_kind",
                [field_of("isi", inside=own(jenis="roman"))],
                'id="isi"',
                "error",
            ),
            (
                "forms.unknown_whose",
                [field_of("isi", inside=own(untuk="semua"))],
                'id="isi"',
                "error",
            ),
            (
                "forms.true_of_what",
                [field_of("isi", inside=own(benar_jika="isi == 'x'"))],
                'id="isi"',
                "error",
            ),
            (
                "forms.after_what",
                [field_of("isi", "date", own(setelah="lain")), field_of("lain")],
                'id="isi"',
                "error",
            ),
            (
                "forms.months_after_what",
                [field_of("isi", "date", own(ingatkan_lewat_bulan="60")), field_of("lain")],
                'id="isi"',
                "error",
            ),
            (
                "forms.at_most_what",
                [field_of("isi", "long", own(paling_banyak="lain")), field_of("lain")],
                'id="isi"',
                "error",
            ),
            *(
                ("forms.title_what", drawn, 'id="isi"', "error")
                for drawn in (
                    [field_of("isi", inside=TITLE + limits(maxlength="301"))],
                    [field_of("isi", inside=own(jenis="judul_perkara", untuk="pihak"))],
                    [field_of("lain", inside=TITLE), field_of("isi", inside=TITLE)],
                )
            ),
            (
                "expressions.unreadable",
                [field_of("isi", inside=own(wajib_jika="isi ="))],
                'id="isi"',
                "error",
            ),
        )
    ),
    *(
        Mistake(code=code, diagram=chain(drawn), element="a", at=at, severity=severity)
        for code, drawn, at, severity in (
            ("tasks.unknown_property", with_properties(pengigat="0"), "pengigat", "warning"),
            ("tasks.unknown_answer", with_properties(sampaikan="b.isi"), "sampaikan", "error"),
            ("tasks.no_role", shape("userTask", "a"), "", "error"),
            ("tasks.bad_role", shape("userTask", "a", **{GROUPS: "kabag, sekda"}), "", "error"),
            ("tasks.unknown_role", shape("userTask", "a", **{GROUPS: "kabeg"}), "", "error"),
            ("tasks.no_deadline", task("a"), "", "warning"),
            ("tasks.no_form", with_properties(tahap="1 Satu"), "", "warning"),
            ("tasks.no_stage", task("a"), "", "warning"),
            ("tasks.bad_stage", with_properties(tahap="satu"), "tahap", "error"),
            (
                "tasks.bad_stage",
                with_properties(tahap="&quot;1 Satu&quot; if mitra == null else &quot;dua&quot;"),
                "tahap",
                "error",
            ),
            ("tasks.bad_assurance", with_properties(jaminan="kuat"), "jaminan", "error"),
            ("tasks.bad_entry", with_properties(jalur="telepon"), "jalur", "error"),
            ("tasks.yes_or_no", with_properties(mengakhiri="yes"), "mengakhiri", "error"),
            ("tasks.yes_or_no", with_properties(kode_lemah="no"), "kode_lemah", "error"),
            ("tasks.unknown_task", with_properties(membagikan="b"), "membagikan", "error"),
            ("tasks.unreadable", with_properties(pengingat="besok"), "pengingat", "error"),
            (
                "tasks.unreadable",
                with_properties(eskalasi="'+1 hari kerja: ' + 'kabag' if true else ''"),
                "eskalasi",
                "error",
            ),
            (
                "tasks.unreadable",
                with_properties(eskalasi="'besok' if true else '+1 hari kerja: kabag'"),
                "eskalasi",
                "error",
            ),
            ("tasks.unreadable", with_properties(eskalasi="segera"), "eskalasi", "error"),
            *(
                ("tasks.rings_twice", with_properties(**{name: words}), name, "error")
                for name, words in (
                    ("pengingat", "0; +0; -0"),
                    ("pengingat", "+2 hari kerja berulang 3; +4 hari kerja"),
                    ("eskalasi", "+1 hari kerja: kabag; 1 HARI kerja: kabag, beritahu"),
                    ("pengingat_akhir", "90; 60; 090 hari"),
                )
            ),
            (
                "tasks.head_by_digest",
                with_properties(eskalasi="+1 hari kerja: kepala_daerah"),
                "eskalasi",
                "error",
            ),
            (
                "tasks.council_informs",
                with_properties(eskalasi="+1 hari kerja: sekda").replace(
                    "kabag", "sekretaris_dprd"
                ),
                "eskalasi",
                "error",
            ),
            (
                "tasks.warn_before",
                with_properties(eskalasi="0: sekda, peringatkan"),
                "eskalasi",
                "error",
            ),
            (
                "tasks.nothing_to_warn_of",
                with_properties(eskalasi="-1 hari kerja: sekda, peringatkan"),
                "eskalasi",
                "warning",
            ),
            (
                "tasks.council_kept",
                with_properties(eskalasi="+5 hari kerja: sekda, alihkan").replace(
                    "kabag", "sekretaris_dprd"
                ),
                "eskalasi",
                "error",
            ),
            *(
                ("tasks.unreadable", with_properties(**{name: words}), name, "error")
                for name, words in (
                    ("ringkasan_harian", "lima"),
                    ("ringkasan_harian", "-1"),
                    ("ringkasan_harian", "1001"),
                    ("ringkasan_mingguan", "minggu"),
                    ("ringkasan_mingguan", "setiap senin"),
                    ("segel_riwayat", "mingguan"),
                )
            ),
            ("tasks.bad_whose", with_properties(daerah="provinsi"), "daerah", "error"),
            ("tasks.yes_or_no", with_properties(tarik_kembali="no"), "tarik_kembali", "error"),
            ("returns.unknown_task", with_properties(kembali_ke="b"), "kembali_ke", "error"),
            ("returns.not_before", with_properties(kembali_ke="a"), "kembali_ke", "error"),
            ("timers.unreadable", task("a", camunda__dueDate="5 hari krja"), "", "error"),
            (
                "timers.unreadable",
                task("a", camunda__dueDate="'2 hari krja' if true else '3 hari kerja'"),
                "",
                "error",
            ),
            (
                "expressions.unknown_name",
                with_properties(mulai_dari="surat.tanggal"),
                "mulai_dari",
                "error",
            ),
        )
    ),
]
