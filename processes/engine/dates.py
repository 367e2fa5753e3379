"""What a diagram may ask about dates: moving them, comparing them, and counting working days.

Dates are ISO text (`2027-01-31`), moments are ISO text with their offset. A null date gives null,
so that a deadline without its starting date simply has no moment yet.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from processes.engine.values import kind
from processes.errors import UnsafeExpression

#: furthest a date may be moved, in days; a hundred years
MAX_DAYS = 36_600
#: furthest a date may be moved, in months; a hundred years
MAX_MONTHS = 1_200
#: most working days a deadline may count; about fourteen years
MAX_WORKING_DAYS = 3_660


class DeadlineCalendar(Protocol):
    """The part of the working calendar that expressions need."""

    def after_working_days(self, start: date, count: int, region: str | None, /) -> datetime:
        """16:00 of the `count`-th working day after `start`, in the region's zone."""
        ...


def _date(value: Any, zone: ZoneInfo | None = None) -> date:
    """The day of an ISO date, or of an ISO moment (in `zone` when given, else as written)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        in_zone = moment.astimezone(zone) if zone and moment.tzinfo else moment
    except (TypeError, ValueError, OverflowError):
        shown = value[:40] if isinstance(value, str) else kind(value)
        raise UnsafeExpression("language.not_a_date", value=shown) from None
    return in_zone.date()


def whole_number(value: Any, limit: int) -> int:
    """`value` when it is a whole number between -limit and limit."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnsafeExpression("language.not_a_whole_number", kind=kind(value))
    if abs(value) > limit:
        raise UnsafeExpression("language.count_too_large", limit=limit)
    return value


def tambah_hari(tanggal: Any, jumlah: Any) -> str | None:
    """The date `jumlah` calendar days later; earlier when negative."""
    if tanggal is None:
        return None
    return _shifted(_date(tanggal), whole_number(jumlah, MAX_DAYS)).isoformat()


def tambah_bulan(tanggal: Any, jumlah: Any) -> str | None:
    """The date `jumlah` months later; the last day of a shorter month (31 Jan + 1 → 28 Feb)."""
    if tanggal is None:
        return None
    start = _date(tanggal)
    year, month = divmod(start.year * 12 + start.month - 1 + whole_number(jumlah, MAX_MONTHS), 12)
    if not date.min.year <= year <= date.max.year:
        raise UnsafeExpression("language.no_such_date")
    day = min(start.day, months.monthrange(year, month + 1)[1])
    return date(year, month + 1, day).isoformat()


def tanggal_terawal(pertama: Any, kedua: Any) -> str | None:
    """The earlier of two dates; null when either is null."""
    if pertama is None or kedua is None:
        return None
    return min(_date(pertama), _date(kedua)).isoformat()


def tanggal_terakhir(pertama: Any, kedua: Any) -> str | None:
    """The later of two dates; null when either is null."""
    if pertama is None or kedua is None:
        return None
    return max(_date(pertama), _date(kedua)).isoformat()


def tahun(tanggal: Any) -> int | None:
    """The year of a date; null when there is none."""
    return None if tanggal is None else _date(tanggal).year


def bulan_antara(pertama: Any, kedua: Any) -> int | None:
    """Whole months from the first date to the second, negative when it is earlier.

    Null when either is null.
    """
    if pertama is None or kedua is None:
        return None
    first, second = _date(pertama), _date(kedua)
    if second < first:
        earlier: int | None = bulan_antara(kedua, pertama)
        return None if earlier is None else -earlier
    months = (second.year - first.year) * 12 + second.month - first.month
    return months - (second.day < first.day)


def _shifted(start: date, days: int) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        raise UnsafeExpression("language.no_such_date") from None


#: the date functions that need no clock, with their English synonyms
DATE_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "tambah_bulan": tambah_bulan,
    "add_months": tambah_bulan,
    "tambah_hari": tambah_hari,
    "add_days": tambah_hari,
    "tahun": tahun,
    "year": tahun,
    "bulan_antara": bulan_antara,
    "months_between": bulan_antara,
    "tanggal_terawal": tanggal_terawal,
    "min_date": tanggal_terawal,
    "tanggal_terakhir": tanggal_terakhir,
    "max_date": tanggal_terakhir,
}


def clock_functions(
    now: Callable[[], datetime], zone: Callable[[], ZoneInfo], calendar: DeadlineCalendar
) -> dict[str, Callable[..., Any]]:
    """The functions that ask for the moment: today, now, and deadlines in working days.

    `now` gives the aware moment of the act, `zone` the zone of the case's region; `calendar`
    counts with that region's holidays. All three are asked at each call.
    """

    def hari_ini() -> str:
        """Today's ISO date in the case's zone."""
        return now().astimezone(zone()).date().isoformat()

    def sekarang() -> str:
        """This moment in the case's zone, as ISO text with its offset."""
        return now().astimezone(zone()).isoformat(timespec="seconds")

    def hari_kerja(jumlah: Any, mulai: Any = hari_ini) -> str | None:
        """16:00 of the `jumlah`-th working day after `mulai`; null when `mulai` is null."""
        if mulai is None:
            return None
        start = _date(mulai() if mulai is hari_ini else mulai, zone())
        count = whole_number(jumlah, MAX_WORKING_DAYS)
        moment = calendar.after_working_days(start, count, None)
        # The hour of the wall clock holds in the case's zone, whatever zone the calendar used.
        return moment.replace(tzinfo=zone()).isoformat()

    return {
        "hari_ini": hari_ini,
        "today": hari_ini,
        "sekarang": sekarang,
        "now": sekarang,
        "hari_kerja": hari_kerja,
        "working_days": hari_kerja,
    }
