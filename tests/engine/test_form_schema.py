"""The schema that machines get: valid JSON Schema whose examples the check itself accepts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import processes
from processes.engine.forms import Form, FormContext
from processes.engine.procedure import Procedure
from tests.engine.form_fields import CONTEXT, SCAN, asked, one, taken

KINDS = [
    asked("teks"),
    asked("teks_wajib", required=True),
    asked("teks_terbatas", minlength=40, maxlength=41),
    asked("teks_pendek", maxlength=3),
    asked("teks_panjang", jenis="teks_panjang"),
    asked("nip", jenis="nip"),
    asked("nik", jenis="nik"),
    asked("nomor", jenis="nomor_surat"),
    asked("nomor_pendek", jenis="nomor_surat", maxlength=4),
    asked("nomor_pihak", jenis="nomor_surat", untuk="pihak", required=True),
    asked("daerah", jenis="daerah"),
    asked("surel", jenis="surel"),
    asked("telepon", jenis="telepon"),
    asked("angka", "long"),
    asked("nilai", "long", min=1, max=5),
    asked("tahun", "long", min=2000, max=2100),
    asked("minus", "long", max=-7),
    asked("evaluasi", "long", default="6", required=True),
    asked("rupiah", "long", jenis="rupiah"),
    asked("rupiah_sedikit", jenis="rupiah", max=1000),
    asked("setuju", "boolean"),
    asked("lengkap", "boolean", benar_jika='hasil == "sah"'),
    asked("hasil", "enum", options=["sah", "tidak_sah"], required=True),
    asked("urusan", "enum", pilihan="urusan"),
    asked("tanggal", "date"),
    asked("tanggal_akhir", "date", setelah="tanggal"),
    asked("tanggal_arsip", "date", setelah="tanggal_akhir"),
    asked("tanggal_surat", "date", jenis="tanggal_surat", setelah="tanggal"),
    asked("tanggal_mitra", "date", untuk="mitra"),
    asked("kak", jenis="berkas", required=True),
    asked("pindaian", jenis="berkas", untuk="mitra"),
    asked("catatan", wajib_jika='hasil == "tidak_sah"'),
    asked("alasan", wajib_jika="setuju == true and nilai > 3"),
]


def example_of(schema: dict[str, Any]) -> Any:
    """A value as a newcomer would build it: an uploaded file, parts of an object, or an example."""
    if "contentMediaType" in schema:
        return {"document": SCAN}
    if "examples" in schema:
        return schema["examples"][0]
    return {name: example_of(part) for name, part in schema["properties"].items()}


@pytest.mark.parametrize("field", KINDS, ids=lambda field: field["id"])
def test_the_example_of_every_kind_is_accepted(field: dict[str, Any]) -> None:
    form = Form.read([field])
    schema = form.schema(CONTEXT)
    Draft202012Validator.check_schema(schema)
    answers = {field["id"]: example_of(schema["properties"][field["id"]])}
    assert taken(form, answers) == answers
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        answers
    )


def test_all_examples_together_are_accepted() -> None:
    form = Form.read(KINDS)
    schema = form.schema(CONTEXT)
    answers = {own: example_of(part) for own, part in schema["properties"].items()}
    assert taken(form, answers) == answers
    assert form.warnings(answers, context=CONTEXT) == {}
    Draft202012Validator(schema).validate(answers)


def test_the_required_fields_alone_are_accepted() -> None:
    form = Form.read(KINDS)
    schema = form.schema(CONTEXT)
    answers = {own: example_of(schema["properties"][own]) for own in schema["required"]}
    assert set(answers) == {"teks_wajib", "nomor_pihak", "hasil", "kak"}
    # `hasil` is "sah" in the examples, which asks for the check mark
    answers["lengkap"] = True
    assert taken(form, answers)["evaluasi"] == 6


def test_the_schema_names_every_field_and_allows_no_other() -> None:
    schema = Form.read(KINDS).schema(CONTEXT)
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert list(schema["properties"]) == [field["id"] for field in KINDS]


def test_choices_are_an_enum_with_their_labels() -> None:
    shown = one("enum", options=["sah", "tidak_sah"]).schema(CONTEXT)["properties"]["x"]
    assert shown["enum"] == ["sah", "tidak_sah"]
    assert shown["x-labels"] == {"sah": "Sah", "tidak_sah": "Tidak_sah"}


def test_a_file_field_has_its_content_type() -> None:
    shown = one(jenis="berkas").schema(CONTEXT)["properties"]["x"]
    assert shown["contentMediaType"] == "application/pdf"
    assert shown["required"] == ["document"]


def test_answers_per_region_are_objects_by_code() -> None:
    shown = one(untuk="pihak", required=True).schema(CONTEXT)["properties"]["x"]
    assert list(shown["properties"]) == shown["required"] == ["32.01", "32.02", "32.03"]
    assert shown["additionalProperties"] is False
    partners = one(untuk="mitra").schema(CONTEXT)["properties"]["x"]
    assert list(partners["properties"]) == ["32.02", "32.03"]
    assert "required" not in partners


@pytest.mark.parametrize(
    ("answers", "valid"),
    [
        ({"hasil": "sah", "lengkap": True}, True),
        ({"hasil": "sah", "lengkap": False}, False),
        ({"hasil": "sah"}, False),
        ({"hasil": "tidak_sah", "catatan": "x"}, True),
        ({"hasil": "tidak_sah", "catatan": "x", "lengkap": False}, True),
        ({"hasil": "tidak_sah"}, False),
        ({}, True),
    ],
)
def test_a_plain_condition_stands_in_the_schema(answers: dict[str, Any], valid: bool) -> None:
    form = Form.read([field for field in KINDS if field["id"] in ("lengkap", "catatan")])
    schema = form.schema(CONTEXT)
    schema["properties"]["hasil"] = {"type": "string"}
    assert Draft202012Validator(schema).is_valid(answers) is valid


def test_what_a_schema_cannot_say_is_said_in_words() -> None:
    shown = Form.read(KINDS).schema(CONTEXT)["properties"]
    assert shown["alasan"]["description"] == "Wajib diisi bila setuju == true and nilai > 3."
    assert shown["tanggal_akhir"]["description"] == "Tidak boleh sebelum tanggal."
    assert shown["tanggal_surat"]["description"].startswith("Tidak boleh sesudah hari ini.")


def test_a_case_without_partners_has_an_empty_object() -> None:
    alone = FormContext(
        parties=["32.01"],
        partners=[],
        today=CONTEXT.today,
        document_exists=CONTEXT.document_exists,
        region_exists=CONTEXT.region_exists,
    )
    schema = one(untuk="mitra", required=True).schema(alone)
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["x"]["properties"] == {}


def test_the_examples_of_every_form_of_the_shipped_diagram_are_accepted() -> None:
    folder = Path(processes.__file__).parent / "ksdd"
    files = {f.name: f.read_bytes() for f in folder.iterdir() if f.suffix in (".bpmn", ".dmn")}
    shapes = Procedure("ksdd", files).shapes
    assert len(shapes) > 20
    for shape in shapes.values():
        properties = shape.form.schema(CONTEXT)["properties"]
        answers = {own: example_of(part) for own, part in properties.items()}
        assert taken(shape.form, answers) == answers
