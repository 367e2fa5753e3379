"""Differences between the forms of one task, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processes.engine.comparing.changes import Line, Phrase, Said, Sign, Weight, phrase
from processes.engine.comparing.drawing import Item
from processes.engine.comparing.texts import line_changes
from processes.engine.comparing.wording import LONGEST
from processes.engine.fields import CASE_TITLE

Raw = Mapping[str, Any]
#: rules and properties of a question, each with a word in the catalogue
RULES = ("required", "jenis", "minlength", "maxlength", "min", "max")
PROPERTIES = ("untuk", "bantuan", "wajib_jika", "benar_jika", "hanya_jika", "ingatkan_jika",
              "menyusul", "dari_surat", "setelah", "ingatkan_lewat_bulan",
              "paling_banyak", "pilihan")  # fmt: skip
#: what answers can be, by type and by the more exact `jenis`
KINDS = frozenset(
    ("string", "long", "boolean", "date", "enum", "berkas", "teks_panjang", "rupiah", "nip", "nik",
     "nomor_surat", "daerah", "tanggal_surat", "surel", "telepon", "lokasi_naskah", "nomor_resi",
     CASE_TITLE)
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """What became of a question."""

    what: Phrase
    sign: Sign
    weight: Weight
    lines: tuple[Line, ...] = ()


def field_changes(before: Item, after: Item) -> Iterator[FieldChange]:
    """Questions that came, went, or are asked or judged otherwise."""
    pairs = _pairs(before.form, after.form)
    new = {id(field) for _, field in pairs}
    for old, field in pairs:
        yield from _kept(old, field)
    kept = {id(field) for field, _ in pairs}
    for field in before.form:
        if id(field) not in kept:
            what = phrase("field_removed", field=_label(field))
            yield FieldChange(what=what, sign=Sign.REMOVED, weight=Weight.RULE)
    for field in after.form:
        if id(field) not in new:
            what = phrase("field_added", field=_label(field), what=_described(field))
            yield FieldChange(what=what, sign=Sign.ADDED, weight=Weight.RULE)
    order = [field["id"] for field in after.form if id(field) in new]
    if order != [field["id"] for _, field in pairs]:
        yield FieldChange(what=phrase("fields_reordered"), sign=Sign.CHANGED, weight=Weight.TEXT)


def fields_of_new(item: Item) -> Iterator[Phrase]:
    """The questions of a new task, one each."""
    for field in item.form:
        yield phrase("field_is", field=_label(field), what=_described(field))


def kind_words(field: Raw) -> Phrase:
    """What an answer to the question is."""
    kind = _kind(field)
    return phrase(f"field_{kind}") if kind in KINDS else phrase("quoted", text=kind)


def _kind(field: Raw) -> str:
    return str((field.get("properties") or {}).get("jenis") or field.get("type") or "string")


def _described(field: Raw) -> Said:
    kind = kind_words(field)
    return phrase("field_required", kind=kind) if _required(field) else kind


def _label(field: Raw) -> Said:
    return phrase("quoted", text=str(field.get("label") or field["id"]))


def _required(field: Raw) -> bool:
    limits = field.get("validation") or {}
    return "required" in limits and str(limits["required"]).strip().lower() != "false"


def _pairs(before: Sequence[Raw], after: Sequence[Raw]) -> list[tuple[Raw, Raw]]:
    """Questions of the same id, and of what is left those with the same words."""
    ids = {field["id"]: field for field in after}
    found = {field["id"]: ids[field["id"]] for field in before if field["id"] in ids}
    taken = {field["id"] for field in found.values()}
    free = {field.get("label"): field for field in after if field["id"] not in taken}
    for field in before:
        other = free.get(field.get("label"))
        if field["id"] not in found and other is not None:
            found[field["id"]] = other
            free.pop(field.get("label"))
    return [(field, found[field["id"]]) for field in before if field["id"] in found]


def _kept(old: Raw, new: Raw) -> Iterator[FieldChange]:
    name = _label(new)

    def change(key: str, weight: Weight = Weight.RULE, /, **values: Said) -> FieldChange:
        what = phrase(f"field_{key}", field=name, **values)
        return FieldChange(what=what, sign=Sign.CHANGED, weight=weight)

    if old["id"] != new["id"]:
        yield change("id", before=str(old["id"]), after=str(new["id"]))
    if old.get("label") != new.get("label"):
        yield change("label", Weight.TEXT, before=_label(old))
    if _kind(old) != _kind(new) or old.get("type") != new.get("type"):
        yield change("kind", before=kind_words(old), after=kind_words(new))
    if _required(old) != _required(new):
        yield change("now_required" if _required(new) else "not_required")
    for key, weight, values in _options(old, new):
        yield change(key, weight, **values)
    for rule, before, after in _differing(old, new):
        yield _rule(name, rule, str(before or ""), str(after or ""))


def _rule(name: Said, rule: str, before: str, after: str) -> FieldChange:
    """A rule or property that is another one; long ones line by line."""
    known = rule in RULES or rule in PROPERTIES or rule == "default"
    word = phrase(f"rule_{rule}") if known else phrase("fact_other", name=rule)
    weight = Weight.TEXT if rule == "bantuan" else Weight.RULE
    if max(len(before), len(after)) > LONGEST:
        what, lines = phrase("field_rewritten", field=name, rule=word), line_changes(before, after)
    else:
        shown = {"before": _shown(before), "after": _shown(after)}
        what, lines = phrase("field_rule", field=name, rule=word, **shown), ()
    return FieldChange(what=what, sign=Sign.CHANGED, weight=weight, lines=lines)


def _differing(old: Raw, new: Raw) -> Iterator[tuple[str, Any, Any]]:
    """Names and values of rules and properties that differ, the known ones first."""
    sides = []
    for field in (old, new):
        rules = {**(field.get("validation") or {}), **(field.get("properties") or {})}
        sides.append({**rules, "default": field.get("default")})
    told = {"required"} if _required(old) != _required(new) else set()
    told |= {"jenis"} if _kind(old) != _kind(new) else set()
    names = [*RULES, *PROPERTIES, "default", *sorted({*sides[0], *sides[1]})]
    for name in dict.fromkeys(names):
        before, after = (side.get(name) for side in sides)
        if (before or "") != (after or "") and name not in told:
            yield name, before, after


def _shown(value: str) -> Said:
    return phrase("quoted", text=value) if value else phrase("word_none")


def _options(old: Raw, new: Raw) -> Iterator[tuple[str, Weight, dict[str, Said]]]:
    """What may be chosen: more, less, or called otherwise."""
    before, after = (
        {str(code): str(label or code) for code, label in field.get("options") or ()}
        for field in (old, new)
    )
    more = tuple(label for code, label in after.items() if code not in before)
    less = tuple(label for code, label in before.items() if code not in after)
    if more:
        yield "more_options", Weight.RULE, {"options": more}
    if less:
        yield "less_options", Weight.RULE, {"options": less}
    for code, label in before.items():
        if after.get(code, label) != label:
            yield "option_renamed", Weight.TEXT, {"before": label, "after": after[code]}
    kept = [code for code in after if code in before]
    if kept != [code for code in before if code in after]:
        yield "options_reordered", Weight.TEXT, {}
