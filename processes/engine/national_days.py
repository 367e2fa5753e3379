"""The days off of the whole country as the package `holidays` knows them.

Libur nasional are its category `public`, cuti bersama its category `government`, as three ministers
decree them each year (SKB 3 Menteri). Feasts of the moon's calendar are marked as estimated until
a decree has fixed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import version

#: how `holidays` marks a day of the moon's calendar that no decree has fixed yet
_ESTIMATED = "perkiraan"


@dataclass(frozen=True, kw_only=True)
class NationalYear:
    """The days off of the whole country in one year."""

    off: frozenset[date]
    #: those whose date is only estimated
    estimated: frozenset[date]
    #: whether any joint leave is known, so that a decree for the year has been read
    has_joint_leave: bool
    #: what each day is called, and whether it is joint leave
    names: Mapping[date, str]
    joint: frozenset[date]


@lru_cache(maxsize=512)
def national_year(year: int) -> NationalYear:
    """What the package knows; without any days where it knows nothing (before 1946, after 2100)."""
    # The package takes a third of a second to load, which most commands need not wait for.
    import holidays

    public = holidays.country_holidays("ID", years=year, categories=("public",), language="id")
    joint = holidays.country_holidays("ID", years=year, categories=("government",), language="id")
    named = {**dict(joint), **dict(public)}
    return NationalYear(
        off=frozenset(named),
        estimated=frozenset(day for day, name in named.items() if _ESTIMATED in name),
        has_joint_leave=bool(joint),
        names=named,
        joint=frozenset(joint) - frozenset(public),
    )


def package_version() -> str:
    """The version of the package `holidays` that is installed."""
    return version("holidays")
