"""Days and moments as officials write them: "Senin, 02 Juni 2026 pukul 16.00 WITA"."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def day(value: date, language: str = "id") -> str:
    """A day with its name, for example "Senin, 02 Juni 2026"."""
    name = DAYS[language][value.weekday()]
    return f"{name}, {value.day:02d} {MONTHS[language][value.month - 1]} {value.year}"


def short(value: date, language: str = "id") -> str:
    """A day without its name, for example "2 Juni 2026"."""
    return f"{value.day} {MONTHS[language][value.month - 1]} {value.year}"


def moment(value: datetime, zone: ZoneInfo, language: str = "id") -> str:
    """An aware moment in a region's zone, for example "Senin, 02 Juni 2026 pukul 16.00 WITA"."""
    local = value.astimezone(zone)
    at = "pukul" if language == "id" else "at"
    return f"{day(local.date(), language)} {at} {local:%H.%M} {short_zone(zone)}"


def short_zone(zone: ZoneInfo) -> str:
    """WIB, WITA or WIT; the IANA name for any other zone."""
    return ZONES.get(zone.key, zone.key)
