"""Forms: every field has a sound id, a type that is known, and rules that can be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from processes.engine.checks.diagram import Diagram, Shape, form_elements
from processes.engine.checks.expressions import check_condition, check_expression
from processes.engine.checks.known import Known, Moment
from processes.engine.checks.names import SYSTEM
from processes.engine.checks.report import Report, perhaps
from processes.engine.fields import CASE_TITLE, SHORT_TEXT, Field, FormError
from processes.engine.shipped_lists import LISTS

ID = re.compile(r"[a-z][a-z0-9_]{0,40}")
TYPES = ("string", "long", "boolean", "date", "enum")
#: what a text field can be, by type
KINDS: Mapping[str, frozenset[str]] = {
    "string": frozenset(
        (
            "berkas",
            "teks_panjang",
            "rupiah",
            "nip",
            "nik",
            "nomor_surat",
            "daerah",
            "tanggal_surat",
            "surel",
            "telepon",
            "lokasi_naskah",
            "nomor_resi",
            CASE_TITLE,
        )
    ),
    "long": frozenset(("rupiah",)),
    "date": frozenset(("tanggal_surat",)),
    "boolean": frozenset(),
    "enum": frozenset(),
}
CONSTRAINTS = frozenset(("required", "minlength", "maxlength", "min", "max"))
PROPERTIES = frozenset(
    (
        "jenis",
        "untuk",
        "bantuan",
        "wajib_jika",
        "benar_jika",
        "hanya_jika",
        "ingatkan_jika",
        "menyusul",
        "dari_surat",
        "setelah",
        "ingatkan_lewat_bulan",
        "paling_banyak",
        "pilihan",
    )
)
WHOSE = ("mitra", "pihak")
MOST_FIELDS = 60


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Every form of every user task."""
    for shape in diagram.shapes("userTask"):
        elements = form_elements(shape)
        if len(elements) > MOST_FIELDS:
            report.error("forms.too_many_fields", shape.element, most=MOST_FIELDS)
            continue
        form = _Form(shape, report, known)
        for raw, element in zip(shape.form, elements, strict=True):
            form.check_field(raw, element)


