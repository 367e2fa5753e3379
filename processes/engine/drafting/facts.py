"""Answers as a draft writes them: in words, with what else a letter wants to say of them.

A fact is a text, or a text with more to it under names of its own: `{"=": "6 Juli 2026", "hari":
"Senin", …}`. What was not answered is left out, so that a line to write on stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from processes.engine.fields import Field
from processes.sentences.dates import DAYS, MONTHS, short
from processes.sentences.numbers import MOST, spelled

Fact = dict[str, str]

#: what more there is to facts of each type
MORE = {
    "date": ("hari", "tanggal", "bulan", "tahun", "angka"),
    "long": ("huruf",),
    "enum": ("kode",),
    "boolean": ("kode",),
}
#: control characters, halves of surrogate pairs, and what XML forbids
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def text(value: Any) -> str:
    """A text that a Word file can hold."""
    return _UNWRITABLE.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))


def day(value: date) -> Fact:
    """A day: `6 Juli 2026`, and the words in which minutes begin."""
    return {
        "=": short(value),
        "hari": DAYS["id"][value.weekday()],
        "tanggal": spelled(value.day),
        "bulan": MONTHS["id"][value.month - 1],
        "tahun": spelled(value.year),
        "angka": f"{value:%d-%m-%Y}",
    }


def answer(field: Field, value: Any, region_name: Callable[[str], str]) -> Fact | str | None:
    """One answer to a question (to one region's, where it is asked of several); None: none."""
    if value is None or value == "":
        return None
    if field.type == "date":
        return _day(value)
    if field.type == "boolean":
        word = "ya" if value else "tidak"
        return {"=": word, "kode": word}
    if field.type == "enum":
        return {"=": text(dict(field.options).get(str(value), value)), "kode": text(value)}
    if field.type == "long":
        return _number(field, value)
    return text(region_name(str(value)) if field.jenis == "daerah" else value)


def _day(value: Any) -> Fact | str:
    try:
        return day(date.fromisoformat(str(value)))
    except ValueError:
        return text(value)


def _number(field: Field, value: Any) -> Fact | str:
    if not isinstance(value, int) or abs(value) > MOST:
        return text(value)
    if field.jenis == "rupiah":
        return {"=": f"Rp{value:,}".replace(",", "."), "huruf": f"{spelled(value)} rupiah"}
    return {"=": str(value), "huruf": spelled(value)}
