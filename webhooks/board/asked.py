"""What the address of the board asks for: which tasks, in what order, counted by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

from processes.store.questions.standing import Standing
from processes.store.questions.waiting import Order
from processes.store.questions.waiting_groups import Grouping

Choice = TypeVar("Choice", bound=StrEnum)

#: longest words, code or id that are looked for
LONGEST = 100
MOST_PAGES = 10_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One way of looking at the board; the address says it whole, so that it can be shared."""

    #: code or name of a region, as typed
    daerah: str = ""
    tahap: int | None = None
    #: a role
    jabatan: str = ""
    #: id of a person
    orang: str = ""
    keadaan: Standing | None = None
    cari: str = ""
    #: id of a shape, and of the version it is drawn in
    unsur: str = ""
    versi: str = ""
    urut: Order = Order.DUE
    turun: bool = False
    kelompok: Grouping = Grouping.STAGE
    #: whether every group is listed, not only the first
    semua: bool = False
    halaman: int = 1

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """From the arguments of an address; what makes no sense is as if it were not there."""

        def words(name: str) -> str:
            return values.get(name, "").strip()[:LONGEST].replace("\0", "")

        return cls(
            daerah=words("daerah"),
            tahap=_number(values.get("tahap", ""), 99),
            jabatan=words("jabatan"),
            orang=words("orang"),
            keadaan=_choice(Standing, values.get("keadaan", "")),
            cari=words("cari"),
            unsur=words("unsur"),
            versi=words("versi"),
            urut=_choice(Order, values.get("urut", "")) or Order.DUE,
            turun=values.get("arah") == "turun",
            kelompok=_choice(Grouping, values.get("kelompok", "")) or Grouping.STAGE,
            semua=values.get("semua") == "1",
            halaman=_number(values.get("halaman", ""), MOST_PAGES) or 1,
        )

    def but(self, **changes: Any) -> Self:
        """The same with some things changed, from its first page."""
        return replace(self, **{"halaman": 1, **changes})

    def query(self) -> str:
        """The query of its address, without what is usual."""
        return urlencode(self._said())

    def beside_filters(self) -> dict[str, str]:
        """What stays when the form of the filters is sent: everything that it does not ask."""
        typed = ("cari", "daerah", "tahap", "jabatan", "halaman")
        kept = {name: value for name, value in self._said().items() if name not in typed}
        return {"kelompok": self.kelompok.value, **kept}

    def _said(self) -> dict[str, Any]:
        """What its address says, by name."""
        said: dict[str, Any] = {
            "daerah": self.daerah,
            "tahap": self.tahap,
            "jabatan": self.jabatan,
            "orang": self.orang,
            "keadaan": self.keadaan.value if self.keadaan else "",
            "cari": self.cari,
            "unsur": self.unsur,
            "versi": self.versi,
            "urut": self.urut.value if self.urut is not Order.DUE else "",
            "arah": "turun" if self.turun else "",
            "kelompok": self.kelompok.value if self.kelompok is not Grouping.STAGE else "",
            "semua": "1" if self.semua else "",
            "halaman": self.halaman if self.halaman > 1 else "",
        }
        return {name: value for name, value in said.items() if value not in ("", None)}

    def link(self, **changes: Any) -> str:
        """The address of the same with some things changed; the plain board says so, because an
        empty address opens what the account made its own."""
        return f"?{self.but(**changes).query() or 'kelompok=tahap'}"


def _choice(kind: type[Choice], wanted: str) -> Choice | None:
    return kind(wanted) if wanted in set(kind) else None


def _number(wanted: str, most: int) -> int | None:
    sound = wanted.isascii() and wanted.isdecimal() and len(wanted) < 7
    return int(wanted) if sound and 1 <= int(wanted) <= most else None