class _Form:
    def __init__(self, shape: Shape, report: Report, known: Known) -> None:
        self.shape = shape
        self.report = report
        self.known = known
        self.ids = frozenset(str(raw["id"]) for raw in shape.form)
        self.dates = frozenset(str(raw["id"]) for raw in shape.form if _is_date(raw))
        self.numbers = frozenset(str(raw["id"]) for raw in shape.form if raw["type"] == "long")
        self.titles = [
            raw["id"] for raw in shape.form if raw["properties"].get("jenis") == CASE_TITLE
        ]
        self.seen: set[str] = set()

    def check_field(self, raw: Mapping[str, Any], element: Any) -> None:
        """Every rule about one field, and at last whether the form itself can read it."""
        before = len(self.report.findings)
        self._check_rules(raw, element)
        if len(self.report.findings) == before:
            self._check_reading(raw, element)

    def _check_rules(self, raw: Mapping[str, Any], element: Any) -> None:
        self._check_id(str(raw["id"]), element)
        if not raw["label"].strip():
            self.report.warning("forms.no_label", element, field=raw["id"])
        if raw["type"] not in TYPES:
            self.report.error(
                "forms.unknown_type",
                element,
                field=raw["id"],
                type=raw["type"],
                types=", ".join(TYPES),
            )
            return
        self._check_choices(raw, element)
        self._check_constraints(raw, element)
        self._check_properties(raw, element)

    def _check_reading(self, raw: Mapping[str, Any], element: Any) -> None:
        try:
            Field.read(raw)
        except FormError as refused:
            detail = refused.say(self.report.language)
            self.report.error("forms.unreadable", element, field=raw["id"], detail=detail)

    def _check_id(self, own: str, element: Any) -> None:
        if not ID.fullmatch(own):
            self.report.error("forms.bad_id", element, field=own)
        elif own in self.seen:
            self.report.error("forms.duplicate", element, field=own)
        elif own in SYSTEM or own in self.known.functions:
            self.report.error("forms.taken", element, field=own)
        elif own in self.known.task_ids:
            self.report.error("forms.like_a_task", element, field=own)
        elif own in self.known.computed:
            self.report.error("forms.overwrites", element, field=own)
        self.seen.add(own)

    def _check_choices(self, raw: Mapping[str, Any], element: Any) -> None:
        values: Sequence[Any] = [option[0] for option in raw["options"]]
        listed = raw["properties"].get("pilihan")
        if raw["type"] == "enum" and not values and not listed:
            self.report.error("forms.no_choices", element, field=raw["id"])
        if raw["type"] != "enum" and values:
            self.report.error("forms.choices_elsewhere", element, field=raw["id"])
        for value in sorted({str(v or "") for v in values if values.count(v) > 1 or not v}):
            self.report.error("forms.choice_twice", element, field=raw["id"], value=value)
        if listed is not None and listed not in LISTS:
            offered = ", ".join(LISTS)
            self.report.error(
                "forms.unknown_list", element, field=raw["id"], list=listed, lists=offered
            )
        default = raw["default"]
        if raw["type"] == "enum" and values and default and default not in values:
            self.report.error("forms.bad_default", element, field=raw["id"], value=default)

    def _check_constraints(self, raw: Mapping[str, Any], element: Any) -> None:
        numbers: dict[str, int] = {}
        for name, config in raw["validation"].items():
            if name not in CONSTRAINTS:
                code = "forms.pattern" if name == "pattern" else "forms.unknown_constraint"
                self.report.error(code, element, field=raw["id"], name=name)
            elif name != "required":
                try:
                    numbers[name] = int(str(config))
                except ValueError:
                    self.report.error("forms.not_a_number", element, field=raw["id"], name=name)
        for least, most in (("min", "max"), ("minlength", "maxlength")):
            if least in numbers and most in numbers and numbers[least] > numbers[most]:
                self.report.error(
                    "forms.empty_range", element, field=raw["id"], least=least, most=most
                )

    def _check_properties(self, raw: Mapping[str, Any], element: Any) -> None:
        own, properties = raw["id"], raw["properties"]
        for name in properties:
            if name not in PROPERTIES:
                hint = perhaps(str(name), PROPERTIES, self.report.language)
                self.report.warning(
                    "forms.unknown_property", element, field=own, name=name, hint=hint
                )
        kind = properties.get("jenis")
        if kind is not None and kind not in KINDS[raw["type"]]:
            offered = ", ".join(sorted(KINDS[raw["type"]])) or "-"
            self.report.error(
                "forms.unknown_kind", element, field=own, kind=kind, type=raw["type"], kinds=offered
            )
        if kind == CASE_TITLE:
            self._check_title(raw, element)
        whose = properties.get("untuk")
        if whose is not None and whose not in WHOSE:
            self.report.error("forms.unknown_whose", element, field=own, whose=whose)
        self._check_conditions(raw, element)
        self._check_after(raw, element)

    def _check_title(self, raw: Mapping[str, Any], element: Any) -> None:
        """A case has one title, as long as a short text may be."""
        most = str(raw["validation"].get("maxlength", SHORT_TEXT))
        too_long = most.isdecimal() and int(most) > SHORT_TEXT
        if "untuk" in raw["properties"] or too_long or raw["id"] != self.titles[0]:
            self.report.error("forms.title_what", element, field=raw["id"], most=SHORT_TEXT)

    def _check_conditions(self, raw: Mapping[str, Any], element: Any) -> None:
        """Conditions look at the answers of the same form; some, and months, at finished tasks."""
        wide = ("hanya_jika", "ingatkan_lewat_bulan")
        for name in ("wajib_jika", "benar_jika", "ingatkan_jika", *wide):
            text = raw["properties"].get(name)
            if text is not None:
                names = self.ids | (self.known.task_ids if name in wide else frozenset())
                check = check_expression if name == "ingatkan_lewat_bulan" else check_condition
                check(text, element, Moment(names, names), self.report, self.known)
        if "benar_jika" in raw["properties"] and raw["type"] != "boolean":
            self.report.error("forms.true_of_what", element, field=raw["id"], type=raw["type"])

    def _check_after(self, raw: Mapping[str, Any], element: Any) -> None:
        larger = raw["properties"].get("paling_banyak")
        if larger is not None and (
            raw["type"] != "long" or larger not in self.numbers - {raw["id"]}
        ):
            self.report.error("forms.at_most_what", element, field=raw["id"], other=larger)
        earlier = raw["properties"].get("setelah")
        if earlier is None:
            if "ingatkan_lewat_bulan" in raw["properties"]:
                self.report.error("forms.months_after_what", element, field=raw["id"])
            return
        if raw["id"] not in self.dates or earlier not in self.dates or earlier == raw["id"]:
            self.report.error("forms.after_what", element, field=raw["id"], earlier=earlier)


def _is_date(raw: Mapping[str, Any]) -> bool:
    return bool(raw["type"] == "date" or raw["properties"].get("jenis") == "tanggal_surat")
