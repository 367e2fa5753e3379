"""Days, moments and lists as a formal letter writes them, in Indonesian and in English."""

from __future__ import annotations

from collections.abc import Sequence
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
    """A day with its name, for example `Selasa, 2 Juni 2026`."""
    name = DAYS[language][value.weekday()]
    return f"{name}, {value.day} {MONTHS[language][value.month - 1]} {value.year}"


def short(value: date, language: str = "id") -> str:
    """A day without its name, for example `2 Juni 2026`."""
    return f"{value.day} {MONTHS[language][value.month - 1]} {value.year}"


def moment(value: datetime, zone: ZoneInfo, language: str = "id") -> str:
    """An aware moment in a region's zone: `Selasa, 2 Juni 2026 pukul 16.00 WITA`."""
    local = value.astimezone(zone)
    word = "pukul" if language == "id" else "at"
    return f"{day(local.date(), language)} {word} {local:%H.%M} {short_zone(zone)}"


def short_zone(zone: ZoneInfo) -> str:
    """WIB, WITA or WIT; the IANA name for any other zone."""
    return ZONES.get(zone.key, zone.key)


def listing(items: Sequence[str], language: str = "id") -> str:
    """`Kabupaten Bogor, Kota Bogor, dan Kota Depok`; two items take no comma."""
    word = "dan" if language == "id" else "and"
    if len(items) < 3:
        return f" {word} ".join(items)
    return f"{', '.join(items[:-1])}, {word} {items[-1]}"
