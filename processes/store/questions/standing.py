"""How an open task stands at the moment somebody looks, and what is near in its region."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlalchemy import case as one_of

from processes.store.among import among
from processes.store.tables import Task


class Standing(enum.StrEnum):
    """How an open task stands.

    They exclude each other, but for what is due today, which is due soon too, and what nobody
    holds.
    """

    LATE = "terlambat"
    #: until the end of today in the region that must act
    TODAY = "hari_ini"
    #: today or within the working days that `Horizon` looks ahead
    SOON = "segera"
    LATER = "nanti"
    #: its clock stands still
    PAUSED = "dijeda"
    NO_DEADLINE = "tanpa_tenggat"
    UNHELD = "tanpa_pemegang"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """When today and the near days end, in some regions."""

    today_ends: datetime
    soon_ends: datetime
    #: codes of these regions; None: all that are named nowhere else
    regions: frozenset[str] | None


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """The moment of looking, and what is near then in every region; the last bounds name none."""

    now: datetime
    bounds: tuple[Bounds, ...]

    def today_ends(self, region: Any) -> ColumnElement[datetime]:
        """When today ends in the region of a row."""
        return self._chosen(region, [each.today_ends for each in self.bounds])

    def soon_ends(self, region: Any) -> ColumnElement[datetime]:
        """When the near days end in the region of a row."""
        return self._chosen(region, [each.soon_ends for each in self.bounds])

    @property
    def nearest(self) -> datetime:
        """No near days end earlier than this."""
        return min(each.soon_ends for each in self.bounds)

    def _chosen(self, region: Any, moments: Sequence[datetime]) -> ColumnElement[datetime]:
        named = [
            (among(region, each.regions or ()), moment(end))
            for each, end in zip(self.bounds[:-1], moments, strict=False)
        ]
        last = moment(moments[-1])
        return one_of(*named, else_=last) if named else last


#: columns of open tasks by name
Columns = Mapping[str, Any]


def is_late(columns: Columns, horizon: Horizon) -> ColumnElement[bool]:
    """Past its deadline."""
    late: ColumnElement[bool] = columns["due_at"] < moment(horizon.now)
    return late


def is_surely_near(columns: Columns, horizon: Horizon) -> ColumnElement[bool]:
    """Due today or in the near days, wherever it is."""
    due = columns["due_at"]
    return and_(due >= moment(horizon.now), due < moment(horizon.nearest))


def is_near_there(columns: Columns, horizon: Horizon) -> ColumnElement[bool]:
    """Due in the near days of its own region, although others' are over by then."""
    due, region = columns["due_at"], columns["region_code"]
    furthest = max(each.soon_ends for each in horizon.bounds)
    between = and_(due >= moment(horizon.nearest), due < moment(furthest))
    return and_(between, due < horizon.soon_ends(region))


def is_near(columns: Columns, horizon: Horizon) -> ColumnElement[bool]:
    """Due today or in the near days; one range, so that it can be read in its order."""
    due, region = columns["due_at"], columns["region_code"]
    furthest = max(each.soon_ends for each in horizon.bounds)
    between = and_(due >= moment(horizon.now), due < moment(furthest))
    return and_(between, or_(due < moment(horizon.nearest), due < horizon.soon_ends(region)))


def is_before_tomorrow(columns: Columns, horizon: Horizon) -> ColumnElement[bool]:
    """Due before today ends in its region, or long ago."""
    due: ColumnElement[datetime] = columns["due_at"]
    return due < horizon.today_ends(columns["region_code"])


def stands(standing: Standing, columns: Columns, horizon: Horizon) -> ColumnElement[bool]:
    """The condition of one standing."""
    due, near = columns["due_at"], is_near(columns, horizon)
    today, paused = is_before_tomorrow(columns, horizon), columns["paused_at"]
    later = and_(due >= moment(horizon.nearest), due >= horizon.soon_ends(columns["region_code"]))
    conditions: dict[Standing, ColumnElement[bool]] = {
        Standing.LATE: is_late(columns, horizon),
        Standing.TODAY: and_(is_surely_near(columns, horizon), today),
        Standing.SOON: near,
        Standing.LATER: later,
        Standing.PAUSED: paused.is_not(None),
        Standing.NO_DEADLINE: and_(due.is_(None), paused.is_(None)),
        Standing.UNHELD: ~columns["has_holder"],
    }
    return conditions[standing]


def moment(value: datetime) -> Any:
    """A moment as the databases compare it with a deadline."""
    return bindparam(None, value, Task.due_at.type)
