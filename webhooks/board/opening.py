"""The form that opens a case between two or more regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from processes.errors import FieldError, InvalidAnswers
from processes.store.tables import Region

#: lines for partners that an empty form offers
PARTNER_LINES = 2


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What was typed into the form; regions as typed, for example "32.01 Kabupaten Bogor"."""

    procedure: str = ""
    title: str = ""
    region: str = ""
    parties: Sequence[str] = ("",) * PARTNER_LINES

    @classmethod
    def from_request(cls) -> Opening:
        """The posted form; one more empty line for a partner when that button was pressed."""
        parties = request.form.getlist("parties")[:60]
        if "more" in request.form or not parties:
            parties = [*parties, ""]
        return cls(
            procedure=request.form.get("procedure", ""),
            title=request.form.get("title", ""),
            region=request.form.get("region", ""),
            parties=parties,
        )


def codes(typed: Opening, regions: Mapping[str, Region]) -> tuple[str, list[str]]:
    """The pemrakarsa's and the partners' codes; InvalidAnswers names what is no region."""
    errors = {}
    by_name = {region.name.casefold(): code for code, region in regions.items()}

    def code_of(field: str, text: str) -> str:
        first, whole = text.split(maxsplit=1)[0] if text.strip() else "", " ".join(text.split())
        found = first if first in regions else by_name.get(whole.casefold())
        if found is None:
            key = "web.region_unknown" if whole else "web.region_missing"
            errors[field] = FieldError(key, name=whole[:80])
        return found or ""

    region = code_of("region", typed.region)
    parties = [code_of("parties", text) for text in typed.parties if text.strip()]
    if not parties:
        errors["parties"] = FieldError("web.parties_missing")
    if not typed.title.strip():
        errors["title"] = FieldError("web.title_missing")
    if errors:
        raise InvalidAnswers(errors)
    return region, parties
