"""The questions of a form, and what must be known of the case to judge the answers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

#: characters a text may have when its owner sets no `maxlength`
MOST_TEXT = 300
MOST_LONG_TEXT = 10_000


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form."""

    id: str
    label: str
    #: string, long, boolean, date or enum
    type: str
    #: what a string, long or date is: berkas, teks_panjang, rupiah, nip, nomor_surat, daerah,
    #: tanggal_surat, surel, telepon; empty for a plain one
    jenis: str = ""
    default: str | None = None
    #: choices as (value, words)
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    minimum: int | None = None
    maximum: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    #: `mitra` or `pihak`: one answer for each of these regions, as an object by code
    untuk: str = ""
    #: help text beside the question
    bantuan: str = ""
    #: expression over the answers that makes an answer required
    wajib_jika: str = ""
    #: expression over the answers under which this boolean must be true
    benar_jika: str = ""
    #: id of the date that this date must not precede
    setelah: str = ""

    @property
    def is_file(self) -> bool:
        """Whether the answer is a document."""
        return self.jenis == "berkas"

    @property
    def longest(self) -> int:
        """Characters its text may have."""
        if self.max_length is not None:
            return self.max_length
        return MOST_LONG_TEXT if self.jenis == "teks_panjang" else MOST_TEXT


@dataclass(frozen=True, kw_only=True)
class FormContext:
    """What a form must know of the case to judge its answers."""

    #: codes of all parties, pemrakarsa first
    parties: Sequence[str]
    #: codes of the partners
    partners: Sequence[str]
    #: the date in the holder's region
    today: date
    #: whether a document of that id may be named by this task
    document_exists: Callable[[str], bool]
    region_exists: Callable[[str], bool]

    def regions_of(self, field: Field) -> Sequence[str] | None:
        """The regions a field asks for one by one; None when it is asked once."""
        return {"mitra": self.partners, "pihak": self.parties}.get(field.untuk)


@lru_cache(maxsize=8)
def shipped_choices(name: str) -> tuple[tuple[str, str], ...]:
    """A list of choices that comes with the product; `urusan` is Permendagri 22/2020 Pasal 4."""
    path = Path(__file__).parent / f"{name}.toml"
    groups = tomllib.loads(path.read_text("utf-8"))
    return tuple((key, label) for group in groups.values() for key, label in group.items())
