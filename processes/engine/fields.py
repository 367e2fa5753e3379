"""One question of an owner's form, and what must be known to judge an answer to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from processes.engine.shipped_lists import LISTS, shipped_list
from processes.errors import KsddError

FieldType = Literal["string", "long", "boolean", "date", "enum"]
Whose = Literal["mitra", "pihak"]
PaperPart = Literal["nomor", "tanggal", "penanda_tangan", "dokumen"]

#: characters of a text when the owner says nothing
SHORT_TEXT, LONG_TEXT = 300, 10_000
#: furthest a whole number may be from zero; JSON readers keep such numbers exact
NUMBER_LIMIT = 10**15
#: kind of the one answer that becomes the title of its case
CASE_TITLE = "judul_perkara"
#: kinds that say more than their type: the type their answers really have
_TYPE_OF_KIND: Mapping[str, FieldType] = {"tanggal_surat": "date", "rupiah": "long"}


class FormError(KsddError):
    """A form of a diagram cannot be read."""

    status = 422
    default_key = "forms.unreadable"


@dataclass(frozen=True, kw_only=True)
class FormContext:
    """What a form must know about the case, the day and the installation."""

    #: codes of all regions of the case, pemrakarsa first
    parties: Sequence[str]
    #: codes of the partners
    partners: Sequence[str]
    #: today in the zone of the region that answers
    today: date
    #: whether a document of this id may be named in an answer
    document_exists: Callable[[str], bool]
    #: whether a region has this code
    region_exists: Callable[[str], bool]
    #: what people call the region of a code
    region_name: Callable[[str], str] = field(default=str)
    #: code of the region that answers
    region: str = ""
    #: how regions number their letters, by code, as a hint
    patterns: Mapping[str, str] = field(default_factory=dict)
    #: the newest answers to every finished task of the case by element, null for the task itself
    #: while it is asked for the first time; for `hanya_jika`
    earlier: Callable[[], Mapping[str, Any]] = field(default=dict)
    #: the title of the case as it stands
    title: Callable[[], str] = field(default=str)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question as its owner asked it; the owner's properties keep their names."""

    id: str
    #: as shown; never empty
    label: str
    #: type of the answer; `tanggal_surat` and `rupiah` have the type they mean
    type: FieldType
    #: what kind of text, number or date; empty for a plain one
    jenis: str = ""
    #: asked once per partner or per party; None: asked once
    untuk: Whose | None = None
    #: explanation beside the question
    bantuan: str = ""
    required: bool = False
    #: expression over the answers; while it holds, the answer is required
    wajib_jika: str | None = None
    #: expression over the answers; while it holds, the answer must be yes
    benar_jika: str | None = None
    #: expression over the answers and those of finished tasks; when it is false, nothing may stand
    #: here
    hanya_jika: str | None = None
    #: expression over the answers; while it holds, a missing answer is worth a warning
    ingatkan_jika: str | None = None
    #: whether the answer may be given later, when the task is finished already
    menyusul: bool = False
    #: part of a signed paper (`nomor`, `tanggal`, `penanda_tangan`, `dokumen`) that answers it when
    #: the task is recorded from one
    dari_surat: PaperPart | None = None
    #: id of a date that may not lie after this one
    setelah: str | None = None
    #: expression over the answers and those of finished tasks: a date that lies more than so many
    #: months after `setelah` is worth a warning
    ingatkan_lewat_bulan: str | None = None
    #: id of a number that this one may not exceed
    paling_banyak: str | None = None
    #: answer that stands when none is given
    default: str | int | bool | None = None
    #: codes and labels of the choices
    options: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    min_length: int | None = None
    #: most characters of a text
    max_length: int = SHORT_TEXT

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Field:
        """From what stands in the diagram; raises FormError when it makes no sense."""
        own, properties = str(raw["id"]), raw.get("properties") or {}
        limits = raw.get("validation") or {}
        jenis, written = properties.get("jenis") or "", str(raw.get("type") or "string")
        kind = _one_of(_TYPE_OF_KIND.get(jenis, written), get_args(FieldType), own, "type")
        untuk = _one_of(properties.get("untuk") or None, (*get_args(Whose), None), own, "untuk")
        most = _number(limits, "maxlength", own)
        longest = LONG_TEXT if jenis == "teks_panjang" else SHORT_TEXT
        return cls(
            id=own,
            label=str(raw.get("label") or "").strip() or own,
            type=kind,
            jenis=jenis,
            untuk=untuk,
            bantuan=str(properties.get("bantuan") or "").strip(),
            required=_is_set(limits, "required"),
            wajib_jika=properties.get("wajib_jika") or None,
            benar_jika=properties.get("benar_jika") or None,
            hanya_jika=properties.get("hanya_jika") or None,
            ingatkan_jika=properties.get("ingatkan_jika") or None,
            menyusul=_one_of(properties.get("menyusul"), (None, "ya", "tidak"), own, "menyusul")
            == "ya",
            dari_surat=_one_of(
                properties.get("dari_surat"), (None, *get_args(PaperPart)), own, "dari_surat"
            ),
            setelah=properties.get("setelah") or None,
            ingatkan_lewat_bulan=properties.get("ingatkan_lewat_bulan") or None,
            paling_banyak=properties.get("paling_banyak") or None,
            default=_default(raw.get("default"), kind, own),
            options=_options(raw, properties.get("pilihan"), own),
            minimum=_number(limits, "min", own),
            maximum=_number(limits, "max", own),
            min_length=_number(limits, "minlength", own),
            max_length=longest if most is None else most,
        )

    @property
    def called(self) -> str:
        """The label inside a sentence; a question stands in quotation marks."""
        return f"“{self.label}”" if self.label.endswith("?") else self.label

    @property
    def is_file(self) -> bool:
        """Whether the answer is a document."""
        return self.jenis == "berkas"

    @property
    def is_title(self) -> bool:
        """Whether the answer becomes the title of its case."""
        return self.jenis == CASE_TITLE

    def shown(self, number: int) -> str:
        """A number as the question writes it: rupiah with dots, others as they are."""
        return f"Rp{number:,}".replace(",", ".") if self.jenis == "rupiah" else str(number)

    def regions(self, context: FormContext) -> Sequence[str] | None:
        """Codes of the regions it is asked for; None when it is asked once."""
        if self.untuk is None:
            return None
        return context.partners if self.untuk == "mitra" else context.parties


def _one_of(value: Any, allowed: Sequence[Any], field: str, name: str) -> Any:
    if value not in allowed:
        raise FormError(field=field, name=name, value=str(value)[:40])
    return value


def _number(limits: Mapping[str, Any], name: str, field: str) -> int | None:
    if name not in limits:
        return None
    try:
        return int(str(limits[name]).strip())
    except ValueError as error:
        raise FormError(field=field, name=name, value=str(limits[name])[:40]) from error


def _is_set(limits: Mapping[str, Any], name: str) -> bool:
    """A constraint without a value holds; only `false` switches it off."""
    return name in limits and str(limits[name]).strip().lower() != "false"


def _options(raw: Mapping[str, Any], listed: str | None, field: str) -> tuple[tuple[str, str], ...]:
    if listed:
        return shipped_list(_one_of(listed, LISTS, field, "pilihan"))
    return tuple((str(key), str(name or key)) for key, name in raw.get("options") or ())


def _default(written: Any, kind: FieldType, field: str) -> str | int | bool | None:
    text = str(written if written is not None else "").strip()
    if not text:
        return None
    if kind == "boolean":
        return bool(_one_of(text.lower(), ("true", "false"), field, "default") == "true")
    return _number({"default": text}, "default", field) if kind == "long" else text
