"""What looks wrong in checked answers but does not stop them: it is said on the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from processes.engine.dates import tambah_bulan
from processes.engine.field_values import fault
from processes.engine.fields import Field, FormContext
from processes.engine.form_rules import holds
from processes.engine.language import SafeLanguage, strip_wrapping
from processes.engine.region_faults import named_regions
from processes.errors import KsddError, UnsafeExpression


def left_open(
    fields: Sequence[Field], cleaned: Mapping[str, Any], language: SafeLanguage
) -> dict[str, KsddError]:
    """By field, what should have been answered in this case but need not be (`ingatkan_jika`)."""
    return {
        field.id: fault(field, "reminded")
        for field in fields
        if cleaned.get(field.id) is None
        and field.ingatkan_jika is not None
        and holds(field.ingatkan_jika, cleaned, language)
    }


def too_long(
    fields: Sequence[Field],
    cleaned: Mapping[str, Any],
    context: FormContext,
    language: SafeLanguage,
) -> dict[str, KsddError]:
    """By field, a date more months after the one it follows than it should be, such as the end of
    an agreement that would last longer than was agreed (`ingatkan_lewat_bulan`).

    The same day of the last month is not too late. Where the months cannot be computed, say because
    the answer they come from was never given, nothing is said.
    """
    found: dict[str, KsddError] = {}
    for field in fields:
        start, end = cleaned.get(field.setelah or ""), cleaned.get(field.id)
        if field.ingatkan_lewat_bulan is None or not isinstance(start, str) or end is None:
            continue
        known = {**context.earlier(), **cleaned}
        try:
            months = language.evaluate(strip_wrapping(field.ingatkan_lewat_bulan), known)
            last = tambah_bulan(start, months)
        except UnsafeExpression:
            continue
        if last is not None and end > last:
            since, until = date.fromisoformat(start), date.fromisoformat(last)
            found[field.id] = fault(field, "lasts_too_long", months=months, start=since, last=until)
    return found


def same_numbers(
    fields: Sequence[Field], cleaned: Mapping[str, Any], context: FormContext
) -> dict[str, KsddError]:
    """By field, what looks wrong but is allowed: two regions with one and the same letter number.

    Each region numbers its own letters, so that equal numbers are rare but not impossible.
    """
    found: dict[str, KsddError] = {}
    for field in fields:
        given = cleaned.get(field.id)
        if field.jenis != "nomor_surat" or not isinstance(given, Mapping):
            continue
        for number in given.values():
            sharing = [code for code, each in given.items() if each == number]
            if len(sharing) > 1:
                found[field.id] = fault(
                    field, "same_number", number=number, regions=named_regions(sharing, context)
                )
    return found
