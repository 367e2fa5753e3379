"""Who is asking: every question that shows cases to somebody takes one of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Somebody who looks at cases, and the regions whose part of them he may see."""

    #: as it is shown, for example the account's or the token's name
    name: str
    #: what he may do, for example `admin`; questions look at `regions` only
    role: str
    #: codes of the regions he sees; None = the whole installation
    regions: frozenset[str] | None

    @classmethod
    def system(cls, name: str = "ksdd") -> Self:
        """The installation itself: sweeps, exports, the first administrator."""
        return cls(name=name, role="system", regions=None)

    @classmethod
    def of_region(cls, code: str, *, name: str = "", role: str = "official") -> Self:
        """Somebody who sees one region's part, for example the holder of a link."""
        return cls(name=name or code, role=role, regions=frozenset({code}))

    @property
    def sees_everything(self) -> bool:
        """Whether no region bounds what he sees."""
        return self.regions is None


def covers(regions: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    """Whether whoever sees `regions` sees all of `others`; None sees everything."""
    return regions is None or (others is not None and others <= regions)
